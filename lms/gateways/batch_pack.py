"""One ZIP of a batch: its certificates as they were issued, and an index to work with.

Nothing is held in memory but one certificate; the index grows in a file beside. Neither
is ever readable on the disk: the package is sealed as it is written.
"""

import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any, cast
from uuid import UUID

import xlsxwriter

from lms.credentials.queries.batches import FileRow
from lms.credentials.rules.batches import packed_name
from lms.credentials.services.packages import PackTask
from lms.gateways.drawing.words import SPECIALTIES
from lms.gateways.shut_files import ShutReader, ShutWriter
from lms.kernel.errors import NotFound

TOLD_EVERY = 50
INDEX = "索引.xlsx"
_HEADS = (
    ("序号", 8),
    ("证书编号", 30),
    ("姓名", 14),
    ("身份证号", 22),
    ("专业", 16),
    ("发证日期", 14),
    ("状态", 10),
    ("文件名", 36),
    ("SHA-256", 68),
)
_STATES = {"valid": "有效", "superseded": "已换发", "revoked": "已撤销"}
_GONE = "（持证人的数据已依法销毁）"
_READ_ME = """合格证批量下载

索引.xlsx 列出每一张证书的编号、姓名、专业、文件名和校验值（SHA-256）。
每个文件与签发时逐字节相同；可在平台的“验证证书”页核验，也可比对校验值。
本文件含个人信息，请妥善保管，用毕删除。
"""


class SealedBatchPacker:
    """`BatchPacker` in a folder of this house."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(
        self,
        task: PackTask,
        files: Iterable[tuple[FileRow, bytes | None]],
        told: Callable[[int], bool],
    ) -> int | None:
        """Write a package, and name it when it is whole."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._path(task.id).with_suffix(".part")
        try:
            with draft.open("wb") as raw:
                out = ShutWriter(raw, task.key)
                if not _fill(out, files, told, self._folder):
                    return None
                out.end()
                os.fsync(raw.fileno())
            draft.rename(self._path(task.id))
        finally:
            draft.unlink(missing_ok=True)
        return out.size

    def open(self, pack_id: UUID, key: bytes, size: int) -> IO[bytes]:
        """Open a package."""
        path = self._path(pack_id)
        if not path.is_file():
            raise NotFound("batch.no_package")
        return cast("IO[bytes]", ShutReader(path, key, size))

    def remove(self, pack_id: UUID) -> None:
        """Remove a package."""
        self._path(pack_id).unlink(missing_ok=True)

    def _path(self, pack_id: UUID) -> Path:
        return self._folder / f"{pack_id.hex}.shut"


def _fill(
    out: ShutWriter,
    files: Iterable[tuple[FileRow, bytes | None]],
    told: Callable[[int], bool],
    folder: Path,
) -> bool:
    """Write all files and the index; tell whether it was ours to the end."""
    with (
        tempfile.TemporaryFile(dir=folder) as index,
        zipfile.ZipFile(cast("IO[bytes]", out), "w", zipfile.ZIP_STORED) as made,
    ):
        made.writestr("说明.txt", _READ_ME)
        book = xlsxwriter.Workbook(
            index, {"constant_memory": True, "tmpdir": str(folder)}
        )
        sheet = _sheet(book)
        for n, (row, body) in enumerate(files, 1):
            if body is not None:
                made.writestr(packed_name(row.facts.number, row.kind.value), body)
            _line(sheet, n, row, there=body is not None)
            if n % TOLD_EVERY == 0 and not told(n):
                return False
        book.close()
        index.seek(0)
        with made.open(INDEX, "w") as entry:
            while piece := index.read(1 << 16):
                entry.write(piece)
    return True


def _sheet(book: Any) -> Any:  # noqa: ANN401 - xlsxwriter has no types
    sheet, bold = book.add_worksheet("索引"), book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for place, (head, width) in enumerate(_HEADS):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, head, bold)
    return sheet


def _line(sheet: Any, n: int, row: FileRow, *, there: bool) -> None:  # noqa: ANN401 - xlsxwriter has no types
    facts = row.facts
    sheet.write_number(n, 0, n)
    cells = (
        facts.number,
        # Who was forgotten is named in no list that leaves the house.
        facts.name if there else "",
        facts.id_masked if there else "",
        SPECIALTIES[facts.hours[0].specialty],
        facts.issued_on.isoformat(),
        _STATES[row.state.value],
        packed_name(facts.number, row.kind.value) if there else _GONE,
        row.sha256.hex(),
    )
    for place, text in enumerate(cells, 1):
        # As text, so that nothing that a person typed becomes a formula.
        sheet.write_string(n, place, text)
