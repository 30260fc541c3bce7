"""The film of a study: what was sealed is drawn, in the associations assigned alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.gateways.beats import BeatFiles
from lms.inspections.rules.film import Shown
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, new_id
from lms.learning.models import Lease, PresenceCheck, PresencePicture
from lms.learning.rules import State
from lms.learning.rules.presence import CheckKind, Outcome
from lms.reports.film import AT_MOST, Film, Kept, Lens, film, pictures
from lms.reports.ports import BeatReader
from tests.conftest import HandClock
from tests.make import inspections as make
from tests.make.inspections import Pupil


@pytest.fixture
def book(app: Flask) -> BeatFiles:
    found: BeatFiles = app.extensions["lms.ports"][BeatReader]
    return found


def shot(one: Pupil, book: BeatFiles, *scope: AssociationId, page: int = 1) -> Film:
    lens = Lens(scope or (one.association_id,), (), book)
    return film(db.session(), lens, one.person.person_id, page=page)


def restless(n: int) -> State:
    return {3: State.PAUSED, 5: State.HIDDEN}.get(n, State.PLAYING)


def test_a_lease_is_cut_into_what_earned_and_what_did_not(
    app: Flask, clock: HandClock, book: BeatFiles
) -> None:
    pupil = make.pupil(clock)
    pupil.study(8, states=restless)
    assert pupil.began is not None
    book.lay(pupil.began, pupil.lines)

    (day,) = shot(pupil, book).days
    (scene,) = day.scenes
    assert scene.kept is Kept.WHOLE
    assert scene.seconds(Shown.CREDITED) == scene.credited == 180
    assert scene.seconds(Shown.PAUSED) == scene.seconds(Shown.HIDDEN) == 30
    assert (day.day, day.credited) == (legal_day(clock()), 180)
    assert scene.device == ("微信 · Android", "203.0.113.0/24")


def test_beats_that_are_gone_leave_the_sum(
    app: Flask, clock: HandClock, book: BeatFiles
) -> None:
    pupil = make.pupil(clock)
    pupil.study(4)

    (scene,) = shot(pupil, book).days[0].scenes
    assert scene.kept is Kept.GONE
    assert scene.seconds(Shown.SUM) == scene.credited == 120


@pytest.mark.parametrize("fault", ["one is missing", "one was changed"])
def test_beats_that_are_not_those_sealed_are_not_believed(
    app: Flask, clock: HandClock, book: BeatFiles, fault: str
) -> None:
    pupil = make.pupil(clock)
    pupil.study(4)
    lines = list(pupil.lines)
    if fault == "one is missing":
        del lines[1]
    else:
        lines[1] = lines[1].replace('"playing",30]', '"playing",31]')
    assert lines != pupil.lines
    assert pupil.began is not None
    book.lay(pupil.began, lines)

    (scene,) = shot(pupil, book).days[0].scenes
    assert scene.kept is Kept.PART
    assert {one.shown for one in scene.stretches} == {Shown.SUM}


def test_study_with_other_associations_is_not_on_the_film(
    app: Flask, clock: HandClock, book: BeatFiles
) -> None:
    pupil = make.pupil(clock)
    pupil.study(2)
    assert shot(pupil, book, AssociationId(new_id())).days == ()


def test_a_long_gap_parts_sittings_and_says_how_long(
    app: Flask, clock: HandClock, book: BeatFiles
) -> None:
    pupil = make.pupil(clock)
    pupil.study(2)
    clock.pass_seconds(3600)
    pupil.study(2)
    clock.pass_seconds(240)
    pupil.study(2)

    (day,) = shot(pupil, book).days
    assert [len(reel.scenes) for reel in day.reels] == [1, 2]
    assert day.reels[0].gap is None
    gap = day.reels[1].gap
    assert gap is not None
    assert gap >= timedelta(minutes=57)


def test_days_are_shown_by_pages_the_newest_first(
    app: Flask, clock: HandClock, book: BeatFiles
) -> None:
    pupil = make.pupil(clock)
    for _day in range(12):
        pupil.study(1)
        clock.pass_days(1)

    first, second = shot(pupil, book), shot(pupil, book, page=2)
    assert (first.pages, first.total) == (2, 12)
    assert [len(first.days), len(second.days)] == [10, 2]
    assert first.days[0].day > first.days[-1].day > second.days[0].day


def test_more_beats_than_may_be_read_at_once_are_left_in_their_files(
    app: Flask, clock: HandClock, book: BeatFiles
) -> None:
    began = clock()
    book.lay(began, ["x" * 1000])
    asked = ([new_id()], began, began)
    assert book.read(*asked, AT_MOST) == ()
    assert book.read(*asked, 100) is None


def test_pictures_of_presence_are_found_within_the_associations_alone(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    pupil = make.pupil(clock)
    pupil.study(1)
    with begin() as work:
        lease = work.session.scalars(select(Lease)).one()
        check = PresenceCheck(
            id=new_id(),
            person_id=lease.person_id,
            lease_id=lease.id,
            study_id=lease.study_id,
            kind=CheckKind.CODE,
            asked_at=work.now,
            answer_until=work.now,
            outcome=Outcome.PASSED,
        )
        work.session.add(check)
        work.session.flush()
        picture = PresencePicture(
            check_id=check.id,
            person_id=lease.person_id,
            picture=b"sealed",
            sha256="",
            taken_at=work.now,
            keep_until=legal_day(work.now),
        )
        work.session.add(picture)
        taken = (check.id, work.now)

    person = pupil.person.person_id
    assert pictures(db.session(), [pupil.association_id], person) == (taken,)
    assert pictures(db.session(), [AssociationId(new_id())], person) == ()
