"""Every numbered rule is held by a test that exists, or is named as not held yet."""

import ast
from functools import cache
from pathlib import Path

from tests.policy.rule_book import HELD, OPEN

TESTS = Path(__file__).parents[1]
NUMBERS = set(range(1, 97))


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    return frozenset(
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    )


def test_no_rule_is_forgotten() -> None:
    assert set(HELD) | set(OPEN) == NUMBERS
    assert not set(HELD) & set(OPEN)
    assert all(HELD.values())


def test_every_test_that_is_named_is_there() -> None:
    named = [test.partition("::") for tests in HELD.values() for test in tests]

    assert [f"{f}::{name}" for f, _, name in named if name not in names_in(f)] == []


def test_what_waits_does_not_grow() -> None:
    assert len(OPEN) <= 17
