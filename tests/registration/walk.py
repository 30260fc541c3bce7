"""Walk a real application from its first step to its end, each by whoever does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lms.credentials import services as credentials
from lms.credentials.rules import (
    CopyMark,
    Likeness,
    PrintedRegistration,
    RegistrationFacts,
    Term,
)
from lms.credentials.rules.files import Printed, Seals
from lms.kernel.clock import legal_day
from lms.kernel.ids import AccountId, EmployerId, PersonId, new_id
from lms.kernel.work import Actor, Work
from lms.people import queries as people_queries
from lms.people import services as people
from lms.people.rules import EmployerFacts, EmployerKind, OnSite
from lms.policy.flow import Case, Need, Party, Path, StepName
from lms.policy.model import Application, Province, Specialty
from lms.registration import services as desk
from lms.registration.queries import applications
from lms.registration.queries.applications import ApplicationCard
from lms.registration.queries.provenance import (
    Origin,
    Provenance,
    Source,
    provenance,
)
from lms.registration.rules.states import Act
from lms.registration.services import Asked, Doing, comparing
from lms.registration.services.answering import UNCHANGED
from lms.registration.services.comparing import Compared
from tests.make import credentials as make_credentials
from tests.make import dossier as make_dossier
from tests.make import people as make_people
from tests.make.printed import plain
from tests.registration.ground import learn

USCC = "91150203MA0N00000G"
NAME = "包头市第一建筑有限公司"
OTHER_USCC = "91110000600037341L"
OVER: Mapping[str, date] = {
    "valid_from": date(2023, 1, 6),
    "valid_until": date(2026, 1, 5),
}
"""A registration that ran out not long ago."""


NOTHING_TO_ADD = Doing(
    new_id(),
    Act.ANSWER,
    Party.PERSON,
    None,
    "原件只有这一页，没有可以补的",
    facts={UNCHANGED: True},
)
"""The answer of who can change nothing, and says why."""


class PlainPress:
    """A printer of registration certificates that prints plain bytes."""

    def lacking(self, facts: PrintedRegistration) -> str:
        return ""

    def print(
        self, facts: PrintedRegistration, likeness: Likeness, seals: Seals
    ) -> Printed:
        return plain(f"{facts}")

    def lend(
        self,
        facts: PrintedRegistration,
        likeness: Likeness,
        copy: CopyMark,
        seals: Seals,
    ) -> bytes:
        return plain(f"{facts} {copy}").pdf


PRESS = PlainPress()


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone who takes part in an application."""

    person: make_people.Made
    agent: make_people.Made
    teller: make_people.Made
    second: make_people.Made
    approver: make_people.Made
    employer_id: EmployerId

    def actor(self, party: Party, step: StepName) -> Actor:
        """Give whoever does a step; a step in person is another teller's."""
        teller = self.second if step is StepName.IN_PERSON else self.teller
        made = {
            Party.PERSON: self.person,
            Party.EMPLOYER: self.agent,
            Party.TELLER: teller,
            Party.APPROVER: self.approver,
        }[party]
        return Actor(account_id=made.account_id, person_id=made.person_id)


def cast(work: Work, **over: Any) -> Cast:
    """A registered person in a proved company, and an office's people."""
    person = make_people.person(work, **over)
    agent, teller, second, approver = (
        make_people.account(work, name=name)
        for name in ("王经办", "李受理", "赵审核", "陈审批")
    )
    employer_id = _company(work, agent.account_id, teller)
    link = people.ask_employer(work, person.person_id, USCC)
    people.agree(as_(work, agent), employer_id, link)
    return Cast(person, agent, teller, second, approver, employer_id)


def as_(work: Work, made: make_people.Made) -> Work:
    actor = Actor(account_id=made.account_id, person_id=made.person_id)
    return replace(work, actor=actor)


def _company(work: Work, agent: AccountId, teller: make_people.Made) -> EmployerId:
    facts = EmployerFacts(USCC, NAME)
    kind = EmployerKind.CONSTRUCTION
    employer_id = people.open_company(work, agent, facts, kind)
    seat = next(iter(people_queries.agents(work.session, employer_id)))
    shown = OnSite(
        "工商注册地窗口", licence=True, qualification=True, authorisation=True
    )
    people.prove_employer(as_(work, teller), employer_id, seat.id, shown)
    return employer_id


def moved_on(work: Work, who: Cast) -> Cast:
    """Let the person leave, and belong to another company."""
    person_id = who.person.person_id
    people.leave(as_(work, who.person), person_id, legal_day(work.now), "合同到期")
    agent = make_people.account(work, name="孙经办")
    facts = EmployerFacts(OTHER_USCC, "成都另一家建筑有限公司")
    kind = EmployerKind.CONSTRUCTION
    company = people.open_company(work, agent.account_id, facts, kind)
    link = people.ask_employer(as_(work, who.person), person_id, OTHER_USCC)
    (seat,) = people_queries.agents(work.session, company)
    shown = OnSite("窗口", licence=True, qualification=True, authorisation=True)
    people.prove_employer(as_(work, who.teller), company, seat.id, shown)
    people.agree(as_(work, agent), company, link)
    return replace(who, agent=agent, employer_id=EmployerId(company))


@dataclass(frozen=True, slots=True)
class Way:
    """What is applied for, and how."""

    province: Province
    application: Application
    path: Path = Path.ORDINARY
    cases: frozenset[Case] = frozenset()
    starter: Party = Party.PERSON
    facts: Mapping[str, Any] = field(default_factory=dict)
    specialties: tuple[Specialty, ...] = (Specialty.BUILDING,)


def begin(work: Work, who: Cast, way: Way) -> ApplicationCard:
    """Begin an application by whoever starts it."""
    asked = Asked(
        person_id=who.person.person_id,
        province=way.province,
        application=way.application,
        path=way.path,
        specialties=way.specialties,
        employer_id=who.employer_id,
        cases=way.cases,
        facts=way.facts,
    )
    there = replace(work, actor=who.actor(way.starter, StepName.FILL))
    one = desk.open_application(there, asked, way.starter)
    return applications.application(work.session, one)


def step(work: Work, who: Cast, card: ApplicationCard) -> ApplicationCard:
    """Do all that the present step needs, and pass it."""
    here = card.step
    by = card.started_by if here.name is StepName.FILL else here.by
    there = replace(work, actor=who.actor(by, here.name))
    if Need.MATERIALS in here.needs:
        make_dossier.fill(there, card.id, by)
    for need in sorted(here.needs):
        _meet(there, card.id, by, need)
    if by in {Party.TELLER, Party.APPROVER}:
        compare(there, card, by)
    act = Act.GRANT if here.name is StepName.DECIDE else Act.PASS
    return desk.act(there, Doing(card.id, act, by, None, "同意"), printer=PRESS)


def compare(work: Work, card: ApplicationCard, by: Party) -> None:
    """Let an office find in the province's own register what somebody has typed."""
    known = provenance(work.session, card.person_id)
    if known is not None and known.origin is Origin.TYPED:
        comparing.compare(work, card.id, by, found_in(Source.REGISTER, known))


def found_in(source: Source, known: Provenance, seen: int | None = None) -> Compared:
    """A source says the same as somebody has typed."""
    ends = {each.specialty: each.valid_until for each in known.held}
    return Compared(seen, source, known.number, days=True, ends=ends)


def _meet(work: Work, application_id: UUID, by: Party, need: Need) -> None:
    if need in {Need.PERSON_COMMITMENT, Need.EMPLOYER_COMMITMENT}:
        desk.commit_to(work, application_id, by, "签名", None)
    elif need in {Need.IDENTITY, Need.SCAN}:
        shown = Doing(application_id, Act.PROVE, by, None, facts={"how": "test"})
        desk.prove(work, shown, need)


def walk(work: Work, who: Cast, way: Way) -> list[StepName]:
    """Go to the end; give the steps in the order in which they were passed."""
    card = begin(work, who, way)
    while card.closed_at is None:
        card = step(work, who, card)
    return [
        event.step
        for event in applications.history(work.session, card.id)
        if event.act in {Act.PASS, Act.GRANT}
    ]


def at(work: Work, now: datetime) -> Work:
    """The same work at another instant."""
    return replace(work, now=now)


def in_book(work: Work, who: Cast, **over: Any) -> None:
    """Let the book of this house hold what somebody's paper certificate says."""
    person_id = who.person.person_id
    card = people_queries.registration(work.session, person_id)
    held = people.periods_of(work, person_id)
    asked = RegistrationFacts(
        person_id=person_id,
        province=card.province,
        terms=tuple(Term(p.specialty, p.valid_from, p.valid_until) for p in held),
        employer=NAME,
        source=f"test:{person_id}",
        reason="registration.entered",
        registration_no=card.number,
    )
    credentials.issue_registration(work, replace(asked, **over), printer=PRESS)


def last(work: Work, person_id: PersonId) -> ApplicationCard:
    """Give the newest application of a person."""
    return applications.all_of_person(work.session, person_id)[0]


def ends_on(work: Work, person_id: PersonId) -> date:
    """Name the end of the main specialty that is registered."""
    return people.periods_of(work, person_id)[0].valid_until


def studied(work: Work, province: Province, **over: Any) -> Cast:
    """Everyone, and a constructor whose study is whole."""
    who = cast(work, province=province, **over)
    learn(work, who.person.person_id)
    make_credentials.certified(work, who.person.person_id)
    return who
