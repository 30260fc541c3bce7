"""Makers: claims, their papers, and those who decide them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from lms.accounts import queries as accounts
from lms.accounts import services as services_of_accounts
from lms.accounts.models import Account
from lms.claims import services
from lms.claims.ports import Paper
from lms.claims.rules import ClaimKind, Wanted
from lms.claims.services import Application
from lms.kernel.ids import AccountId, AssociationId, PersonId, new_id
from lms.kernel.work import Actor, Work
from lms.policy.facts import Activity
from lms.policy.model import Specialty, Track

REASON = "材料如附件，请核对。"
DAY = date(2026, 5, 20)


def paper(text: str = "证明") -> Paper:
    body = text.encode()
    return Paper("image/jpeg", body, hashlib.sha256(body).digest())


def work_outside(**over: Any) -> Wanted:
    facts: dict[str, Any] = {
        "kind": ClaimKind.SUBSTITUTION,
        "specialty": Specialty.BUILDING,
        "occurred_on": DAY,
        "activity": Activity.TEXTBOOK,
        "about": "《深基坑施工》教材",
    }
    return Wanted(**{**facts, **over})


def hours(kind: ClaimKind = ClaimKind.TRANSFER, **over: Any) -> Wanted:
    facts: dict[str, Any] = {
        "kind": kind,
        "specialty": Specialty.BUILDING,
        "track": Track.REQUIRED,
        "credit": 1200,
        "occurred_on": DAY,
        "about": "某市建筑业协会，证明 2026-18 号",
    }
    return Wanted(**{**facts, **over})


def application(wanted: Wanted, **over: Any) -> Application:
    facts: dict[str, Any] = {
        "reason": REASON,
        "papers": (paper(str(new_id())),),
    }
    return Application(wanted, **{**facts, **over})


def own(work: Work, person_id: PersonId) -> Work:
    account = accounts.account_of(work.session, person_id)
    return replace(work, actor=Actor(account.id, person_id))


def staff(work: Work, role: str, here: AssociationId, person: Any = None) -> Work:
    person_id = person or new_id()
    account_id = appointed(work, role, here, person_id)
    actor = Actor(account_id, PersonId(person_id), frozenset({role}), here)
    return replace(work, actor=actor)


def operator(work: Work) -> Work:
    """One more operator, who is of no association."""
    person_id = new_id()
    account_id = new_id()
    work.session.add(
        Account(id=account_id, person_id=person_id, name="员", created_at=work.now)
    )
    work.session.flush()
    services_of_accounts.grant(work, AccountId(account_id), "operator")
    actor = Actor(AccountId(account_id), PersonId(person_id), frozenset({"operator"}))
    return replace(work, actor=actor)


def appointed(work: Work, role: str, here: AssociationId, person_id: Any) -> AccountId:
    """Give the account of a person who holds a role; one person may have it twice."""
    session = work.session
    account_id = session.scalar(
        select(Account.id).where(Account.person_id == person_id)
    )
    if account_id is None:
        account_id = new_id()
        session.add(
            Account(id=account_id, person_id=person_id, name="员", created_at=work.now)
        )
        session.flush()
    services_of_accounts.grant(work, AccountId(account_id), role, association_id=here)
    return AccountId(account_id)


def asked(
    work: Work, person_id: PersonId, here: AssociationId, wanted: Wanted | None = None
) -> Any:
    put = application(wanted or work_outside())
    return services.ask(own(work, person_id), person_id, here, put)
