"""The demonstration's company: proved at a counter, with people in every state."""

from dataclasses import replace
from datetime import date, timedelta

from lms.accounts import queries as accounts
from lms.accounts.queries import reaching
from lms.accounts.rules import identifier
from lms.credentials.ports import RegistrationPrinter
from lms.jobs.demo import people
from lms.jobs.demo.people import Made, Sketch
from lms.kernel.clock import legal_day
from lms.kernel.work import Work
from lms.people import services
from lms.people.queries import acts_for, employer_of, links_to
from lms.people.rules import EmployerFacts, EmployerKind, Line, OnSite
from lms.policy.flow import Party
from lms.policy.model import Application, Province, Specialty
from lms.registration.rules.states import Act
from lms.registration.services import Asked, Doing, act, commit_to, open_application

_USCC = "91150203MA0N00000G"
_NAME = "内蒙古示例建设集团有限公司"
_PLACE = "包头市昆都仑区住房和城乡建设局政务窗口"
_SOON = Sketch(
    "soon@demo.example",
    "马驰",
    date(1991, 3, 3),
    31,
    (Specialty.BUILDING, Specialty.MECHANICAL),
    days_left=40,
)
"""Who ends soon with no hours at all: the first line of the company's page."""

_QUITS = Sketch("quit@demo.example", "韩松", date(1980, 2, 2), 32, days_left=300)
"""Who leaves the trade: the company's word on the cancellation is waited for."""

CHECKED = Sketch("checked@demo.example", "周建民", date(1987, 4, 18), 33, days_left=500)
"""Whose grant is drawn for a check: the papers are asked for."""

_STAFF = (
    "learner", "graduate", "older", "exam", "rare", "ready", "soon", "guizhou", "quit",
    "checked",
)  # fmt: skip
_INVITED = "new"
_ASKING = "waiting"


def lay(work: Work, teller: Made) -> Made:
    """Open the company, prove it, bind its people by their own word; give its agent."""
    for sketch in (_SOON, _QUITS, CHECKED):
        people.learner(work, sketch, today=legal_day(work.now))
    agent = people.agent(work, "employer@demo.example", "企业经办人")
    before = replace(work, now=work.now - timedelta(days=20))
    acting = replace(before, actor=agent.actor)
    employer_id = services.open_company(
        acting, agent.account_id, EmployerFacts(_USCC, _NAME), EmployerKind.CONSTRUCTION
    )
    seat = acts_for(work.session, agent.account_id)
    if seat is None:
        raise RuntimeError("a company was opened and nobody acts for it")
    shown = OnSite(_PLACE, licence=True, qualification=True, authorisation=True)
    services.prove_employer(
        replace(before, actor=teller.actor), employer_id, seat.agent_id, shown
    )
    addresses = [f"{name}@demo.example" for name in (*_STAFF, _INVITED)]
    services.invite(acting, employer_id, [Line(each, "") for each in addresses])
    for name in _STAFF:
        _accept(before, name)
    asker = found(work, _ASKING)
    services.ask_employer(replace(work, actor=asker.actor), asker.person_id, _USCC)
    return agent


def wait(work: Work, printer: RegistrationPrinter) -> None:
    """Hand the company an application that waits for its word."""
    made = found(work, "quit")
    own = replace(work, actor=made.actor, now=work.now - timedelta(days=1))
    bond = employer_of(work.session, made.person_id)
    asked = Asked(
        made.person_id,
        Province.INNER_MONGOLIA,
        Application.CANCELLATION,
        specialties=_QUITS.specialties,
        employer_id=bond.company.id if bond else None,
    )
    one = open_application(own, asked, Party.PERSON)
    commit_to(own, one, Party.PERSON, _QUITS.name, None)
    act(own, Doing(one, Act.PASS, Party.PERSON, None), printer=printer)


def _accept(work: Work, name: str) -> None:
    made = found(work, name)
    own = replace(work, actor=made.actor)
    for link, _company in links_to(work.session, made.person_id):
        services.accept(own, made.person_id, link.id)


def found(work: Work, name: str) -> Made:
    """Find somebody of the demonstration by the first part of their address."""
    place = identifier(f"{name}@demo.example")
    index = reaching.contact_index(place) if place else b""
    there = reaching.account_at(work.session, index)
    if there is None:
        raise RuntimeError(f"nobody of the demonstration is called {name}")
    return Made(there, accounts.account(work.session, there).person_id)
