"""Somebody with certificates of both kinds, their company, and a stranger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Flask

from lms.accounts import queries as accounts
from lms.accounts import services as keys
from lms.credentials import services
from lms.credentials.models import CertificateFile
from lms.credentials.queries.held import file_place
from lms.credentials.rules import FileKind
from lms.kernel import pii
from lms.kernel.ids import CertificateId, PersonId, new_id
from lms.kernel.work import Actor, Work
from lms.policy.model import Specialty
from tests.conftest import Browser
from tests.make import companies, registrations
from tests.make import credentials as make
from tests.make.people import Made

Begin = Callable[..., Any]


class Life:
    """A constructor with a certificate of each kind, and their company."""

    def __init__(self, app: Flask, begin: Begin, browser_of: Any) -> None:
        self.begin, self.browser_of = begin, browser_of
        self.stranger = Browser(app)
        with begin() as work:
            self.association = make.association(work, keys=True)
            self.person = make.graduate(work, self.association)
            self.held = self.issue(work)
            self.licence = registrations.granted(work, self.person)
            self.company = companies.proved(work, name="包头某建筑公司")
            self.account = accounts.account_of(work.session, self.person)
            made = Made(self.account.id, self.person, self.account.name, "")
            self.link = companies.bound(work, self.company, made)
        self.browser: Browser = browser_of(self.account.id)

    def issue(self, work: Work) -> CertificateId:
        return services.issue(work, self.person, Specialty.BUILDING, printer=make.PLAIN)

    def own(self, work: Work) -> Work:
        return replace(work, actor=Actor(self.account.id, self.person))

    def agent(self) -> Browser:
        found: Browser = self.browser_of(self.company.agent.account_id)
        return found

    def page(self, tail: str = "", held: Any = None) -> str:
        answer = self.browser.get(f"/certificates/{held or self.held}{tail}")
        assert answer.status_code == 200
        return answer.text

    def post(self, tail: str, form: dict[str, str], held: Any = None) -> Any:
        return self.browser.post(f"/certificates/{held or self.held}{tail}", form)


def seal_file(work: Work, person: PersonId, held: Any, kind: FileKind) -> bytes:
    """Keep one more form of a certificate, as the printer will."""
    body, file_id = f"a {kind.value}".encode(), new_id()
    key = keys.ensure_key(work, person)
    work.session.add(
        CertificateFile(
            id=file_id,
            certificate_id=held,
            kind=kind.value,
            sha256=new_id().bytes * 2,
            size=len(body),
            body=pii.seal(key, body, file_place(file_id)),
            made_at=work.now,
        )
    )
    return body
