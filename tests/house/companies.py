"""Two companies' lives: the demonstration's, and one that is foreign to it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from uuid import UUID

from lms.accounts import queries as accounts
from lms.kernel.ids import EmployerId, PersonId
from lms.kernel.work import Actor, Work
from lms.people import queries, services
from lms.people.models import EmployerAgent
from lms.people.queries import Shelf
from lms.people.rules import ArchiveKind, Period, Side
from lms.people.services import Kept
from lms.policy.flow import MaterialKind, Party, StepName
from lms.registration.models import ApplicationRow
from lms.registration.services import dossier as dossiers
from tests.house import lives
from tests.house.lives import Things
from tests.make import companies as make
from tests.make import dossier as make_dossier
from tests.make import registrations
from tests.make.people import Made

PERIOD = Period(date(2024, 3, 1), date(2027, 2, 28))


def lay(
    work: Work, cast: dict[str, PersonId], things: dict[str, dict[str, Things]]
) -> None:
    """Gather what the companies have, and what their people are asked."""
    learners = things["learner"]
    bond = queries.employer_of(work.session, cast["李秀英"])
    assert bond is not None
    here = _company(work, bond.company.id)
    there = make.proved(work, name="北京某建设集团公司")
    stranger = cast["吴难"]
    make.bound(work, there, _made(work, stranger))
    for which, name in (("own", "李秀英"), ("same", "张建国"), ("foreign", "孙备")):
        made = _made(work, cast[name])
        learners[which]["link_id"] = make.invited(work, there, made)
        shelf = Shelf(Side.PERSON, made.person_id)
        learners[which]["kept_id"] = file_kept(_own(work, made), shelf)
    things["employer"] = {
        "own": _life(work, here, cast["李秀英"], learners["own"]),
        "same": _life(work, here, cast["张建国"], learners["same"]),
        "foreign": _life(work, there, stranger, {}),
    }
    for which in ("own", "same", "foreign"):
        learners[which]["grant_id"] = things["employer"][which]["grant_id"]


def _life(work: Work, company: make.Company, person: PersonId, known: Things) -> Things:
    """Give what a company has of one of its people."""
    bond = queries.employer_of(work.session, person)
    assert bond is not None
    assert bond.company.id == company.id
    if not known:
        registrations.granted(work, person)
        known = lives.application(work, person)
    row = work.session.get_one(ApplicationRow, known["application_id"])
    row.employer_id = company.id
    late = make.unproved(work, bond.company.uscc)
    shelf = Shelf(Side.EMPLOYER, person, company.id, bond.link_id)
    found: Things = {
        "link_id": bond.link_id,
        "application_id": known["application_id"],
        "material_id": _paper(company.acting(work), row.id),
        "kept_id": file_kept(company.acting(work), shelf),
        "agent_id": late.seat,
    }
    found["grant_id"] = lives.granted(work, person)
    if "copy_id" in known:
        found["copy_id"] = known["copy_id"]
    return found


def _paper(acting: Work, application_id: UUID) -> UUID:
    """A paper that the company handed in while it could, which it may open again."""
    row = acting.session.get_one(ApplicationRow, application_id)
    step, row.step = row.step, StepName.EMPLOYER
    acting.session.flush()
    ready = make_dossier.ready(MaterialKind.INSURANCE, body=b"%PDF-1.4 the company's")
    given = dossiers.hand_in(acting, application_id, ready, Party.EMPLOYER)
    row.step = step
    return given


def _company(work: Work, employer_id: EmployerId) -> make.Company:
    seat = next(
        one
        for one in queries.agents(work.session, employer_id)
        if one.confirmed_at is not None
    )
    card = accounts.account(work.session, seat.account_id)
    agent = Made(seat.account_id, card.person_id, seat.name, "")
    assert work.session.get(EmployerAgent, seat.id) is not None
    return make.Company(employer_id, agent, seat.id)


def _made(work: Work, person_id: PersonId) -> Made:
    card = accounts.account_of(work.session, person_id)
    return Made(card.id, person_id, card.name, "")


def _own(work: Work, made: Made) -> Work:
    return replace(work, actor=Actor(made.account_id, made.person_id))


def file_kept(work: Work, shelf: Shelf) -> UUID:
    """Keep a paper on a shelf."""
    body = str(shelf).encode()
    sent = hashlib.sha256(body).digest()
    kept = Kept(ArchiveKind.PENSION, "养老保险缴费证明", "application/pdf", body, sent)
    return services.keep_file(work, shelf, PERIOD, kept)
