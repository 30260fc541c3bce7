"""Write certificates into the book: number, facts, file, state, evidence."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select, text
from sqlalchemy.exc import IntegrityError

from lms.accounts import queries as accounts
from lms.catalogue import queries as catalogue
from lms.credentials.models import (
    Certificate,
    CertificateCounter,
    CertificateFile,
    CertificateStanding,
    CertificateState,
)
from lms.credentials.ports import Printer
from lms.credentials.queries import Standing
from lms.credentials.queries.held import file_place
from lms.credentials.rules import (
    Anchor,
    Facts,
    HoursRow,
    State,
    new_code,
    number,
)
from lms.evidence import queries as chain
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import AssociationId, CertificateId, PersonId, new_id
from lms.kernel.work import Work, fail_point
from lms.notify import services as notify
from lms.people import queries as people

_OPEN_COUNTER = text(
    "INSERT INTO certificate_counters (association_id, year, last) "
    "VALUES (:association_id, :year, 0) ON CONFLICT DO NOTHING"
).bindparams(bindparam("association_id", type_=Uuid()))


@dataclass(frozen=True, slots=True)
class Entry:
    """What a new certificate is about. `supersedes` is the one it corrects."""

    person_id: PersonId
    association_id: AssociationId
    standing: Standing
    supersedes: UUID | None = None


def locked_counter(
    work: Work, association_id: AssociationId, year: int
) -> CertificateCounter:
    """Hold the row that orders an association's issuers; made on the first need."""
    asked = (
        select(CertificateCounter)
        .where(
            CertificateCounter.association_id == association_id,
            CertificateCounter.year == year,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = work.session.scalar(asked)
    if found is None:
        work.session.execute(
            _OPEN_COUNTER, {"association_id": association_id, "year": year}
        )
        found = work.session.scalars(asked).one()
    return found


def put(
    work: Work, printer: Printer, counter: CertificateCounter, entry: Entry
) -> CertificateId:
    """Take the next number, print, and write it all down.

    The file is made inside the work: no certificate is ever valid without its file.

    Raises: Refused `certificate.needs_hand`, with the characters that no font draws;
        Conflict when another is valid already.
    """
    serial = counter.last + 1
    facts, photo = _facts(work, entry, serial)
    lacking = printer.lacking(facts)
    if lacking:
        raise Refused(
            "certificate.needs_hand",
            reasons=("certificate.needs_hand",),
            characters=lacking,
        )
    data = printer.print(facts, photo)
    fail_point("credentials.printed")
    counter.last = serial
    certificate_id = _write(work, entry, facts, serial, data)
    fail_point("credentials.written")
    _tell(work, entry, facts, certificate_id, data)
    return certificate_id


def _facts(work: Work, entry: Entry, serial: int) -> tuple[Facts, bytes]:
    standing, on = entry.standing, legal_day(work.now)
    association = catalogue.association(work.session, entry.association_id)
    person = people.certificate_facts(work.session, entry.person_id)
    hours = HoursRow(
        standing.specialty, standing.is_main, standing.required, standing.elective
    )
    facts = Facts(
        number=number(association.code, on.year, serial),
        token=new_code(),
        name=person.name,
        sex=person.sex.value,
        id_masked=person.id_masked,
        employer=person.employer,
        registration_no=person.registration_no,
        hours=(hours,),
        score=standing.score or 0,
        passed_on=standing.passed_on or on,
        period_from=standing.period_from,
        period_until=standing.period_until,
        issuer=association.name,
        issued_on=on,
        anchor=_anchor(work),
    )
    return facts, person.photo_jpeg


def _anchor(work: Work) -> Anchor | None:
    """Take the newest checkpoint: on paper, it fixes all the evidence before it."""
    newest = chain.checkpoint(work.session)
    if newest is None:
        return None
    return Anchor(newest.size, newest.root.hex()[:16], legal_day(newest.at))


def _write(
    work: Work, entry: Entry, facts: Facts, serial: int, data: bytes
) -> CertificateId:
    standing, certificate_id = entry.standing, CertificateId(new_id())
    work.session.add(
        Certificate(
            id=certificate_id,
            number=facts.number,
            token=facts.token,
            person_id=entry.person_id,
            association_id=entry.association_id,
            year=facts.issued_on.year,
            serial=serial,
            specialty=standing.specialty,
            period_from=standing.period_from,
            period_until=standing.period_until,
            facts=facts.stored(),
            issued_at=work.now,
            file_sha256=hashlib.sha256(data).digest(),
            supersedes=entry.supersedes,
        )
    )
    _flush(work)
    work.session.add_all(
        (
            CertificateStanding(
                certificate_id=certificate_id,
                person_id=entry.person_id,
                specialty=standing.specialty,
                period_from=standing.period_from,
                state=State.VALID,
                superseded_by=None,
                changed_at=work.now,
            ),
            _file(work, entry, certificate_id, data),
            state_line(work, certificate_id, State.VALID, "certificate.issued"),
        )
    )
    _flush(work)
    return certificate_id


def _file(
    work: Work, entry: Entry, certificate_id: CertificateId, data: bytes
) -> CertificateFile:
    file_id = new_id()
    key = accounts.data_key(work.session, entry.person_id)
    return CertificateFile(
        id=file_id,
        certificate_id=certificate_id,
        kind="pdf",
        sha256=hashlib.sha256(data).digest(),
        size=len(data),
        body=pii.seal(key, data, file_place(file_id)),
        made_at=work.now,
    )


def state_line(
    work: Work,
    certificate_id: UUID,
    state: State,
    reason: str,
    approvals: tuple[UUID, ...] = (),
) -> CertificateState:
    """Make the line of the book that says a state changed."""
    return CertificateState(
        certificate_id=certificate_id,
        state=state,
        at=work.now,
        account_id=work.actor.account_id,
        reason=reason,
        approvals=[str(one) for one in approvals],
    )


def _flush(work: Work) -> None:
    try:
        work.session.flush()
    except IntegrityError as error:
        # Two associations may issue at once; the partial index lets one through.
        raise Conflict("certificate.exists") from error


def _tell(
    work: Work, entry: Entry, facts: Facts, certificate_id: CertificateId, data: bytes
) -> None:
    """Write the evidence, and owe the holder a message."""
    file = hashlib.sha256(data).hexdigest()
    for stream in (f"certificate:{certificate_id}", f"person:{entry.person_id}"):
        evidence.note(
            work,
            stream,
            "certificate.issued",
            certificate=certificate_id,
            number=facts.number,
            specialty=entry.standing.specialty,
            supersedes=entry.supersedes,
            file=file,
        )
    account = accounts.account_of(work.session, entry.person_id)
    notify.message(
        work,
        account.id,
        "certificate_issued",
        dedupe=f"certificate:{certificate_id}",
        number=facts.number,
    )
