"""The photo and the signature that were accepted with an application are printed."""

from __future__ import annotations

from typing import Any

import pytest

from lms.credentials.rules import Likeness, PrintedRegistration
from lms.credentials.rules.files import Printed, Seals
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.people import queries as people_queries
from lms.people import services as people
from lms.people.rules import PaperKind
from lms.policy.flow import MaterialKind, Party
from lms.policy.model import Province
from lms.registration import services as desk
from lms.registration.queries import likeness, supplements
from lms.registration.queries.applications import ApplicationCard
from lms.registration.rules.states import Act, Status
from lms.registration.services import Doing
from lms.registration.services import dossier as dossiers
from tests.make import dossier as make_dossier
from tests.make.printed import plain
from tests.registration.test_desk import arrived
from tests.registration.walk import PRESS, Cast, PlainPress, as_, step

HERE = Province.INNER_MONGOLIA
NEW = b"\xff\xd8\xff another photo"
PEN = b"\x89PNG another signature"


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[Likeness]:
    """What the printer was given, in the order of printing."""
    seen: list[Likeness] = []

    def record(
        _self: PlainPress, facts: PrintedRegistration, shown: Likeness, _seals: Seals
    ) -> Printed:
        seen.append(shown)
        return plain(f"{facts}")

    monkeypatch.setattr(PlainPress, "print", record)
    return seen


def asked(work: Work) -> tuple[Cast, ApplicationCard]:
    """A renewal of which the desk wants another photo."""
    who, card = arrived(work, HERE)
    asking = Doing(card.id, Act.SUPPLEMENT, Party.TELLER, None, "照片请换近照")
    return who, desk.act(as_(work, who.teller), asking, printer=PRESS)


def hand_in(
    work: Work, who: Cast, card: ApplicationCard, kind: MaterialKind, body: bytes
) -> None:
    media = "image/png" if body == PEN else "image/jpeg"
    ready: Any = make_dossier.ready(
        kind, body=body, media=media, sent_sha256=body[-32:].rjust(32)
    )
    dossiers.hand_in(as_(work, who.person), card.id, ready, Party.PERSON)


def answer(work: Work, who: Cast, card: ApplicationCard) -> ApplicationCard:
    doing = Doing(card.id, Act.ANSWER, Party.PERSON, None, "已换")
    return desk.act(as_(work, who.person), doing, printer=PRESS)


def to_the_end(work: Work, who: Cast, card: ApplicationCard) -> None:
    while card.closed_at is None:
        card = step(work, who, card)
    assert card.status is Status.GRANTED


def test_the_photo_that_was_accepted_is_printed_and_not_the_one_before(
    work: Work, printed: list[Likeness]
) -> None:
    who, card = asked(work)
    person = PersonId(who.person.person_id)
    old = people_queries.picture(work.session, person, PaperKind.PHOTO)
    hand_in(work, who, card, MaterialKind.PHOTO, NEW)
    hand_in(work, who, card, MaterialKind.SIGNATURE, PEN)
    card = answer(work, who, card)
    shown = likeness.pictures(work.session, card)
    assert shown == {PaperKind.PHOTO: NEW, PaperKind.SIGNATURE: PEN}
    assert people_queries.picture(work.session, person, PaperKind.PHOTO) == old

    to_the_end(work, who, card)

    assert (printed[-1].photo_jpeg, printed[-1].signature_png) == (NEW, PEN)
    # What is printed later, a use copy or a reissue, shows the same face.
    for kind, body in shown.items():
        assert people_queries.picture(work.session, person, kind) == body


def test_who_changes_only_the_profile_has_changed_nothing_that_is_looked_at(
    work: Work,
) -> None:
    who, card = arrived(work, HERE)
    asking = Doing(card.id, Act.SUPPLEMENT, Party.TELLER, None, "签名请重写")
    card = desk.act(as_(work, who.teller), asking, printer=PRESS)
    hand_in(work, who, card, MaterialKind.SIGNATURE, PEN)
    before = supplements.standing(work.session, card)
    person = PersonId(who.person.person_id)
    people.save_signature(as_(work, who.person), person, b"\x89PNG a third")

    assert likeness.pictures(work.session, card)[PaperKind.SIGNATURE] == PEN
    assert supplements.standing(work.session, card) == before
