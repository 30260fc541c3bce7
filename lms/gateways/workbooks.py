"""Opens uploaded workbooks in a process of its own, with limits.

The web process opens none of them: `python -m lms.gateways.workbookroom` looks at what
is in the archive before anything is unpacked, and answers with cells as JSON.
"""

import json

from lms.gateways import rooms
from lms.kernel.errors import Refused
from lms.kernel.grids import Cell, CellKind, Grid, Limits

UPLOAD_BYTES = 2 * 2**20
_ZIP = b"PK\3\4"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class LocalWorkbooks:
    """`WorkbookReader` on this machine."""

    def grid(self, upload: bytes, limits: Limits) -> Grid:
        """Read the first sheet that has something in it."""
        if len(upload) > UPLOAD_BYTES:
            raise Refused("workbook.too_big")
        if upload.startswith(_COMPOUND):
            # What Excel wrote before 2007, and any newer file that has a password.
            raise Refused("workbook.old")
        if not upload.startswith(_ZIP):
            raise Refused("workbook.format")
        return [
            [Cell(text, CellKind(kind)) for kind, text in row]
            for row in _read(upload, limits)
        ]


def _read(upload: bytes, limits: Limits) -> list[list[tuple[str, str]]]:
    asked = (str(limits.rows), str(limits.columns), str(limits.cell))
    said = rooms.answer(
        "workbookroom", upload, *asked,
        unreadable="workbook.unreadable", closed="workbook.room",
    )  # fmt: skip
    rows: list[list[tuple[str, str]]] = json.loads(said)
    return rows
