"""The report to a province as a file: tables, a signed list of them, a verifier.

The tables lie in private files that have no name while they are written; into the ZIP,
and so onto the disk, they come sealed.
"""

import base64
import codecs
import csv
import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import xlsxwriter

from lms.exports.rules import Made, Signed, Task
from lms.gateways.drawing.words import SPECIALTIES
from lms.gateways.pack.wrapping import single_file
from lms.gateways.signing.signers import ed25519_sign
from lms.kernel.clock import SHANGHAI
from lms.kernel.credit import ONE_HOUR
from lms.kernel.errors import Refused
from lms.kernel.text import inert
from lms.reports.province import Row
from lms.signing.rules import Key

TOLD_EVERY = 200
MOST_ROWS = 1_000_000
TITLE = "Xueshi province report"
_HEADS = (
    ("姓名", 14),
    ("身份证号", 22),
    ("注册编号", 20),
    ("专业", 16),
    ("合格证编号", 30),
    ("发证日期", 12),
    ("必修学时", 10),
    ("选修学时", 10),
    ("聘用企业", 34),
    ("注册有效期起", 14),
    ("注册有效期止", 14),
    ("状态", 12),
)
_FIGURES = (6, 7)
_STATES = {
    "valid": "有效",
    "expired": "已过期",
    "superseded": "已换发",
    "revoked": "已撤销",
    "none": "未取得合格证",
}
_BASES = {"issued": "按合格证发证日期", "ending": "按注册有效期截止日期"}
_READ_ME = """继续教育上报材料 {number}

report.xlsx 与 report.csv 内容相同，一人一专业一行：姓名、身份证号、注册编号、专业、
合格证编号、发证日期、必修学时、选修学时、聘用企业、注册有效期起止、状态。
CSV 用 UTF-8；身份证号请按“文本”列导入，以免电子表格软件改写末位数字。

MANIFEST.json 列出全部文件的校验值（SHA-256），MANIFEST.sig 是协会密钥（Ed25519）对它的
签名，KEY.txt 是公钥。在任何装有 Python 3.9 以上版本的电脑上离线核验：

    python3 verify_report.py 本文件.zip --key 公钥

公钥请从平台“密钥公示”页（{site}/keys）抄录，不要只信本文件里的 KEY.txt。
本文件含完整个人信息，请妥善保管，用毕删除。

A report to the province. The two tables say the same. MANIFEST.json lists the digest
of every file; MANIFEST.sig is the association's Ed25519 signature. Check it offline
with the command above, and take the key from the site's page of published keys.
"""


class ZipReports:
    """`ReportPress` on this machine."""

    def __init__(self, folder: Path, base_url: str) -> None:
        self._folder, self._site = folder, base_url

    def press(
        self,
        task: Task,
        rows: Iterable[Row],
        key: Key,
        out: IO[bytes],
        told: Callable[[int], bool],
    ) -> Made | None:
        """Write the report, and sign the list of what is in it."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (
            tempfile.TemporaryDirectory(dir=self._folder) as folder,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
            tempfile.TemporaryFile(dir=folder) as sheet,
        ):
            digests = _Digests(made)
            count = _tables(digests, _told(rows, told), sheet, folder)
            if count is None:
                return None
            number = task.number or ""
            digests.put(
                "READ-ME.txt",
                _READ_ME.format(number=number, site=self._site).encode(),
            )
            digests.put("KEY.txt", _key_line(key).encode())
            digests.put("verify_report.py", single_file("verify_report").encode())
            manifest = _manifest(task, count, digests.found, key)
            signature = ed25519_sign(key, signed_text(manifest))
            made.writestr("MANIFEST.json", manifest)
            made.writestr("MANIFEST.sig", base64.b64encode(signature) + b"\n")
        digest = hashlib.sha256(manifest).digest()
        return Made(count, 0, b"", Signed(digest, key.kid, signature))


class _GivenUp(Exception):
    """The report is no longer wanted."""


class _Digests:
    """Puts files into a ZIP and keeps their digests."""

    def __init__(self, made: zipfile.ZipFile) -> None:
        self._made, self.found = made, dict[str, str]()

    def put(self, name: str, body: bytes) -> None:
        self._made.writestr(name, body)
        self.found[name] = hashlib.sha256(body).hexdigest()

    def copy(self, name: str, file: IO[bytes]) -> None:
        digest = hashlib.sha256()
        file.seek(0)
        with self._made.open(name, "w", force_zip64=True) as entry:
            while piece := file.read(1 << 16):
                digest.update(piece)
                entry.write(piece)
        self.found[name] = digest.hexdigest()


def _told(rows: Iterable[Row], told: Callable[[int], bool]) -> Iterator[Row]:
    for n, row in enumerate(rows, 1):
        if n % TOLD_EVERY == 0 and not told(n):
            raise _GivenUp
        if n > MOST_ROWS:
            raise Refused("export.too_long")
        yield row


def _tables(
    digests: _Digests, rows: Iterator[Row], sheet: IO[bytes], folder: str
) -> int | None:
    """Write both tables in one go through the rows; None when given up."""
    with tempfile.TemporaryFile(dir=folder) as plain:
        try:
            count = _both(rows, sheet, plain, folder)
        except _GivenUp:
            return None
        digests.copy("report.xlsx", sheet)
        digests.copy("report.csv", plain)
    return count


def _both(rows: Iterator[Row], sheet: IO[bytes], plain: IO[bytes], folder: str) -> int:
    count = 0
    plain.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(plain, "utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([head for head, _width in _HEADS])
    shape = {"constant_memory": True, "tmpdir": folder}
    with xlsxwriter.Workbook(sheet, shape) as book:
        page = _page(book)
        figure = book.add_format({"num_format": "0.00"})
        for count, row in enumerate(rows, 1):
            cells = _cells(row)
            writer.writerow([inert(cell) for cell in cells])
            for place, cell in enumerate(cells):
                if place in _FIGURES:
                    page.write_number(count, place, float(cell), figure)
                else:
                    # As text, so that nothing that a person typed becomes a formula.
                    page.write_string(count, place, cell)
    text.flush()
    text.detach()
    return count


def _page(book: Any) -> Any:  # noqa: ANN401 - xlsxwriter has no types
    page, bold = book.add_worksheet("上报明细"), book.add_format({"bold": True})
    page.freeze_panes(1, 0)
    for place, (head, width) in enumerate(_HEADS):
        page.set_column(place, place, width)
        page.write_string(0, place, head, bold)
    return page


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        row.id_number,
        row.registration_no,
        SPECIALTIES[row.specialty],
        row.certificate,
        row.issued_on.isoformat() if row.issued_on else "",
        f"{row.required / ONE_HOUR:.2f}",
        f"{row.elective / ONE_HOUR:.2f}",
        row.employer,
        row.period_from.isoformat(),
        row.period_until.isoformat(),
        _STATES[row.state],
    )


def _manifest(task: Task, count: int, files: dict[str, str], key: Key) -> bytes:
    period = task.narrowing.period
    if period is None:
        raise RuntimeError("a report without a period")
    told = {
        "report": {
            "number": task.number,
            "association": str(task.association_id),
            "basis": period.basis.value,
            "basis_words": _BASES[period.basis.value],
            "since": period.since.isoformat(),
            "until": period.until.isoformat(),
            "rows": count,
            "asked_at": _here(task.asked_at),
            "kid": key.kid,
        },
        "files": files,
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def signed_text(manifest: bytes) -> bytes:
    """Give what is signed; its first line sets it apart from all else that is."""
    return f"{TITLE}\nsha256 {hashlib.sha256(manifest).hexdigest()}\n".encode()


def _key_line(key: Key) -> str:
    return f"{key.kid} {base64.b64encode(key.public).decode()}\n"


def _here(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")
