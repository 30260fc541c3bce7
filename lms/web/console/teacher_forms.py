"""Forms of the register of teachers."""

from collections.abc import Iterable
from datetime import date
from typing import Self
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage
from wtforms import (
    DateField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lms.claims.ports import PaperDesk
from lms.kernel.errors import Refused
from lms.kernel.ids import new_id
from lms.policy.model import Specialty
from lms.teachers.queries import TeacherCard
from lms.teachers.rules import (
    How,
    Level,
    PaperFacts,
    PaperKind,
    Scan,
    TeacherFacts,
)
from lms.web import desk
from lms.web.console.course_forms import rich, typed_again
from lms.web.filters import term
from lms.web.forms import PageForm, SelectChoice
from lms.web.messages import words
from lms.web.teacher_words import HOWS, LEVELS, PAPERS

UPLOAD_BYTES = 11 * 2**20
"""One paper of 10 MB and the form around it."""

NEEDED = _l("请填写此项。")
_SCAN = {"accept": "image/jpeg,image/png,image/webp,application/pdf"}
_SCAN_HINT = _l("手机可直接拍照，也可选 JPG、PNG 图片或 PDF，不超过 10 MB。")
_CV_LENGTH = 4000
_PLACES = {
    "teacher.name": "name",
    "teacher.employer": "employer",
    "teacher.phone": "phone",
    "teacher.since": "since_year",
    "teacher.twice": "id_number",
    "id_number.form": "id_number",
    "id_number.checksum": "id_number",
    "id_number.date": "id_number",
    "teacher.paper_number": "number",
    "teacher.paper_called": "called",
    "teacher.paper_granted": "granted_on",
    "teacher.paper_until": "valid_until",
    "teacher.consent_day": "given_on",
    "teacher.consent_there": "given_on",
}


class _Blamed(PageForm):
    """A form that says at its fields what the rules object to."""

    def blame(self, codes: Iterable[str], fallback: str) -> None:
        """Put each fault at its field, or at the one named."""
        for code in codes:
            field: Field = self[_PLACES.get(code, fallback)]
            field.errors = [*field.errors, words(code, {})]


class TeacherForm(_Blamed):
    """Who somebody is, and what they teach. `once` keeps two clicks one teacher."""

    once = HiddenField(default=lambda: str(new_id()))
    seen = HiddenField(default="0")
    name = StringField(
        _l("姓名"),
        validators=[InputRequired(NEEDED), Length(max=40)],
        render_kw={"autocomplete": "off", "maxlength": 40},
    )
    sex = SelectField(
        _l("性别"),
        choices=[
            SelectChoice("", _l("不填")),
            SelectChoice("male", _l("男")),
            SelectChoice("female", _l("女")),
        ],
        validators=[Optional()],
    )
    employer = StringField(
        _l("工作单位"),
        validators=[InputRequired(NEEDED), Length(max=120)],
        render_kw={"autocomplete": "off", "maxlength": 120},
    )
    title = StringField(
        _l("职称"),
        validators=[Length(max=60)],
        description=_l("例如：高级工程师、教授。会显示在课程页。"),
        render_kw={"autocomplete": "off", "maxlength": 60},
    )
    level = SelectField(_l("职称级别"), validators=[InputRequired(_l("请选择。"))])
    specialties = SelectMultipleField(
        _l("能教的专业"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    since_year = IntegerField(
        _l("从业起始年份"),
        validators=[Optional(), NumberRange(1950, 2100, _l("请填四位年份。"))],
        render_kw={"inputmode": "numeric", "maxlength": 4},
    )
    phone = StringField(
        _l("联系电话"),
        validators=[Length(max=30)],
        description=_l("加密保存，只供协会联系。"),
        render_kw={"autocomplete": "off", "inputmode": "tel", "maxlength": 30},
    )
    id_number = StringField(
        _l("身份证号码"),
        validators=[Length(max=30)],
        description=_l("加密保存，用来防止同一个人重复登记。"),
        render_kw={"autocomplete": "off", "maxlength": 30},
    )
    cv = TextAreaField(
        _l("简介"),
        validators=[Length(max=_CV_LENGTH)],
        description=_l("教师同意公开以后，显示在课程页。不要写电话和证件号码。"),
        render_kw={"rows": 6, "maxlength": _CV_LENGTH},
    )

    def offer(self) -> Self:
        """Fill the lists of choices."""
        self.level.choices = [
            ("", str(_l("请选择"))),
            *((one.value, str(said)) for one, said in LEVELS.items()),
        ]
        self.specialties.choices = [(one.value, term(one)) for one in Specialty]
        return self

    def facts(self) -> TeacherFacts:
        """Give what was typed. Only after the form was found valid."""
        return TeacherFacts(
            name=str(self.name.data or ""),
            employer=str(self.employer.data or ""),
            title=str(self.title.data or ""),
            level=Level(str(self.level.data)),
            specialties=tuple(
                one for one in Specialty if one.value in (self.specialties.data or ())
            ),
            sex=str(self.sex.data or ""),
            since_year=self.since_year.data,
            phone=str(self.phone.data or ""),
            id_number=str(self.id_number.data or ""),
            cv_html=rich(str(self.cv.data or "")),
        )

    @property
    def number(self) -> UUID:
        """Give the form's own number; one that was tampered with is a new form."""
        try:
            return UUID(self.once.data or "")
        except ValueError:
            return new_id()

    @property
    def edition(self) -> int:
        """Say which edition was on the page."""
        told = self.seen.data or ""
        return int(told) if told.isdecimal() and len(told) < len("1000000") else -1

    @classmethod
    def of(cls, card: TeacherCard) -> Self:
        """Fill the form with a teacher as they are; numbers stay shut."""
        return cls.blank(
            seen=str(card.edition),
            name=card.name,
            sex=card.sex,
            employer=card.employer,
            title=card.title,
            level=card.level.value,
            specialties=[one.value for one in card.specialties],
            since_year=card.since_year,
            cv=typed_again(card.cv_html),
        ).offer()


class _WithScan(_Blamed):
    """A form with one scan, which is opened far from here."""

    scan: FileField

    def opened(self) -> Scan | None:
        """Open the scan where one was sent, or say at the field why not."""
        upload = self.scan.data
        if not isinstance(upload, FileStorage) or not upload.filename:
            return None
        body = upload.read()
        upload.close()
        try:
            paper = desk.port(PaperDesk).paper(body)
        except Refused as refused:
            self.scan.errors = [words(refused.code, {})]
            return None
        return Scan(paper.media, paper.body, paper.sent_sha256)

    def choose_again(self) -> None:
        """Say that the file which was chosen is gone, for a page that lost it."""
        sent = getattr(self.scan.data, "filename", "")
        if sent and not self.scan.errors:
            self.scan.errors = [words("claim.choose_again", {})]


class PaperForm(_WithScan):
    """One paper that gives the right to teach."""

    kind = SelectField(_l("资格种类"), validators=[InputRequired(_l("请选择。"))])
    called = StringField(
        _l("资格名称"),
        validators=[Length(max=60)],
        description=_l("选“其他”时必填，例如：注册岩土工程师。"),
        render_kw={"autocomplete": "off", "maxlength": 60},
    )
    number = StringField(
        _l("证书编号"),
        validators=[InputRequired(NEEDED), Length(max=60)],
        render_kw={"autocomplete": "off", "maxlength": 60},
    )
    issuer = StringField(
        _l("发证机关"),
        validators=[Length(max=80)],
        render_kw={"autocomplete": "off", "maxlength": 80},
    )
    granted_on = DateField(_l("发证日期"), validators=[InputRequired(NEEDED)])
    valid_until = DateField(
        _l("有效期至"),
        validators=[Optional()],
        description=_l("长期有效的不填。"),
    )
    scan = FileField(
        _l("证书扫描件"),
        validators=[FileRequired(_l("请上传证书扫描件。"))],
        description=_SCAN_HINT,
        render_kw=_SCAN,
    )

    def offer(self) -> Self:
        """Fill the list of kinds."""
        self.kind.choices = [
            ("", str(_l("请选择"))),
            *((one.value, str(said)) for one, said in PAPERS.items()),
        ]
        return self

    def facts(self) -> PaperFacts:
        """Give what was typed. Only after the form was found valid."""
        return PaperFacts(
            kind=PaperKind(str(self.kind.data)),
            number=str(self.number.data or ""),
            issuer=str(self.issuer.data or ""),
            granted_on=self.granted_on.data or date.max,
            valid_until=self.valid_until.data,
            called=str(self.called.data or ""),
        )


class ConsentForm(_WithScan):
    """Since when, and how, a teacher lets themselves be named."""

    given_on = DateField(_l("同意日期"), validators=[InputRequired(NEEDED)])
    how = RadioField(
        _l("怎样同意的"),
        choices=[SelectChoice(one.value, said) for one, said in HOWS.items()],
        validators=[InputRequired(_l("请选择。"))],
    )
    # The form of papers has a scan on the same page: each label finds its own.
    scan = FileField(
        _l("同意书扫描件"),
        description=_SCAN_HINT,
        render_kw=_SCAN,
        id="consent-scan",
    )

    def said(self) -> tuple[date, How]:
        """Give what was typed. Only after the form was found valid."""
        return self.given_on.data or date.max, How(str(self.how.data))


class LookForm(PageForm):
    """Why the numbers are opened."""

    reason = StringField(
        _l("查看理由"),
        validators=[
            InputRequired(_l("请写明查看理由。")),
            Length(min=4, max=200, message=_l("请写 4 至 200 个字。")),
        ],
        render_kw={"autocomplete": "off", "maxlength": 200},
    )
