"""Hand a material in, take one back, and open one for whoever decides."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import delete, func, not_, or_, select
from sqlalchemy.exc import IntegrityError

from lms.accounts import services as accounts
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.clock import start_of
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import PersonId, new_id
from lms.kernel.work import Work
from lms.people import services as people
from lms.policy.flow import MaterialKind, Party
from lms.registration.models import (
    ApplicationEvent,
    ApplicationMaterial,
    ApplicationRow,
    MaterialBody,
)
from lms.registration.queries import dossier as queries
from lms.registration.queries.applications import ApplicationCard, card_of
from lms.registration.queries.dossier import MaterialCard
from lms.registration.rules.dossier import Deed, Given, closed_to
from lms.registration.rules.states import Act, Status
from lms.registration.services.book import locked, stream

LONGEST_NAME = 80
_FIRST = date(2000, 1, 1)
AT_ONCE = 500
"""So many bodies go in one unit of work: each may weigh megabytes."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A material that was opened, judged and made safe. Units: bytes, milliseconds.

    PII: all of it.
    """

    kind: MaterialKind
    name: str
    media: str
    body: bytes = field(repr=False)
    sent_sha256: bytes = field(repr=False)
    pages: int | None = None
    millis: int | None = None
    findings: tuple[str, ...] = ()
    given: Given = field(default_factory=Given)


def hand_in(work: Work, application_id: UUID, ready: Ready, by: Party) -> UUID:
    """Put a material into the dossier, as a new version of its kind.

    The caller has seen that the actor has to do with the application.

    Raises: NotFound; Refused when it is not asked for, or not now; Conflict when
        another hands the same in at once.
    """
    row = _open(work, application_id, by)
    if not asked_for(card_of(row), ready.kind):
        raise Refused("dossier.not_asked")
    material_id = _write(work, row, ready, by, Deed.HANDED_IN)
    key = accounts.ensure_key(work, PersonId(row.person_id))
    place = queries.body_place(material_id)
    work.session.add(
        MaterialBody(material_id=material_id, body=pii.seal(key, ready.body, place))
    )
    work.session.flush()
    return material_id


def asked_for(card: ApplicationCard, kind: MaterialKind) -> bool:
    """Tell whether an application asks for a material, or lets papers be merged."""
    if kind is MaterialKind.BUNDLE and card.flow.bundle_bytes is not None:
        return True
    return kind in {each.kind for each in card.flow.materials_for(card.cases)}


def withdraw(work: Work, application_id: UUID, kind: MaterialKind, by: Party) -> None:
    """Take a material back while the application is with whoever handed it in.

    That it was there stays in the book; the paper goes, unless it was filed once.

    Raises: NotFound when there is none; Refused; Conflict.
    """
    row = _open(work, application_id, by)
    cards = queries.history(work.session, row.id, PersonId(row.person_id))
    card = queries.current(cards).get(kind)
    if card is None:
        raise NotFound("dossier.unknown")
    gone = Ready(kind, "", "", b"", b"\0" * 32)
    _write(work, row, gone, by, Deed.WITHDRAWN)
    if not _was_filed(work, row, card):
        work.session.execute(
            delete(MaterialBody).where(MaterialBody.material_id == card.id)
        )
    work.session.flush()


def _open(work: Work, application_id: UUID, by: Party) -> ApplicationRow:
    row = locked(work, application_id, None)
    card = card_of(row)
    shut = closed_to(by, card.step, card.status)
    if shut is not None:
        raise Refused(shut)
    return row


def _was_filed(work: Work, row: ApplicationRow, card: MaterialCard) -> bool:
    """Tell whether the application left its applicant's hands with this in it."""
    passed = select(ApplicationEvent.seq).where(
        ApplicationEvent.application_id == row.id,
        ApplicationEvent.act.in_((Act.PASS, Act.ANSWER)),
        ApplicationEvent.at >= card.at,
    )
    return work.session.scalar(passed.limit(1)) is not None


def _write(
    work: Work, row: ApplicationRow, ready: Ready, by: Party, deed: Deed
) -> UUID:
    entry = _entry(work, row, ready, by, deed)
    work.session.add(entry)
    try:
        work.session.flush()
    except IntegrityError as clash:
        raise Conflict("application.moved_on") from clash
    evidence.note(
        work,
        stream(row.id),
        f"application.material_{deed}",
        material=str(entry.id),
        matter=ready.kind.value,
        version=entry.version,
        sha256=entry.sha256.hex(),
        party=by.value,
    )
    return entry.id


def _entry(
    work: Work, row: ApplicationRow, ready: Ready, by: Party, deed: Deed
) -> ApplicationMaterial:
    material_id = new_id()
    key = accounts.ensure_key(work, PersonId(row.person_id))
    name = ready.name[-LONGEST_NAME:]
    before = select(func.max(ApplicationMaterial.version)).filter_by(
        application_id=row.id, kind=ready.kind
    )
    return ApplicationMaterial(
        id=material_id,
        application_id=row.id,
        kind=ready.kind,
        version=(work.session.scalar(before) or 0) + 1,
        deed=deed,
        name=pii.seal(key, name, queries.name_place(material_id)),
        media=ready.media,
        size=len(ready.body),
        sha256=hashlib.sha256(ready.body).digest(),
        sent_sha256=ready.sent_sha256,
        pages=ready.pages,
        millis=ready.millis,
        findings=list(ready.findings),
        facts=ready.given.told(),
        party=by,
        account_id=work.actor.account_id,
        at=work.now,
    )


def look(
    work: Work, card: ApplicationCard, material_id: UUID, *, reason: str
) -> tuple[str, bytes]:
    """Open a material for the desk; its owner can read who looked, and why.

    The caller has seen that the application lies at the actor's desk.

    Raises: NotFound; Refused without a reason.
    """
    cards = queries.history(work.session, card.id, card.person_id)
    found = queries.find(cards, material_id)
    body = queries.opened(work.session, card.person_id, found)
    people.note_look(work, card.person_id, "material", reason)
    evidence.note(
        work, stream(card.id), "application.material_seen", material=str(material_id)
    )
    return found.media, body


def drop_bodies(
    work: Work, ended: tuple[date, date], *, filed: bool, spare: Collection[str] = ()
) -> int:
    """Remove the papers of applications that ended between two days.

    `ended` is the first day and the day after the last; `spare` names streams that are
    held, of the application or its person. The book keeps what was there, with its
    digest. Shape: how many went; `AT_ONCE` says that more may wait.
    """
    row, paper = ApplicationRow, ApplicationMaterial
    outcome = row.status.in_((Status.GRANTED, Status.REFUSED, Status.NOT_ACCEPTED))
    was_filed = or_(outcome, row.filed_on.is_not(None))
    due = (
        select(MaterialBody.material_id)
        .join(paper, paper.id == MaterialBody.material_id)
        .join(row, row.id == paper.application_id)
        .where(
            row.closed_at < start_of(ended[1]),
            row.closed_at >= start_of(max(ended[0], _FIRST)),
            was_filed if filed else not_(was_filed),
            row.person_id.not_in(_ids(spare, "person")),
            row.id.not_in(_ids(spare, "application")),
        )
        .order_by(row.closed_at, MaterialBody.material_id)
        .limit(AT_ONCE)
    )
    doomed = work.session.scalars(due).all()
    if doomed:
        gone = MaterialBody.material_id.in_(doomed)
        work.session.execute(delete(MaterialBody).where(gone))
    return len(doomed)


def _ids(streams: Collection[str], kind: str) -> list[UUID]:
    begins = f"{kind}:"
    return [UUID(one[len(begins) :]) for one in streams if one.startswith(begins)]
