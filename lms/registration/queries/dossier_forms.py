"""What the official forms are filled in with, gathered across rooms."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.kernel.clock import SHANGHAI
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId
from lms.people import queries as people
from lms.people.rules import EmployerFacts, IdentityFacts, PaperKind
from lms.policy.flow import MaterialKind, Path
from lms.policy.model import Application, Specialty
from lms.registration.queries import applications, likeness
from lms.registration.queries import dossier as dossiers
from lms.registration.queries.applications import ApplicationCard
from lms.registration.queries.provenance import former_employer
from lms.registration.rules.dossier_forms import (
    Form,
    Held,
    Particulars,
    Qualified,
    Signed,
)


def forms_of(card: ApplicationCard) -> tuple[Form, ...]:
    """List the forms that an application needs."""
    first = (
        Form.INFORMATION if card.path is Path.PERSONAL_INFORMATION else Form.APPLICATION
    )
    return (first, Form.COMMITMENT) if card.flow.commitments else (first,)


def particulars(
    session: Session, card: ApplicationCard, *, signed_at: datetime | None = None
) -> Particulars:
    """Gather what stands on the forms; with the signature on file if it is signed now.

    For the person's own eyes, or for whoever decides. Raises: NotFound without an
    identity.
    """
    person_id = card.person_id
    profile = people.profile(session, person_id)
    company = _company(session, card)
    shown = likeness.pictures(session, card)
    return Particulars(
        number=card.number,
        application=card.application,
        specialties=card.specialties,
        name=profile.name,
        sex=profile.sex.value if profile.sex else "",
        id_number=people.open_id_number(session, person_id),
        born_on=people.born_on(session, person_id),
        phone=_phone(session, person_id),
        registration_no=profile.registration.number if profile.registration else "",
        employer=company[0],
        uscc=company[1],
        former_employer=_former(session, card),
        held=_held(profile.registration),
        qualified=_qualified(profile.qualifications, card.specialties),
        education=_education(session, card),
        contract=_contract(session, card),
        changes=_changes(session, card, profile),
        promises=tuple(card.flow.commitments.items()),
        signed=_signed(session, card),
        signed_at=moment(signed_at) if signed_at else "",
        source=card.flow.source,
        photo=shown.get(PaperKind.PHOTO),
        signature=shown.get(PaperKind.SIGNATURE) if signed_at else None,
    )


def _company(session: Session, card: ApplicationCard) -> tuple[str, str]:
    if card.employer_id is not None:
        found = people.company(session, card.employer_id)
        return found.name, found.uscc
    works_at = people.employer(session, card.person_id)
    return (works_at.name, works_at.uscc) if works_at else ("", "")


def _former(session: Session, card: ApplicationCard) -> str:
    moves = card.application is Application.CHANGE and card.path is Path.ORDINARY
    return former_employer(session, card.person_id) if moves else ""


def _phone(session: Session, person_id: PersonId) -> str:
    account = accounts.account_of(session, person_id)
    return accounts.contact(session, account.id).phone or ""


def _held(registration: people.RegistrationCard | None) -> tuple[Held, ...]:
    if registration is None:
        return ()
    return tuple(
        Held(one.code, one.is_main, one.valid_from, one.valid_until)
        for one in registration.specialties
    )


def _qualified(
    papers: tuple[people.QualificationCard, ...], wanted: tuple[Specialty, ...]
) -> tuple[Qualified, ...]:
    return tuple(
        Qualified(one.specialty, one.number, one.issued_on)
        for one in papers
        if not wanted or one.specialty in wanted
    )


def _education(session: Session, card: ApplicationCard) -> str:
    """Write the degree and the major that were told with the diploma."""
    cards = dossiers.history(session, card.id, card.person_id)
    handed = dossiers.current(cards).get(MaterialKind.EDUCATION)
    if handed is None:
        return ""
    return " ".join(one for one in (handed.given.degree, handed.given.major) if one)


def _contract(session: Session, card: ApplicationCard) -> str:
    """Write the days of the contract that was handed in."""
    cards = dossiers.history(session, card.id, card.person_id)
    handed = dossiers.current(cards).get(MaterialKind.CONTRACT)
    if handed is None:
        return ""
    given = handed.given
    begins = given.contract_from.isoformat() if given.contract_from else ""
    if given.open_ended:
        return f"{begins} 起，无固定期限".strip()
    ends = given.contract_until.isoformat() if given.contract_until else ""
    if begins and ends:
        return f"{begins} 至 {ends}"
    return f"至 {ends}" if ends else begins


def _changes(
    session: Session, card: ApplicationCard, profile: people.ProfileCard
) -> tuple[tuple[str, str, str], ...]:
    asked = card.facts.get("correction")
    if not isinstance(asked, str):
        return ()
    try:
        change = people.correction(session, UUID(asked)).change
    except (NotFound, ValueError):
        return ()
    if isinstance(change, IdentityFacts):
        number = people.open_id_number(session, card.person_id)
        both = (
            ("姓名", profile.name, change.name),
            ("身份证号", number, change.id_number),
        )
        return tuple(one for one in both if one[1] != one[2])
    if isinstance(change, EmployerFacts):
        old = profile.employer.name if profile.employer else ""
        return (("聘用企业", old, change.name),)
    return ()


def _signed(session: Session, card: ApplicationCard) -> tuple[Signed, ...]:
    """Give the newest promise of each party."""
    newest = {one.party: one for one in applications.commitments(session, card.id)}
    return tuple(
        Signed(one.party, one.signer, moment(one.signed_at), one.words)
        for one in newest.values()
    )


def moment(at: datetime) -> str:
    """Write an instant as the forms do.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 11, 21, 2, 5, tzinfo=UTC))
    '2026年11月21日 10:05'
    """
    here = at.astimezone(SHANGHAI)
    return f"{here.year}年{here.month}月{here.day}日 {here:%H:%M}"
