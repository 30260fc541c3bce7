"""The form of an announcement."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.announcements.queries import AnnouncementCard
from lms.announcements.rules import MOST_DAYS, Audience, Wanted, days_of, problem
from lms.kernel.clock import SHANGHAI
from lms.kernel.text import normal, shown
from lms.policy.model import Specialty
from lms.reports.audiences import Narrowing
from lms.web import desk
from lms.web.filters import term
from lms.web.forms import PageForm, SelectChoice
from lms.web.messages import words
from lms.web.notice_words import AUDIENCE

MOST_BODY = 4000


class AnnouncementForm(PageForm):
    """Words, for whom, when, and by which ways."""

    title = StringField(
        _l("标题"),
        validators=[InputRequired(_l("请填写标题。")), Length(max=60)],
        render_kw={"maxlength": 60, "autocomplete": "off"},
    )
    body = TextAreaField(
        _l("正文"),
        validators=[InputRequired(_l("请填写正文。")), Length(max=MOST_BODY)],
        description=_l("纯文字，每行一段。不要写身份证号码、手机号等个人信息。"),
        render_kw={"rows": 8, "maxlength": MOST_BODY},
    )
    audience = RadioField(
        _l("发给谁"),
        choices=[SelectChoice(kind.value, word) for kind, word in AUDIENCE.items()],
    )
    specialty = SelectField(_l("注册专业"), validate_choice=True)
    course = SelectField(_l("课程和版本"))
    company = SelectField(_l("企业"))
    days = IntegerField(
        _l("几天内到期"),
        validators=[
            Optional(),
            NumberRange(1, MOST_DAYS, _l("请填写 1 至 400 天。")),
        ],
        render_kw={"inputmode": "numeric"},
    )
    mail = BooleanField(_l("同时发邮件"))
    sms = BooleanField(_l("同时发短信（只发标题，夜间等到早上 9 点）"))
    from_at = DateTimeLocalField(
        _l("发送时间"),
        validators=[Optional()],
        description=_l("不填就是马上发送。"),
    )
    until = DateField(
        _l("截止日期"),
        validators=[Optional()],
        description=_l("过了这一天不再发送，也不再算作未读。"),
    )

    def offer(self, narrowing: Narrowing) -> None:
        """Say which courses and companies there are."""
        self.specialty.choices = _choices((s.value, term(s)) for s in Specialty)
        self.course.choices = _choices(narrowing.courses)
        self.company.choices = _choices(narrowing.companies)

    def wanted(self) -> Wanted | None:
        """Give what is wanted, or mark what does not fit."""
        if not self.validate():
            return None
        audience = Audience(self.audience.data)
        begins = self.from_at.data
        found = Wanted(
            normal(self.title.data or ""),
            shown(self.body.data or "").strip(),
            audience,
            self._among(audience),
            mail=bool(self.mail.data),
            sms=bool(self.sms.data),
            from_at=begins.replace(tzinfo=SHANGHAI).astimezone(UTC) if begins else None,
            until=self.until.data,
        )
        return found if self._good(found) else None

    def _among(self, audience: Audience) -> str:
        field = self.narrowing().get(audience)
        return str(field.data or "") if field is not None else ""

    def narrowing(self) -> Mapping[Audience, Field]:
        """Name the field that narrows each audience."""
        return {
            Audience.SPECIALTY: self.specialty,
            Audience.COURSE: self.course,
            Audience.COMPANY: self.company,
            Audience.ENDING: self.days,
        }

    def _good(self, found: Wanted) -> bool:
        if not found.title or not found.body:
            field = self.body if found.title else self.title
            field.errors = [_("请填写文字，不能只有空格。")]
            return False
        fault = problem(found, desk.now())
        if fault == "announcement.nobody":
            self.narrowing()[found.audience].errors = [_("请填写或选择这一项。")]
        elif fault is not None:
            self.until.errors = [words(fault, {})]
        return fault is None


def _choices(things: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice("", _("请选择")), *(SelectChoice(*one) for one in things)]


class DecideForm(PageForm):
    """Yes or no to what a colleague wants to send; `asked` is which words were read."""

    asked = HiddenField()
    comment = TextAreaField(
        _l("意见"),
        validators=[Length(max=400)],
        description=_l("不同意时必填。"),
        render_kw={"rows": 2, "maxlength": 400},
    )


def filled(card: AnnouncementCard) -> AnnouncementForm:
    """Fill the form with a draft."""
    form = AnnouncementForm.blank(
        title=card.title,
        body=card.body,
        audience=card.audience.value,
        mail=card.mail,
        sms=card.sms,
        from_at=_here(card.from_at),
        until=card.until,
    )
    field = form.narrowing().get(card.audience)
    if field is not None:
        ending = card.audience is Audience.ENDING
        field.data = days_of(card.among) if ending else card.among
    return form


def _here(instant: datetime | None) -> datetime | None:
    return instant.astimezone(SHANGHAI).replace(tzinfo=None) if instant else None
