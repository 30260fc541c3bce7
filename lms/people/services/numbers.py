"""Whose an ID number is: said by one, found out by an association."""

import json
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select, update

from lms.accounts import services as keys
from lms.accounts.queries.keys import accounts_in_use
from lms.catalogue import queries as catalogue
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work
from lms.notify import services as notify
from lms.people.models import NumberCase, Person
from lms.people.queries import naming
from lms.people.queries.numbers import case_place, numbered, open_of, told
from lms.people.rules import IdentityFacts, Section, identity_problems
from lms.people.rules.cases import CaseEnd
from lms.people.services.merging import take_number
from lms.people.services.persons import begun, note_saved, stream, write_identity

SHORTEST_REASON = 4


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says about a number that is taken. PII: all of it."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    reason: str = field(repr=False)
    at_counter: bool = False


def report_number(
    work: Work, person_id: PersonId, association_id: AssociationId, said: Said
) -> UUID:
    """Say that a number which another account holds is one's own.

    Who holds it is told at once, by the contact that they have: whoever reads it can
    object before two managers decide.

    Raises: Refused with what is wrong, for a number that is free, and for who has a
        number already; Conflict while one's last such question is open.
    """
    row = begun(work, person_id)
    _insist(work, said)
    if row.id_number is not None:
        raise Refused("number.has_one")
    holder = naming.person_with(work.session, said.id_number)
    if holder is None or holder == person_id:
        raise Refused("number.free")
    if open_of(work.session, person_id) is not None:
        raise Conflict("number.asked")
    case_id = new_id()
    key = keys.ensure_key(work, person_id)
    work.session.add(
        NumberCase(
            id=case_id,
            person_id=person_id,
            holder_id=holder,
            association_id=association_id,
            at_counter=said.at_counter,
            sealed=pii.seal(key, _told(said), case_place(case_id)),
            reason=said.reason.strip()[:200],
            asked_at=work.now,
            settled_at=None,
            ended_as=None,
        )
    )
    work.session.flush()
    evidence.note(work, stream(person_id), "number.reported", case=case_id)
    _warn(work, holder, association_id, case_id)
    return case_id


def _told(said: Said) -> str:
    return json.dumps({"name": said.name, "number": said.id_number})


def _insist(work: Work, said: Said) -> None:
    facts = IdentityFacts(said.name, said.id_number)
    problems = identity_problems(facts, legal_day(work.now))
    if problems or len(said.reason.strip()) < SHORTEST_REASON:
        raise Refused("profile.invalid", reasons=problems or ("number.reason",))


def _warn(
    work: Work, holder: PersonId, association_id: AssociationId, case_id: UUID
) -> None:
    reached = accounts_in_use(work.session, [holder]).get(holder)
    if reached is None:
        return
    notify.message(
        work,
        reached[0],
        "number_questioned",
        dedupe=f"number_questioned:{case_id}",
        on=legal_day(work.now).isoformat(),
        place=catalogue.association(work.session, association_id).name,
    )


def withdraw_number(work: Work, person_id: PersonId) -> None:
    """Take one's own open question back.

    Raises: NotFound where none is open.
    """
    card = open_of(work.session, person_id)
    if card is None:
        raise NotFound("number.unknown")
    settle(work, card.id, CaseEnd.WITHDRAWN)


def give_number(work: Work, case_id: UUID) -> None:
    """Free a number from who holds it, and write it into the profile of who asked.

    The caller carries the word of two persons for it.

    Raises: NotFound; Conflict when it was settled, the number has moved since, or who
        asked has written another number into their profile meanwhile.
    """
    row = _open_row(work, case_id)
    asker, holder = PersonId(row.person_id), PersonId(row.holder_id)
    for one in sorted((asker, holder)):
        keys.lock_person(work, one)
    facts = told(work.session, row.id)
    there = work.session.get_one(
        Person, holder, with_for_update=True, populate_existing=True
    )
    if there.id_index != pii.blind_index("id_number", facts.id_number):
        raise Conflict("number.moved")
    take_number(there)
    there.changed_at = work.now
    work.session.flush()
    evidence.note(work, stream(holder), "number.freed", case=case_id)
    own = begun(work, asker)
    if numbered(work.session, asker):
        raise Conflict("number.asker_has_one")
    write_identity(work, own, facts.name, facts.id_number)
    note_saved(work, own, Section.IDENTITY)
    settle(work, case_id, CaseEnd.FREED)


def settle(work: Work, case_id: UUID, end: CaseEnd) -> None:
    """End a question; the name and number that were told with it are forgotten.

    Raises: NotFound; Conflict when it has ended.
    """
    row = _open_row(work, case_id)
    row.settled_at, row.ended_as, row.sealed = work.now, end, None
    work.session.flush()
    evidence.note(
        work, stream(row.person_id), "number.settled", case=case_id, outcome=end
    )


def settle_merged(work: Work, goes: PersonId, stays: PersonId) -> None:
    """End what was asked between two who turned out to be one, or of who went."""
    work.session.execute(
        update(NumberCase)
        .where(
            NumberCase.settled_at.is_(None),
            NumberCase.person_id.in_((goes, stays)),
        )
        .values(settled_at=work.now, ended_as=CaseEnd.MERGED, sealed=None)
        .execution_options(synchronize_session=False)
    )


def _open_row(work: Work, case_id: UUID) -> NumberCase:
    row = work.session.scalar(
        select(NumberCase).where(NumberCase.id == case_id).with_for_update()
    )
    if row is None:
        raise NotFound("number.unknown")
    if row.settled_at is not None:
        raise Conflict("number.ended")
    return row
