"""All of a person's certificates in one package, with a table of what is in it."""

import csv
import io
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.credentials import queries
from lms.credentials.queries import FileCard, Holding
from lms.credentials.rules import FileKind, HoldingKind
from lms.kernel.text import inert
from lms.web import archive_desk, desk
from lms.web.account.profile_parts import by_account
from lms.web.certificate_files import VERDICTS
from lms.web.doors import learner
from lms.web.filters import day, term
from lms.web.limits import limiter
from lms.web.records.wallet import bp

__all__ = ["bp"]

_IN_MEMORY = 4 * 2**20
"""What is larger lies in a file that goes with the answer."""
_TEXTS = {FileKind.CREDENTIAL, FileKind.JWT}

Line = tuple[Holding, tuple[FileCard, ...]]


@bp.get("/all.zip")
@learner
@limiter.limit("20/hour", key_func=by_account)
def pack() -> ResponseReturnValue:
    """Give every form of every certificate, whatever became of it."""
    session = desk.reading()
    every = queries.holdings(session, desk.me(), desk.today())
    lines = [(one, queries.forms(session, one)) for one in every]
    # It goes when the answer has been sent.
    spooled = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    package = cast("IO[bytes]", spooled)
    with ZipFile(package, "w") as zipped:
        for of, files in lines:
            for file in files:
                body = queries.open_form(session, of, file.kind)
                way = ZIP_DEFLATED if file.kind in _TEXTS else ZIP_STORED
                zipped.writestr(inner_name(of, file.kind), body, compress_type=way)
        for name, text in (
            (_("目录.html"), _page(lines)),
            (_("目录.csv"), _table(lines)),
        ):
            zipped.writestr(name, text, compress_type=ZIP_DEFLATED)
    package.seek(0)
    answer = archive_desk.handed(package, f"certificates-{desk.today().isoformat()}")
    answer.call_on_close(package.close)
    return answer


def inner_name(of: Holding, kind: FileKind) -> str:
    """Name a file in the package: by the number that every version has for itself."""
    return f"{of.card.facts.number}.{kind.value}"


def _page(lines: list[Line]) -> str:
    return render_template(
        "records/wallet_index.html",
        lines=lines,
        inner_name=inner_name,
        verdicts=VERDICTS,
        now=desk.now(),
    )


def _table(lines: list[Line]) -> bytes:
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerows([inert(cell) for cell in row] for row in _rows(lines))
    # Office programs read UTF-8 only where the first sign says so.
    return made.getvalue().encode("utf-8-sig")


def _rows(lines: list[Line]) -> Iterator[list[str]]:
    yield [
        _("证书"), _("编号"), _("姓名"), _("专业"), _("发证单位"), _("签发日期"),
        _("有效期至"), _("状态"), _("文件"),
    ]  # fmt: skip
    for of, files in lines:
        of_study = of.kind is HoldingKind.COMPLETION
        yield [
            _("合格证") if of_study else _("注册证书"),
            of.number,
            of.name,
            "、".join(term(one) for one in of.specialties),
            of.issuer,
            day(of.issued_on),
            day(of.valid_until) if of.valid_until else "",
            str(VERDICTS[of.verdict]),
            " ".join(inner_name(of, file.kind) for file in files),
        ]
