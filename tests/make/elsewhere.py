"""An association whose keys all lie in a signing service, for tests."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from lms.credentials import queries, services
from lms.credentials.ports import Printer
from lms.credentials.queries import CertificateCard
from lms.credentials.services.ahead import carried
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, CertificateId, PersonId
from lms.kernel.work import HOUSE, Work, unit_of_work
from lms.policy.model import Specialty
from lms.signing import services as signing
from lms.signing.ports import Subject
from lms.signing.rules import Owner, Purpose
from lms.signing.services import Brought
from tests.conftest import HandClock
from tests.make import credentials as make
from tests.make import signing as make_keys
from tests.make import signing_service as there
from tests.make.signing_service import Office

BUILDING = Specialty.BUILDING


class House:
    """An association whose keys all lie in the service, and people who have earned."""

    def __init__(self, app: Flask, clock: HandClock, service: Office) -> None:
        self.app, self.clock, self.service = app, clock, service
        self.begin = partial(unit_of_work, HOUSE, clock=clock)
        with self.begin() as work:
            self.here = make.association(work)
        self.owner = make_keys.owner(self.here)
        for purpose in Purpose:
            self.equip(self.owner, purpose, f"k-{purpose.value}")
        service.asked.clear()

    @property
    def printer(self) -> Any:
        return self.app.extensions["lms.ports"][Printer]

    def equip(self, owner: Owner, purpose: Purpose, label: str) -> str:
        """Take a key of the service in: proved first, then agreed by two."""
        with self.begin() as work:
            subject = Subject(
                owner.key, owner.name, work.now, work.now.replace(year=2028)
            )
        made = there.made(purpose, subject)
        self.service.keys[label] = made
        maker = make_keys.maker()
        upload = there.upload(made, self.service.place(label))
        proved = maker.prove(purpose, owner.key, upload)
        with self.begin() as work:
            ask, agree = self.two(work, owner)
            asked = signing.bring(
                ask, maker, owner, Brought(purpose, proved, "改用U盾")
            )
            signing.decide(agree, maker, owner, asked, make_keys.YES)
        return label

    def two(self, work: Work, owner: Owner) -> tuple[Work, Work]:
        if owner.association_id is None:
            return make_keys.operator(work), make_keys.operator(work)
        here = AssociationId(owner.association_id)
        return make_keys.manager(work, here), make_keys.manager(work, here)

    def graduate(self, serial: int = 1) -> PersonId:
        with self.begin() as work:
            return make.graduate(work, self.here, serial=serial)

    def issue(self, person: PersonId) -> CertificateId:
        return carried(
            self.begin,
            lambda work: services.issue(work, person, BUILDING, printer=self.printer),
        )

    def card(self, person: PersonId, held: CertificateId) -> CertificateCard:
        found = queries.owned(db.session(), person, held, legal_day(self.clock()))
        db.session.remove()
        return found

    def count(self, table: type[Any]) -> int:
        found = db.session.scalar(select(func.count()).select_from(table)) or 0
        db.session.remove()
        return found
