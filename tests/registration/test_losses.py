"""Hours that an association takes back: the desk hears of what leaned on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from lms.claims.rules import Inherited
from lms.hours import services as hours
from lms.hours.rules import EntryKind
from lms.kernel.clock import start_of
from lms.kernel.credit import Credit
from lms.kernel.errors import Refused
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.policy.model import Application, Province, Specialty, Track
from lms.registration.queries import applications
from lms.registration.queries.applications import ApplicationCard, FlagCard
from lms.registration.rules.states import FlagKind
from lms.registration.services.losses import flag_losses
from tests.make import credentials as make_credentials
from tests.registration.ground import BTJX, learn
from tests.registration.walk import Cast, Way, cast, step, walk
from tests.registration.walk import begin as begin_application

RENEWAL = Way(Province.SICHUAN, Application.RENEWAL)
BACK = Way(Province.SICHUAN, Application.RE_REGISTRATION)
CHANGE = Way(Province.SICHUAN, Application.CHANGE)
FILE = UUID(int=7)


def _brought(work: Work, who: Cast, own: int) -> tuple[Cast, Inherited]:
    """Let somebody study `own` 学时 here and bring twelve from an old platform."""
    learn(work, who.person.person_id, own, 60)
    line = Inherited(
        new_id(),
        who.person.person_id,
        BTJX,
        Specialty.BUILDING,
        Track.REQUIRED,
        Credit(1200),
        date(2025, 5, 20),
    )
    post(work, line, 1, "legacy:")
    return who, line


def renewing(work: Work, *, own: int = 48) -> tuple[Cast, Inherited]:
    """Somebody whose registration ends, with a certificate of another association."""
    who = cast(
        work,
        province=Province.SICHUAN,
        valid_from=date(2024, 1, 1),
        valid_until=date(2026, 12, 31),
    )
    make_credentials.certified(work, who.person.person_id)
    return _brought(work, who, own)


def coming_back(work: Work) -> tuple[Cast, Inherited]:
    """Somebody whose registration ran out long ago: study is asked for again."""
    since, until = date(2020, 3, 1), date(2023, 2, 28)
    who = cast(work, province=Province.SICHUAN, valid_from=since, valid_until=until)
    return _brought(work, who, 48)


def post(work: Work, line: Inherited, sign: int, prefix: str) -> None:
    hours.post(
        work,
        line.person_id,
        specialty=line.specialty,
        track=line.track,
        credit=Credit(sign * line.credit),
        association_id=line.association_id,
        source=f"{prefix}{line.id}",
        kind=EntryKind.TRANSFER if sign > 0 else EntryKind.ADJUSTMENT,
        earned_at=start_of(line.earned_on),
    )


def take_back(work: Work, line: Inherited) -> None:
    gone = flag_losses(work, FILE, [line])
    post(work, line, -1, "legacy-back:")
    gone()


def filed(work: Work, who: Cast, way: Way = RENEWAL) -> ApplicationCard:
    card = begin_application(work, who, way)
    while card.filed_on is None:
        card = step(work, who, card)
    return card


def to_the_end(work: Work, who: Cast, card: ApplicationCard) -> None:
    while card.closed_at is None:
        card = step(work, who, card)


def flags_of(work: Work, who: Cast) -> tuple[FlagCard, ...]:
    cards = applications.all_of_person(work.session, who.person.person_id)
    return applications.flags(work.session, [card.id for card in cards])


def test_what_was_filed_on_them_is_flagged_once_and_not_granted(work: Work) -> None:
    who, line = renewing(work)
    card = filed(work, who)
    for _twice in range(2):
        take_back(work, line)

    (flag,) = flags_of(work, who)
    assert flag.kind is FlagKind.HOURS_WITHDRAWN
    assert flag.subject == str(FILE)
    assert flag.facts == {
        "credit": 1200,
        "specialties": ["building"],
        "granted": False,
    }
    card = applications.application(work.session, card.id)
    with pytest.raises(Refused, match=r"application\.not_eligible"):
        to_the_end(work, who, card)


def test_what_was_granted_on_them_is_reported_to_the_authority(work: Work) -> None:
    who, line = coming_back(work)
    walk(work, who, BACK)
    take_back(work, line)

    (flag,) = flags_of(work, who)
    assert (flag.kind, flag.settled_at) == (FlagKind.HOURS_WITHDRAWN, None)
    assert flag.facts["granted"] is True


def test_who_has_enough_without_them_is_not_bothered(work: Work) -> None:
    who, line = renewing(work, own=60)
    filed(work, who)
    take_back(work, line)

    assert flags_of(work, who) == ()


def test_hours_of_another_specialty_concern_no_application(work: Work) -> None:
    who, line = renewing(work)
    filed(work, who)
    other = replace(line, specialty=Specialty.MUNICIPAL)
    flag_losses(work, FILE, [other])()

    assert flags_of(work, who) == ()


def test_a_grant_that_spent_a_certificate_leaned_on_no_bare_hours(work: Work) -> None:
    who, line = renewing(work)
    walk(work, who, RENEWAL)
    take_back(work, line)

    assert flags_of(work, who) == ()


def test_what_is_not_filed_yet_is_judged_when_it_is(work: Work) -> None:
    who, line = renewing(work)
    card = begin_application(work, who, RENEWAL)
    take_back(work, line)

    assert flags_of(work, who) == ()
    with pytest.raises(Refused, match=r"application\.not_eligible"):
        to_the_end(work, who, card)


def test_a_change_of_employer_never_leaned_on_study(work: Work) -> None:
    who, line = renewing(work)
    filed(work, who, CHANGE)
    take_back(work, line)

    assert flags_of(work, who) == ()
