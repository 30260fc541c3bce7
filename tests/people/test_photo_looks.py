"""A photo is judged by who has seen this very picture."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lms.kernel.errors import Refused
from lms.kernel.work import Work
from lms.people import queries, services
from lms.people.ports import Portrait
from lms.people.rules import PaperKind, PhotoState
from tests.conftest import HandClock, work_at
from tests.make import people as make
from tests.people.test_services import staff


def test_a_look_at_the_photo_before_is_no_look_at_the_one_that_took_its_place(
    work: Work, clock: HandClock
) -> None:
    person = make.account(work).person_id
    clerk = staff(work)
    for body in (b"mine", b"another's"):
        services.save_photo(work, person, Portrait(body, "photo.background"))
        if body == b"mine":
            services.ask_photo_review(work, person)
        clock.pass_seconds(60)
        work = work_at(work, clock)
    looking = replace(work, actor=clerk.actor)
    services.reveal_picture(looking, person, PaperKind.PHOTO, "审核一寸照片")
    clock.pass_seconds(60)
    work = work_at(work, clock)
    services.ask_photo_review(work, person)

    clock.pass_seconds(60)
    late = replace(work_at(work, clock), actor=clerk.actor)
    with pytest.raises(Refused, match=r"photo\.not_looked"):
        services.decide_photo(late, person, approved=True)

    photo = queries.profile(work.session, person).photo
    assert photo is not None
    assert photo.state is PhotoState.TO_REVIEW
    services.reveal_picture(late, person, PaperKind.PHOTO, "审核一寸照片")
    services.decide_photo(late, person, approved=False)
