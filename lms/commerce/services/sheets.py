"""Say how a sheet is read, and remember it by its heads: statements, old platforms."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from lms.commerce.rules.columns import fingerprint
from lms.kernel.db import Table, inserting
from lms.kernel.errors import Refused
from lms.kernel.ids import new_id
from lms.kernel.work import Work

Problems = Callable[[Mapping[Any, int], int], Sequence[str]]
"""Lists what a mapping lacks in a sheet of so many columns."""


class Sheet(Protocol):
    """A file on a desk that is not taken in yet."""

    fingerprint: Any
    head: Any
    columns: Any


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the heads of a sheet are, and what is what; and what else was lacking.

    `refusal` is the code under which all that is lacking is told.
    """

    head: int
    columns: Mapping[Any, int]
    refusal: str
    lacking: tuple[str, ...] = ()


def lay_out(
    row: Sheet, rows: Sequence[Sequence[str]], told: Layout, problems: Problems
) -> None:
    """Say how a sheet is read.

    Raises: Refused (statement.no_rows) for heads that are nowhere, and with all that
        is missing.
    """
    if not 0 <= told.head < len(rows):
        raise Refused("statement.no_rows")
    heads = rows[told.head]
    found = (*problems(told.columns, len(heads)), *told.lacking)
    if found:
        raise Refused(told.refusal, reasons=found)
    row.head, row.columns = told.head, written(told.columns)
    row.fingerprint = fingerprint(heads)


def written(columns: Mapping[Any, int]) -> dict[str, int]:
    """Write a mapping as a table keeps it."""
    return {what.value: place for what, place in columns.items()}


def remember(
    work: Work,
    table: type[Table],
    key: Mapping[str, Any],
    told: Mapping[str, Any],
    first: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Read the same form so from now on: `told` under its `key`, and who said it.

    `first` is kept from when the form came first. Two who say it at once both may.
    """
    now = {**told, "made_by": work.actor.person_id, "used_at": work.now}
    work.session.flush()
    work.session.execute(
        inserting(work.session, table)
        .values(id=new_id(), **key, **first, **now)
        .on_conflict_do_update(index_elements=list(key), set_=now)
    )
