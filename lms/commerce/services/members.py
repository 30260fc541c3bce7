"""Keep the list of an association's members: one by one, or from a file."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select

from lms.commerce.models import Member
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work
from lms.people.queries import naming
from lms.people.rules import folded, read_id_number, uscc_problem


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """A member as it was typed. `number`: a USCC or an ID number; legal days.

    Nobody is told whether somebody here has that ID number: it is kept as it was typed,
    and counts for whoever has it in the profile, now or later.

    PII: an ID number and a name.
    """

    number: str
    name: str
    from_on: date
    until_on: date


def keep(work: Work, association_id: AssociationId, facts: MemberFacts) -> bool:
    """Put a member into the list; tell whether it is new.

    One that is there from the same day on gets the new last day.

    Raises: Refused with what is wrong.
    """
    if facts.until_on < facts.from_on:
        raise Refused("coupon.days")
    number = _number(facts)
    uscc, index = number.uscc, number.id_index
    row = work.session.scalar(
        select(Member)
        .where(
            Member.association_id == association_id,
            Member.from_on == facts.from_on,
            Member.uscc == uscc if uscc else Member.id_index == index,
        )
        .with_for_update()
    )
    if row is not None:
        row.until_on = facts.until_on
        work.session.flush()
        return False
    made = Member(
        id=new_id(),
        association_id=association_id,
        uscc=uscc,
        id_index=index,
        shown=number.shown,
        name=facts.name.strip()[:100],
        from_on=facts.from_on,
        until_on=facts.until_on,
        added_by=work.actor.person_id,
        added_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    return True


@dataclass(frozen=True, slots=True)
class _Number:
    """By what a member is found again: a USCC, or the index of an ID number."""

    uscc: str | None
    id_index: bytes | None = None
    shown: str = ""


def _number(facts: MemberFacts) -> _Number:
    """Tell a company from a person by the number, by its form alone.

    Raises: Refused (member.number, member.name).
    """
    typed = folded(facts.number)
    # One ID number in 31 has the check character of a company's code as well; no
    # company's code has a birth date in it.
    read = read_id_number(typed)
    if read is None:
        if uscc_problem(typed):
            raise Refused("member.number")
        if not facts.name.strip():
            raise Refused("member.name")
        return _Number(typed)
    index = pii.blind_index("id_number", read.value)
    return _Number(None, index, pii.mask_id(read.value))


def remove(work: Work, association_id: AssociationId, member_id: UUID) -> None:
    """Take a member off the list; what was bought stays as it was.

    Raises: NotFound, also for another association's.
    """
    found = work.session.get(Member, member_id)
    if found is None or found.association_id != association_id:
        raise NotFound("member.unknown")
    work.session.delete(found)
    note(work, association_id, "member.removed", 1)


def note(work: Work, association_id: UUID, deed: str, count: int) -> None:
    """Write down that the list changed, without a name."""
    evidence.note(work, f"association:{association_id}", deed, count=count)


def forget(work: Work, person_id: PersonId) -> None:
    """Take a person off every list, before the number itself is forgotten."""
    index = naming.number_index(work.session, person_id)
    if index is not None:
        work.session.execute(
            delete(Member)
            .where(Member.id_index == index)
            .execution_options(synchronize_session=False)
        )
