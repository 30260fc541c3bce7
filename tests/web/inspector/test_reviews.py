"""A complaint: an inspector opens a review, says why, and writes a finding on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from lms.credentials import services as credentials
from lms.inspections import queries
from lms.inspections.models import Sample
from lms.kernel.db import db
from lms.policy.model import Specialty
from tests.conftest import Browser, HandClock
from tests.make import credentials as make_credentials
from tests.make import inspections as make
from tests.spread import PAGES
from tests.web.inspector.test_inspecting import World

pytestmark = pytest.mark.sqlite_alone(PAGES)

Begin = Callable[..., Any]


@pytest.fixture
def world(begin: Begin, clock: HandClock) -> World:
    return World(begin, clock)


@pytest.fixture
def eye(world: World, begin: Begin, browser_of: Callable[..., Browser]) -> Browser:
    with begin() as work:
        made = make.inspector(work, world.here)
    return browser_of(made)


@pytest.fixture
def somebody(world: World, begin: Begin, eye: Browser) -> str:
    """A learner on whom no lot fell, with the record opened."""
    with begin() as work:
        person = make_credentials.graduate(work, world.here, name="孙备", serial=5)
        credentials.issue(
            work, person, Specialty.BUILDING, printer=make_credentials.PLAIN
        )
    path = f"/inspect/people/{person}"
    assert eye.post(f"{path}/open", {"reason": "投诉举报"}).status_code == 303
    return path


def test_whom_no_lot_fell_on_can_be_reviewed_on_a_complaint(
    eye: Browser, somebody: str, world: World
) -> None:
    assert "因投诉举报核查的，请先立案" in eye.get(somebody).text
    page = eye.get(f"{somebody}/findings").text
    assert "因投诉举报立案" in page

    told = eye.post(f"{somebody}/review", {"reason": "来信反映有人代学"})
    assert told.status_code == 303
    page = eye.get(f"{somebody}/findings").text
    assert "事由：来信反映有人代学" in page
    assert "因投诉举报立案" not in page
    assert "投诉举报" in eye.get("/inspect").text
    sample = db.session.scalars(select(Sample.id).where(Sample.reason.isnot(None)))
    said = {"verdict": "sound", "comment": "已核对，没有问题"}
    assert eye.post(f"/inspect/samples/{sample.one()}", said).status_code == 303

    stream = f"person:{somebody.rpartition('/')[2]}"
    kinds = world.kinds(stream)
    assert {"inspection.opened", "inspection.found"} <= set(kinds)


def test_a_review_wants_a_reason_and_is_opened_once_at_a_time(
    eye: Browser, somebody: str
) -> None:
    assert eye.post(f"{somebody}/review", {"reason": "无"}).status_code == 422
    assert eye.post(f"{somebody}/review", {"reason": "来信反映"}).status_code == 303
    assert eye.post(f"{somebody}/review", {"reason": "又来一信"}).status_code == 409


def test_a_complaint_leaves_the_drawing_of_lots_as_it_was(
    eye: Browser, somebody: str, world: World, begin: Begin
) -> None:
    with begin() as work:
        before = queries.last_draw(work.session, world.here)
    eye.post(f"{somebody}/review", {"reason": "来信反映有人代学"})

    with begin() as work:
        assert queries.last_draw(work.session, world.here) == before


def test_nobody_outside_the_scope_is_reviewed(eye: Browser, world: World) -> None:
    path = f"/inspect/people/{world.foreign}/review"
    assert eye.post(path, {"reason": "来信反映"}).status_code == 404
    shut = eye.post(f"/inspect/people/{world.mine}/review", {"reason": "来信反映"})
    assert shut.status_code == 409


def test_the_search_asks_for_the_whole_name(eye: Browser) -> None:
    assert "完整姓名" in eye.get("/inspect/search").text
