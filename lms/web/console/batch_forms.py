"""The form that says whom a batch of certificates is for."""

from collections.abc import Iterable
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from lms.credentials.rules.batches import Chosen
from lms.policy.model import Specialty
from lms.reports import batches as reports
from lms.reports.batches import Named
from lms.web.filters import term
from lms.web.forms import PageForm


class ChooseForm(PageForm):
    """Whom a batch is for; what is left open narrows nothing."""

    specialty = SelectField(_l("专业"), default="")
    course = SelectField(_l("课程"), default="")
    package = SelectField(_l("套餐（班级）"), default="")
    employer = StringField(
        _l("聘用企业"),
        validators=[Length(max=100)],
        description=_l("写企业名称的一部分或统一社会信用代码。"),
        render_kw={"autocomplete": "off", "maxlength": 100},
    )
    since = DateField(_l("考试合格日期从"), validators=[Optional()])
    until = DateField(_l("到"), validators=[Optional()])

    def offer(self, courses: Iterable[Named], packages: Iterable[Named]) -> None:
        """Fill the lists to choose from."""
        anything = ("", _("不限"))
        self.specialty.choices = [
            anything,
            *((one.value, term(one)) for one in Specialty),
        ]
        self.course.choices = [anything, *((str(c.id), c.name) for c in courses)]
        self.package.choices = [anything, *((str(p.id), p.name) for p in packages)]

    def chosen(self, session: Session) -> Chosen | None:
        """Give what was chosen, or nothing where the form says what is wrong."""
        since, until = self.since.data, self.until.data
        if since and until and since > until:
            self.until.errors = [_("结束日期不能早于开始日期。")]
            return None
        words = (self.employer.data or "").strip()
        employer = self._employer(session, words) if words else None
        if words and employer is None:
            return None
        return Chosen(
            specialty=Specialty(self.specialty.data) if self.specialty.data else None,
            course_id=UUID(self.course.data) if self.course.data else None,
            package_id=UUID(self.package.data) if self.package.data else None,
            employer_id=employer,
            since=since,
            until=until,
        )

    def _employer(self, session: Session, words: str) -> UUID | None:
        found = reports.employers(session, words)
        if len(found) == 1 or (found and found[0].name == words):
            return found[0].id
        names = "、".join(one.name for one in found)
        self.employer.errors = [
            _("有多家企业相近，请写全称：%(names)s", names=names)
            if found
            else _("没有找到这家企业，请写全称或统一社会信用代码。")
        ]
        return None
