"""Keys come by two persons, stop at once when called broken, and lie sealed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from lms.evidence import queries as evidence
from lms.kernel.db import db
from lms.kernel.errors import Conflict, Forbidden, NotFound, Refused
from lms.kernel.ids import AssociationId
from lms.kernel.pii import SealBroken
from lms.kernel.work import Work
from lms.signing import queries, services
from lms.signing.models import SigningKey, SigningQuestion
from lms.signing.ports import Upload
from lms.signing.rules import Owner, Purpose, Standing, kid_of
from lms.signing.services import Answer, Brought, Wish
from tests.conftest import HandClock, work_at
from tests.make import claims
from tests.make import credentials as graduates
from tests.make import signing as make

OWNER = "association:7d4e7f0e-0000-4000-8000-000000000001"
MAKER = make.maker()
YES, NO, WHY = make.YES, make.NO, make.WHY


def waiting(work: Work, question: UUID) -> SigningQuestion:
    return work.session.get_one(SigningQuestion, question)


def test_a_ring_has_one_key_of_each_purpose(work: Work) -> None:
    ring = make.ring(work, OWNER)

    assert ring == queries.ring(work.session, OWNER, work.now)
    assert ring.document.kid == kid_of(ring.document.chain[0])
    assert ring.seal.material
    assert ring.credential.kid == kid_of(ring.credential.public)


def test_outside_a_demonstration_nothing_is_made_without_two_persons(
    work: Work,
) -> None:
    with pytest.raises(Refused, match="two_persons"):
        services.equip(work, MAKER, OWNER, "某协会", work.now, demonstration=False)
    with pytest.raises(Refused, match="no_keys") as refused:
        queries.ring(work.session, OWNER, work.now)
    assert refused.value.reasons == (
        "signing.no_document",
        "signing.no_seal",
        "signing.no_credential",
    )


def test_a_key_that_one_asks_for_is_made_when_another_agrees(
    work: Work, mine: Owner
) -> None:
    question = make.asked(work, mine)
    assert queries.keys_of(work.session, mine.key) == ()

    make.said(work, mine, question)

    (card,) = queries.keys_of(work.session, mine.key)
    assert card.published.standing is Standing.ACTIVE
    assert card.question is not None
    assert card.question.asked_person_id != card.question.decisions[0].person_id


def test_nobody_agrees_to_what_they_asked_themselves(
    work: Work, mine: Owner, here: AssociationId
) -> None:
    one = make.manager(work, here)
    question = services.generate(one, mine, Wish(Purpose.SEAL, WHY))

    with pytest.raises(Refused, match=r"approval\.own"):
        services.decide(one, MAKER, mine, question, YES)


@pytest.mark.parametrize("role", ["clerk", "author", "operator"])
def test_who_is_no_manager_neither_asks_nor_agrees(
    work: Work, mine: Owner, here: AssociationId, role: str
) -> None:
    other = claims.staff(work, role, here)
    with pytest.raises(Forbidden):
        services.generate(other, mine, Wish(Purpose.DOCUMENT, WHY))
    question = make.asked(work, mine)
    with pytest.raises(Refused, match="last_role"):
        services.decide(other, MAKER, mine, question, YES)


def test_another_association_finds_neither_keys_nor_questions(
    work: Work, mine: Owner
) -> None:
    question = make.asked(work, mine)
    elsewhere = graduates.association(work, code="GZJX", name="另一个协会")
    stranger, theirs = make.manager(work, elsewhere), make.owner(elsewhere)

    with pytest.raises(NotFound):
        services.decide(stranger, MAKER, theirs, question, YES)
    with pytest.raises(NotFound):
        services.decide(stranger, MAKER, mine, question, YES)
    with pytest.raises(NotFound):
        services.generate(stranger, mine, Wish(Purpose.DOCUMENT, WHY))
    make.said(work, mine, question)
    with pytest.raises(NotFound):
        services.alarm(stranger, theirs, make.in_use(work, mine), work.now, WHY)


def test_a_new_key_takes_over_and_the_old_one_still_verifies(
    work: Work, mine: Owner, clock: HandClock
) -> None:
    make.settled(work, mine)
    old = queries.ring(work.session, mine.key, work.now)
    clock.pass_days(300)
    later = work_at(work, clock)

    make.settled(later, mine, Purpose.DOCUMENT)

    new = queries.ring(later.session, mine.key, later.now)
    assert new.document.kid != old.document.kid
    assert new.seal == old.seal
    kept = queries.trust(later.session)[old.document.kid]
    assert kept.standing is Standing.RETIRED
    assert kept.changed_at == later.now
    assert kept.broken_at is None


def test_one_question_at_a_time_is_open_about_a_purpose(
    work: Work, mine: Owner
) -> None:
    make.asked(work, mine)
    with (
        pytest.raises(Conflict, match="asked"),
        work.session.begin_nested(),
    ):
        make.asked(work, mine)


def test_two_keys_in_use_are_impossible_for_the_database_itself(
    work: Work, mine: Owner
) -> None:
    make.settled(work, mine, Purpose.DOCUMENT, Purpose.SEAL)
    again = text("UPDATE signing_keys SET purpose = 'document' WHERE purpose = 'seal'")
    with (
        pytest.raises(IntegrityError, match=r"(?i)unique"),
        work.session.begin_nested(),
    ):
        work.session.execute(again)


def test_what_is_brought_waits_sealed_and_is_used_when_agreed(
    work: Work, mine: Owner, here: AssociationId
) -> None:
    upload, made = make.brought(work, Purpose.DOCUMENT)
    one = make.manager(work, here)
    question = services.bring(one, MAKER, mine, Brought(Purpose.DOCUMENT, upload, WHY))
    row = waiting(work, question)
    assert row.secret is not None
    assert made.secret not in row.secret

    make.said(work, mine, question)

    assert make.in_use(work, mine) == kid_of(made.chain[0])
    found = work.session.scalars(select(SigningKey)).one()
    assert queries.lent(found).secret == made.secret
    assert waiting(work, question).secret is None


@pytest.mark.parametrize("how", ["refused", "withdrawn", "forgotten"])
def test_what_was_brought_in_vain_is_kept_no_longer(
    work: Work, mine: Owner, here: AssociationId, clock: HandClock, how: str
) -> None:
    upload, _made = make.brought(work, Purpose.SEAL)
    one = make.manager(work, here)
    question = services.bring(one, MAKER, mine, Brought(Purpose.SEAL, upload, WHY))
    assert waiting(work, question).secret

    if how == "refused":
        make.said(work, mine, question, NO)
    elif how == "withdrawn":
        services.withdraw(one, mine, question)
    else:
        clock.pass_days(31)
        assert services.drop_stale(work_at(work, clock), clock()) == 1

    row = waiting(work, question)
    assert (row.secret, row.wrapped) == (None, None)
    assert row.ended_at is not None
    assert queries.keys_of(work.session, mine.key) == ()
    make.asked(work, mine, Purpose.SEAL)


def test_a_no_needs_its_reason(work: Work, mine: Owner) -> None:
    question = make.asked(work, mine)
    with pytest.raises(Refused, match="no_comment"):
        make.said(work, mine, question, Answer(False, "  "))


def test_no_key_lies_open_in_the_database(
    begin: Callable[..., Any],
) -> None:
    with begin() as work:
        ring = make.ring(work, OWNER)
    db.session.remove()
    rows = [
        tuple(bytes(cell) for cell in row if isinstance(cell, bytes | memoryview))
        for table in ("signing_keys", "signing_roots", "signing_questions")
        for row in db.session.execute(text(f"SELECT * FROM {table}"))
    ]
    held = b"|".join(cell for row in rows for cell in row)
    assert ring.document.chain[0] in held
    for key in (ring.document, ring.seal, ring.credential):
        # The scalar itself, however it is wrapped: it ends before the public key.
        raw = key.secret if len(key.secret) == 32 else key.secret[36:68]
        assert key.secret not in held
        assert raw not in held
        assert repr(raw)[2:-1] not in repr(key)


def test_a_sealed_secret_opens_only_in_its_own_row(work: Work) -> None:
    make.ring(work, OWNER)
    one, other, _third = work.session.scalars(select(SigningKey)).all()
    one.wrapped, one.secret = other.wrapped, other.secret
    with pytest.raises(SealBroken):
        queries.lent(one)


def test_every_act_leaves_its_line_in_the_evidence(
    work: Work, mine: Owner, here: AssociationId
) -> None:
    make.settled(work, mine, Purpose.SEAL)
    kid = make.in_use(work, mine, Purpose.SEAL)
    one = make.manager(work, here)
    services.request(one, MAKER, mine, kid)
    make.said(work, mine, services.alarm(one, mine, kid, work.now, "U盾丢失了"))
    kinds = [line.kind for line in evidence.lines(work.session, mine.key)]
    for kind in (
        "approval.asked",
        "signing.asked",
        "approval.decided",
        "signing.generate",
        "signing.requested",
        "signing.compromise",
        "signing.confirmed",
    ):
        assert kind in kinds


def test_a_key_in_an_uploads_repr_is_hidden() -> None:
    upload = Upload(key=b"-----BEGIN secret", password="geheim")
    assert "secret" not in repr(upload)
    assert "geheim" not in repr(upload)


def test_the_same_key_brought_twice_comes_in_once(
    work: Work, mine: Owner, here: AssociationId
) -> None:
    upload, _made = make.brought(work, Purpose.CREDENTIAL)
    brought = Brought(Purpose.CREDENTIAL, upload, WHY)
    elsewhere = graduates.association(work, code="GZJX", name="另一个协会")
    theirs = make.owner(elsewhere)
    first = services.bring(make.manager(work, here), MAKER, mine, brought)
    second = services.bring(make.manager(work, elsewhere), MAKER, theirs, brought)
    make.said(work, mine, first)

    with pytest.raises(Refused) as refused:
        make.said(work, theirs, second)
    assert refused.value.reasons == ("signing.known",)
