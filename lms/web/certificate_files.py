"""The forms of a certificate as files to take away: names, types, what for."""

from dataclasses import dataclass

from flask import Response
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.credentials.queries import Holding
from lms.credentials.rules import FileKind, Verdict
from lms.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Form:
    """One form as a page offers it."""

    name: LazyString
    hint: LazyString
    media: str
    icon: str


FORMS: dict[FileKind, Form] = {
    FileKind.PDF: Form(
        _l("PDF"), _l("打印、发给单位都用它"), "application/pdf", "file"
    ),
    FileKind.OFD: Form(
        _l("OFD"), _l("国家标准版式，报送政务系统用"), "application/ofd", "file"
    ),
    FileKind.CREDENTIAL: Form(
        _l("可验证凭证（JSON）"),
        _l("供支持开放徽章的系统自动读取"),
        "application/vc",
        "shield-check",
    ),
    FileKind.JWT: Form(
        _l("可验证凭证（JWT）"),
        _l("同一凭证的单行签名形式"),
        "application/vc+jwt",
        "shield-check",
    ),
    FileKind.LONG_TERM: Form(
        _l("长期保存版 PDF"),
        _l("带时间戳，多年以后仍可验证签名"),
        "application/pdf",
        "history",
    ),
    FileKind.STAMPED_OFD: Form(
        _l("长期保存版 OFD"),
        _l("印章上带时间戳，多年以后仍可验证签章"),
        "application/ofd",
        "history",
    ),
}

VERDICTS: dict[Verdict, LazyString] = {
    Verdict.VALID: _l("有效"),
    Verdict.EXPIRED: _l("已过期"),
    Verdict.SUPERSEDED: _l("已换发"),
    Verdict.REVOKED: _l("已撤销"),
    Verdict.VOIDED: _l("已注销"),
    Verdict.INVALID: _l("无效"),
}
"""What a certificate of one's own is worth, in a word."""


def kind_of(asked: str) -> FileKind:
    """Read which form is asked for; nothing said is the PDF.

    Raises: NotFound.
    """
    try:
        return FileKind(asked or FileKind.PDF)
    except ValueError as error:
        raise NotFound("certificate.unknown") from error


def file_name(of: Holding, kind: FileKind) -> str:
    """Name a file by the certificate's number."""
    return f"{of.file_name}.{kind.value}"


def sent(body: bytes, of: Holding, kind: FileKind, *, save: bool = True) -> Response:
    """Send one form, byte for byte; nothing keeps a copy on the way."""
    response = Response(body, content_type=FORMS[kind].media)
    way = "attachment" if save else "inline"
    name = file_name(of, kind)
    response.headers["Content-Disposition"] = f'{way}; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
