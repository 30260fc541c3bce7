"""Forms of how an association teaches, and where it is paid."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from lms.catalogue.rules.terms import (
    ANSWER_SECONDS,
    MEAN_MINUTES,
    MOST_HOURS,
    TOP_RATES,
    StudyTerms,
)
from lms.people.rules.numbers import uscc_problem
from lms.teachers.rules import Asked
from lms.web.forms import PageForm, SelectChoice

_HOUR, _MINUTE = 3600, 60


def _reason_field(name: str = "reason") -> TextAreaField:
    return TextAreaField(
        _l("理由"),
        id=name,
        validators=[
            InputRequired(_l("请写明理由，另一位负责人会看到。")),
            Length(max=400, message=_l("最多 400 字。")),
        ],
        render_kw={"rows": 2, "maxlength": 400},
    )


class StudyForm(PageForm):
    """How films are studied from a day on."""

    from_on = DateField(_l("启用日期"), validators=[InputRequired(_l("请填写日期。"))])
    cap_hours = IntegerField(
        _l("每天最多计入（小时）"),
        validators=[
            Optional(),
            NumberRange(1, MOST_HOURS, _l("请填 1 至 24 的整数。")),
        ],
        render_kw={"inputmode": "numeric"},
    )
    top_rate = SelectField(
        _l("最快播放速度"),
        choices=[
            SelectChoice(str(one), _l("%(n)s 倍速", n=f"{one / 100:g}"))
            for one in TOP_RATES
        ],
        validators=[InputRequired(_l("请选择。"))],
    )
    present = RadioField(
        _l("在场确认"),
        choices=[
            SelectChoice("1", _l("学习中随机确认本人在场")),
            SelectChoice("0", _l("不确认")),
        ],
        validators=[InputRequired(_l("请选择。"))],
    )
    mean_minutes = IntegerField(
        _l("平均多少分钟确认一次"),
        validators=[InputRequired(), NumberRange(*MEAN_MINUTES)],
        render_kw={"inputmode": "numeric"},
    )
    answer_seconds = IntegerField(
        _l("多少秒内应答"),
        validators=[InputRequired(), NumberRange(*ANSWER_SECONDS)],
        render_kw={"inputmode": "numeric"},
    )
    drop = BooleanField(_l("连续不应答时，上次确认以来的时间不计"))
    camera = BooleanField(_l("本人同意的，可用拍照确认"))
    reason = _reason_field()

    def terms(self) -> StudyTerms:
        """Give what was typed. Only after the form was found valid."""
        hours = self.cap_hours.data
        return StudyTerms(
            hours * _HOUR if hours else None,
            int(self.top_rate.data),
            {
                "on": int(self.present.data == "1"),
                "mean_seconds": (self.mean_minutes.data or 0) * _MINUTE,
                "answer_seconds": self.answer_seconds.data or 0,
                "drop_unproved": int(bool(self.drop.data)),
                "camera": int(bool(self.camera.data)),
            },
        )


NEEDS = {
    "none": _l("不要求"),
    "checked": _l("须有在册教师，资格在有效期内"),
    "fitting": _l("须有在册教师，资格在有效期内，专业与课程相符"),
}


def teachers_words(asked: Asked) -> str:
    """Say what is asked of those who teach."""
    key = "fitting" if asked.fitting else "checked" if asked.checked else "none"
    return str(NEEDS[key])


class TeachersForm(PageForm):
    """What is asked of those who teach, from a day on."""

    from_on = DateField(
        _l("启用日期"),
        validators=[InputRequired(_l("请填写日期。"))],
        id="teachers-from_on",
    )
    needs = RadioField(
        _l("发布课程时对授课教师的要求"),
        choices=[SelectChoice(key, words) for key, words in NEEDS.items()],
        validators=[InputRequired(_l("请选择。"))],
    )
    reason = _reason_field("teachers-reason")

    def asked(self) -> Asked:
        """Give what was chosen. Only after the form was found valid."""
        return Asked(self.needs.data != "none", self.needs.data == "fitting")


class AccountForm(PageForm):
    """Where learners and companies pay, and what is said of the seller."""

    name = StringField(
        _l("户名"),
        validators=[InputRequired(_l("请填写户名。")), Length(max=80)],
        render_kw={"autocomplete": "off", "maxlength": 80},
    )
    bank = StringField(
        _l("开户行"),
        validators=[InputRequired(_l("请填写开户行。")), Length(max=80)],
        render_kw={"autocomplete": "off", "maxlength": 80},
    )
    account = StringField(
        _l("账号"),
        validators=[InputRequired(_l("请填写账号。")), Length(max=40)],
        render_kw={"autocomplete": "off", "inputmode": "numeric", "maxlength": 40},
    )
    uscc = StringField(
        _l("协会的统一社会信用代码（税号）"),
        validators=[Optional(), Length(max=18)],
        render_kw={"autocomplete": "off", "maxlength": 18},
    )
    address = StringField(
        _l("协会地址"),
        validators=[Length(max=120)],
        render_kw={"autocomplete": "off", "maxlength": 120},
    )
    phone = StringField(
        _l("协会电话"),
        validators=[Length(max=40)],
        render_kw={"autocomplete": "off", "maxlength": 40},
    )
    reason = _reason_field()

    def validate_uscc(self, field: StringField) -> None:
        """Check the code's own check character."""
        if field.data and uscc_problem(field.data.strip().upper()):
            raise ValidationError(_("统一社会信用代码有误，请核对 18 位。"))

    def told(self) -> dict[str, str]:
        """Give what was typed."""
        return {
            "name": self.name.data or "",
            "bank": self.bank.data or "",
            "account": self.account.data or "",
            "uscc": (self.uscc.data or "").strip().upper(),
            "address": self.address.data or "",
            "phone": self.phone.data or "",
        }
