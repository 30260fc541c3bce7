"""Invite somebody to an association's staff, and let them take the post up."""

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Account, StaffInvitation
from lms.accounts.queries import inviting as queries
from lms.accounts.rules import (
    INVITATION_DAYS,
    PRIVACY,
    PRIVACY_TEXT_ON,
    AccountState,
    Identifier,
    Role,
)
from lms.accounts.services import passwords
from lms.accounts.services.codes import CHANNELS, holder, index_of
from lms.accounts.services.life import consent, create_account
from lms.accounts.services.posts import give, note
from lms.accounts.services.sessions import Visit, close_other_sessions, digest
from lms.accounts.services.signing import SignedIn, enter
from lms.kernel import pii
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import (
    AccountId,
    ApprovalId,
    AssociationId,
    PersonId,
    new_id,
    new_token,
)
from lms.kernel.text import normal
from lms.kernel.work import Work
from lms.notify import services as notify
from lms.notify.rules import Letter

_TOKEN_BITS = 256


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is to come, and as what."""

    name: str
    place: Identifier = field(repr=False)
    role: Role


@dataclass(frozen=True, slots=True)
class House:
    """What a letter says of the association, and under which address one answers."""

    name: str
    site: str


@dataclass(frozen=True, slots=True)
class Joined:
    """What came of taking a post up: a session, or what is wrong with a password."""

    faults: tuple[str, ...] = ()
    signed_in: SignedIn | None = None


def keep(
    work: Work, association_id: AssociationId, approval_id: ApprovalId, invited: Invited
) -> UUID:
    """Keep whom a question is about, sealed.

    Raises: Conflict for an address that is invited already.
    """
    _end_over(work, association_id)
    row_id, key = new_id(), pii.new_key()
    place = queries.place(row_id)
    told = {"name": normal(invited.name), "place": invited.place.value}
    row = StaffInvitation(
        id=row_id,
        approval_id=approval_id,
        association_id=association_id,
        role=invited.role,
        contact_index=index_of(invited.place),
        wrapped=pii.wrap(key, place),
        sealed=pii.seal(key, json.dumps(told), place),
        made_at=work.now,
    )
    try:
        with work.session.begin_nested():
            work.session.add(row)
    except IntegrityError as known:
        raise Conflict("staff.invited") from known
    return row_id


def send(work: Work, approval_id: UUID, house: House) -> None:
    """Let an invitation go that two managers agreed on: its link works for days."""
    row = _of(work, approval_id)
    card = queries.opened(row)
    if row is None or card is None:
        raise Conflict("staff.invitation_over")
    token = new_token(_TOKEN_BITS)
    row.token_hash = digest(token)
    row.expires_at = work.now + timedelta(days=INVITATION_DAYS)
    work.session.flush()
    notify.owe(
        work,
        Letter(
            channel=CHANNELS[card.place.kind],
            template="staff_invited",
            address=card.place.value,
            facts={
                "association": house.name,
                "role": row.role.value,
                "days": INVITATION_DAYS,
            },
            secrets={"link": f"{house.site}/account/join/{token}"},
        ),
    )
    note(work, row.association_id, "staff.invited", role=row.role, invitation=row.id)


def end_of(work: Work, approval_id: UUID) -> None:
    """Let go of whom a question was about, if that was an invitation."""
    row = _of(work, approval_id)
    if row is not None and row.ended_at is None:
        _end(work, row)


def end(work: Work, association_id: AssociationId, invitation_id: UUID) -> None:
    """Take an invitation back; its link opens nothing from now on.

    Raises: NotFound; Conflict when it has an answer already.
    """
    row = work.session.get(StaffInvitation, invitation_id, with_for_update=True)
    if row is None or row.association_id != association_id or row.token_hash is None:
        raise NotFound("staff.no_invitation")
    if row.ended_at is not None:
        raise Conflict("staff.invitation_over")
    _end(work, row)
    note(work, association_id, "staff.invitation_ended", invitation=row.id)


def expire(work: Work) -> None:
    """Forget where invitations went that nobody took up in time."""
    for row in work.session.scalars(
        select(StaffInvitation)
        .where(
            StaffInvitation.ended_at.is_(None), StaffInvitation.expires_at < work.now
        )
        .with_for_update()
    ):
        _end(work, row)


def join_new(
    work: Work, token: str, name: str, password: passwords.NewPassword, visit: Visit
) -> Joined:
    """Open an account at the invited address, and take the post up.

    Who has the link has the address: it went nowhere else.

    Raises: NotFound; Conflict when the invitation is over, or the address has an
        account by now.
    """
    row, card = _open(work, token)
    faults = passwords.faults_for(
        password.text,
        second_factor=False,
        own_words=passwords.own_words(name, card.place.value),
    )
    if faults:
        return Joined(faults)
    by = {card.place.kind.value: card.place.value}
    account_id = create_account(work, name=name, password=password, **by)
    consent(work, account_id, PRIVACY, text_on=PRIVACY_TEXT_ON)
    return _take(work, row, account_id, visit)


def join_known(work: Work, token: str, account_id: AccountId, visit: Visit) -> Joined:
    """Take a post up with the account that the invited address has.

    Every session of it ends: the next one asks for a second factor.

    Raises: NotFound; Conflict when the invitation is over; Refused for another account
        than the address's own, and for one that has another post.
    """
    row, card = _open(work, token)
    held = holder(work, card.place)
    if held is None or held.id != account_id:
        raise Refused("staff.other_account")
    if held.state is not AccountState.ACTIVE:
        raise Refused("staff.account_shut")
    return _take(work, row, account_id, visit)


def _take(
    work: Work, row: StaffInvitation, account_id: AccountId, visit: Visit
) -> Joined:
    account = work.session.get_one(Account, account_id, with_for_update=True)
    own = replace(
        work.actor, account_id=account_id, person_id=PersonId(account.person_id)
    )
    taking = replace(work, actor=own)
    house = AssociationId(row.association_id)
    give(taking, account_id, row.role, house, hands=queries.hands(work.session, row))
    row.account_id = account_id
    _end(work, row)
    close_other_sessions(work, account_id)
    note(taking, house, "staff.joined", account=account_id, role=row.role)
    return Joined(signed_in=enter(work, account_id, visit))


def _open(work: Work, token: str) -> tuple[StaffInvitation, queries.Opened]:
    row = work.session.scalar(
        select(StaffInvitation)
        .where(StaffInvitation.token_hash == digest(token))
        .with_for_update()
    )
    if row is None:
        raise NotFound("staff.no_invitation")
    card = queries.opened(row)
    if card is None or not queries.stands(row, work.now):
        raise Conflict("staff.invitation_over")
    return row, card


def _of(work: Work, approval_id: UUID) -> StaffInvitation | None:
    return work.session.scalar(
        select(StaffInvitation)
        .where(StaffInvitation.approval_id == approval_id)
        .with_for_update()
    )


def _end_over(work: Work, association_id: AssociationId) -> None:
    for row in work.session.scalars(
        select(StaffInvitation).where(
            StaffInvitation.association_id == association_id,
            StaffInvitation.ended_at.is_(None),
            StaffInvitation.expires_at < work.now,
        )
    ):
        _end(work, row)


def _end(work: Work, row: StaffInvitation) -> None:
    row.ended_at = work.now
    row.contact_index = row.wrapped = row.sealed = None
    work.session.flush()
