"""Read a dossier: the book of what was handed in, the checklist, the papers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.kernel import pii
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId
from lms.people import queries as people
from lms.policy.flow import MaterialKind, Party
from lms.registration.models import (
    ApplicationEvent,
    ApplicationMaterial,
    MaterialBody,
)
from lms.registration.queries.applications import ApplicationCard
from lms.registration.rules import dossier as rules
from lms.registration.rules.dossier import Deed, Given, HandedIn, Known, Row
from lms.registration.rules.dossier_checks import mergeable, remarks
from lms.registration.rules.states import Act


@dataclass(frozen=True, slots=True)
class MaterialCard:
    """One version of one material, shut. Units: bytes, milliseconds.

    `kept` is false for what was taken back before it was filed.
    """

    id: UUID
    kind: MaterialKind
    version: int
    deed: Deed
    name: str
    media: str
    size: int
    sha256: bytes
    sent_sha256: bytes
    pages: int | None
    millis: int | None
    findings: tuple[str, ...]
    given: Given
    party: Party
    account_id: UUID | None
    at: datetime
    kept: bool

    @property
    def handed(self) -> HandedIn:
        """Give it as the rules read it."""
        return HandedIn(
            str(self.id),
            self.kind,
            self.media,
            self.size,
            self.pages,
            self.millis,
            self.findings,
            self.given,
        )


@dataclass(frozen=True, slots=True)
class DossierCard:
    """A dossier: its checklist, what counts now, and every version, newest first."""

    rows: tuple[Row, ...]
    current: Mapping[MaterialKind, MaterialCard]
    history: tuple[MaterialCard, ...]

    def row(self, kind: MaterialKind) -> Row | None:
        """Give the row of one kind, if it is asked for."""
        return next((row for row in self.rows if row.material.kind is kind), None)

    def versions(self, kind: MaterialKind) -> tuple[MaterialCard, ...]:
        """List what was handed in of one kind, the newest first."""
        return tuple(one for one in self.history if one.kind is kind)

    @property
    def mergeable(self) -> tuple[MaterialCard, ...]:
        """List the papers that a merged file is made of."""
        handed = {kind: one.handed for kind, one in self.current.items()}
        return tuple(self.current[one.kind] for one in mergeable(handed))

    @property
    def asked(self) -> int:
        """Count what is asked for; of a choice one paper is enough."""
        return _count(self.rows)

    @property
    def left(self) -> int:
        """Count what is still asked for."""
        return _count(row for row in self.rows if not row.done)

    def of(self, party: Party) -> "DossierCard":
        """Narrow to what one party hands in."""
        mine = tuple(row for row in self.rows if row.material.by is party)
        return replace(self, rows=mine)


def _count(rows: Iterable[Row]) -> int:
    found = [row.material for row in rows]
    alone = sum(not each.choice for each in found)
    return alone + len({each.choice for each in found if each.choice})


def body_place(material_id: UUID) -> str:
    """Name the place that a material's bytes belong to."""
    return people.place("application_material_bodies", "body", material_id)


def name_place(material_id: UUID) -> str:
    """Name the place that a file's own name belongs to."""
    return people.place("application_materials", "name", material_id)


def history(
    session: Session, application_id: UUID, person_id: PersonId
) -> tuple[MaterialCard, ...]:
    """List every version of every material of an application, the newest first."""
    rows = session.scalars(
        select(ApplicationMaterial)
        .where(ApplicationMaterial.application_id == application_id)
        .order_by(ApplicationMaterial.at.desc(), ApplicationMaterial.version.desc())
    ).all()
    if not rows:
        return ()
    kept = set(
        session.scalars(
            select(MaterialBody.material_id)
            .join(
                ApplicationMaterial, ApplicationMaterial.id == MaterialBody.material_id
            )
            .where(ApplicationMaterial.application_id == application_id)
        )
    )
    key = _key(session, person_id)
    return tuple(_card(row, key, kept=row.id in kept) for row in rows)


def _key(session: Session, person_id: PersonId) -> bytes | None:
    try:
        return accounts.data_key(session, person_id)
    except NotFound:
        return None  # the person was forgotten: what was sealed is gone


def _card(row: ApplicationMaterial, key: bytes | None, *, kept: bool) -> MaterialCard:
    name = b"" if key is None else pii.unseal(key, row.name, name_place(row.id))
    return MaterialCard(
        row.id,
        row.kind,
        row.version,
        row.deed,
        name.decode(),
        row.media,
        row.size,
        row.sha256,
        row.sent_sha256,
        row.pages,
        row.millis,
        tuple(row.findings),
        rules.read(row.facts),
        row.party,
        row.account_id,
        row.at,
        kept and key is not None,
    )


def current(cards: Iterable[MaterialCard]) -> dict[MaterialKind, MaterialCard]:
    """Find what counts now: of each kind the newest, unless it was taken back."""
    newest: dict[MaterialKind, MaterialCard] = {}
    for card in cards:
        known = newest.get(card.kind)
        if known is None or known.version < card.version:
            newest[card.kind] = card
    return {k: c for k, c in newest.items() if c.deed is Deed.HANDED_IN}


def dossier(session: Session, card: ApplicationCard, on: date) -> DossierCard:
    """Give the dossier of an application as it stands on a legal day.

    Once it is filed, the day of filing counts.
    """
    cards = history(session, card.id, card.person_id)
    now = current(cards)
    rows = rules.checklist(
        card.flow,
        card.cases,
        {kind: one.handed for kind, one in now.items()},
        known(session, card, on),
        remarks,
    )
    return DossierCard(rows, now, cards)


def known(session: Session, card: ApplicationCard, on: date) -> Known:
    """Say what is known beside the materials."""
    return Known(
        card.filed_on or on,
        _certificate_on(session, card.person_id),
        _employer_sealed(session, card.id),
    )


def _certificate_on(session: Session, person_id: PersonId) -> date | None:
    """Give the day of issue of the certificate held, as the main specialty's first."""
    try:
        return people.registration(session, person_id).period_from
    except NotFound:
        return None


def _employer_sealed(session: Session, application_id: UUID) -> bool:
    """Tell whether the employer's word, given with its seal, still stands."""
    last = session.execute(
        select(ApplicationEvent.act, ApplicationEvent.party)
        .where(
            ApplicationEvent.application_id == application_id,
            (ApplicationEvent.act == Act.RETURN)
            | (
                (ApplicationEvent.act == Act.PASS)
                & (ApplicationEvent.party == Party.EMPLOYER)
            ),
        )
        .order_by(ApplicationEvent.n.desc())
        .limit(1)
    ).first()
    return last is not None and last.act is Act.PASS


def wanting(session: Session, card: ApplicationCard, on: date) -> tuple[str, ...]:
    """List the codes of what the dossier lacks before the present step is passed."""
    found = dossier(session, card, on)
    return rules.wanting(rules.asked_of(found.rows, card.step, card.flow.starts))


def find(cards: Iterable[MaterialCard], material_id: UUID) -> MaterialCard:
    """Find one version. Raises: NotFound."""
    for one in cards:
        if one.id == material_id:
            return one
    raise NotFound("dossier.unknown")


def opened(session: Session, person_id: PersonId, card: MaterialCard) -> bytes:
    """Open a material; the caller has seen whose it is.

    Raises: NotFound for one that is gone.
    """
    body = session.scalar(
        select(MaterialBody.body).where(MaterialBody.material_id == card.id)
    )
    if body is None:
        raise NotFound("dossier.unknown")
    return pii.unseal(accounts.data_key(session, person_id), body, body_place(card.id))
