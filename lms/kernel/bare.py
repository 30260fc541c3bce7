"""Single statements by the bare driver, for the path that is too busy for more.

One statement that commits by itself is the smallest unit of work there is. It is
guarded by its own WHERE clause: who finds that nothing matched reads again.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, get_type_hints
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

Read = Callable[[Any], Any]

_NAMED = re.compile(r"(?<!:):([a-z_]+)")


def _instant(value: str) -> datetime:
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


_FROM_SQLITE: Mapping[type, Read] = {
    datetime: _instant,
    date: date.fromisoformat,
    UUID: UUID,
}
"""How SQLAlchemy left each type in a SQLite file, which knows neither."""


def _to_sqlite(value: object) -> object:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, date):
        return value.isoformat()
    return value


class Statement:
    """One SQL text with `:names`.

    Shape: `shapes` are named tuples whose fields, one after the other, are the columns
    of a select, with the types that they shall have.
    """

    def __init__(self, sql: str, *shapes: type[tuple[Any, ...]]) -> None:
        self._named = sql
        self._percent = _NAMED.sub(r"%(\1)s", sql)
        self._reads = tuple(
            _read_of(kind) for one in shapes for kind in get_type_hints(one).values()
        )

    def rows(
        self,
        driver: Any,  # noqa: ANN401 - the driver's own type
        values: Mapping[str, object],
    ) -> list[tuple[Any, ...]]:
        """Run a select on a driver's connection."""
        found: list[tuple[Any, ...]] = self._run(driver, values).fetchall()
        return [self._read(row) for row in found] if _is_sqlite(driver) else found

    def changed(self, driver: Any, values: Mapping[str, object]) -> int:  # noqa: ANN401 - either engine's driver
        """Run a change on a driver's connection and count the rows it met."""
        count: int = self._run(driver, values).rowcount
        return count

    def _read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(
            value if read is None or value is None else read(value)
            for read, value in zip(self._reads, row, strict=True)
        )

    def _run(self, driver: Any, values: Mapping[str, object]) -> Any:  # noqa: ANN401 - either engine's driver
        if _is_sqlite(driver):
            plain = {name: _to_sqlite(value) for name, value in values.items()}
            return driver.execute(self._named, plain)
        return driver.execute(self._percent, values)


def _read_of(hint: Any) -> Read | None:  # noqa: ANN401 - a type, or a union
    for kind, read in _FROM_SQLITE.items():
        if hint == kind or hint == kind | None:
            return read
    return None


def _is_sqlite(driver: Any) -> bool:  # noqa: ANN401 - either engine's driver
    return type(driver).__module__.startswith("sqlite3")


@contextmanager
def driver_of(engine: Engine) -> Iterator[Any]:
    """Lend a pooled connection of the driver on which each statement commits itself."""
    lent = engine.raw_connection()
    driver: Any = lent.driver_connection
    sqlite = _is_sqlite(driver)
    if not sqlite:
        driver.autocommit = True
    try:
        yield driver
    except BaseException:
        # What it was doing is unknown: the pool shall not lend it again.
        lent.invalidate()
        raise
    finally:
        if not sqlite and lent.is_valid:
            driver.autocommit = False
        lent.close()


def driver_under(session: Session) -> Any:  # noqa: ANN401 - the driver's own type
    """Give the driver's connection under a session, within its transaction."""
    return session.connection().connection.driver_connection
