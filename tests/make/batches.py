"""Batches, ready to run, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.credentials.models import Certificate, IssueLine
from lms.credentials.ports import Printer
from lms.credentials.queries import batches as queries
from lms.credentials.queries.batches import BatchCard
from lms.credentials.rules.batches import Chosen, LineState
from lms.credentials.services import batches
from lms.jobs import batches as job
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.work import HOUSE, Work, unit_of_work
from lms.reports import certificates
from tests.conftest import HandClock
from tests.make import credentials as make


def graduates(
    work: Work, association_id: AssociationId, count: int, first: int = 1
) -> list[PersonId]:
    """So many who have earned their certificate."""
    return [
        make.graduate(work, association_id, serial=first + n, name=called(first + n))
        for n in range(count)
    ]


def called(serial: int) -> str:
    """A name of its own for each serial."""
    return "王" + "".join("零一二三四五六七八九"[int(one)] for one in str(serial))


def checked(
    work: Work, association_id: AssociationId, chosen: Chosen | None = None
) -> UUID:
    """A batch of all whom the desk may ask for, looked at."""
    pairs = certificates.candidates(
        work.session, association_id, chosen or Chosen(), on=legal_day(work.now)
    )
    batch_id = batches.open_batch(work, association_id, chosen or Chosen(), pairs)
    while batches.check_next(work, batch_id):
        pass
    return batch_id


def started(work: Work, association_id: AssociationId) -> UUID:
    """Such a batch, waiting for a runner."""
    batch_id = checked(work, association_id)
    batches.start(work, association_id, batch_id)
    return batch_id


@dataclass
class Desk:
    """An association, and what its batches are run with."""

    app: Flask
    clock: HandClock
    association_id: AssociationId
    printer: Any

    @property
    def ports(self) -> dict[Any, Any]:
        return {**self.app.extensions["lms.ports"], Printer: self.printer}

    def started(self) -> UUID:
        with unit_of_work(HOUSE, clock=self.clock) as work:
            return started(work, self.association_id)

    def run(self) -> None:
        job.run(self.clock, self.ports)

    def card(self, batch_id: UUID) -> BatchCard:
        found = queries.batch(db.session(), self.association_id, batch_id)
        db.session.remove()
        return found

    def counts(self, batch_id: UUID) -> tuple[int, int, int]:
        card = self.card(batch_id)
        return card.issued, card.refused, card.by_hand


def numbers(session: Session) -> list[int]:
    found = list(session.scalars(select(Certificate.serial).order_by("serial")))
    db.session.remove()
    return found


def states(session: Session, batch_id: UUID) -> dict[LineState, int]:
    rows = session.execute(
        select(IssueLine.state, func.count())
        .where(IssueLine.batch_id == batch_id)
        .group_by(IssueLine.state)
    )
    found = {row[0]: row[1] for row in rows}
    db.session.remove()
    return found
