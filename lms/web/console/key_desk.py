"""Whose keys a visitor looks after, and who else does."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.accounts.queries import staffing
from lms.accounts.rules import Role
from lms.approvals.queries import ApprovalCard
from lms.catalogue import queries as catalogue
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.notify import services as notify
from lms.policy.licences import LICENCES
from lms.policy.model import Province
from lms.signing import queries
from lms.signing.queries import KeyCard
from lms.signing.rules import (
    Owner,
    Purpose,
    Standing,
    association,
    is_ready,
    office,
)
from lms.web import desk
from lms.web.console.key_line import drawn

OWN = "own"
"""The place of a manager's own association; others are named by province."""


def owner_at(place: str) -> Owner:
    """Say whose keys a place names, if the visitor looks after them.

    Raises: NotFound.
    """
    visitor, demo = desk.visitor(), desk.settings().demo
    if visitor is None:
        raise NotFound("signing.unknown")
    if place == OWN and "manager" in visitor.roles:
        here = catalogue.association(desk.reading(), desk.association())
        return Owner(
            association(here.id), here.name, here.id, "manager", demonstration=demo
        )
    known = {licence.province.value for licence in LICENCES.values()}
    if "operator" in visitor.roles and place in known:
        province = Province(place)
        name = LICENCES[province].authority
        return Owner(office(province), name, None, "operator", demonstration=demo)
    raise NotFound("signing.unknown")


def card_of(place: str, kid: str) -> KeyCard:
    """Give one key of a place.

    Raises: NotFound.
    """
    for card in queries.keys_of(desk.reading(), owner_at(place).key):
        if card.published.kid == kid:
            return card
    raise NotFound("signing.unknown")


def tell_all(work: Work, owner: Owner) -> None:
    """Tell the others who look after an owner's keys that one signs no more."""
    for person_id in _keepers(work, owner):
        if person_id == work.actor.person_id:
            continue
        account = accounts.account_of(work.session, PersonId(person_id))
        notify.message(work, account.id, "key_alarmed", owner=owner.name)


def _keepers(work: Work, owner: Owner) -> set[UUID]:
    session = work.session
    if owner.association_id is None:
        holders = accounts.holders(session, Role.OPERATOR)
        return {accounts.account(session, one).person_id for one in holders}
    return set(managers(owner))


def managers(owner: Owner) -> set[UUID]:
    """Name the managers of an association that looks after its keys."""
    if owner.association_id is None:
        return set()
    found = staffing.acting_for(
        desk.reading(), owner.association_id, (Role.MANAGER,), desk.today()
    )
    return set(found)


def row_of(
    purpose: Purpose, cards: tuple[KeyCard, ...], now: datetime
) -> dict[str, object]:
    """Lay out one purpose: the key in use, those before it, their line of time."""
    own = tuple(card for card in cards if card.published.purpose is purpose)
    current = next(
        (card for card in own if card.published.standing is Standing.ACTIVE), None
    )
    return {
        "purpose": purpose,
        "current": current,
        "ready": current is not None and is_ready(current.published, now),
        "older": tuple(card for card in own if card is not current),
        "line": drawn([card.published for card in own], now),
    }


def called(session: Session, asked: Iterable[ApprovalCard | None]) -> dict[UUID, str]:
    """Name those who asked or decided."""
    persons = {
        one
        for card in asked
        if card is not None
        for one in (card.asked_person_id, *(each.person_id for each in card.decisions))
        if one is not None
    }
    return {one: accounts.account_of(session, PersonId(one)).name for one in persons}
