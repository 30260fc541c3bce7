"""Registration certificates for tests: granted, lent, printed in plain bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from lms.accounts import queries as accounts
from lms.credentials import services
from lms.credentials.rules import (
    CopyMark,
    Likeness,
    PrintedRegistration,
    RegistrationFacts,
    Term,
)
from lms.credentials.rules.files import Printed, Seals
from lms.kernel.ids import (
    EmployerId,
    PersonId,
    RegistrationCertificateId,
    UseCopyId,
    new_id,
)
from lms.kernel.work import Work
from lms.people import queries as people
from lms.people.models import EmployerLink
from lms.people.rules import Side
from lms.policy.model import Province, Specialty
from tests.make.printed import plain

UNTIL = date(2029, 11, 20)


class PlainRegistrationPrinter:
    """A printer of plain bytes that carry their code, as the real ones do."""

    def lacking(self, facts: PrintedRegistration) -> str:
        return "".join(c for c in facts.name if c == "𱁬")

    def print(
        self, facts: PrintedRegistration, likeness: Likeness, seals: Seals
    ) -> Printed:
        return plain(f"https://xueshi.example/v/{facts.token} {facts.stored()}")

    def lend(
        self,
        facts: PrintedRegistration,
        likeness: Likeness,
        copy: CopyMark,
        seals: Seals,
    ) -> bytes:
        link = f"https://xueshi.example/v/{copy.token}"
        return plain(f"{link} {facts.stored()} {copy}").pdf


PLAIN = PlainRegistrationPrinter()


def term(
    specialty: Specialty = Specialty.BUILDING,
    since: date = date(2026, 11, 21),
    until: date = UNTIL,
) -> Term:
    """One specialty with its days."""
    return Term(specialty, since, until)


def facts(
    person_id: PersonId,
    *terms: Term,
    province: Province = Province.INNER_MONGOLIA,
    source: str | None = None,
) -> RegistrationFacts:
    """A grant of a first registration, building alone unless told otherwise."""
    return RegistrationFacts(
        person_id=person_id,
        province=province,
        terms=terms or (term(),),
        employer="内蒙古示例建设集团有限责任公司",
        source=source or f"test:{new_id()}",
        reason="registration.granted",
        qualified_year=2015,
    )


def granted(
    work: Work,
    person_id: PersonId,
    *terms: Term,
    province: Province = Province.INNER_MONGOLIA,
    number: str | None = None,
) -> RegistrationCertificateId:
    """Issue a certificate."""
    asked = replace(facts(person_id, *terms, province=province), registration_no=number)
    return services.issue_registration(work, asked, printer=PLAIN)


def bound(work: Work, person_id: PersonId) -> EmployerId:
    """Let a person belong to the company of the own profile, unless to one already."""
    bond = people.employer_of(work.session, person_id)
    if bond is not None:
        return bond.company.id
    employer = people.employer(work.session, person_id)
    assert employer is not None
    link = EmployerLink(
        id=new_id(),
        employer_id=employer.id,
        person_id=person_id,
        asked_by=Side.PERSON,
        asked_account=accounts.account_of(work.session, person_id).id,
        asked_at=work.now,
        shown="",
        called="",
        sent_at=work.now,
        person_agreed_at=work.now,
        employer_agreed_at=work.now,
        reason="",
    )
    work.session.add(link)
    work.session.flush()
    return employer.id


def lent(
    work: Work, person_id: PersonId, *, purpose: str = "某工程投标", days: int = 180
) -> UseCopyId:
    """Let one's employer ask for a use copy, and agree."""
    ask = services.CopyAsk(person_id, bound(work, person_id), purpose, days)
    copy_id = services.ask_use_copy(work, ask)
    services.confirm_use_copy(work, person_id, copy_id, printer=PLAIN)
    return copy_id
