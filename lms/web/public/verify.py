"""Anybody checks a certificate: by its code, by number and name, or by its file."""

from flask import Blueprint, Response, make_response, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from lms.credentials import queries
from lms.credentials.queries import Answer
from lms.credentials.rules import (
    Shown,
    Slip,
    Verdict,
    judge_code,
    read_code,
    slip_in,
)
from lms.legacy.queries import verifying
from lms.legacy.queries.verifying import OldAnswers
from lms.web import desk
from lms.web.doors import public
from lms.web.filters import instant
from lms.web.forms import PageForm
from lms.web.limits import limiter
from lms.web.public import verify_page
from lms.web.public.proof import Proof, check, drawn

bp = Blueprint("verify", __name__)

LANGUAGES = ("zh", "en")
_SLIPS: dict[Slip, LazyString] = {
    Slip.MISCOPIED: _l(
        "编号抄错了：位数不对，或者最后的校验位对不上。请照证书逐位核对。"
    ),
    Slip.IDENTITY: _l(
        "这是身份证号码，不能用来查证书。请填证书上印的“证书编号”或“注册编号”。"
    ),
    Slip.PHONE: _l("这是手机号码，请填证书上印的“证书编号”或“注册编号”。"),
    Slip.APPLICATION: _l(
        "这是注册申请的编号，不是证书编号。办理进度请本人登录后在“我的注册”查看。"
    ),
    Slip.DOCUMENT: _l(
        "这是公告或文书的编号，不是证书编号。请填证书上印的“证书编号”或“注册编号”。"
    ),
    Slip.NO_PROVINCE: _l("注册编号开头还有一个汉字，例如“蒙”，请一起填写。"),
    Slip.LENGTH: _l(
        "注册编号是 1 个汉字加 16 位数字（旧式为 12 位），请照证书逐位核对。"
    ),
    Slip.UNLIKE: _l(
        "这不是本平台证书上的编号。合格证的形如 XXXX-JXJY-2026-0000149-7，"
        "注册证书的形如 蒙2152021202600001；旧平台的证书，编号和姓名须与证书完全一致；"
        "其他单位签发的，请向签发单位核验。"
    ),
}
"""What to say of a number that belongs to no certificate, and what to do."""
_LARGEST_FILE = 2 * 2**20 - 4096

_each = limiter.shared_limit("30/minute", scope="verify")
# A number and a name can be guessed from many addresses; a code of 128 bits cannot.
_guesses = limiter.shared_limit(
    "3000/minute", scope="verify-all", key_func=lambda: "all"
)


class NumberForm(PageForm):
    """A number and the name that stands beside it."""

    number = StringField(
        _l("证书编号或注册编号"),
        validators=[InputRequired(_l("请填写证书编号或注册编号。")), Length(max=120)],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "placeholder": "XXXX-JXJY-2026-0000149-7",
        },
    )
    name = StringField(
        _l("持证人姓名"),
        validators=[InputRequired(_l("请填写持证人姓名。")), Length(max=60)],
        render_kw={"autocomplete": "off"},
    )


class CertificateFileForm(PageForm):
    """A certificate's file; the number when the file hides it."""

    file = FileField(
        _l("证书文件（PDF、OFD、JSON、JWT）"),
        validators=[FileRequired(_l("请选择要核对的证书文件。"))],
        render_kw={"accept": "application/pdf,.pdf,.ofd,.json,.jwt"},
    )
    number = StringField(_l("证书编号"), validators=[Length(max=60)])


@bp.get("/v/<token>")
@public
@_each
def code(token: str) -> ResponseReturnValue:
    """Answer the QR code. No cookie is read or set, and nothing is kept."""
    found = queries.check_code(desk.reading(), token, desk.today())
    # The address as it may stand in a link again: what is no code is not repeated.
    known = read_code(token) or "-"
    asked = request.args.get("at", "") if found.verdict != "not_found" else ""
    shown = judge_code(desk.settings().secrets.cookie, known, asked, desk.now())
    moment = verify_page.Moment(shown, "" if shown is Shown.FORGED else asked)
    page = verify_page.page(found, desk.now(), _language(), f"/v/{known}", moment)
    return _private(page)


@bp.get("/verify")
@public
def index() -> ResponseReturnValue:
    """Show the two ways to check without a QR code."""
    return _page(NumberForm.blank(number=request.args.get("number", "")[:60]))


@bp.post("/verify")
@public
@_each
@_guesses
def by_number() -> ResponseReturnValue:
    """Answer for a number and a name."""
    form = NumberForm.sent()
    if not form.validate():
        return _page(form, status=422)
    number, name = form.number.data or "", form.name.data or ""
    slip, found = slip_in(number), None
    if slip is None:
        found = queries.check_number(desk.reading(), number, name, desk.today())
        if found.verdict is not Verdict.NOT_FOUND:
            return _page(form, found=found)
    old = verifying.answers(desk.reading(), number, name)
    if old.certificates or old.withdrawn:
        return _page(form, old=old)
    if slip is not None:
        form.number.errors = [_SLIPS[slip]]
        return _page(form, status=422)
    return _page(form, found=found)


@bp.post("/verify/file")
@public
@_each
def by_file() -> ResponseReturnValue:
    """Answer for a file: what the book says of it, and what it proves by itself."""
    form = CertificateFileForm.sent()
    if not form.validate():
        return _page(NumberForm.blank(), file_form=form, status=422)
    data = form.file.data.read(_LARGEST_FILE)
    found, proof = check(data, form.number.data or "")
    return _page(NumberForm.blank(), file_form=form, found=found, proof=proof)


@bp.get("/verify/picture")
@public
@_each
def picture() -> ResponseReturnValue:
    """Draw an OFD from the file itself, for who had it checked just now."""
    svg = drawn(request.args.get("of", ""), request.args.get("by", ""))
    response = _private(svg)
    response.mimetype = "image/svg+xml"
    return response


def _page(
    form: NumberForm,
    *,
    file_form: CertificateFileForm | None = None,
    found: Answer | None = None,
    proof: Proof | None = None,
    old: OldAnswers | None = None,
    status: int = 200,
) -> Response:
    page = render_template(
        "public/verify.html",
        form=form,
        file_form=file_form or CertificateFileForm.blank(),
        found=verify_page.shown(found, desk.now()) if found else None,
        proof=proof,
        old=old,
        today=desk.today(),
        checked_at=instant(desk.now(), seconds=True),
    )
    return _private(page, status)


def _private(page: str, status: int = 200) -> Response:
    """Keep answers about people out of caches and search engines."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _language() -> str:
    """Read the language from the address; only then from the cookie, if one came."""
    asked = request.args.get("lang") or session.get("lang", "zh")
    return asked if asked in LANGUAGES else "zh"
