"""Checks after a grant, for each who has one: person, company, and office."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from lms.accounts.models import Account
from lms.kernel.clock import legal_day
from lms.kernel.ids import PersonId, new_id
from lms.kernel.work import Work
from lms.people import queries as people
from lms.people.queries import Shelf
from lms.people.rules import Side
from lms.policy.model import Application, Province
from lms.registration.models import ApplicationRow
from lms.registration.rules.audits import AuditState
from lms.registration.rules.states import Status
from tests.house import lives
from tests.house.companies import file_kept
from tests.make import audits as make

if TYPE_CHECKING:
    from tests.house.world import World


def lay(work: Work, world: World) -> None:
    """Ask for the papers of everybody's application, as if it had been drawn."""
    for audience in ("learner", "employer"):
        for things in world.things[audience].values():
            one = things.get("application_id")
            if one is not None:
                things["audit_id"] = make.asked(work, UUID(str(one)))
    for things in world.things["office"].values():
        row = work.session.get_one(ApplicationRow, UUID(str(things["application_id"])))
        kept = _kept(work, PersonId(row.person_id))
        given: dict[str, Any] = {
            "person_handed": [list(kept)],
            "person_handed_at": work.now,
            "employer_handed_at": work.now,
        }
        things["audit_id"] = make.asked(work, row.id, **given)
        things["kept_id"] = UUID(kept[0])
    own = UUID(str(world.things["office"]["own"]["application_id"]))
    asked = select(Account.person_id).where(Account.name == "窗口人员")
    world.instead["office.audit_decide"] = {
        "audit_id": make.asked(
            work,
            own,
            state=AuditState.PROPOSED,
            found_by=work.session.scalar(asked),
            found_at=work.now,
        )
    }
    world.forms["office.audit_draw"] = _draw(work, own)


def _kept(work: Work, person_id: PersonId) -> tuple[str, str]:
    """Keep a paper on a person's own shelf."""
    shelf = Shelf(Side.PERSON, person_id)
    one = file_kept(lives.owner(work, person_id), shelf)
    (card,) = (c for c in people.archive(work.session, shelf) if c.id == one)
    return str(card.id), card.sha256


def _draw(work: Work, like: UUID) -> dict[str, str]:
    """Say what is drawn, and let there be a grant to draw."""
    today = legal_day(work.now)
    model = work.session.get_one(ApplicationRow, like)
    columns = [one.key for one in ApplicationRow.__table__.columns]
    facts = {name: getattr(model, name) for name in columns}
    facts |= {
        "id": new_id(), "number": "DOOR-1", "application": Application.RENEWAL,
        "status": Status.GRANTED, "decided_on": today, "closed_at": work.now,
    }  # fmt: skip
    work.session.add(ApplicationRow(**facts))
    work.session.flush()
    return {
        "province": Province.INNER_MONGOLIA,
        "since": today.isoformat(),
        "until": today.isoformat(),
        "share": "5",
        "due": (today + timedelta(days=10)).isoformat(),
    }
