"""An association's own words for its messages: kept, found, and put back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.kernel.db import inserting
from lms.kernel.errors import NotFound, Refused
from lms.kernel.work import Work
from lms.notify.models import MessageWording
from lms.notify.rules import Channel, Wording
from lms.notify.rules.own import KINDS, WAYS, Own, problems, worded


@dataclass(frozen=True, slots=True)
class OwnCard:
    """Own words as they hold now, and since when."""

    kind: str
    way: Channel
    own: Own
    changed_at: datetime


def listed(
    session: Session, association_id: UUID
) -> Mapping[tuple[str, Channel], OwnCard]:
    """Give all own words of an association, by kind and way."""
    rows = session.scalars(
        select(MessageWording).where(MessageWording.association_id == association_id)
    )
    return {(row.kind, row.way): _card(row) for row in rows}


def of(
    session: Session, association_id: UUID, kind: str, way: Channel
) -> OwnCard | None:
    """Give the own words of one kind by one way, if there are any.

    Raises: NotFound for a kind that nobody words, or another way.
    """
    if kind not in KINDS or way not in WAYS:
        raise NotFound("wording.unknown")
    row = session.get(MessageWording, (association_id, kind, way))
    return _card(row) if row else None


def _card(row: MessageWording) -> OwnCard:
    return OwnCard(row.kind, row.way, Own(row.subject, row.body), row.changed_at)


def said(
    session: Session,
    association_id: UUID | None,
    told: tuple[str, Channel, str],
    facts: Mapping[str, object],
) -> Wording | None:
    """Say a message (its kind, way and language) in its association's own words.

    Nothing where there are none, or they do not fit; who reads English has the house's.
    """
    kind, way, locale = told
    if association_id is None or kind not in KINDS or locale != "zh":
        return None
    if way not in WAYS:
        return None
    found = of(session, association_id, kind, way)
    return worded(found.own, kind, facts) if found else None


def keep(work: Work, association_id: UUID, told: tuple[str, Channel], own: Own) -> None:
    """Keep own words, in place of those before.

    Raises: NotFound for what nobody words; Refused with everything that is wrong.
    """
    kind, way = told
    of(work.session, association_id, kind, way)
    wrong = problems(kind, way, own)
    if wrong:
        raise Refused("wording.unsound", reasons=tuple(one.code for one in wrong))
    values = {
        "subject": own.subject.strip() if way is Channel.MAIL else "",
        "body": own.body.strip(),
        "changed_by": work.actor.account_id,
        "changed_at": work.now,
    }
    key = {"association_id": association_id, "kind": kind, "way": way}
    put = inserting(work.session, MessageWording).values(key | values)
    work.session.execute(
        put.on_conflict_do_update(index_elements=list(key), set_=values)
    )


def put_back(work: Work, association_id: UUID, told: tuple[str, Channel]) -> bool:
    """Let the house's words hold again; tell whether others held before.

    Raises: NotFound for what nobody words.
    """
    kind, way = told
    if of(work.session, association_id, kind, way) is None:
        return False
    work.session.execute(
        delete(MessageWording).where(
            MessageWording.association_id == association_id,
            MessageWording.kind == kind,
            MessageWording.way == way,
        )
    )
    return True
