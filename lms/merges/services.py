"""Propose, decide, and carry out in the same work what two managers agreed to."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, or_, select

from lms.accounts import queries as account_queries
from lms.accounts import services as accounts
from lms.announcements import services as announcements
from lms.approvals import services as approvals
from lms.approvals.queries import ApprovalCard
from lms.approvals.rules import ApprovalState, Terms
from lms.claims.services import merging as claims
from lms.classes.services import merging as classes
from lms.commerce.services import merging as commerce
from lms.credentials.services import merging as certificates
from lms.evidence import services as evidence
from lms.exams.services import merging as exams
from lms.hours import services as hours
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, Forbidden, NotFound, Refused
from lms.kernel.ids import ApprovalId, AssociationId, PersonId
from lms.kernel.work import Work, fail_point
from lms.learning import services as learning
from lms.legacy.services import merging as legacy
from lms.merges import queries
from lms.merges.models import AccountPair
from lms.merges.queries import MergeCard, Twins
from lms.merges.rules import (
    LAST_ROLE,
    MERGE,
    NUMBER,
    REASON_LENGTH,
    TYPED,
    Proposal,
    Sign,
)
from lms.notify import services as notify
from lms.people import services as people
from lms.people.queries import numbers
from lms.people.rules.cases import CaseEnd
from lms.registration.services import merging as registration
from lms.teachers.services import merging as teachers
from lms.threads.services import merging as threads


def propose_merge(
    work: Work, goes: PersonId, stays: PersonId, put: Proposal
) -> ApprovalId:
    """Propose that two accounts are one person's: one goes, the other stays.

    Raises: NotFound for whom this association does not know; Refused with everything
        that stands against it; Conflict while a proposal about one of them is open.
    """
    accounts.hold_both(work, goes, stays)
    _here(work, goes, stays)
    _no_other(work, goes, stays)
    # Also what the merge itself would find only at the end: nobody is to be asked for
    # a second word that cannot be carried out.
    found = queries.obstacles(work.session, _place(work), goes, stays)
    _sound(work, put, tuple(dict.fromkeys(one.code for one in found)))
    people.begun(work, goes)
    people.begun(work, stays)
    asked = approvals.ask(
        work,
        MERGE,
        f"person:{stays}",
        {"stays": str(stays), "goes": str(goes), "proofs": [*put.proofs]},
        put.reason.strip(),
        terms=Terms(_place(work), 1, LAST_ROLE, barred=frozenset({goes, stays})),
    )
    evidence.note(work, f"person:{goes}", "merge.proposed", approval=asked, stays=stays)
    return asked


def propose_number(work: Work, case_id: UUID, put: Proposal) -> ApprovalId:
    """Propose to take an ID number from who typed it first, for whose it is.

    Raises: NotFound for another association's question; Refused with what stands
        against it; Conflict while a proposal about one of them is open.
    """
    case = numbers.case(work.session, _place(work), case_id)
    if case.settled_at is not None:
        raise Conflict("number.ended")
    today = legal_day(work.now)
    found = queries.against_number(work.session, case.holder_id, case.person_id, today)
    against = tuple(one.code for one in found)
    _sound(work, put, against)
    _no_other(work, case.holder_id, case.person_id)
    return approvals.ask(
        work,
        NUMBER,
        f"person:{case.holder_id}",
        {
            "case": str(case.id),
            "asker": str(case.person_id),
            "holder": str(case.holder_id),
            "proofs": [*put.proofs],
        },
        put.reason.strip(),
        terms=Terms(
            _place(work),
            1,
            LAST_ROLE,
            barred=frozenset({case.person_id, case.holder_id}),
        ),
    )


def refuse_case(work: Work, case_id: UUID) -> None:
    """Say no to a question whose number it is: nothing changes hands.

    Raises: NotFound; Conflict when it has ended, or is before another manager.
    """
    case = numbers.case(work.session, _place(work), case_id)
    _no_other(work, case.holder_id, case.person_id)
    people.settle(work, case_id, CaseEnd.REFUSED)
    _tell(work, case.person_id, "number_settled", case_id, outcome="refused")


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no, and why; a yes to a merge is typed, for it cannot be taken back."""

    approved: bool
    comment: str = ""
    typed: str = ""


def decide(work: Work, approval_id: UUID, answer: Answer) -> MergeCard:
    """Say yes or no to another manager's proposal; a yes takes effect at once.

    Raises: NotFound, for a foreign one too; Conflict when it has ended, or when the
        world has moved on; Refused for one's own, without words to a no, and for a yes
        to a merge that was not typed or that something stands against by now.
    """
    card = queries.proposal(work.session, _place(work), approval_id)
    if not answer.approved and not answer.comment.strip():
        raise Refused("approval.no_comment")
    if answer.approved and card.merges and answer.typed.strip().casefold() not in TYPED:
        raise Refused("merge.not_typed")
    # Before any book is written in: who writes in a person's holds the person first.
    accounts.hold_all(work, [card.goes, card.stays])
    said = approvals.decide(
        work,
        approval_id,
        answer.approved,
        answer.comment.strip(),
        association_id=_place(work),
    )
    fail_point("merge.decided")
    if said.state is ApprovalState.APPROVED:
        _carry_out(work, card, said)
    fail_point("merge.done")
    return queries.proposal(work.session, _place(work), approval_id)


def withdraw(work: Work, approval_id: UUID) -> None:
    """Take one's own proposal back.

    Raises: NotFound; Refused for a colleague's; Conflict when it has ended.
    """
    card = queries.proposal(work.session, _place(work), approval_id)
    if card.question.asked_person_id != work.actor.person_id:
        raise Refused("merge.not_own")
    approvals.withdraw(work, approval_id)


def keep_pairs(work: Work, found: Mapping[Twins, Sign]) -> int:
    """Keep what was found by night; what somebody saw to be two persons stays so."""
    known = {
        (row.association_id, row.one_id, row.other_id): row
        for row in work.session.scalars(
            select(AccountPair).where(
                AccountPair.one_id.in_({one for _here, one, _other in found})
            )
        )
    }
    for key, sign in found.items():
        if key in known:
            known[key].sign = sign
            continue
        here, one, other = key
        work.session.add(
            AccountPair(
                association_id=here,
                one_id=one,
                other_id=other,
                sign=sign,
                found_at=work.now,
                reason="",
            )
        )
    work.session.flush()
    return len(found.keys() - known.keys())


def drop_pairs(work: Work, found: Container[Twins]) -> int:
    """Let go of pairs that nobody has looked at and nothing speaks for any more."""
    waiting = work.session.scalars(
        select(AccountPair).where(AccountPair.apart_at.is_(None))
    )
    gone = [
        row
        for row in waiting
        if (row.association_id, row.one_id, row.other_id) not in found
    ]
    for row in gone:
        work.session.delete(row)
    return len(gone)


def set_apart(work: Work, one: UUID, other: UUID, reason: str) -> None:
    """Say that two accounts are two persons'; they are not offered again.

    Saying it twice changes nothing.

    Raises: NotFound where they are no pair of this association; Refused without words.
    """
    pair = (_place(work), *sorted((one, other)))
    row = work.session.get(AccountPair, pair, with_for_update=True)
    if row is None:
        raise NotFound("merge.no_pair")
    if not REASON_LENGTH[0] <= len(reason.strip()) <= REASON_LENGTH[1]:
        raise Refused("merge.reason")
    if row.apart_at is not None:
        return
    row.apart_at, row.apart_by = work.now, work.actor.account_id
    row.reason = reason.strip()
    for here, there in ((one, other), (other, one)):
        evidence.note(work, f"person:{here}", "merge.apart", other=str(there))


def forget(work: Work, person_id: PersonId) -> None:
    """Let go of all pairs of a person who is forgotten, or was merged."""
    work.session.execute(
        delete(AccountPair)
        .where(or_(AccountPair.one_id == person_id, AccountPair.other_id == person_id))
        .execution_options(synchronize_session=False)
    )


def _carry_out(work: Work, card: MergeCard, said: ApprovalCard) -> None:
    if card.merges:
        _merge(work, card.goes, card.stays, said)
    else:
        _give_number(work, card)


def _give_number(work: Work, card: MergeCard) -> None:
    assert card.case_id is not None  # noqa: S101 - such a proposal names its question
    found = queries.stands_on(work.session, card.goes, legal_day(work.now))
    against = tuple(one.code for one in found)
    if against:
        raise Refused("merge.invalid", reasons=against)
    people.give_number(work, card.case_id)
    _tell(work, card.goes, "number_freed", card.case_id)
    _tell(work, card.stays, "number_settled", card.case_id, outcome="freed")


def _merge(work: Work, goes: PersonId, stays: PersonId, said: ApprovalCard) -> None:
    """Make two accounts one, or nothing of it: all in the work of the last word."""
    accounts.hold_both(work, goes, stays)
    _here(work, goes, stays)
    against = queries.hindrances(work.session, goes, stays)
    if against:
        raise Refused("merge.invalid", reasons=against)
    merge = str(said.id)
    at_once = learning.at_once(work, goes, stays)
    studied = learning.take_over(work, goes, stays)
    fail_point("merge.studied")
    counted = studied.counted | claims.take_over(work, goes, stays)
    credit = hours.take_over(work, goes, stays, merge, counted)
    exams.take_over(work, goes, stays)
    classes.take_over(work, goes, stays)
    moved = commerce.take_over(work, goes, stays)
    moved["certificates"] = certificates.take_over(work, goes, stays)
    moved["applications"] = registration.take_over(work, goes, stays)
    legacy.take_over(work, goes, stays)
    people.take_over(work, goes, stays)
    people.settle_merged(work, goes, stays)
    forget(work, goes)
    fail_point("merge.moved")
    known = accounts.know_as_before(work, goes, stays)
    learning.restage_all(work, stays, known)
    certificates.recount_all(work, stays, known)
    _shut(work, goes, stays)
    facts = {
        **moved,
        "courses": studied.courses,
        "twice": studied.twice,
        "credit": credit,
        "at_once": at_once,
        "approval": merge,
    }
    evidence.note(work, f"person:{stays}", "person.merged", goes=goes, **facts)
    evidence.note(work, f"person:{goes}", "person.merged_into", stays=stays, **facts)
    _tell(work, stays, "person_merged", said.id)


def _shut(work: Work, goes: PersonId, stays: PersonId) -> None:
    """Shut the account that goes; who stays stands where it stood at any desk."""
    approvals.take_over(work, goes, stays)
    teachers.take_over(work, goes, stays)
    session = work.session
    gone = account_queries.account_of(session, goes).id
    there = account_queries.account_of(session, stays).id
    accounts.take_over(work, goes, stays)
    notify.take_over(work, gone, there)
    announcements.take_over(work, gone, there)
    threads.take_over(work, (goes, stays), (gone, there))


def _here(work: Work, goes: PersonId, stays: PersonId) -> None:
    why = queries.knows(work.session, _place(work), goes, stays).objection
    if why == "person.unknown":
        raise NotFound(why)
    if why is not None:
        raise Refused(why)


def _sound(work: Work, put: Proposal, against: tuple[str, ...]) -> None:
    found = put.problems + against
    if found:
        raise Refused("merge.invalid", reasons=found)


def _no_other(work: Work, *persons: PersonId) -> None:
    if queries.open_about(work.session, *persons) is not None:
        raise Conflict("merge.open")


def _place(work: Work) -> AssociationId:
    if work.actor.association_id is None:
        raise Forbidden("staff.no_association")
    return work.actor.association_id


def _tell(
    work: Work, person_id: PersonId, template: str, matter: UUID, **facts: str
) -> None:
    account = account_queries.account_of(work.session, person_id)
    notify.message(
        work,
        account.id,
        template,
        dedupe=f"{template}:{matter}",
        of=_place(work),
        on=legal_day(work.now).isoformat(),
        **facts,
    )
