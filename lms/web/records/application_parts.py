"""What the person's application pages share: blueprint, forms, one way to act."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, abort, render_template
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    PasswordField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from lms.credentials.ports import RegistrationPrinter
from lms.kernel.ids import AccountId
from lms.kernel.work import Work
from lms.policy.flow import Party
from lms.registration import services
from lms.registration.queries import applications
from lms.registration.queries.applications import ApplicationCard
from lms.registration.rules.states import Act
from lms.registration.services import Doing
from lms.registration.services.answering import UNCHANGED
from lms.web import desk
from lms.web.archive_desk import NEEDED
from lms.web.forms import PageForm
from lms.web.messages import words

bp = Blueprint("applications", __name__, url_prefix="/me/applications")


_LONGEST_VERSION = 6


def version_in(text: str) -> int:
    """Read a version; what is none, or too long to be one, is no form of ours."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_VERSION):
        abort(400)
    return int(text)


class SeenForm(PageForm):
    """Which version of the application somebody saw."""

    seen = HiddenField()

    @property
    def version(self) -> int:
        """Give the version; a form without one is no form of ours."""
        return version_in(str(self.seen.data or ""))


class PassForm(SeenForm):
    """Hand the application on."""

    read = BooleanField(
        _l("我已阅读以上须知，确认填写和提交的内容属实"),
        validators=[InputRequired(_l("请先阅读须知，再打勾。"))],
    )


class CommitForm(SeenForm):
    """Sign the written commitment."""

    agreed = BooleanField(
        _l("我已逐字阅读以上承诺，自愿签署"),
        validators=[InputRequired(_l("请先阅读承诺书，再打勾。"))],
    )


class AnswerForm(SeenForm):
    """Say what was put right."""

    reason = TextAreaField(
        _l("补正说明"),
        validators=[InputRequired(NEEDED), Length(min=2, max=400)],
        description=_l("写明补了什么、改了什么，窗口人员会看到。"),
        render_kw={"rows": 3, "maxlength": 400},
    )
    unchanged = BooleanField(_l("确实没有可以补的材料，理由写在上面"))

    def blame(self, code: str) -> bool:
        """Say at its field what is wrong with an answer; False for what has none."""
        field = {
            "application.unchanged": self.unchanged,
            "application.unchanged_words": self.reason,
        }.get(code)
        if field is not None:
            field.errors = [*field.errors, words(code, {})]
        return field is not None

    @property
    def facts(self) -> dict[str, bool]:
        """Give what is said beside the words."""
        return {UNCHANGED: True} if self.unchanged.data else {}


class ReturnForm(SeenForm):
    """Say what is wrong with what the company filed."""

    reason = TextAreaField(
        _l("哪里不对"),
        validators=[InputRequired(NEEDED), Length(min=2, max=400)],
        description=_l("单位会看到，请写清楚要改什么；不是您的意愿的，也请写明。"),
        render_kw={"rows": 3, "maxlength": 400},
    )


class WithdrawForm(SeenForm):
    """Take the application back."""

    sure = BooleanField(
        _l("我确定撤回这份申请"),
        validators=[InputRequired(_l("确定撤回的，请打勾。"))],
    )


class IdentityForm(SeenForm):
    """A password, and the code that was sent."""

    password = PasswordField(
        _l("登录密码"),
        validators=[InputRequired(NEEDED), Length(max=256)],
        render_kw={"autocomplete": "current-password"},
    )
    code = StringField(
        _l("验证码"),
        validators=[InputRequired(NEEDED), Length(max=12)],
        render_kw={
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "maxlength": 12,
        },
    )


class IdentityChangeForm(PageForm):
    """What of an identity is to say something else."""

    name = StringField(
        _l("变更后的姓名"),
        validators=[InputRequired(NEEDED), Length(max=60)],
        render_kw={"autocomplete": "name", "maxlength": 60},
    )
    id_number = StringField(
        _l("变更后的身份证号码"),
        validators=[Optional(), Length(max=40)],
        description=_l("号码没有变更的，留空。"),
        render_kw={"autocomplete": "off", "maxlength": 24, "spellcheck": "false"},
    )
    reason = StringField(
        _l("变更原因"),
        validators=[InputRequired(NEEDED), Length(min=2, max=200)],
        description=_l("例如：户口簿登记姓名变更。"),
        render_kw={"maxlength": 200},
    )


class LeftForm(PageForm):
    """When a former registration ended."""

    deregistered_on = DateField(
        _l("原注册注销或失效的日期"),
        validators=[Optional()],
        description=_l("平台有记录的，以记录为准。超过 3 年的，须先完成继续教育。"),
    )


def mine(application_id: UUID) -> ApplicationCard:
    """Give one of the visitor's own applications.

    Raises: NotFound, for another's too.
    """
    return applications.of_person(desk.reading(), desk.me(), application_id)


def my_account() -> AccountId:
    """Name the visitor's account."""
    visitor = desk.visitor()
    if visitor is None:
        abort(401)
    return AccountId(visitor.account_id)


def do(
    work: Work,
    card: ApplicationCard,
    act: Act,
    seen: int,
    reason: str = "",
    facts: Mapping[str, object] | None = None,
) -> None:
    """Act as the person, on what the person saw."""
    printer = desk.port(RegistrationPrinter)
    doing = Doing(card.id, act, Party.PERSON, seen, reason, facts=facts or {})
    services.act(work, doing, printer=printer)


def page(template: str, **values: object) -> str:
    """Show a page of these."""
    return render_template(f"records/{template}.html", **values)
