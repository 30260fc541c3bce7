"""Write certificates into the book: number, facts, files, state, evidence."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.credentials.models import (
    Certificate,
    CertificateCounter,
    CertificateFile,
    CertificateStanding,
    CertificateState,
)
from lms.credentials.queries.held import file_place
from lms.credentials.rules import State
from lms.credentials.rules.files import FileKind, Seals
from lms.credentials.services.gathering import Gathered
from lms.credentials.services.proofs import Proof, Proofs
from lms.credentials.services.years import recount
from lms.evidence import services as evidence
from lms.evidence.services import Noted
from lms.kernel import pii
from lms.kernel.errors import Conflict
from lms.kernel.ids import AssociationId, CertificateId, new_id
from lms.kernel.work import Work, fail_point
from lms.notify import services as notify
from lms.notify.rules import Letter
from lms.signing import queries as signing

_COUNTER = CertificateCounter.__table__
_OF_YEAR = (
    _COUNTER.c.association_id == bindparam("there"),
    _COUNTER.c.year == bindparam("of_year"),
)
_LAST = select(_COUNTER.c.last).where(*_OF_YEAR)
_HELD = _LAST.with_for_update()
_MOVE = update(CertificateCounter).where(*_OF_YEAR).values(last=bindparam("to"))
_OPEN_COUNTER = text(
    "INSERT INTO certificate_counters (association_id, year, last) "
    "VALUES (:there, :of_year, 0) ON CONFLICT DO NOTHING"
).bindparams(bindparam("there", type_=Uuid()))


@dataclass(frozen=True, slots=True)
class Counter:
    """The row that orders an association's issuers, held until the work ends."""

    association_id: AssociationId
    year: int
    last: int

    def named(self) -> dict[str, object]:
        """Name the row in statements."""
        return {"there": self.association_id, "of_year": self.year}


def last_number(session: Session, there: AssociationId, year: int) -> int:
    """Say which number was given last; another may be given the next moment."""
    named = Counter(there, year, 0).named()
    return session.connection().execute(_LAST, named).scalar() or 0


def locked_counter(work: Work, there: AssociationId, year: int) -> Counter:
    """Hold the row that orders an association's issuers; made on the first need."""
    connection = work.session.connection()
    named = Counter(there, year, 0).named()
    last = connection.execute(_HELD, named).scalar()
    if last is None:
        connection.execute(_OPEN_COUNTER, named)
        last = connection.execute(_HELD, named).scalar_one()
    return Counter(there, year, last)


def put(
    work: Work, counter: Counter, proofs: Proofs, gathered: Sequence[Gathered]
) -> list[CertificateId]:
    """Give each the next number, and write it all down with the files.

    What is printed with another number, or with keys that may not sign any more, is
    printed again. The files are written in this work: no certificate is valid without.

    Raises: what the printer raises; Conflict when another is valid already.
    """
    proofs.hold_keys(work)
    made = [
        _Made(CertificateId(new_id()), proofs.of(one, serial))
        for serial, one in enumerate(gathered, counter.last + 1)
    ]
    if not made:
        return []
    work.session.flush()
    connection = work.session.connection()
    connection.execute(_MOVE, {**counter.named(), "to": counter.last + len(made)})
    try:
        for table, rows in _rows(work, made):
            connection.execute(insert(table), rows)
    except IntegrityError as error:
        # Two associations may issue at once; the partial index lets one through.
        raise Conflict("certificate.exists") from error
    fail_point("credentials.written")
    evidence.note_all(work, [line for one in made for line in _lines(one)])
    # After their books, as whoever finishes a course comes to a learner's row.
    persons = {one.proof.gathered.entry.person_id for one in made}
    recount(work, counter.association_id, persons)
    notify.owe_new(work, [_letter(one) for one in made])
    return [one.id for one in made]


def sealed_by(work: Work, owner: str) -> Seals:
    """Seal with an owner's keys of this moment; they are lent when it is done."""
    return Seals(work.now, lambda: signing.ring(work.session, owner, work.now))


@dataclass(frozen=True, slots=True)
class _Made:
    """A certificate that has its number."""

    id: CertificateId
    proof: Proof


def _rows(
    work: Work, made: Sequence[_Made]
) -> Iterator[tuple[type[Any], list[dict[str, Any]]]]:
    yield Certificate, [_certificate(work, one) for one in made]
    yield CertificateStanding, [_valid_now(work, one) for one in made]
    yield CertificateFile, [row for one in made for row in _files(work, one)]
    yield (
        CertificateState,
        [_state(work, one.id, State.VALID, "certificate.issued") for one in made],
    )


def _certificate(work: Work, made: _Made) -> dict[str, Any]:
    entry, facts = made.proof.gathered.entry, made.proof.facts
    return {
        "id": made.id,
        "number": facts.number,
        "token": facts.token,
        "person_id": entry.person_id,
        "association_id": entry.association_id,
        "year": facts.issued_on.year,
        "serial": made.proof.serial,
        "specialty": entry.standing.specialty,
        "period_from": entry.standing.period_from,
        "period_until": entry.standing.period_until,
        "facts": facts.stored(),
        "issued_at": work.now,
        "file_sha256": hashlib.sha256(made.proof.printed.pdf).digest(),
        "supersedes": entry.supersedes,
    }


def _valid_now(work: Work, made: _Made) -> dict[str, Any]:
    entry = made.proof.gathered.entry
    return {
        "certificate_id": made.id,
        "person_id": entry.person_id,
        "specialty": entry.standing.specialty,
        "period_from": entry.standing.period_from,
        "state": State.VALID,
        "superseded_by": None,
        "changed_at": work.now,
    }


def _files(work: Work, made: _Made) -> Iterator[dict[str, Any]]:
    key = made.proof.gathered.data_key
    for kind, data in made.proof.printed.files():
        file_id = new_id()
        yield {
            "id": file_id,
            "certificate_id": made.id,
            "kind": kind.value,
            "sha256": hashlib.sha256(data).digest(),
            "size": len(data),
            "body": pii.seal(key, data, file_place(file_id)),
            "made_at": work.now,
        }


def _state(
    work: Work,
    certificate_id: UUID,
    state: State,
    reason: str,
    approvals: tuple[UUID, ...] = (),
) -> dict[str, Any]:
    return {
        "certificate_id": certificate_id,
        "state": state,
        "at": work.now,
        "account_id": work.actor.account_id,
        "reason": reason,
        "approvals": [str(one) for one in approvals],
    }


def state_line(
    work: Work,
    certificate_id: UUID,
    state: State,
    reason: str,
    approvals: tuple[UUID, ...] = (),
) -> CertificateState:
    """Make the line of the book that says a state changed."""
    return CertificateState(**_state(work, certificate_id, state, reason, approvals))


def _lines(made: _Made) -> Iterator[Noted]:
    """Write evidence of the issue, for the certificate and for the person."""
    entry, printed = made.proof.gathered.entry, made.proof.printed
    files = {k.value: hashlib.sha256(data).hexdigest() for k, data in printed.files()}
    facts = {
        "certificate": made.id,
        "number": made.proof.facts.number,
        "specialty": entry.standing.specialty,
        "supersedes": entry.supersedes,
        "file": files[FileKind.PDF],
        "files": files,
    }
    kind = "certificate.issued"
    yield Noted(f"certificate:{made.id}", kind, facts, new=True)
    yield Noted(f"person:{entry.person_id}", kind, facts)


def _letter(made: _Made) -> Letter:
    """Owe the holder a message."""
    return notify.to_account(
        made.proof.gathered.account_id,
        "certificate_issued",
        dedupe=f"certificate:{made.id}",
        of=made.proof.gathered.entry.association_id,
        number=made.proof.facts.number,
    )
