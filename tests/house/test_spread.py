"""What is asked of one engine alone, and how the workers share what takes long."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import everything, spread
from tests.spread import ROOT, WALK

ALONE = f"mark.{spread.ALONE}"
OWN = {"conftest.py", "engines.py", "everything.py", "spread.py", "test_spread.py"}


def module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def test_whoever_asks_which_engine_runs_is_asked_on_both() -> None:
    """Who reads the variable without `tests.engines` would be left out unseen."""
    asking = [
        file
        for file in sorted((ROOT / "tests").rglob("*.py"))
        if file.name not in OWN and "LMS_TEST_ENGINE" in file.read_text("utf-8")
    ]

    assert asking
    assert not [f for f in map(module, asking) if not spread.knows_engines(f)]


def test_who_begins_from_a_house_of_their_own_is_asked_on_both() -> None:
    for name in ("house.test_doors", "chaos.test_kill", "chaos.test_power",
                 "hostile.test_hostile", "migrations.test_migrations"):  # fmt: skip
        assert spread.knows_engines(f"tests.{name}"), name


def test_rules_and_drawings_know_of_no_engine() -> None:
    for name in ("commerce.test_rules", "policy.test_renewal", "gateways.test_drawing",
                 "make.people"):  # fmt: skip
        assert not spread.knows_engines(f"tests.{name}"), name


def test_the_criterion_tells_a_test_with_a_house_from_one_without(
    request: pytest.FixtureRequest,
) -> None:
    assert not spread.asks_an_engine(request.node)


def test_with_the_house_it_asks(request: pytest.FixtureRequest, app: object) -> None:
    assert app
    assert spread.asks_an_engine(request.node)


def spared() -> dict[str, str]:
    """Give the text of every file that marks something for SQLite alone."""
    files = {one: one.read_text("utf-8") for one in (ROOT / "tests").rglob("test_*.py")}
    return {
        str(file.relative_to(ROOT)): text
        for file, text in files.items()
        if f"mark.{spread.ALONE}" in text and file.name != "test_spread.py"
    }


def test_who_is_asked_on_sqlite_alone_says_why() -> None:
    told = re.compile(rf'mark\.{spread.ALONE}\((PAGES\)|"(\w+\S* ){{4,}})')
    found = spared()

    assert found
    assert not [f for f, t in found.items() if len(told.findall(t)) != t.count(ALONE)]


def test_no_race_and_no_power_cut_is_spared_the_second_engine() -> None:
    """Nor is what asks which engine runs: there engines differ."""
    apart = re.compile(
        r"tests\.races|tests\.cuts|import races|threading|os\.fork|dialect|engines\b"
    )
    assert not [f for f, t in spared().items() if apart.search(t) and f != WALK]


def test_each_audience_has_pages_that_both_engines_are_asked_for() -> None:
    marked = spared()
    for folder in sorted((ROOT / "tests" / "web").iterdir()):
        files = {str(f.relative_to(ROOT)) for f in folder.glob("test_*.py")}
        assert not files or files - set(marked), folder


@pytest.mark.sqlite_alone("a mark that says why is all that this needs")
def test_with_the_mark_it_asks_no_other(
    request: pytest.FixtureRequest, app: object
) -> None:
    assert app
    assert not spread.asks_an_engine(request.node)


def test_three_who_judge_one_walk_are_one_workers() -> None:
    judged = {
        spread.part_of_walk(f"{WALK}::{name}[clerk]")
        for name in (
            "test_doors_open_to_those_of_the_table_alone",
            "test_no_get_changes_anything",
            "test_who_is_kept_out_changes_nothing",
        )
    }
    assert len(judged) == 1
    others = {
        spread.part_of_walk(f"{WALK}::{name}")
        for name in (
            "test_no_get_changes_anything[manager]",
            "test_what_is_foreign_looks_like_what_is_not_there[clerk]",
            "test_no_deed_without_the_pages_token[none-clerk]",
            "test_every_endpoint_is_in_the_table",
        )
    }
    assert len(others | judged) == 5


@pytest.mark.parametrize(
    ("cores", "gibibytes", "workers", "tourists"),
    [(1, 4, "2", "2"), (2, 24, "3", "2"), (4, 8, "5", "4"), (16, 64, "9", "9"),
     (16, 4, "2", "2")],
)  # fmt: skip
def test_a_run_uses_the_cores_that_there_are_as_far_as_memory_goes(
    cores: int, gibibytes: int, workers: str, tourists: str
) -> None:
    assert everything.at_once(cores, gibibytes << 30) == (workers, tourists)
