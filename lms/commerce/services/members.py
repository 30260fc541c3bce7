"""Keep the list of an association's members: one by one, or from a file."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select

from lms.commerce.models import Member
from lms.evidence import services as evidence
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work
from lms.people.queries import naming
from lms.people.rules import folded, uscc_problem

ID_DIGITS = 18


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """A member as it was typed. `number`: a USCC or an ID number; legal days.

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
    uscc, person_id = _who(work, facts)
    row = work.session.scalar(
        select(Member)
        .where(
            Member.association_id == association_id,
            Member.from_on == facts.from_on,
            Member.uscc == uscc if uscc else Member.person_id == person_id,
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
        # A person's name is kept where persons are.
        name=facts.name.strip()[:100] if uscc else "",
        person_id=person_id,
        from_on=facts.from_on,
        until_on=facts.until_on,
        added_by=work.actor.person_id,
        added_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    return True


def _who(work: Work, facts: MemberFacts) -> tuple[str | None, PersonId | None]:
    """Tell a company from a person by the number.

    Raises: Refused (member.number, member.person_unknown, member.name).
    """
    number = folded(facts.number)
    if not uscc_problem(number):
        if not facts.name.strip():
            raise Refused("member.name")
        return number, None
    if len(number) != ID_DIGITS or not number[:-1].isdecimal():
        raise Refused("member.number")
    found = naming.person_with(work.session, number)
    if found is None:
        raise Refused("member.person_unknown")
    return None, found


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
    """Take a forgotten person off every list."""
    work.session.execute(
        delete(Member)
        .where(Member.person_id == person_id)
        .execution_options(synchronize_session=False)
    )
