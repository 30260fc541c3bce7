"""Anybody checks a certificate: by its code, by number and name, or by its file."""

from flask import Blueprint, Response, make_response, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from lms.credentials import queries
from lms.credentials.queries import Answer
from lms.credentials.rules import read_code
from lms.web import desk
from lms.web.doors import public
from lms.web.forms import PageForm
from lms.web.limits import limiter
from lms.web.public import verify_page

bp = Blueprint("verify", __name__)

LANGUAGES = ("zh", "en")
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
        validators=[InputRequired(_l("请填写证书编号或注册编号。")), Length(max=60)],
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
        _l("证书文件（PDF）"),
        validators=[FileRequired(_l("请选择要核对的证书文件。"))],
        render_kw={"accept": "application/pdf,.pdf"},
    )
    number = StringField(_l("证书编号"), validators=[Length(max=60)])


@bp.get("/v/<token>")
@public
@_each
def code(token: str) -> ResponseReturnValue:
    """Answer the QR code. No cookie is read or set, and nothing is kept."""
    found = queries.check_code(desk.reading(), token, desk.today())
    # The address as it may stand in a link again: what is no code is not repeated.
    here = f"/v/{read_code(token) or '-'}"
    return _private(verify_page.page(found, desk.now(), _language(), here))


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
    found = queries.check_number(desk.reading(), number, name, desk.today())
    return _page(form, found=found)


@bp.post("/verify/file")
@public
@_each
def by_file() -> ResponseReturnValue:
    """Answer for a file. It is hashed and searched for our numbers, never opened."""
    form = CertificateFileForm.sent()
    if not form.validate():
        return _page(NumberForm.blank(), file_form=form, status=422)
    data = form.file.data.read(_LARGEST_FILE)
    found = queries.check_file(
        desk.reading(), data, desk.today(), typed=form.number.data or ""
    )
    return _page(NumberForm.blank(), file_form=form, found=found, by_file=True)


def _page(
    form: NumberForm,
    *,
    file_form: CertificateFileForm | None = None,
    found: Answer | None = None,
    by_file: bool = False,
    status: int = 200,
) -> Response:
    page = render_template(
        "public/verify.html",
        form=form,
        file_form=file_form or CertificateFileForm.blank(),
        found=verify_page.shown(found, desk.now()) if found else None,
        by_file=by_file,
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
