"""Tables that people hand in as workbooks: cells as they are, and who reads them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class CellKind(StrEnum):
    """What somebody put into a cell."""

    TEXT = "text"
    NUMBER = "number"
    FORMULA = "formula"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as it was handed in: words, a figure or a day in its plain writing.

    A formula is never worked out; its text is what stands there.

    PII: perhaps.
    """

    text: str = field(repr=False)
    kind: CellKind = CellKind.TEXT


EMPTY = Cell("")
Grid = Sequence[Sequence[Cell]]
"""Rows of cells from the first row of the sheet on; rows may be short."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a sheet is read; a sheet with more rows is refused.

    Units: `cell` in characters; what stands beyond is cut.
    """

    rows: int
    columns: int
    cell: int = 500


class WorkbookReader(Protocol):
    """Opens uploaded workbooks far from the web process, and never trusts one."""

    def grid(self, upload: bytes, limits: Limits) -> Grid:
        """Read the first sheet that has something in it.

        Raises: Refused when it is no workbook we take; Unavailable.
        """
        ...
