"""Reads of a profile: masked by default, open only where it must be."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.kernel import pii
from lms.kernel.errors import NotFound
from lms.kernel.ids import AccountId, EmployerId, PersonId
from lms.people.models import (
    Employer,
    Employment,
    Look,
    Person,
    PersonFile,
    Qualification,
    RegisteredSpecialtyRow,
    Registration,
)
from lms.people.queries.cards import (
    EmployerCard,
    LookCard,
    PictureCard,
    ProfileCard,
    QualificationCard,
    RegisteredSpecialty,
    RegistrationCard,
)
from lms.people.queries.links import employer_of
from lms.people.rules import Completeness, PaperKind, PhotoState
from lms.people.rules import completeness as judge


def place(table: str, column: str, row: object) -> str:
    """Name the place that a sealed value belongs to."""
    return f"{table}|{column}|{row}"


def file_place(kind: PaperKind, person_id: UUID) -> str:
    """Name the place of a picture; a draft opens where the photo will be."""
    shelf = PaperKind.PHOTO if kind is PaperKind.PHOTO_DRAFT else kind
    return place("person_files", shelf, person_id)


def profile(session: Session, person_id: PersonId) -> ProfileCard:
    """Give a person's profile, empty for one who has not begun it.

    Raises: NotFound for a person who has no account either.
    """
    person = session.get(Person, person_id)
    pictures = _pictures(session, person_id)
    qualified = qualifications(session, person_id)
    registered = _registration(session, person_id)
    works_at = employer(session, person_id)
    present = _present(
        {
            "name": person is not None and person.id_number is not None,
            "id_number": person is not None and person.id_number is not None,
            "photo": _usable(pictures.get(PaperKind.PHOTO)),
            "signature": PaperKind.SIGNATURE in pictures,
            "qualification": bool(qualified),
            "registration": registered is not None,
            "employer": works_at is not None,
        }
    )
    return ProfileCard(
        person_id=person_id,
        name=person.name if person else accounts.account_of(session, person_id).name,
        id_masked=_masked(session, person) if person else None,
        sex=person.sex if person else None,
        photo=pictures.get(PaperKind.PHOTO),
        photo_draft=pictures.get(PaperKind.PHOTO_DRAFT),
        signature=pictures.get(PaperKind.SIGNATURE),
        qualifications=qualified,
        registration=registered,
        employer=works_at,
        locked_at=person.locked_at if person else None,
        completeness=judge(present),
    )


def _usable(picture: PictureCard | None) -> bool:
    return picture is not None and picture.state is not PhotoState.REFUSED


def _present(found: dict[str, bool]) -> set[str]:
    return {code for code, there in found.items() if there}


def _masked(session: Session, person: Person) -> str | None:
    if person.id_number is None:
        return None
    return pii.mask_id(_open_id_number(session, person))


def _open_id_number(session: Session, person: Person) -> str:
    if person.id_number is None:
        raise NotFound("person.no_id_number")
    key = accounts.data_key(session, PersonId(person.id))
    sealed_at = place("persons", "id_number", person.id)
    return pii.unseal(key, person.id_number, sealed_at).decode()


def open_id_number(session: Session, person_id: PersonId) -> str:
    """Open an ID number for a service that writes down who looked.

    Raises: NotFound.
    """
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("person.unknown")
    return _open_id_number(session, person)


def id_free(session: Session, person_id: PersonId, number: str) -> bool:
    """Tell whether a person may use an ID number: nobody else on the platform does."""
    owner = session.scalar(
        select(Person.id).where(Person.id_index == pii.blind_index("id_number", number))
    )
    return owner in {None, person_id}


def completeness(session: Session, person_id: PersonId) -> Completeness:
    """Tell how much of a profile is there. Opens nothing that is sealed."""
    numbered = session.scalar(
        select(Person.id).where(Person.id == person_id, Person.id_number.is_not(None))
    )
    pictures = _pictures(session, person_id)
    return judge(
        _present(
            {
                "name": numbered is not None,
                "id_number": numbered is not None,
                "photo": _usable(pictures.get(PaperKind.PHOTO)),
                "signature": PaperKind.SIGNATURE in pictures,
                "qualification": bool(_has(session, Qualification, person_id)),
                "registration": bool(_has(session, Registration, person_id)),
                "employer": employer(session, person_id) is not None,
            }
        )
    )


def _has(
    session: Session,
    table: type[Qualification | Registration],
    person_id: UUID,
) -> bool:
    found = session.scalar(
        select(table.person_id).where(table.person_id == person_id).limit(1)
    )
    return found is not None


def name(session: Session, person_id: PersonId) -> str:
    """Say a person's name: as on the ID, or as given at sign-up.

    Raises: NotFound.
    """
    found = session.scalar(select(Person.name).where(Person.id == person_id))
    return found or accounts.account_of(session, person_id).name


def born_on(session: Session, person_id: PersonId) -> date | None:
    """Give the birth date, for rules of age; pages show it to its owner alone."""
    person = session.get(Person, person_id)
    if person is None or person.born_on is None:
        return None
    key = accounts.data_key(session, person_id)
    opened = pii.unseal(key, person.born_on, place("persons", "born_on", person_id))
    return date.fromisoformat(opened.decode())


def qualifications(
    session: Session, person_id: PersonId
) -> tuple[QualificationCard, ...]:
    """List a person's qualifications, the oldest first."""
    rows = session.execute(
        select(
            Qualification.id,
            Qualification.specialty,
            Qualification.printed_as,
            Qualification.number,
            Qualification.issued_on,
        )
        .where(Qualification.person_id == person_id)
        .order_by(Qualification.issued_on, Qualification.specialty)
    )
    return tuple(QualificationCard(*row) for row in rows)


def registration(session: Session, person_id: PersonId) -> RegistrationCard:
    """Give a person's registration.

    Raises: NotFound.
    """
    found = _registration(session, person_id)
    if found is None:
        raise NotFound("registration.unknown")
    return found


_REGISTRATION = (
    select(
        Registration.number,
        Registration.province,
        RegisteredSpecialtyRow.specialty,
        RegisteredSpecialtyRow.is_main,
        RegisteredSpecialtyRow.valid_from,
        RegisteredSpecialtyRow.valid_until,
        Qualification.issued_on,
    )
    .join(
        RegisteredSpecialtyRow,
        RegisteredSpecialtyRow.person_id == Registration.person_id,
    )
    .outerjoin(
        Qualification,
        (Qualification.person_id == Registration.person_id)
        & (Qualification.specialty == RegisteredSpecialtyRow.specialty),
    )
    .where(Registration.person_id == bindparam("person_id"))
    .order_by(RegisteredSpecialtyRow.is_main.desc(), RegisteredSpecialtyRow.specialty)
)


def _registration(session: Session, person_id: PersonId) -> RegistrationCard | None:
    session.flush()  # what this work has not written yet counts too
    rows = session.connection().execute(_REGISTRATION, {"person_id": person_id}).all()
    if not rows:
        return None
    return RegistrationCard(
        number=rows[0].number,
        province=rows[0].province,
        specialties=tuple(RegisteredSpecialty(*row[2:]) for row in rows),
    )


def employer(session: Session, person_id: PersonId) -> EmployerCard | None:
    """Give the company a person works for: by the word of both, or the person's."""
    bond = employer_of(session, person_id)
    if bond is not None:
        company = bond.company
        return EmployerCard(company.id, company.uscc, company.name)
    row = session.execute(
        select(Employer.id, Employer.uscc, Employment.name)
        .join(Employment, Employment.employer_id == Employer.id)
        .where(Employment.person_id == person_id)
    ).first()
    return EmployerCard(EmployerId(row[0]), row[1], row[2]) if row else None


def _pictures(session: Session, person_id: UUID) -> dict[PaperKind, PictureCard]:
    rows = session.execute(
        select(
            PersonFile.kind, PersonFile.state, PersonFile.finding, PersonFile.made_at
        ).where(PersonFile.person_id == person_id)
    )
    return {row.kind: PictureCard(row.state, row.finding, row.made_at) for row in rows}


def picture(session: Session, person_id: PersonId, kind: PaperKind) -> bytes:
    """Open a picture, for its owner. Staff take `services.reveal_picture`.

    Raises: NotFound.
    """
    sealed = session.scalar(
        select(PersonFile.body).where(
            PersonFile.person_id == person_id, PersonFile.kind == kind
        )
    )
    if sealed is None:
        raise NotFound("person.no_picture")
    key = accounts.data_key(session, person_id)
    return pii.unseal(key, sealed, file_place(kind, person_id))


def looks(session: Session, person_id: PersonId) -> tuple[LookCard, ...]:
    """List who saw the person's sealed values, the newest first."""
    rows = session.execute(
        select(Look.what, Look.reason, Look.at)
        .where(Look.person_id == person_id)
        .order_by(Look.seq.desc())
        .limit(50)
    )
    return tuple(LookCard(*row) for row in rows)


def looked(
    session: Session,
    person_id: PersonId,
    account_id: AccountId | None,
    what: str,
    since: datetime,
) -> bool:
    """Tell whether an account has seen something of a person since an instant."""
    found = session.scalar(
        select(Look.seq)
        .where(
            Look.person_id == person_id,
            Look.account_id == account_id,
            Look.what == what,
            Look.at >= since,
        )
        .limit(1)
    )
    return found is not None
