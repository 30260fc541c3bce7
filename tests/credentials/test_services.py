"""Issuing on a real database: once, gapless, whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms.credentials import queries, services
from lms.credentials.models import (
    Certificate,
    CertificateCounter,
    CertificateFile,
    CertificateStanding,
    CertificateState,
    PrintQueue,
)
from lms.credentials.rules import Facts, State, Verdict
from lms.credentials.rules.designs import Design
from lms.credentials.rules.files import Printed, Seals
from lms.evidence import queries as evidence
from lms.evidence import services as evidence_book
from lms.gateways.seal import Ed25519Sealer
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import CertificateId, PersonId, new_id
from lms.kernel.work import Work
from lms.notify.models import OutboxMessage
from lms.people.models import Person
from lms.policy.model import Specialty
from tests.make import credentials as make

BUILDING = Specialty.BUILDING
Begin = Callable[..., Any]


def issue(work: Work, person_id: PersonId) -> CertificateId:
    return services.issue(work, person_id, BUILDING, printer=make.PLAIN)


def count(session: Session, table: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_graduate_gets_number_file_state_evidence_and_message(work: Work) -> None:
    association = make.association(work)
    person = make.graduate(work, association)

    made = issue(work, person)

    on = legal_day(work.now)
    (card,) = queries.held(work.session, person, on)
    assert card.id == made
    assert card.verdict is Verdict.VALID
    assert card.facts.number == "SLXH-JXJY-2026-0000001-2"
    assert card.facts.id_masked.count("*") == 10
    assert card.facts.score == 92
    assert [row.required for row in card.facts.hours] == [6000]
    data = queries.open_file(work.session, made)
    kept = work.session.get_one(Certificate, made)
    assert hashlib.sha256(data).digest() == kept.file_sha256
    states = work.session.scalars(select(CertificateState.state)).all()
    assert states == [State.VALID]
    assert evidence.verify(work.session, f"certificate:{made}").intact
    told = work.session.scalars(select(OutboxMessage.template)).all()
    assert "certificate_issued" in told


def test_the_stored_file_is_sealed(work: Work) -> None:
    person = make.graduate(work, make.association(work))

    issue(work, person)

    body = work.session.scalar(select(CertificateFile.body))
    assert body is not None
    assert b"%PDF" not in body
    assert "张建国".encode() not in body


def test_asking_again_gives_the_same_certificate(work: Work) -> None:
    person = make.graduate(work, make.association(work))

    assert issue(work, person) == issue(work, person)
    assert count(work.session, Certificate) == 1


def test_a_refusal_names_every_reason(work: Work) -> None:
    association = make.association(work)
    person = make.constructor(work)
    make.credit(work, person, association, required=5999, elective=0)

    with pytest.raises(Refused) as refused:
        issue(work, person)

    assert refused.value.reasons == (
        "certificate.required",
        "certificate.elective",
        "certificate.test",
    )
    assert count(work.session, CertificateCounter) == 0


def test_an_extra_specialty_owes_half(work: Work) -> None:
    association = make.association(work)
    person = make.constructor(work, extra=Specialty.MUNICIPAL)
    make.credit(
        work, person, association, required=3000, elective=3000,
        specialty=Specialty.MUNICIPAL,
    )  # fmt: skip
    make.passed(work, person, association, specialty=Specialty.MUNICIPAL)

    made = services.issue(work, person, Specialty.MUNICIPAL, printer=make.PLAIN)

    card = queries.owned(work.session, person, made, legal_day(work.now))
    assert [row.is_main for row in card.facts.hours] == [False]
    with pytest.raises(Refused):
        issue(work, person)


def test_another_associations_hours_do_not_count_here(work: Work) -> None:
    here, there = make.association(work), make.association(work, code="OTHER")
    person = make.constructor(work)
    make.credit(work, person, here, required=6000, elective=0)
    make.credit(work, person, there, required=0, elective=6000)
    make.passed(work, person, here)

    with pytest.raises(Refused, match="not_ready"):
        services.issue(work, person, BUILDING, printer=make.PLAIN, association_id=here)


def test_a_specialty_that_is_not_registered_is_not_found(work: Work) -> None:
    person = make.graduate(work, make.association(work))

    with pytest.raises(NotFound):
        services.issue(work, person, Specialty.MINING, printer=make.PLAIN)


def test_numbers_have_no_gaps_and_begin_anew_for_each_association(
    work: Work,
) -> None:
    one, other = make.association(work), make.association(work, code="GZJX")
    for serial in (1, 2, 3):
        issue(work, make.graduate(work, one, serial=serial))
    issue(work, make.graduate(work, other, serial=4))

    found = work.session.execute(
        select(Certificate.association_id, Certificate.serial)
    ).all()
    assert sorted(s for a, s in found if a == one) == [1, 2, 3]
    assert [s for a, s in found if a == other] == [1]


def test_a_failed_print_leaves_no_number_behind(begin: Begin) -> None:
    class Broken(make.PlainPrinter):
        def print(
            self, facts: Facts, photo: bytes | None, design: Design, seals: Seals
        ) -> Printed:
            raise RuntimeError("out of paper")

    with begin() as work:
        person = make.graduate(work, make.association(work))
    with pytest.raises(RuntimeError, match="paper"), begin() as work:
        services.issue(work, person, BUILDING, printer=Broken())
    with begin() as work:
        issue(work, person)
        numbers = work.session.scalars(select(Certificate.serial)).all()

    assert numbers == [1]


def test_a_name_without_a_glyph_waits_for_a_hand(begin: Begin) -> None:
    with begin() as work:
        person = make.graduate(work, make.association(work), name="张建国")
        work.session.execute(
            update(Person).where(Person.id == person).values(name="张𱁬")
        )
    with pytest.raises(Refused, match="needs_hand") as refused, begin() as work:
        issue(work, person)
    for _ in range(2):
        with begin() as work:
            services.wait_for_hand(
                work, person, BUILDING, str(refused.value.facts["characters"])
            )

    with begin() as work:
        assert count(work.session, Certificate) == 0
        (row,) = work.session.scalars(select(PrintQueue)).all()
        assert row.characters == "𱁬"
        assert queries.standing(
            work.session, person, BUILDING, legal_day(work.now)
        ).in_print_queue
        work.session.execute(
            update(Person).where(Person.id == person).values(name="张建国")
        )
        work.session.expire_all()
        issue(work, person)
        assert row.solved_at is not None


def test_the_index_lets_only_one_be_valid(begin: Begin) -> None:
    with begin() as work:
        person = make.graduate(work, make.association(work))
        made = issue(work, person)

    def second(work: Work) -> None:
        first = work.session.execute(select(Certificate.__table__)).one()._asdict()
        again = {
            **first, "id": new_id(), "number": "X", "token": "X" * 26, "serial": 2,
            "file_sha256": b"x" * 32,
        }  # fmt: skip
        work.session.execute(insert(Certificate).values(**again))
        standing = work.session.get_one(CertificateStanding, made)
        work.session.execute(
            insert(CertificateStanding).values(
                certificate_id=again["id"], person_id=person, specialty=BUILDING,
                period_from=standing.period_from, state=State.VALID,
                changed_at=work.now,
            )
        )  # fmt: skip

    with pytest.raises(DBAPIError), begin() as work:
        second(work)


@pytest.mark.parametrize("table", [Certificate, CertificateState, CertificateFile])
def test_the_books_refuse_to_be_changed(begin: Begin, table: type[Any]) -> None:
    with begin() as work:
        issue(work, make.graduate(work, make.association(work)))
    for change in (
        delete(table),
        text(f"UPDATE {table.__tablename__} SET certificate_id = NULL")
        if table is not Certificate
        else update(Certificate).values(number="X"),
    ):
        with pytest.raises(DBAPIError, match="append-only"), begin() as work:
            work.session.execute(change)


# -- after issue ----------------------------------------------------------------


def test_a_correction_makes_a_new_certificate_and_the_old_says_which(
    work: Work,
) -> None:
    person = make.graduate(work, make.association(work))
    old = issue(work, person)
    work.session.execute(
        update(Person).where(Person.id == person).values(name="张建囯")
    )
    work.session.expire_all()

    new = services.supersede(
        work, old, printer=make.PLAIN, reason="name.corrected", approvals=(new_id(),)
    )

    on = legal_day(work.now)
    cards = {c.id: c for c in queries.held(work.session, person, on)}
    assert cards[old].verdict is Verdict.SUPERSEDED
    assert cards[old].facts.name == "张建国"
    assert cards[new].facts.name == "张建囯"
    told = queries.by_token(work.session, cards[old].facts.token, on)
    assert told.verdict is Verdict.SUPERSEDED
    assert told.successor == cards[new].facts.number


def test_a_revoked_certificate_answers_so_for_ever_and_keeps_its_number(
    work: Work,
) -> None:
    person = make.graduate(work, make.association(work))
    made = issue(work, person)

    services.revoke(work, made, reason="fraud", approvals=(new_id(),))
    with pytest.raises(Refused) as alone:
        issue(work, person)
    again = services.issue(
        work,
        person,
        Specialty.BUILDING,
        printer=make.PLAIN,
        approvals=(new_id(),),
    )

    assert alone.value.reasons == ("certificate.revoked_before",)
    on = legal_day(work.now)
    cards = {c.id: c for c in queries.held(work.session, person, on)}
    assert cards[made].verdict is Verdict.REVOKED
    assert cards[again].facts.number != cards[made].facts.number
    with pytest.raises(Refused, match="not_valid"):
        services.revoke(work, made, reason="again", approvals=(new_id(),))


def test_nobody_withdraws_a_certificate_without_approval(work: Work) -> None:
    made = issue(work, make.graduate(work, make.association(work)))

    with pytest.raises(Refused, match="needs_approval"):
        services.revoke(work, made, reason="x", approvals=())
    with pytest.raises(NotFound):
        services.revoke(work, new_id(), reason="x", approvals=(new_id(),))


def test_a_later_change_of_employer_does_not_alter_what_was_issued(
    work: Work,
) -> None:
    person = make.graduate(work, make.association(work))
    made = issue(work, person)
    before = queries.open_file(work.session, made)

    work.session.execute(text("UPDATE employments SET name = '另一家有限公司'"))
    work.session.expire_all()

    card = queries.owned(work.session, person, made, legal_day(work.now))
    assert card.facts.employer == make.EMPLOYER.name
    assert queries.open_file(work.session, made) == before


def test_another_persons_certificate_is_not_found(work: Work) -> None:
    association = make.association(work)
    made = issue(work, make.graduate(work, association))
    other = make.graduate(work, association, serial=2)

    with pytest.raises(NotFound):
        queries.owned(work.session, other, made, legal_day(work.now))


def test_a_certificate_keeps_the_checkpoint_that_was_newest_at_issue(
    work: Work,
) -> None:
    person = make.graduate(work, make.association(work))
    sealer = Ed25519Sealer(bytes(32), "lms.example.cn/transparency")
    sealed = evidence_book.seal(work, sealer)
    assert sealed
    made = issue(work, person)
    evidence_book.seal(work, sealer)

    row = work.session.get_one(Certificate, made)
    anchor = Facts.restored(row.facts).anchor
    assert anchor
    assert anchor.size == sealed.note.checkpoint.size
    assert sealed.note.checkpoint.root.hex().startswith(anchor.root)
    line = evidence.lines(work.session, f"certificate:{made}")[0]
    assert json.loads(line.facts)["file"] == row.file_sha256.hex()
