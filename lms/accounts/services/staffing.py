"""An association's own managers say who works for it: one asks, another agrees."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.accounts.models import Account
from lms.accounts.rules import (
    APPOINTED,
    POSTS,
    AccountState,
    Role,
    StaffDeed,
    can_second,
    identifier,
    managers_left,
)
from lms.accounts.services import inviting, posts
from lms.accounts.services.codes import holder
from lms.accounts.services.life import create_account
from lms.approvals import queries as approval_queries
from lms.approvals import services as approvals
from lms.approvals.queries import ApprovalCard
from lms.approvals.rules import ApprovalState, Terms
from lms.kernel.errors import Conflict, Forbidden, NotFound, Refused
from lms.kernel.ids import AccountId, ApprovalId, AssociationId
from lms.kernel.work import Work

MATTER = POSTS


@dataclass(frozen=True, slots=True)
class Word:
    """What the second manager says."""

    approved: bool
    comment: str = field(default="")


def ask_invitation(
    work: Work, association_id: AssociationId, invited: inviting.Invited, reason: str
) -> ApprovalId:
    """Propose that somebody comes; nothing is sent before another manager agrees.

    Raises: Forbidden for who is no manager now; Refused where nobody could agree, or
        for a post that managers do not give; Conflict for who is invited already.
    """
    managers = _managers(work, association_id)
    _second(work, managers, None)
    if invited.role not in APPOINTED:
        raise Refused("staff.no_post")
    asked = _ask(
        work,
        association_id,
        f"association:{association_id}",
        {"deed": StaffDeed.INVITE.value, "role": invited.role.value},
        reason,
    )
    inviting.keep(work, association_id, asked, invited)
    return asked


def ask_change(
    work: Work,
    association_id: AssociationId,
    account_id: UUID,
    role: Role,
    reason: str,
) -> ApprovalId:
    """Propose another post for somebody who works here.

    Raises: as `ask_withdrawal` does; Refused for the post that is held already.
    """
    managers = _managers(work, association_id)
    held = posts.post_of(work, account_id, association_id)
    if role not in APPOINTED or role is held:
        raise Refused("staff.no_post")
    payload = _about(account_id, StaffDeed.CHANGE, held) | {"to": role.value}
    return _ask_about(work, association_id, managers, payload, reason)


def ask_withdrawal(
    work: Work, association_id: AssociationId, account_id: UUID, reason: str
) -> ApprovalId:
    """Propose that somebody's post ends.

    Raises: NotFound for who has none; Forbidden for who is no manager now; Refused for
        the last manager and where nobody could agree; Conflict while it is asked.
    """
    managers = _managers(work, association_id)
    held = posts.post_of(work, account_id, association_id)
    payload = _about(account_id, StaffDeed.WITHDRAW, held)
    return _ask_about(work, association_id, managers, payload, reason)


def decide(
    work: Work,
    association_id: AssociationId,
    approval_id: UUID,
    word: Word,
    house: inviting.House,
) -> ApprovalCard:
    """Say the second manager's word; a yes takes effect at once.

    Raises: NotFound; Forbidden for who is no manager now; Conflict when it has ended;
        Refused for the asker, for whom it is about, and for the last manager.
    """
    managers = _managers(work, association_id)
    _asked(work, association_id, approval_id)
    card = approvals.decide(
        work, approval_id, word.approved, word.comment, association_id=association_id
    )
    if card.state is ApprovalState.APPROVED:
        _carry_out(work, association_id, card, managers, house)
    else:
        inviting.end_of(work, approval_id)
    return card


def withdraw(work: Work, association_id: AssociationId, approval_id: UUID) -> None:
    """Take one's own question back.

    Raises: NotFound, for another's question too; Conflict when it has ended.
    """
    _asked(work, association_id, approval_id)
    approvals.withdraw(work, approval_id)
    inviting.end_of(work, approval_id)


def seat(
    work: Work,
    email: str,
    name: str,
    role: Role,
    association_id: AssociationId,
    until: date | None = None,
) -> AccountId:
    """Give a post by the operator's word; an address without an account gets one.

    Raises: Refused for an address that is none, and for who has another post.
    """
    place = identifier(email)
    if place is None:
        raise Refused("account.bad_contact")
    found = holder(work, place)
    if found is not None and found.state is not AccountState.ACTIVE:
        raise Refused("staff.account_shut")
    account_id = found.id if found else create_account(work, email=email, name=name)
    posts.give(work, account_id, role, association_id, until=until)
    posts.note(work, association_id, "staff.seated", account=account_id, role=role)
    return account_id


def unseat(work: Work, email: str, role: Role, association_id: AssociationId) -> None:
    """End a post by the operator's word, and every session with it.

    Raises: NotFound; Refused for the last manager.
    """
    place = identifier(email)
    found = holder(work, place) if place else None
    if found is None:
        raise NotFound("account.unknown")
    persons = posts.lock_managers(work, association_id)
    posts.take(work, found.id, role, association_id)
    if role is Role.MANAGER and found.id in persons:
        _drop_questions(work, association_id, persons[found.id])
    posts.note(work, association_id, "staff.unseated", account=found.id, role=role)


def _carry_out(
    work: Work,
    association_id: AssociationId,
    card: ApprovalCard,
    managers: dict[UUID, UUID],
    house: inviting.House,
) -> None:
    told = card.payload
    deed = StaffDeed(told["deed"])
    if deed is StaffDeed.INVITE:
        inviting.send(work, card.id, house)
        return
    account_id, held = AccountId(UUID(told["account"])), Role(told["role"])
    facts = {"account": account_id, "role": held, "approval": card.id}
    if deed is StaffDeed.WITHDRAW:
        posts.take(work, account_id, held, association_id)
        posts.note(work, association_id, "staff.withdrawn", **facts)
    else:
        asker = next(
            (a for a, p in managers.items() if p == card.asked_person_id), None
        )
        moved, hands = (held, Role(told["to"])), (asker, work.actor.account_id)
        posts.change(work, account_id, moved, association_id, hands)
        posts.note(work, association_id, "staff.changed", **facts, to=moved[1])
    if held is Role.MANAGER:
        _drop_questions(work, association_id, managers[account_id])


def _drop_questions(work: Work, association_id: AssociationId, person_id: UUID) -> None:
    """Let go what somebody asked as a manager who is none any more."""
    for one in approval_queries.queue(work.session, association_id, MATTER):
        if one.asked_person_id == person_id:
            approvals.drop(work, one.id)
            inviting.end_of(work, one.id)


def _ask_about(
    work: Work,
    association_id: AssociationId,
    managers: dict[UUID, UUID],
    payload: dict[str, Any],
    reason: str,
) -> ApprovalId:
    account_id = UUID(payload["account"])
    person_id = work.session.scalar(
        select(Account.person_id).where(Account.id == account_id)
    )
    if person_id is None:
        raise NotFound("staff.unknown")
    if account_id in managers and not managers_left(managers.values(), person_id):
        raise Refused("staff.last_manager")
    _second(work, managers, person_id)
    subject = f"person:{person_id}"
    for one in approval_queries.about(work.session, MATTER, subject):
        if (one.state, one.association_id) == (ApprovalState.OPEN, association_id):
            raise Conflict("staff.asked")
    return _ask(work, association_id, subject, payload, reason)


def _ask(
    work: Work,
    association_id: AssociationId,
    subject: str,
    payload: dict[str, Any],
    reason: str,
) -> ApprovalId:
    if not reason.strip():
        raise Refused("staff.no_reason")
    terms = Terms(association_id, last_role=Role.MANAGER)
    return approvals.ask(work, MATTER, subject, payload, reason.strip(), terms=terms)


def _about(account_id: UUID, deed: StaffDeed, held: Role) -> dict[str, Any]:
    return {"deed": deed.value, "account": str(account_id), "role": held.value}


def _managers(work: Work, association_id: AssociationId) -> dict[UUID, UUID]:
    """Hold the managers, and see that who acts is one of them at this moment."""
    managers = posts.lock_managers(work, association_id)
    if work.actor.account_id not in managers:
        raise Forbidden("staff.no_manager")
    return managers


def _second(work: Work, managers: dict[UUID, UUID], about: UUID | None) -> None:
    if not can_second(managers.values(), work.actor.person_id, about):
        raise Refused("staff.no_second")


def _asked(work: Work, association_id: AssociationId, approval_id: UUID) -> None:
    card = approval_queries.approval(
        work.session, approval_id, association_id=association_id
    )
    if card.kind != MATTER:
        raise NotFound("approval.unknown")
