"""Somebody with a certificate, their company, and what each of them sees."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from lms.accounts import queries as accounts
from lms.credentials import queries, services
from lms.credentials.services import ShareAsk
from lms.evidence import queries as evidence
from lms.kernel.clock import legal_day
from lms.kernel.ids import CertificateId, PersonId
from lms.kernel.work import Actor, Work
from lms.policy.model import Specialty
from tests.make import companies
from tests.make import credentials as make
from tests.make.people import Made


def issued(work: Work, person: PersonId) -> CertificateId:
    return services.issue(work, person, Specialty.BUILDING, printer=make.PLAIN)


def own(work: Work, person: PersonId) -> Work:
    account = accounts.account_of(work.session, person)
    return replace(work, actor=Actor(account.id, person))


def made(work: Work, person: PersonId) -> Made:
    account = accounts.account_of(work.session, person)
    return Made(account.id, person, account.name, "")


def kinds(work: Work, person: PersonId) -> list[str]:
    lines = evidence.whole(work.session, f"person:{person}")
    found = [line.kind for line in lines]
    return [kind for kind in found if kind.startswith("certificate.")]


def later(work: Work, **much: float) -> Work:
    return replace(work, now=work.now + timedelta(**much))


def link(work: Work, person: PersonId, held: Any, **over: Any) -> queries.ShareCard:
    facts: dict[str, Any] = {"days": 30, "note": "某项目投标"}
    share_id = services.share(work, person, ShareAsk(held, **{**facts, **over}))
    return next(o for o in queries.shares(work.session, person) if o.id == share_id)


def seen(work: Work, token: str) -> queries.Shared | None:
    return queries.shared(work.session, token, work.now, legal_day(work.now))


def visible(work: Work, company: companies.Company) -> list[Any]:
    found = queries.granted_to(work.session, company.id, legal_day(work.now))
    return [one.holding.id for one in found]
