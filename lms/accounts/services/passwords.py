"""Passwords: Argon2id over a keyed hash, so that a stolen database is not enough.

Hashing takes 16 ms and 19 MiB on purpose. Doors hash before and between units of work,
never inside one: the database must not wait for it.

Source: OWASP Password Storage Cheat Sheet; NIST SP 800-63B-4.
"""

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from nacl.exceptions import InvalidkeyError
from nacl.pwhash import argon2id
from sqlalchemy import update

from lms.accounts.models import Account, CounterSlip
from lms.accounts.queries import contact, factor
from lms.accounts.rules import (
    AccountState,
    CodePurpose,
    CodeVerdict,
    Identifier,
    compose,
    identifier,
    password_faults,
)
from lms.accounts.services.codes import is_staff, judge
from lms.accounts.services.sessions import close_other_sessions
from lms.accounts.services.throttle import bucket, forgive
from lms.evidence import services as evidence
from lms.kernel.ids import AccountId, SessionId
from lms.kernel.work import Work
from lms.notify import services as notify

_PASSES = 2
_MEMORY_KIB = 19_456
_FIGURES = f"$argon2id$v=19$m={_MEMORY_KIB},t={_PASSES},p=1$"
_AT_ONCE = BoundedSemaphore(8)
_COMMON = Path(__file__).parents[1] / "common_passwords.txt"


class _Pepper:
    key: bytes | None = None


def install_pepper(key: bytes) -> None:
    """Hand the house the key of all passwords, once, at start."""
    _Pepper.key = key


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password that was typed, already hashed."""

    text: str = field(repr=False)
    hash: str = field(repr=False)


def prepare_password(text: str) -> NewPassword:
    """Hash a password, before any unit of work."""
    with _AT_ONCE:
        hashed = argon2id.str(_keyed(text), _PASSES, _MEMORY_KIB * 1024)
        return NewPassword(text, hashed.decode())


def matches(password_hash: str, text: str) -> bool:
    """Compare a typed password with a stored hash."""
    with _AT_ONCE:
        try:
            return argon2id.verify(password_hash.encode(), _keyed(text))
        except (InvalidkeyError, ValueError):
            return False


def outdated(password_hash: str) -> bool:
    """Tell whether a hash was made with weaker figures than today's."""
    return not password_hash.startswith(_FIGURES)


@cache
def dummy_hash() -> str:
    """Give a hash that nothing matches, so that no account costs the same time."""
    return prepare_password(secrets.token_hex()).hash


def _keyed(text: str) -> bytes:
    if _Pepper.key is None:
        raise RuntimeError("no password pepper is installed")
    return hmac.digest(_Pepper.key, compose(text).encode(), "sha256")


@cache
def common_passwords() -> frozenset[str]:
    """Read the list of passwords that everyone uses."""
    lines = _COMMON.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("# "))


def faults_for(
    text: str, *, second_factor: bool, own_words: Collection[str]
) -> tuple[str, ...]:
    """Find what is wrong with a password for a person with these words."""
    return password_faults(
        text,
        second_factor=second_factor,
        own_words=own_words,
        common=common_passwords(),
    )


def own_words(name: str, *addresses: str | None) -> tuple[str, ...]:
    """Give the words that an attacker who knows the person would try first."""
    known = [identifier(address) for address in addresses if address]
    return (name, *(i.value.partition("@")[0] for i in known if i))


def change_password(
    work: Work, account_id: AccountId, new: NewPassword, *, keep: SessionId
) -> tuple[str, ...]:
    """Set a new password and end every other session; or say what is wrong with it."""
    account = work.session.get_one(Account, account_id, with_for_update=True)
    faults = _faults(work, account, new)
    if not faults:
        _set(work, account, new, keep=keep)
    return faults


def reset_password(
    work: Work, known_as: Identifier, code: str, new: NewPassword
) -> tuple[CodeVerdict, tuple[str, ...]]:
    """Set a new password by a code that was sent; ends every session.

    The code is used up only when the password is good, and only whoever holds the
    right code learns what is wrong with the password.
    """
    verdict, row = judge(work, CodePurpose.RESET, known_as, code)
    if verdict is not CodeVerdict.RIGHT or row is None or row.account_id is None:
        return verdict, ()
    account = work.session.get_one(Account, row.account_id, with_for_update=True)
    if account.state is not AccountState.ACTIVE:
        return CodeVerdict.WRONG, ()
    faults = _faults(work, account, new)
    if faults:
        return verdict, faults
    row.used_at = work.now
    _set(work, account, new, keep=None)
    forgive_account(work, AccountId(account.id))
    return verdict, ()


def set_by_slip(work: Work, account_id: AccountId, new: NewPassword) -> tuple[str, ...]:
    """Set a password by a printed slip that was right; or say what is wrong with it."""
    account = work.session.get_one(Account, account_id, with_for_update=True)
    faults = _faults(work, account, new)
    if not faults:
        _set(work, account, new, keep=None)
        forgive_account(work, account_id)
        if account.handle:
            forgive(work, bucket("account", account.handle))
    return faults


def forgive_account(work: Work, account_id: AccountId) -> None:
    """Forget failed tries under both names of an account."""
    card = contact(work.session, account_id)
    for address in filter(None, (card.phone, card.email)):
        forgive(work, bucket("account", address))
    forgive(work, bucket("owner", str(account_id)))


def _faults(work: Work, account: Account, new: NewPassword) -> tuple[str, ...]:
    account_id = AccountId(account.id)
    card = contact(work.session, account_id)
    return faults_for(
        new.text,
        second_factor=is_staff(work, account_id)
        or factor(work.session, account_id).confirmed,
        own_words=own_words(account.name, card.phone, card.email),
    )


def _set(
    work: Work, account: Account, new: NewPassword, *, keep: SessionId | None
) -> None:
    account.password_hash = new.hash
    account.password_set_at = work.now
    work.session.flush()
    account_id = AccountId(account.id)
    close_other_sessions(work, account_id, keep)
    # Who changes the password ends a slip that somebody else may have in hand.
    work.session.execute(
        update(CounterSlip)
        .where(CounterSlip.account_id == account_id, CounterSlip.ended_at.is_(None))
        .values(ended_at=work.now)
    )
    evidence.note(work, f"account:{account_id}", "account.password_changed")
    notify.message(work, account_id, "password_changed")
