"""kill -9 at named places: what was answered stays, what was not is whole or absent."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.assembly import assemble
from lms.commerce.models import Order, Payment
from lms.commerce.rules import OrderState
from lms.evidence import queries as evidence
from lms.exams.models import Attempt
from lms.exams.rules import AttemptState
from lms.hours.models import HoursEntry
from lms.kernel.db import db
from lms.kernel.settings import from_env
from lms.learning.models import Enrolment, Study
from lms.people.models import Person

ROOT = Path(__file__).parents[2]
KILLED = 137


def call(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LMS_")}
    return subprocess.run(
        (sys.executable, *words),
        cwd=ROOT,
        env={**clean, **env},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration, seeded once."""
    folder = tmp_path_factory.mktemp("seeded")
    env = {"LMS_DATA_DIR": str(folder), "LMS_DEMO": "1"}
    for command in ("migrate", "seed"):
        done = call(env, "-m", "flask", "--app", "app", command)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def env(seeded: Path, tmp_path: Path) -> dict[str, str]:
    """A copy of it, to be killed in."""
    if os.environ.get("LMS_TEST_ENGINE") == "postgresql":
        pytest.skip("a file can be copied for each kill; a server cannot")
    shutil.copytree(
        seeded, tmp_path / "house", ignore=shutil.ignore_patterns("media", "cache")
    )
    return {"LMS_DATA_DIR": str(tmp_path / "house"), "LMS_DEMO": "1"}


@pytest.fixture
def opened(env: dict[str, str]) -> Iterator[Flask]:
    app = assemble(from_env(env), limits=False)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def act(
    env: dict[str, str], name: str, point: str = ""
) -> tuple[int, list[dict[str, Any]]]:
    done = call({**env, "LMS_FAILPOINT": point}, "-m", "tests.chaos.acts", name)
    assert done.returncode in {0, KILLED}, done.stderr
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def chains_hold() -> None:
    db.session.remove()
    broken = [v for v in evidence.verify_all(db.session()) if not v.intact]
    assert not broken


@pytest.mark.parametrize(
    ("point", "paid"),
    [
        ("commerce.fulfil.line:1", False),
        ("commerce.settle.before_commit:1", False),
        ("work.before_commit:1", False),
        ("work.after_commit:1", True),
    ],
)
def test_a_payment_is_whole_or_absent(
    env: dict[str, str], opened: Flask, point: str, paid: bool
) -> None:
    def state() -> tuple[OrderState, int, int]:
        db.session.remove()
        order = db.session.scalars(
            select(Order)
            .join(Person, Person.id == Order.person_id)
            .where(Person.name == "周转")
        ).one()
        mine = select(func.count()).where(Enrolment.person_id == order.person_id)
        paid_by = select(func.count()).where(Payment.order_id == order.id)
        return (
            order.state,
            db.session.scalar(mine) or 0,
            db.session.scalar(paid_by) or 0,
        )

    code, _told = act(env, "confirm", point)
    assert code == KILLED
    whole, nothing = (OrderState.FULFILLED, 10, 1), (OrderState.PENDING, 0, 0)
    assert state() == (whole if paid else nothing)

    act(env, "confirm")
    assert state() == whole
    chains_hold()


@pytest.mark.parametrize("nth", [2, 3, 5, 7])
@pytest.mark.parametrize("place", ["work.before_commit", "work.after_commit"])
def test_no_second_that_was_answered_is_lost_and_no_credit_comes_twice(
    env: dict[str, str], opened: Flask, place: str, nth: int
) -> None:
    def studied() -> tuple[int, int]:
        db.session.remove()
        person = select(Person.id).where(Person.name == "张建国").scalar_subquery()
        seconds = select(func.sum(Study.credited_seconds)).join(
            Enrolment, Enrolment.id == Study.enrolment_id
        )
        entries = select(func.count()).select_from(HoursEntry)
        return (
            db.session.scalar(seconds.where(Enrolment.person_id == person)) or 0,
            db.session.scalar(entries.where(HoursEntry.person_id == person)) or 0,
        )

    seconds, entries = studied()
    code, told = act(env, "study", f"{place}:{nth}")
    assert code == KILLED or told
    answered = sum(1 for one in told if one["done"])
    after = studied()
    assert after[0] >= seconds + max([t["credited"] for t in told], default=0) * bool(
        told
    )
    assert entries + answered <= after[1] <= entries + answered + 1

    act(env, "study")
    assert studied()[1] == entries + 1
    chains_hold()


@pytest.mark.parametrize("point", [
    "work.before_commit:1", "work.after_commit:1", "work.before_commit:2",
    "work.after_commit:2", "exams.submit.before_mark:1", "work.before_commit:3",
    "work.after_commit:3",
])  # fmt: skip
def test_a_paper_keeps_its_answers_and_is_marked_once(
    env: dict[str, str], opened: Flask, point: str
) -> None:
    code, told = act(env, "submit", point)
    assert code == KILLED
    saved = any("saved" in one for one in told)
    db.session.remove()
    row = db.session.scalars(
        select(Attempt)
        .join(Person, Person.id == Attempt.person_id)
        .where(Person.name == "孙备")
    ).one_or_none()
    if saved:
        assert row is not None
        assert len(row.answers) == 50

    act(env, "submit")
    db.session.remove()
    row = db.session.scalars(
        select(Attempt)
        .join(Person, Person.id == Attempt.person_id)
        .where(Person.name == "孙备")
    ).one()
    assert (row.state, row.score, row.n) == (AttemptState.GRADED, 100, 1)
    chains_hold()
