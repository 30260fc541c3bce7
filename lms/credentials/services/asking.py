"""Keys by which programs ask about certificates: made, counted, revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from lms.credentials.models import ApiKey, ApiKeyDay
from lms.credentials.rules.asking import (
    ALLOWANCES,
    KEY_NAME,
    MOST_KEYS,
    Allowance,
    KeyHolder,
    Spent,
    is_secret,
    minute_of,
    new_secret,
    refusal,
    secret_digest,
)
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import Forbidden, NotFound, Refused
from lms.kernel.ids import new_id
from lms.kernel.work import Work


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A new key; `secret` is shown once, and is nowhere else."""

    id: UUID
    secret: str


def make_api_key(work: Work, holder: KeyHolder, name: str) -> MadeKey:
    """Make a key for an owner.

    Raises: Refused without a name, or while the owner has too many.
    """
    said = " ".join(name.split())
    if not KEY_NAME[0] <= len(said) <= KEY_NAME[1]:
        raise Refused("api_key.name")
    live = work.session.scalar(
        select(func.count())
        .select_from(ApiKey)
        .where(
            ApiKey.owner_kind == holder.kind,
            ApiKey.owner_id == holder.id,
            ApiKey.revoked_at.is_(None),
        )
    )
    if (live or 0) >= MOST_KEYS:
        raise Refused("api_key.many", most=MOST_KEYS)
    made, allowed = MadeKey(new_id(), new_secret()), ALLOWANCES[holder.kind]
    work.session.add(
        ApiKey(
            id=made.id,
            owner_kind=holder.kind,
            owner_id=holder.id,
            owner_name=holder.name[:100],
            name=said,
            secret_sha256=secret_digest(made.secret),
            per_minute=allowed.per_minute,
            per_day=allowed.per_day,
            misses=allowed.misses,
            minute=0,
            in_minute=0,
            made_by=_who(work),
            made_at=work.now,
        )
    )
    work.session.flush()
    _note(work, "api_key.made", made.id, holder)
    return made


def revoke_api_key(work: Work, holder: KeyHolder, key_id: UUID) -> None:
    """Take a key out of use for good; twice is once.

    Raises: NotFound for another's key.
    """
    row = work.session.scalar(
        select(ApiKey)
        .where(
            ApiKey.id == key_id,
            ApiKey.owner_kind == holder.kind,
            ApiKey.owner_id == holder.id,
        )
        .with_for_update()
    )
    if row is None:
        raise NotFound("api_key.unknown")
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by = work.now, _who(work)
        work.session.flush()
        _note(work, "api_key.revoked", key_id, holder)


def spend(work: Work, secret: str, asked: int) -> UUID:
    """Count what a key asks, and name the key.

    All of its owner's keys count together, so that another key gains nothing for who
    guesses. They are locked: what comes at once is counted one after another.

    Raises: Forbidden("api_key.invalid") for no key of ours, or a revoked one; Refused
        when it has asked enough for now.
    """
    row = work.session.scalar(
        select(ApiKey).where(ApiKey.secret_sha256 == secret_digest(secret))
    )
    if row is None or not is_secret(secret):
        raise Forbidden("api_key.invalid")
    keys = _locked(work, row)
    if row.revoked_at is not None:
        raise Forbidden("api_key.invalid")
    on, minute = legal_day(work.now), minute_of(work.now)
    day = work.session.get(ApiKeyDay, (row.id, on))
    in_minute = row.in_minute if row.minute == minute else 0
    spent = _spent(work, keys, on, minute)
    allowed = Allowance(row.per_minute, row.per_day, row.misses)
    why = refusal(allowed, spent, asked)
    if why:
        raise Refused(why, per_minute=row.per_minute, per_day=row.per_day)
    row.minute, row.in_minute, row.used_on = minute, in_minute + asked, on
    if day is None:
        day = ApiKeyDay(key_id=row.id, on=on, asked=0, missed=0)
        work.session.add(day)
    day.asked += asked
    work.session.flush()
    return row.id


def _locked(work: Work, row: ApiKey) -> Sequence[ApiKey]:
    """Hold all keys of a key's owner, those that were revoked too."""
    return work.session.scalars(
        select(ApiKey)
        .where(ApiKey.owner_kind == row.owner_kind, ApiKey.owner_id == row.owner_id)
        .order_by(ApiKey.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _spent(work: Work, keys: Sequence[ApiKey], on: date, minute: int) -> Spent:
    asked, lost = work.session.execute(
        select(
            func.coalesce(func.sum(ApiKeyDay.asked), 0),
            func.coalesce(func.sum(ApiKeyDay.missed), 0),
        ).where(ApiKeyDay.key_id.in_([one.id for one in keys]), ApiKeyDay.on == on)
    ).one()
    now = sum(one.in_minute for one in keys if one.minute == minute)
    return Spent(now, int(asked), int(lost))


def missed(work: Work, key_id: UUID, count: int) -> None:
    """Count the questions of a key for which nothing was found."""
    day = work.session.get(
        ApiKeyDay, (key_id, legal_day(work.now)), with_for_update=True
    )
    if day is not None and count:
        day.missed = min(day.asked, day.missed + count)
        work.session.flush()


def _who(work: Work) -> UUID:
    account_id = work.actor.account_id
    if account_id is None:
        raise Forbidden("api_key.invalid")
    return account_id


def _note(work: Work, kind: str, key_id: UUID, holder: KeyHolder) -> None:
    evidence.note(
        work,
        f"{holder.kind.value}:{holder.id}",
        kind,
        key=key_id,
        account=work.actor.account_id,
    )
