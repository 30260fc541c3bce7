"""Posts at an association: given and ended in one way, whoever decided it."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from lms.accounts.models import Account, Grant
from lms.accounts.rules import (
    APPOINTED,
    AccountState,
    Role,
    managers_left,
    role_clashes,
)
from lms.accounts.services.life import Scope, grant_in, revoke
from lms.accounts.services.sessions import close_other_sessions
from lms.accounts.services.slips import end_slips_of
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AccountId, AssociationId
from lms.kernel.work import Work

Hands = tuple[UUID | None, UUID | None]
"""The accounts of who asked and who agreed."""


def lock_managers(work: Work, association_id: AssociationId) -> dict[UUID, UUID]:
    """Hold an association's managers until this work ends. Shape: account to person."""
    rows = work.session.execute(
        select(Grant.account_id, Account.person_id)
        .join(Account, Account.id == Grant.account_id)
        .where(
            Grant.association_id == association_id,
            Grant.role == Role.MANAGER,
            Grant.until.is_(None) | (Grant.until >= legal_day(work.now)),
            Account.state == AccountState.ACTIVE,
        )
        .order_by(Grant.id)
        .with_for_update(of=Grant)
    )
    return {row.account_id: row.person_id for row in rows}


def give(
    work: Work,
    account_id: AccountId,
    role: Role,
    association_id: AssociationId,
    *,
    until: date | None = None,
    hands: Hands = (None, None),
) -> None:
    """Let an account hold a post. The checks of who decides are behind us.

    Raises: Refused for who has another post, here or elsewhere.
    """
    today = legal_day(work.now)
    held = work.session.execute(
        select(Grant.role, Grant.association_id).where(
            Grant.account_id == account_id,
            Grant.until.is_(None) | (Grant.until >= today),
        )
    )
    if role_clashes(role, association_id, [(row[0], row[1]) for row in held]):
        raise Refused("account.other_staff")
    grant_in(work, account_id, role, Scope(association_id), until)
    row = _held(work, account_id, role, association_id)
    row.asked_by, row.agreed_by = hands
    work.session.flush()


def take(
    work: Work, account_id: AccountId, role: Role, association_id: AssociationId
) -> None:
    """End a post: every session of the account ends at once, and its open slips.

    Raises: NotFound for a post that is not held; Refused for the last manager.
    """
    _held(work, account_id, role, association_id)
    if role is Role.MANAGER:
        managers = lock_managers(work, association_id)
        if account_id in managers and not managers_left(
            managers.values(), managers[account_id]
        ):
            raise Refused("staff.last_manager")
    revoke(work, account_id, role, association_id=association_id)
    close_other_sessions(work, account_id)
    end_slips_of(work, account_id)


def change(
    work: Work,
    account_id: AccountId,
    moved: tuple[Role, Role],
    association_id: AssociationId,
    hands: Hands,
) -> None:
    """Exchange one post for another.

    Raises: as `take` and `give` do.
    """
    take(work, account_id, moved[0], association_id)
    give(work, account_id, moved[1], association_id, hands=hands)


def post_of(work: Work, account_id: UUID, association_id: AssociationId) -> Role:
    """Name the post that an account has, of those that managers give.

    Raises: NotFound for who has none here.
    """
    role = work.session.scalar(
        select(Grant.role)
        .where(
            Grant.account_id == account_id,
            Grant.association_id == association_id,
            Grant.role.in_(APPOINTED),
        )
        .order_by(Grant.granted_at, Grant.id)
    )
    if role is None:
        raise NotFound("staff.unknown")
    return role


def note(work: Work, association_id: UUID, kind: str, **facts: object) -> None:
    """Write a line into the association's own book, whoever did it."""
    here = replace(work.actor, association_id=AssociationId(association_id))
    told = replace(work, actor=here)
    evidence.note(told, f"association:{association_id}", kind, **facts)


def _held(
    work: Work, account_id: AccountId, role: Role, association_id: AssociationId
) -> Grant:
    row = work.session.scalar(
        select(Grant).where(
            Grant.account_id == account_id,
            Grant.role == role,
            Grant.association_id == association_id,
        )
    )
    if row is None:
        raise NotFound("staff.unknown")
    return row
