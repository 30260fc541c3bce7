"""Two accounts of one person become one."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from lms.accounts.models import (
    Account,
    KnownDevice,
    Learner,
    RecoveryCode,
    TotpFactor,
)
from lms.accounts.rules import AccountState
from lms.accounts.services.codes import is_staff
from lms.accounts.services.learners import know_learner
from lms.accounts.services.sessions import close_other_sessions
from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AccountId, AssociationId, PersonId
from lms.kernel.work import Work


def hold_both(
    work: Work, goes: PersonId, stays: PersonId
) -> tuple[AccountId, AccountId]:
    """Lock two persons' accounts in one order, and name them: who goes, who stays.

    Raises: NotFound; Conflict for one that is not in use any more; Refused for staff.
    """
    rows = {
        row.person_id: row
        for row in work.session.scalars(
            select(Account)
            .where(Account.person_id.in_((goes, stays)))
            .order_by(Account.person_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    }
    if len(rows) != len({goes, stays}) or goes == stays:
        raise NotFound("person.unknown")
    if any(row.state is not AccountState.ACTIVE for row in rows.values()):
        raise Conflict("merge.not_active")
    if any(is_staff(work, AccountId(row.id)) for row in rows.values()):
        raise Refused("merge.staff")
    return AccountId(rows[goes].id), AccountId(rows[stays].id)


def hold_all(work: Work, persons: Collection[PersonId]) -> None:
    """Lock the accounts of persons in one order: none of them is merged meanwhile."""
    chosen = select(Account.id).where(Account.person_id.in_(persons))
    work.session.execute(chosen.order_by(Account.person_id).with_for_update()).all()


def keep_all(work: Work, persons: Collection[PersonId]) -> None:
    """Let who holds persons wait, and nobody else: what is read of them stays so.

    Many may keep the same persons at once. It is asked before anything is read, and
    before a row is held that other persons wait for.
    """
    chosen = select(Account.id).where(Account.person_id.in_(persons))
    kept = chosen.order_by(Account.person_id).with_for_update(read=True, key_share=True)
    work.session.execute(kept).all()


def take_over(work: Work, goes: PersonId, stays: PersonId) -> None:
    """Shut the account of who goes; its name and password only tell where to go."""
    account_id, there = hold_both(work, goes, stays)
    account = work.session.get_one(Account, account_id)
    account.state, account.closed_at = AccountState.MERGED, work.now
    account.merged_into = stays
    work.session.flush()
    work.session.execute(
        update(Account).where(Account.merged_into == goes).values(merged_into=stays)
    )
    close_other_sessions(work, account_id)
    for table in (KnownDevice, RecoveryCode, TotpFactor):
        work.session.execute(delete(table).where(table.account_id == account_id))
    evidence.note(work, f"account:{account_id}", "account.merged", into=there)
    evidence.note(work, f"account:{there}", "account.took_over", account=account_id)


def know_as_before(work: Work, goes: PersonId, stays: PersonId) -> list[AssociationId]:
    """Let the associations that knew who goes know who stays, since the earlier day."""
    known: list[tuple[UUID, datetime]] = [
        (row.association_id, row.since)
        for row in work.session.execute(
            select(Learner.association_id, Learner.since).where(
                Learner.person_id == goes
            )
        )
    ]
    for association_id, since in known:
        know_learner(work, stays, AssociationId(association_id))
        work.session.execute(
            update(Learner)
            .where(
                Learner.association_id == association_id,
                Learner.person_id == stays,
                Learner.since > since,
            )
            .values(since=since)
        )
    work.session.execute(delete(Learner).where(Learner.person_id == goes))
    return [AssociationId(one) for one, _since in known]
