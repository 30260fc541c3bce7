"""A printed slip: its name and code, and a password of one's own."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from lms.accounts import services
from lms.accounts.rules import (
    MOST_CHARACTERS,
    CodeVerdict,
    Identifier,
    IdentifierKind,
    sign_in_name,
)
from lms.web import desk
from lms.web.account import entry
from lms.web.account.blueprint import bp
from lms.web.doors import public
from lms.web.forms import PageForm
from lms.web.limits import limiter
from lms.web.messages import words

_TRIES = "20/minute;100/hour"


class SlipForm(PageForm):
    """What stands on the slip, and a new password."""

    handle = StringField(
        _l("登录名（单据上 K 开头）"),
        validators=[InputRequired(_l("请填写单据上的登录名。")), Length(max=20)],
        render_kw={"autocomplete": "username", "autocapitalize": "characters"},
    )
    code = StringField(
        _l("单据上的一次性密码"),
        validators=[InputRequired(_l("请填写单据上的一次性密码。")), Length(max=30)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )
    password = PasswordField(
        _l("设置自己的密码"),
        validators=[
            InputRequired(_l("请填写密码。")),
            Length(max=MOST_CHARACTERS, message=_l("密码过长，最多 256 个字符。")),
        ],
        render_kw={"autocomplete": "new-password", "data-reveal": ""},
    )
    agreed = BooleanField(_l("我已阅读并同意隐私政策"))

    def validate_handle(self, field: StringField) -> None:
        """Accept what a counter gives."""
        found = sign_in_name(field.data or "")
        if found is None or found.kind is not IdentifierKind.HANDLE:
            raise ValidationError(_("登录名是 K 加 8 位数字，请对照单据。"))

    @property
    def identifier(self) -> Identifier:
        """Give the name that was typed. Only after the form was found valid."""
        found = sign_in_name(self.handle.data or "")
        if found is None:
            raise RuntimeError("the form was not validated")
        return found


@bp.get("/slip")
@public
def slip() -> ResponseReturnValue:
    """Ask for what stands on the slip."""
    return _page(SlipForm.blank())


@bp.post("/slip")
@public
@limiter.limit(_TRIES)
def use_slip() -> ResponseReturnValue:
    """Set a password by the slip; it is then used up."""
    form = SlipForm.sent()
    if not form.validate():
        return _page(form), 422
    new = services.prepare_password(form.password.data or "")
    with desk.begin() as work:
        verdict, faults, _who = services.use_slip(
            work,
            form.identifier,
            form.code.data or "",
            new,
            agreed=bool(form.agreed.data),
        )
    if verdict is not CodeVerdict.RIGHT:
        form.code.errors = [_slip_words(verdict)]
        return _page(form), 422
    if faults:
        field = form.agreed if faults == ("slip.consent",) else form.password
        field.errors = [words(fault, {}) for fault in faults]
        return _page(form), 422
    # The code sets a password and opens nothing: signing in stays a step of its own,
    # but nobody has to copy the name once more.
    entry.keep_name(form.identifier.value)
    flash(
        _("密码已设好。登录名已替您填好，请输入刚才设的密码登录；以后也用它登录。"),
        "ok",
    )
    return redirect(url_for("account.sign_in"), 303)


def _slip_words(verdict: CodeVerdict) -> str:
    said: dict[CodeVerdict, str] = {
        CodeVerdict.RIGHT: "",
        CodeVerdict.WRONG: _("登录名或一次性密码不正确，请对照单据。"),
        CodeVerdict.EXPIRED: _("单据已过期或已用过，请带身份证到柜台重新打印。"),
        CodeVerdict.SPENT: _("输错次数过多，单据已作废，请带身份证到柜台重新打印。"),
    }
    return said[verdict]


def _page(form: SlipForm) -> str:
    return render_template("account/slip.html", form=form)
