"""Printed slips: how somebody without a telephone gets a password of their own.

A counter sees the identity card and prints a slip: a name to sign in by, and a code.
The code sets a password once, within 72 hours, and nothing else. Who printed it never
learns the password, and the account is not entered by the code itself.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update

from lms.accounts.models import Account, CounterSlip
from lms.accounts.rules import (
    CODE_TRIES,
    PRIVACY,
    PRIVACY_TEXT_ON,
    REACHING,
    SLIP_LENGTH,
    SLIP_LIFE,
    SLIP_SIGNS,
    SLIPS_A_DAY,
    AccountState,
    CodeVerdict,
    Identifier,
    SlipPurpose,
)
from lms.accounts.services import passwords
from lms.accounts.services.codes import holder, is_staff
from lms.accounts.services.contact import tell_old
from lms.accounts.services.life import consent
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.clock import legal_day, start_of
from lms.kernel.errors import Conflict, Forbidden, Refused
from lms.kernel.ids import AccountId, PersonId, new_id
from lms.kernel.text import normal
from lms.kernel.work import Work

_TRIES_FOR_HANDLE = 20


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed, once. PII: the code opens an account."""

    id: UUID
    person_id: PersonId
    name: str
    handle: str
    code: str = field(repr=False)
    until: datetime


def open_at_counter(work: Work, name: str) -> AccountId:
    """Open an account without any contact, for who stands at a counter.

    Raises: Refused when the clerk has opened too many today.
    """
    _counted(work, SlipPurpose.OPEN)
    account = Account(
        id=new_id(),
        person_id=new_id(),
        name=normal(name),
        state=AccountState.ACTIVE,
        locale="zh",
        created_at=work.now,
        handle=_free_handle(work),
    )
    work.session.add(account)
    work.session.flush()
    evidence.note(
        work,
        f"account:{account.id}",
        "account.counter_opened",
        association=work.actor.association_id,
    )
    return AccountId(account.id)


def print_slip(work: Work, account_id: AccountId, purpose: SlipPurpose) -> Slip:
    """Make a slip for an account; one that was printed before ends.

    For a lost password the contacts that are known are told at once, and every slip of
    this kind counts against the clerk's day.

    Raises: Conflict for an account that is not in use; Refused for staff, for the
        clerk's own, and when there were too many today.
    """
    account = work.session.get_one(Account, account_id, with_for_update=True)
    if account.state is not AccountState.ACTIVE:
        raise Conflict("slip.not_active")
    if is_staff(work, account_id):
        raise Refused("slip.staff")
    if work.actor.account_id == account_id:
        raise Refused("slip.own")
    if purpose is SlipPurpose.RESET:
        _counted(work, purpose)
        for kind in REACHING:
            tell_old(work, account_id, kind, "counter_reset")
    account.handle = account.handle or _free_handle(work)
    slip, code = _slip(work, account_id, purpose)
    evidence.note(
        work,
        f"account:{account_id}",
        "account.slip_printed",
        slip=slip.id,
        purpose=purpose,
        association=work.actor.association_id,
    )
    return Slip(
        slip.id,
        PersonId(account.person_id),
        account.name,
        account.handle,
        code,
        slip.until,
    )


def _slip(
    work: Work, account_id: AccountId, purpose: SlipPurpose
) -> tuple[CounterSlip, str]:
    actor = work.actor
    if actor.account_id is None or actor.association_id is None:
        raise Forbidden("staff.no_association")
    work.session.execute(
        update(CounterSlip)
        .where(
            CounterSlip.account_id == account_id,
            CounterSlip.used_at.is_(None),
            CounterSlip.ended_at.is_(None),
        )
        .values(ended_at=work.now)
    )
    slip_id = new_id()
    code = "".join(secrets.choice(SLIP_SIGNS) for _ in range(SLIP_LENGTH))
    slip = CounterSlip(
        id=slip_id,
        account_id=account_id,
        purpose=purpose,
        association_id=actor.association_id,
        made_by=actor.account_id,
        code_hash=_hash(slip_id, code),
        tries=0,
        made_at=work.now,
        until=work.now + SLIP_LIFE,
        used_at=None,
        ended_at=None,
    )
    work.session.add(slip)
    work.session.flush()
    return slip, code


def use_slip(
    work: Work,
    known_as: Identifier,
    code: str,
    new: passwords.NewPassword,
    *,
    agreed: bool,
) -> tuple[CodeVerdict, tuple[str, ...], AccountId | None]:
    """Set one's own password by a slip; the code is used up once it is good.

    A wrong name looks like a wrong code. Whoever opens the account by it says yes to
    the privacy text with it.
    """
    account = holder(work, known_as)
    row = _newest(work, account.id) if account else None
    if account is None or row is None or account.state is not AccountState.ACTIVE:
        return CodeVerdict.WRONG, (), None
    verdict = _judge(work, row, code)
    if verdict is not CodeVerdict.RIGHT:
        return verdict, (), None
    if is_staff(work, AccountId(account.id)):
        # Printed for a learner who has taken a post up since: staff use no slips.
        return CodeVerdict.EXPIRED, (), None
    if row.purpose is SlipPurpose.OPEN and not agreed:
        return verdict, ("slip.consent",), None
    faults = passwords.set_by_slip(work, account.id, new)
    if faults:
        return verdict, faults, None
    row.used_at = work.now
    if row.purpose is SlipPurpose.OPEN:
        consent(work, account.id, PRIVACY, text_on=PRIVACY_TEXT_ON)
    evidence.note(work, f"account:{account.id}", "account.slip_used", slip=row.id)
    return verdict, (), account.id


def end_slips_of(work: Work, clerk_id: AccountId) -> None:
    """End the slips for lost passwords that somebody printed who leaves the counter.

    They have seen the codes. Whoever came for one is given a new one by a colleague.
    """
    work.session.execute(
        update(CounterSlip)
        .where(
            CounterSlip.made_by == clerk_id,
            CounterSlip.purpose == SlipPurpose.RESET,
            CounterSlip.used_at.is_(None),
            CounterSlip.ended_at.is_(None),
        )
        .values(ended_at=work.now)
        .execution_options(synchronize_session="fetch")
    )


def _judge(work: Work, row: CounterSlip, code: str) -> CodeVerdict:
    """Judge a code and count the try."""
    row.tries += 1
    if row.tries > CODE_TRIES:
        return CodeVerdict.SPENT
    if row.used_at or row.ended_at or work.now >= row.until:
        return CodeVerdict.EXPIRED
    typed = "".join(code.split()).replace("-", "").upper()
    right = hmac.compare_digest(row.code_hash, _hash(row.id, typed))
    return CodeVerdict.RIGHT if right else CodeVerdict.WRONG


def _newest(work: Work, account_id: AccountId) -> CounterSlip | None:
    return work.session.scalar(
        select(CounterSlip)
        .where(CounterSlip.account_id == account_id)
        .order_by(CounterSlip.ended_at.is_not(None), CounterSlip.made_at.desc())
        .limit(1)
        .with_for_update()
    )


def _counted(work: Work, purpose: SlipPurpose) -> None:
    """Refuse more of a clerk than one person at a counter does on one day."""
    made = work.session.scalar(
        select(func.count())
        .select_from(CounterSlip)
        .where(
            CounterSlip.made_by == work.actor.account_id,
            CounterSlip.purpose == purpose,
            CounterSlip.made_at >= start_of(legal_day(work.now)),
        )
    )
    if (made or 0) >= SLIPS_A_DAY[purpose]:
        raise Refused("slip.too_many", n=SLIPS_A_DAY[purpose])


def _free_handle(work: Work) -> str:
    for _try in range(_TRIES_FOR_HANDLE):
        handle = f"K{secrets.randbelow(10**8):08d}"
        taken = select(Account.id).where(Account.handle == handle)
        if work.session.scalar(taken) is None:
            return handle
    raise Conflict("slip.again")


def _hash(slip_id: UUID, code: str) -> bytes:
    return pii.blind_index(f"slip.{slip_id}", code)
