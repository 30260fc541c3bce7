"""The second factor: time-based codes (RFC 6238), and spare codes for a lost phone."""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import pyotp
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.accounts.models import RecoveryCode, TotpFactor
from lms.accounts.queries import account, data_key
from lms.accounts.rules import RECOVERY_CODES, TOTP_SECONDS
from lms.accounts.services import throttle
from lms.accounts.services.codes import is_staff
from lms.accounts.services.sessions import promote_session
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.errors import Refused
from lms.kernel.ids import AccountId, SessionId, new_id
from lms.kernel.work import Work
from lms.notify import services as notify
from lms.notify.rules import Channel, Letter

_ISSUER = "学时"
_SPARE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_SPARE_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app has to be told."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of a try. Units: `wait_seconds` is 0 when the code was looked at."""

    wait_seconds: int
    token: str | None = field(repr=False)


def enrol_totp(
    work: Work, account_id: AccountId, *, confirmed: bool = False
) -> Enrolment:
    """Give an account a shared secret, or the one it has not confirmed yet.

    `confirmed` is for seeding; people confirm by typing a code.

    Raises: Refused when the account has a second factor already.
    """
    row = _factor(work.session, account_id)
    if row is not None and row.confirmed_at is not None:
        raise Refused("factor.there_already")
    if row is None:
        row = TotpFactor(
            account_id=account_id,
            secret=_seal(work.session, account_id, pyotp.random_base32()),
            confirmed_at=work.now if confirmed else None,
            last_step=0,
        )
        work.session.add(row)
        work.session.flush()
    return _enrolment(work.session, account_id)


def enrolment(session: Session, account_id: AccountId) -> Enrolment:
    """Show the secret of an account again, until it is confirmed.

    Raises: Refused afterwards.
    """
    row = _factor(session, account_id)
    if row is None or row.confirmed_at is not None:
        raise Refused("factor.there_already")
    return _enrolment(session, account_id)


def _enrolment(session: Session, account_id: AccountId) -> Enrolment:
    secret = _secret(session, account_id)
    name = account(session, account_id).name
    uri = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=_ISSUER)
    return Enrolment(secret, uri)


def confirm_totp(
    work: Work, account_id: AccountId, typed: str
) -> tuple[str, ...] | None:
    """Confirm a new second factor by its first code, and give the spare codes.

    None when the code is wrong or tried too fast.
    """
    row = _factor(work.session, account_id)
    if row is None or row.confirmed_at is not None:
        return None
    key = throttle.bucket("factor", str(account_id))
    if throttle.claim(work, key) or not _fits(work, row, typed):
        return None
    throttle.forgive(work, key)
    row.confirmed_at = work.now
    evidence.note(work, f"account:{account_id}", "account.factor_added")
    notify.message(work, account_id, "factor_added")
    return renew_recovery_codes(work, account_id)


def renew_recovery_codes(work: Work, account_id: AccountId) -> tuple[str, ...]:
    """Give ten new spare codes; the old ones count no more. Only hashes are kept."""
    work.session.execute(
        delete(RecoveryCode).where(RecoveryCode.account_id == account_id)
    )
    codes = tuple(_spare() for _ in range(RECOVERY_CODES))
    for code in codes:
        work.session.add(
            RecoveryCode(
                id=new_id(),
                account_id=account_id,
                code_hash=_spare_hash(account_id, code),
                used_at=None,
            )
        )
    return codes


def prove_factor(
    work: Work, account_id: AccountId, session_id: SessionId, typed: str
) -> Proof:
    """Let a half session become full by a code of the moment or a spare one."""
    key = throttle.bucket("factor", str(account_id))
    wait = throttle.claim(work, key)
    if wait:
        return Proof(wait, None)
    row = _factor(work.session, account_id)
    if row is None or row.confirmed_at is None:
        return Proof(0, None)
    if not _fits(work, row, typed) and not _spend_spare(work, account_id, typed):
        return Proof(0, None)
    throttle.forgive(work, key)
    evidence.note(work, f"account:{account_id}", "account.factor_proved")
    return Proof(0, promote_session(work, session_id))


def remove_totp(work: Work, account_id: AccountId) -> None:
    """Take the second factor away.

    Raises: Refused for staff, who must have one.
    """
    if is_staff(work, account_id):
        raise Refused("factor.staff_must")
    for table in (RecoveryCode, TotpFactor):
        work.session.execute(delete(table).where(table.account_id == account_id))
    evidence.note(work, f"account:{account_id}", "account.factor_removed")
    notify.message(work, account_id, "factor_removed")


def owe_demo_code(work: Work, account_id: AccountId) -> None:
    """Let the demonstration's outbox show the code of the moment."""
    notify.owe(work, Letter(Channel.NOTICE, "factor_demo", to_account=account_id))


def demo_code(session: Session, account_id: AccountId, now: datetime) -> str:
    """Give a code that will be accepted now. Only the demonstration may call this.

    A step that was used already is passed over: the next one is accepted early.
    """
    row = _factor(session, account_id)
    if row is None:
        return ""
    step = max(_step(now), row.last_step + 1)
    return pyotp.HOTP(_secret(session, account_id)).at(step)


def _factor(session: Session, account_id: AccountId) -> TotpFactor | None:
    return session.scalar(
        select(TotpFactor).where(TotpFactor.account_id == account_id).with_for_update()
    )


def _fits(work: Work, row: TotpFactor, typed: str) -> bool:
    """Compare with the codes of this step and its neighbours; each works once."""
    digits = "".join(typed.split())
    otp = pyotp.HOTP(_secret(work.session, AccountId(row.account_id)))
    now = _step(work.now)
    for step in range(max(now - 1, row.last_step + 1), now + 2):
        if hmac.compare_digest(otp.at(step).encode(), digits.encode()):
            row.last_step = step
            return True
    return False


def _step(now: datetime) -> int:
    return int(now.timestamp()) // TOTP_SECONDS


def _spend_spare(work: Work, account_id: AccountId, typed: str) -> bool:
    spent = work.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash == _spare_hash(account_id, typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=work.now)
        .returning(RecoveryCode.id)
    ).first()
    if spent is None:
        return False
    notify.message(work, account_id, "recovery_used")
    return True


def _spare() -> str:
    letters = "".join(secrets.choice(_SPARE_ALPHABET) for _ in range(_SPARE_LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def _spare_hash(account_id: UUID, typed: str) -> bytes:
    bare = "".join(letter for letter in typed.upper() if letter.isalnum())
    return pii.blind_index(f"recovery.{account_id}", bare)


def _place(account_id: UUID) -> str:
    return f"totp_factors|secret|{account_id}"


def _seal(session: Session, account_id: AccountId, secret: str) -> bytes:
    key = data_key(session, account(session, account_id).person_id)
    return pii.seal(key, secret, _place(account_id))


def _secret(session: Session, account_id: AccountId) -> str:
    sealed = session.scalars(
        select(TotpFactor.secret).where(TotpFactor.account_id == account_id)
    ).one()
    key = data_key(session, account(session, account_id).person_id)
    return pii.unseal(key, sealed, _place(account_id)).decode()
