"""Forms of signing up and in, and of keeping an account safe."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from lms.accounts.rules import (
    ALONE_CHARACTERS,
    CODE_DIGITS,
    MOST_CHARACTERS,
    Identifier,
    identifier,
    sign_in_name,
)
from lms.kernel.text import normal
from lms.web.forms import PageForm


def _identifier_field(autocomplete: str = "username") -> StringField:
    return StringField(
        _l("手机号或邮箱"),
        validators=[
            InputRequired(_l("请填写手机号或邮箱。")),
            Length(max=254, message=_l("手机号或邮箱过长。")),
        ],
        render_kw={
            "autocomplete": autocomplete,
            "autocapitalize": "none",
            "spellcheck": "false",
        },
    )


def _code_field() -> StringField:
    return StringField(
        _l("验证码"),
        validators=[
            InputRequired(_l("请填写收到的验证码。")),
            Regexp(
                rf"^\s*(?:\d\s*){{{CODE_DIGITS}}}$", message=_l("验证码是 6 位数字。")
            ),
        ],
        filters=[lambda typed: "".join((typed or "").split())],
        render_kw={
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "maxlength": "12",
            "class": "code-input",
        },
    )


def _password_field(
    label: str, autocomplete: str, *, least: int | None = None
) -> PasswordField:
    return PasswordField(
        label,
        validators=[
            InputRequired(_l("请填写密码。")),
            Length(max=MOST_CHARACTERS, message=_l("密码过长，最多 256 个字符。")),
        ],
        render_kw={"autocomplete": autocomplete, "data-reveal": ""}
        | ({"minlength": str(least)} if least else {}),
    )


class _Addressed(PageForm):
    """A form that names an account, or an address that may become one's."""

    known_as = _identifier_field()

    @staticmethod
    def read(typed: str) -> Identifier | None:
        """Read what was typed."""
        return identifier(typed)

    @property
    def identifier(self) -> Identifier:
        """Give what was typed, read. Only after the form was found valid."""
        found = self.read(self.known_as.data or "")
        if found is None:
            raise RuntimeError("the form was not validated")
        return found

    def validate_known_as(self, field: StringField) -> None:
        """Accept what reads as a number or an address."""
        if self.read(field.data or "") is None:
            raise ValidationError(_("请填写 11 位手机号，或完整的邮箱地址。"))


class AddressForm(_Addressed):
    """Where to send a code."""

    next = HiddenField()


class SignInForm(_Addressed):
    """A name and a password. The name may be one that a counter gave."""

    @staticmethod
    def read(typed: str) -> Identifier | None:
        """Read what was typed: a way to reach somebody, or a counter's name."""
        return sign_in_name(typed)

    password = _password_field(_l("密码"), "current-password")
    next = HiddenField()


class CodeForm(_Addressed):
    """A code that came, with the address that it went to."""

    known_as = HiddenField()
    code = _code_field()
    next = HiddenField()


class SignUpForm(_Addressed):
    """What makes an account: a code that came, a name, a password, a consent."""

    known_as = HiddenField()
    code = _code_field()
    name = StringField(
        _l("姓名"),
        validators=[
            InputRequired(_l("请填写姓名。")),
            Length(max=50, message=_l("姓名过长，最多 50 个字。")),
        ],
        filters=[lambda typed: normal(typed or "")],
        render_kw={"autocomplete": "name"},
    )
    password = _password_field(_l("设置密码"), "new-password", least=ALONE_CHARACTERS)
    agreed = BooleanField(
        _l("我已阅读并同意隐私政策"),
        validators=[InputRequired(_l("请先阅读并同意隐私政策。"))],
    )
    next = HiddenField()


class JoinForm(PageForm):
    """What makes the account of somebody who was invited: the address is known."""

    name = StringField(
        _l("姓名"),
        validators=[
            InputRequired(_l("请填写姓名。")),
            Length(max=50, message=_l("姓名过长，最多 50 个字。")),
        ],
        filters=[lambda typed: normal(typed or "")],
        render_kw={"autocomplete": "name"},
    )
    password = _password_field(_l("设置密码"), "new-password", least=ALONE_CHARACTERS)
    agreed = BooleanField(
        _l("我已阅读并同意隐私政策"),
        validators=[InputRequired(_l("请先阅读并同意隐私政策。"))],
    )


class ResetForm(_Addressed):
    """A code that came, and a new password."""

    known_as = HiddenField()
    code = _code_field()
    password = _password_field(_l("新密码"), "new-password")


class PasswordForm(PageForm):
    """The password in use, and a new one."""

    current = _password_field(_l("当前密码"), "current-password")
    password = _password_field(_l("新密码"), "new-password")


class ContactForm(_Addressed):
    """A new number or address, and the password in use."""

    known_as = _identifier_field("off")
    current = _password_field(_l("当前密码"), "current-password")


class ConfirmForm(PageForm):
    """The password in use, before something that matters."""

    current = _password_field(_l("当前密码"), "current-password")


class CloseForm(ConfirmForm):
    """The end of an account."""

    understood = BooleanField(
        _l("我明白注销后不能恢复，也不能再登录查看学时和证书"),
        validators=[InputRequired(_l("请先确认。"))],
    )


class FactorForm(PageForm):
    """A code of the authenticator, or a spare one."""

    code = StringField(
        _l("动态验证码"),
        validators=[
            InputRequired(_l("请填写动态验证码。")),
            Length(max=20, message=_l("验证码过长。")),
        ],
        render_kw={
            "autocomplete": "one-time-code",
            "autocapitalize": "characters",
            "class": "code-input",
        },
    )
    next = HiddenField()
