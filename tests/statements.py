"""Which SQL only those tests ask that PostgreSQL is spared.

    python -m pytest -p tests.statements tests/web tests/house/test_doors.py \
        -k "not (foreign or junk or no_deed)"

runs them on SQLite and names the files with the mark `sqlite_alone` that put a
statement to the database which no test without the mark puts to it; each is written
out. Whoever sets the mark looks here first, and leaves it away where a function, a
search, an order or a lock stands in the list: there engines differ.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.spread import ALONE

_LIST = re.compile(r"\(\?(, \?)*\)(, \(\?(, \?)*\))*")
_ASKS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
_NUMBER = re.compile(r"_\d+\b")


class Asked:
    """By whom each statement was asked, told without its values."""

    def __init__(self) -> None:
        self.now, self.spared = "", False
        self.spared_by: dict[str, set[str]] = defaultdict(set)
        self.on_both: set[str] = set()
        event.listen(Engine, "before_cursor_execute", self._hear)

    def _hear(self, *told: Any) -> None:
        if not str(told[2]).startswith(_ASKS):
            return
        shape = _NUMBER.sub("", _LIST.sub("(?)", str(told[2])))
        if self.spared:
            self.spared_by[shape].add(self.now)
        elif self.now:
            self.on_both.add(shape)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.now = item.nodeid.partition("::")[0]
        self.spared = item.get_closest_marker(ALONE) is not None
        answer = yield
        self.now, self.spared = "", False
        return answer

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Name the files, and what they alone asked."""
        alone: dict[str, list[str]] = defaultdict(list)
        for shape in self.spared_by.keys() - self.on_both:
            alone[", ".join(sorted(self.spared_by[shape]))].append(shape)
        terminalreporter.section("asked by none whom both engines have")
        for files in sorted(alone):
            terminalreporter.write_line(f"{len(alone[files])} {files}")
            for shape in sorted(alone[files]):
                terminalreporter.write_line(f"    {' '.join(shape.split())}")


def pytest_configure(config: pytest.Config) -> None:
    """Begin to listen."""
    config.pluginmanager.register(Asked())
