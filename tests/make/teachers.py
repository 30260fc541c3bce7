"""Makers: two clerks, an author and a manager, and teachers at any stage."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from lms.accounts import queries as accounts
from lms.accounts.rules import Role
from lms.catalogue.services import terms
from lms.kernel.clock import legal_day
from lms.kernel.ids import AccountId, AssociationId, PersonId, new_id
from lms.kernel.work import Actor, Work
from lms.policy.model import Specialty
from lms.teachers import queries, services
from lms.teachers.rules import (
    Asked,
    How,
    Level,
    PaperFacts,
    PaperKind,
    Scan,
    State,
    TeacherFacts,
)
from tests.make import accounts as account_make
from tests.make import catalogue

ID_NUMBER = "11010519491231002X"
CV = "<p>从事深基坑支护二十余年。</p>"


@dataclass(frozen=True)
class House:
    """An association and those who work there, by account."""

    here: AssociationId
    author: AccountId
    clerk: AccountId
    second: AccountId
    manager: AccountId

    def as_(self, work: Work, account_id: AccountId) -> Work:
        """Let somebody of the house act."""
        card = accounts.account(work.session, account_id)
        role = {self.author: "author", self.manager: "manager"}.get(account_id, "clerk")
        actor = Actor(account_id, card.person_id, frozenset({role}), self.here)
        return replace(work, actor=actor)


def house(work: Work) -> House:
    here = catalogue.association(work)
    made = [
        account_make.staff(
            work, role, association_id=here, email=f"t{n}-{here.hex[:6]}@demo.example"
        )
        for n, role in enumerate((Role.AUTHOR, Role.CLERK, Role.CLERK, Role.MANAGER))
    ]
    return House(here, *made)


def nobody(work: Work, here: AssociationId, role: str = "clerk") -> Work:
    """Let somebody act who has no account: enough for the rooms."""
    actor = Actor(None, PersonId(new_id()), frozenset({role}), here)
    return replace(work, actor=actor)


def facts(**over: Any) -> TeacherFacts:
    known: dict[str, Any] = {
        "name": "高建民",
        "employer": "包头市建筑设计院",
        "title": "正高级工程师",
        "level": Level.FULL,
        "specialties": (Specialty.BUILDING,),
        "since_year": 1998,
        "phone": "13800000091",
        "id_number": ID_NUMBER,
        "cv_html": CV,
    }
    return TeacherFacts(**{**known, **over})


def paper(**over: Any) -> PaperFacts:
    known: dict[str, Any] = {
        "kind": PaperKind.CONSTRUCTOR_1,
        "number": "京1112024202400091",
        "issuer": "住房和城乡建设部",
        "granted_on": date(2024, 3, 1),
        "valid_until": date(2029, 3, 1),
    }
    return PaperFacts(**{**known, **over})


def scan(text: str = "") -> Scan:
    body = (text or str(new_id())).encode()
    return Scan("image/jpeg", body, hashlib.sha256(body).digest())


def entered(work: Work, here: AssociationId, **over: Any) -> UUID:
    return services.enter(work, here, facts(**over), new_id())


def waiting(work: Work, here: AssociationId, *papers: PaperFacts, **over: Any) -> UUID:
    """A teacher whom somebody else is to check."""
    made = entered(work, here, **over)
    for one in papers or (paper(),):
        services.add_paper(work, here, made, one, scan())
    services.ask_check(work, here, made)
    return made


def check(
    work: Work, here: AssociationId, one: UUID, word: tuple[bool, str] = (True, "")
) -> State:
    """Say the second person's word on what is there now."""
    seen = queries.teacher(work.session, here, one).edition
    return services.decide(work, here, one, word, seen=seen)


def registered(
    work: Work,
    here: AssociationId,
    *papers: PaperFacts,
    consent: bool = True,
    **over: Any,
) -> UUID:
    """A teacher whom two persons who have no account saw, and who lets be named."""
    made = waiting(nobody(work, here), here, *papers, **over)
    check(nobody(work, here), here, made)
    if consent:
        said = (legal_day(work.now), How.SIGNED)
        services.give_consent(nobody(work, here), here, made, said)
    return made


def asks(work: Work, here: AssociationId, *, fitting: bool = False) -> None:
    """Let two managers ask for checked teachers from today on."""
    today = legal_day(work.now)
    asked = terms.ask_teachers(
        nobody(work, here, "manager"), here, Asked(checked=True, fitting=fitting),
        today, "按大纲要求",
    )  # fmt: skip
    terms.decide(nobody(work, here, "manager"), here, asked, (True, ""))


SOON = timedelta(days=30)
