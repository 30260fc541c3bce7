"""An association with keys, two managers and a clerk, and the clock's work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask

from lms.accounts import queries as accounts
from lms.exports import queries, services
from lms.exports.queries import ExportCard
from lms.exports.rules import Basis, Period, Wanted
from lms.jobs import exports as job
from lms.kernel.db import db
from lms.kernel.ids import AccountId, AssociationId, PersonId, VersionId
from lms.kernel.work import HOUSE, Actor, Work, unit_of_work
from tests.conftest import HandClock
from tests.make import accounts as make_accounts
from tests.make import catalogue, learning
from tests.make import credentials as people
from tests.make.batches import called

PERIOD = Period(Basis.ENDING, date(2026, 1, 1), date(2026, 12, 31))


@dataclass
class Desk:
    """Who works there. Shape: accounts by name."""

    app: Flask
    clock: HandClock
    house: AssociationId
    accounts: dict[str, AccountId]

    def actor(self, who: str) -> Actor:
        account = self.accounts[who]
        card = accounts.account(db.session(), account)
        role = who.rstrip("2")
        found = Actor(account, card.person_id, frozenset({role}), self.house)
        db.session.remove()
        return found

    def work(self, who: str | None = None) -> Any:
        actor = self.actor(who) if who else HOUSE
        return unit_of_work(actor, clock=self.clock)

    def asked(self, who: str = "clerk", **over: Any) -> UUID:
        """A report to the province that somebody asked for."""
        facts: dict[str, Any] = {
            "kind": "province.report",
            "title": "上报省厅",
            "reason": "年度上报",
            "personal": True,
            "period": PERIOD,
            **over,
        }
        with self.work(who) as work:
            made = services.ask(work, self.house, Wanted(**facts))
        db.session.remove()
        return made

    def agreed(self, job_id: UUID, who: str = "manager") -> None:
        with self.work(who) as work:
            services.decide(work, self.house, job_id, True, "")
        db.session.remove()

    def run(self) -> None:
        """Let the clock's work be done."""
        job.run(self.clock, self.app.extensions["lms.ports"])

    def card(self, job_id: UUID) -> ExportCard:
        found = queries.job(db.session(), self.house, job_id)
        db.session.remove()
        return found

    def folder(self) -> Path:
        folder: Path = self.app.extensions["lms.settings"].data_dir / "exports"
        return folder

    def files(self) -> list[str]:
        """Name what lies in the folder of exports, also what is half done."""
        if not self.folder().is_dir():
            return []
        return sorted(
            str(one.relative_to(self.folder()))
            for one in self.folder().rglob("*")
            if one.is_file()
        )


def desk(app: Flask, clock: HandClock, begin: Any, learners: int = 3) -> Desk:
    with begin() as work:
        house = people.association(work, keys=True)
        staff = {
            who: make_accounts.staff(
                work, who.rstrip("2"), association_id=house, email=f"{who}@x.example"
            )
            for who in ("clerk", "manager", "manager2")
        }
        _course, version = catalogue.course(work, house, credit=1)
        for serial in range(1, learners + 1):
            learner(work, house, version, serial)
    db.session.remove()
    made = Desk(app, clock, house, staff)
    for one in made.files():
        (made.folder() / one).unlink()
    return made


def learner(
    work: Work, house: AssociationId, version: VersionId, serial: int
) -> PersonId:
    """Somebody who studies there, registered until the end of 2026, with hours."""
    person = people.constructor(work, serial=serial, name=called(serial))
    people.credit(work, person, house, required=4500, elective=1000)
    learning.enrolled(work, version, person_id=person)
    return person
