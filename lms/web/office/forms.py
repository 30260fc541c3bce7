"""What somebody at an office fills in."""

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, Regexp

from lms.policy.model import Specialty
from lms.registration.queries.provenance import Provenance, Source
from lms.registration.services.comparing import Compared
from lms.web import office_words
from lms.web.filters import term
from lms.web.forms import PageForm, SelectChoice


class SeenForm(PageForm):
    """Which version of an application somebody saw when they acted."""

    seen = HiddenField(validators=[InputRequired(), Regexp(r"[0-9]{1,6}\Z")])


class DeedForm(SeenForm):
    """A deed with its reason."""

    deed = HiddenField(validators=[InputRequired(), Length(max=20)])
    against = HiddenField(validators=[Optional(), Length(max=3)])
    items = TextAreaField(
        _l("需要补正的全部内容"),
        validators=[Length(max=1000, message=_l("最多 1000 字。"))],
        render_kw={"rows": 5, "maxlength": 1000},
    )
    reason = TextAreaField(
        _l("理由"),
        validators=[Length(max=1000, message=_l("最多 1000 字。"))],
        render_kw={"rows": 4, "maxlength": 1000},
    )

    def listed(self) -> tuple[str, ...]:
        """Give what is missing, one line each."""
        lines = (self.items.data or "").splitlines()
        return tuple(line.strip() for line in lines if line.strip())


class ProofForm(SeenForm):
    """Something that was proved at the counter, and how."""

    need = HiddenField(validators=[InputRequired(), Length(max=40)])
    reason = StringField(
        _l("核验了什么证件、由谁到场"),
        validators=[
            InputRequired(_l("请写明核验了什么。")),
            Length(min=4, max=200, message=_l("请写 4 至 200 个字。")),
        ],
        render_kw={"autocomplete": "off", "maxlength": 200},
    )


class CompareForm(SeenForm):
    """With what a registration was compared, and what is written there.

    `compare_form` adds a field for the last day of each specialty.
    """

    source = RadioField(
        _l("与什么核对"),
        choices=[
            SelectChoice(one.value, word) for one, word in office_words.SOURCES.items()
        ],
        validators=[InputRequired(_l("请选择与什么核对。"))],
    )
    number = StringField(
        _l("原件或系统上的注册编号"),
        validators=[
            InputRequired(_l("请照原件或系统填写注册编号。")),
            Length(max=40),
        ],
        render_kw={"autocomplete": "off", "maxlength": 24, "spellcheck": "false"},
    )
    days = BooleanField(
        _l("姓名、专业和有效期起始日与原件或系统一致"),
        validators=[InputRequired(_l("姓名、专业和有效期一致的，才能确认。"))],
    )
    note = StringField(
        _l("说明"),
        validators=[Optional(), Length(max=200)],
        render_kw={"autocomplete": "off", "maxlength": 200},
    )

    @property
    def ends(self) -> Iterator[DateField]:
        """Give the fields of the last days."""
        return (one for one in self if isinstance(one, DateField))

    @property
    def compared(self) -> Compared:
        """Give what was read; the form has been validated."""
        return Compared(
            seen=int(self.seen.data or 0),
            source=Source(self.source.data),
            number=self.number.data or "",
            days=bool(self.days.data),
            note=self.note.data or "",
            ends={
                Specialty(one.short_name.removeprefix(_END)): one.data
                for one in self.ends
                if one.data
            },
        )


_END = "until_"


def compare_form(known: Provenance | None, *, sent: bool = False) -> CompareForm:
    """Make the form that compares a registration, as it is or as it was sent."""
    fields = {
        f"{_END}{each.specialty.value}": DateField(
            _("%(specialty)s：原件或系统上的有效期止", specialty=term(each.specialty)),
            validators=[InputRequired(_l("请照原件或系统填写有效期止。"))],
        )
        for each in (known.held if known else ())
    }
    kind: type[CompareForm] = type("OneCompareForm", (CompareForm,), fields)
    return kind.sent() if sent else kind.blank()


class SettleForm(PageForm):
    """What becomes of a flag or an objection, and why."""

    upheld = RadioField(
        _l("处理结果"),
        choices=[SelectChoice("yes", _l("成立")), SelectChoice("no", _l("不成立"))],
        validators=[InputRequired(_l("请选择处理结果。"))],
    )
    comment = TextAreaField(
        _l("说明"),
        validators=[
            InputRequired(_l("请写明理由。")),
            Length(max=1000, message=_l("最多 1000 字。")),
        ],
        render_kw={"rows": 3, "maxlength": 1000},
    )


class PublishForm(PageForm):
    """A list to be published."""

    title = StringField(
        _l("标题"),
        validators=[
            InputRequired(_l("请填写标题。")),
            Length(max=200, message=_l("最多 200 个字。")),
        ],
        render_kw={"autocomplete": "off", "maxlength": 200},
    )


class PersonForm(PageForm):
    """Who has come to the counter."""

    number = StringField(
        _l("来人的身份证号码"),
        validators=[
            InputRequired(_l("请填写身份证号码。")),
            Length(min=15, max=18, message=_l("请填写 18 位身份证号码。")),
        ],
        render_kw={"autocomplete": "off", "inputmode": "text", "maxlength": 18},
    )
    checked = BooleanField(
        _l("我已当面核对身份证原件，是本人到场"),
        validators=[InputRequired(_l("须核对本人和身份证原件。"))],
    )


class CodeForm(PageForm):
    """Which company has come to the counter."""

    uscc = StringField(
        _l("统一社会信用代码"),
        validators=[
            InputRequired(_l("请填写统一社会信用代码。")),
            Length(min=18, max=18, message=_l("统一社会信用代码是 18 位。")),
        ],
        render_kw={"autocomplete": "off", "maxlength": 18},
    )


class CompanyForm(PageForm):
    """What a company showed at the counter."""

    agent = HiddenField(validators=[InputRequired(), Length(max=40)])
    licence = BooleanField(_l("营业执照原件"), validators=[Optional()])
    qualification = BooleanField(_l("资质证书原件"), validators=[Optional()])
    authorisation = BooleanField(_l("法人授权书"), validators=[Optional()])
    by_representative = BooleanField(
        _l("法定代表人本人到场（不需要授权书）"), validators=[Optional()]
    )
    name = StringField(
        _l("营业执照上的企业名称"),
        validators=[Optional(), Length(max=100)],
        description=_l("名称已变更的，按新执照改写。"),
        render_kw={"maxlength": 100, "autocomplete": "off"},
    )
