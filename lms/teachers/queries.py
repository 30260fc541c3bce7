"""The register as its desk, the courses and the public see it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Exists, Select, exists, select
from sqlalchemy.orm import Session

from lms.kernel import pii
from lms.kernel.errors import NotFound
from lms.policy.model import Specialty
from lms.teachers.models import Teacher, TeacherConsent, TeacherPaper
from lms.teachers.rules import (
    SOON,
    How,
    Level,
    PaperKind,
    Standing,
    State,
    holds,
)

HIDDEN = "•••"


@dataclass(frozen=True, slots=True)
class PaperTerm:
    """What a paper is, and from when until when it holds."""

    kind: PaperKind
    called: str
    granted_on: date
    valid_until: date | None

    def ended(self, on: date) -> bool:
        """Tell whether it holds no more on a legal day."""
        return not holds(self.granted_on, self.valid_until, on)

    def ending(self, on: date) -> bool:
        """Tell whether it holds, and soon no more."""
        until = self.valid_until
        return until is not None and on <= until <= on + SOON


@dataclass(frozen=True, slots=True)
class PaperCard(PaperTerm):
    """One paper that counts, its number masked. `scanned`: a scan lies with it."""

    id: UUID
    number_masked: str
    issuer: str
    scanned: bool


@dataclass(frozen=True, slots=True)
class ConsentCard:
    """One consent to be named, and whether what was signed lies with it."""

    id: UUID
    given_on: date
    how: How
    scanned: bool
    noted_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class TeacherCard:
    """One teacher as the desk sees them: numbers masked."""

    id: UUID
    association_id: UUID
    state: State
    edition: int
    name: str
    sex: str
    employer: str
    title: str
    level: Level
    specialties: tuple[Specialty, ...]
    since_year: int | None
    cv_html: str
    phone_masked: str
    id_masked: str
    approval_id: UUID | None
    returned_for: str | None
    made_at: datetime
    checked_at: datetime | None
    checked_by: UUID | None
    retired_at: datetime | None
    retired_for: str | None
    forgotten: bool
    entered_by: tuple[str, ...]
    papers: tuple[PaperCard, ...]
    consents: tuple[ConsentCard, ...]

    @property
    def consent(self) -> ConsentCard | None:
        """Give the consent that holds."""
        return next((one for one in self.consents if one.withdrawn_at is None), None)

    @property
    def public(self) -> bool:
        """Tell whether the public sees name, title, employer and CV now."""
        shown = self.state in {State.REGISTERED, State.RETIRED}
        checked = self.checked_at is not None and not self.forgotten
        return shown and checked and self.consent is not None

    def ends_on(self) -> date | None:
        """Say when the last of the papers ends; None where one has no end, or none."""
        ends = [one.valid_until for one in self.papers]
        known = [one for one in ends if one is not None]
        return max(known) if known and len(known) == len(ends) else None


@dataclass(frozen=True, slots=True)
class PublicTeacher:
    """All that the public may ever see of a teacher."""

    id: UUID
    name: str
    title: str
    employer: str
    cv_html: str


@dataclass(frozen=True, slots=True)
class ChoiceCard:
    """A teacher whom a course or a class may name, and how they stand."""

    id: UUID
    name: str
    title: str
    state: State
    consenting: bool
    specialties: tuple[Specialty, ...]
    papers: tuple[PaperTerm, ...]

    def fits(self, specialty: Specialty | None) -> bool:
        """Tell whether they teach a specialty; a 公共 course fits everybody."""
        return specialty is None or specialty in self.specialties

    def qualified(self, on: date) -> bool:
        """Tell whether one paper holds on a legal day."""
        return any(not one.ended(on) for one in self.papers)


@dataclass(frozen=True, slots=True)
class Opened:
    """What lies sealed of a teacher. Shape: `papers` are numbers by paper. PII: all."""

    phone: str = field(repr=False)
    id_number: str = field(repr=False)
    papers: Mapping[UUID, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenedScan:
    """A scan, and the number that is to stand on it; a consent has none. PII: all."""

    media: str
    body: bytes = field(repr=False)
    number: str = field(default="", repr=False)


def place(column: str, row_id: UUID, table: str = "teachers") -> str:
    """Name the place that a sealed value belongs to."""
    return f"{table}|{column}|{row_id}"


def teacher(session: Session, association_id: UUID, teacher_id: UUID) -> TeacherCard:
    """Give one teacher of this association.

    Raises: NotFound, for a foreign one too.
    """
    row = session.get(Teacher, teacher_id)
    if row is None or row.association_id != association_id:
        raise NotFound("teacher.unknown")
    return cards(session, [row])[0]


def cards(session: Session, rows: Sequence[Teacher]) -> tuple[TeacherCard, ...]:
    """Give rows as cards, in their order."""
    ids = [row.id for row in rows]
    keys = {row.id: key_of(row) for row in rows}
    papers: dict[UUID, list[PaperCard]] = {}
    for paper in session.scalars(
        select(TeacherPaper)
        .where(TeacherPaper.teacher_id.in_(ids), TeacherPaper.removed_at.is_(None))
        .order_by(TeacherPaper.added_at, TeacherPaper.id)
    ):
        papers.setdefault(paper.teacher_id, []).append(
            _paper(paper, keys[paper.teacher_id])
        )
    consents: dict[UUID, list[ConsentCard]] = {}
    for one in session.scalars(
        select(TeacherConsent)
        .where(TeacherConsent.teacher_id.in_(ids))
        .order_by(TeacherConsent.noted_at.desc())
    ):
        consents.setdefault(one.teacher_id, []).append(
            ConsentCard(
                one.id,
                one.given_on,
                one.how,
                one.body is not None,
                one.noted_at,
                one.withdrawn_at,
            )
        )
    return tuple(
        _card(row, keys[row.id], papers.get(row.id, ()), consents.get(row.id, ()))
        for row in rows
    )


_PLAIN = (
    "id", "association_id", "state", "edition", "name", "sex", "employer", "title",
    "level", "since_year", "cv_html", "approval_id", "returned_for", "made_at",
    "checked_at", "checked_by", "retired_at", "retired_for",
)  # fmt: skip


def _card(
    row: Teacher,
    key: bytes | None,
    papers: Sequence[PaperCard],
    consents: Sequence[ConsentCard],
) -> TeacherCard:
    phone, number = (
        opened(key, row.phone, "phone", row.id),
        opened(key, row.id_number, "id_number", row.id),
    )
    return TeacherCard(
        **{name: getattr(row, name) for name in _PLAIN},
        specialties=fields(row),
        phone_masked=pii.mask_phone(phone) if phone else "",
        id_masked=pii.mask_id(number) if number else "",
        forgotten=row.wrapped is None,
        entered_by=tuple(row.entered_by),
        papers=tuple(papers),
        consents=tuple(consents),
    )


def _paper(row: TeacherPaper, key: bytes | None) -> PaperCard:
    number = opened(key, row.number, "number", row.id, "teacher_papers")
    return PaperCard(
        kind=row.kind,
        called=row.called,
        granted_on=row.granted_on,
        valid_until=row.valid_until,
        id=row.id,
        number_masked=HIDDEN + number[-4:] if number else "",
        issuer=row.issuer,
        scanned=row.body is not None,
    )


def fields(row: Teacher) -> tuple[Specialty, ...]:
    """Give a teacher's specialties in the order in which courses name them."""
    return _ordered(row.specialties)


def _ordered(codes: Collection[str]) -> tuple[Specialty, ...]:
    return tuple(one for one in Specialty if one.value in codes)


def key_of(row: Teacher) -> bytes | None:
    """Open a teacher's data key; there is none once they were forgotten."""
    return None if row.wrapped is None else pii.unwrap(row.wrapped, str(row.id))


def opened(
    key: bytes | None,
    sealed: bytes | None,
    column: str,
    row_id: UUID,
    table: str = "teachers",
) -> str:
    """Open one sealed text, or nothing where it is gone."""
    if key is None or sealed is None:
        return ""
    return pii.unseal(key, sealed, place(column, row_id, table)).decode()


def standings(session: Session, ids: Sequence[UUID]) -> tuple[Standing, ...]:
    """Say how teachers stand, in the order of their ids."""
    rows = {
        row.id: row
        for row in session.scalars(select(Teacher).where(Teacher.id.in_(ids)))
    }
    papers: dict[UUID, list[tuple[date, date | None]]] = {}
    for found in session.execute(
        select(
            TeacherPaper.teacher_id, TeacherPaper.granted_on, TeacherPaper.valid_until
        ).where(TeacherPaper.teacher_id.in_(ids), TeacherPaper.removed_at.is_(None))
    ):
        papers.setdefault(found[0], []).append((found[1], found[2]))
    return tuple(
        Standing(row.name, row.state, fields(row), tuple(papers.get(one, ())))
        for one in ids
        if (row := rows.get(one)) is not None
    )


def public(session: Session, ids: Collection[UUID]) -> Mapping[UUID, PublicTeacher]:
    """Give those whom the public may see: checked once, and consenting now."""
    rows = session.execute(
        select(
            Teacher.id, Teacher.name, Teacher.title, Teacher.employer, Teacher.cv_html
        ).where(
            Teacher.id.in_(ids),
            Teacher.state.in_((State.REGISTERED, State.RETIRED)),
            Teacher.checked_at.is_not(None),
            Teacher.wrapped.is_not(None),
            _consenting(),
        )
    )
    return {row.id: PublicTeacher(*row) for row in rows}


def _consenting() -> Exists:
    return exists().where(
        TeacherConsent.teacher_id == Teacher.id, TeacherConsent.withdrawn_at.is_(None)
    )


def choices(session: Session, association_id: UUID) -> tuple[ChoiceCard, ...]:
    """List whom a course or a class of an association may name, by name."""
    chosen = (
        _choices()
        .where(Teacher.association_id == association_id, Teacher.state != State.RETIRED)
        .order_by(Teacher.name, Teacher.id)
        .limit(500)
    )
    return _choice_cards(session, chosen)


def chosen(session: Session, ids: Sequence[UUID]) -> tuple[ChoiceCard, ...]:
    """Say for the desk who was chosen, in the order of the ids."""
    if not ids:
        return ()
    cards = _choice_cards(session, _choices().where(Teacher.id.in_(ids)))
    found = {one.id: one for one in cards}
    return tuple(found[one] for one in ids if one in found)


_Choice = Select[UUID, str, str, State, bool, list[str]]


def _choices() -> _Choice:
    return select(
        Teacher.id,
        Teacher.name,
        Teacher.title,
        Teacher.state,
        _consenting().label("consenting"),
        Teacher.specialties,
    )


def _choice_cards(session: Session, wanted: _Choice) -> tuple[ChoiceCard, ...]:
    rows = session.execute(wanted).all()
    papers: dict[UUID, list[PaperTerm]] = {}
    for one in session.execute(
        select(
            TeacherPaper.teacher_id,
            TeacherPaper.kind,
            TeacherPaper.called,
            TeacherPaper.granted_on,
            TeacherPaper.valid_until,
        )
        .where(
            TeacherPaper.teacher_id.in_([row[0] for row in rows]),
            TeacherPaper.removed_at.is_(None),
        )
        .order_by(TeacherPaper.added_at, TeacherPaper.id)
    ):
        papers.setdefault(one[0], []).append(PaperTerm(*one[1:]))
    return tuple(
        ChoiceCard(*row[:5], _ordered(row[5]), tuple(papers.get(row[0], ())))
        for row in rows
    )
