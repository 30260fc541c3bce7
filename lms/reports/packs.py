"""What goes into an evidence pack: one person's lines, proofs, papers and certificates.

The pack is for one person; the period bounds the papers and certificates. The lines
are the person's whole streams, for a chain with a hole would prove nothing.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.queries import merging
from lms.approvals.models import Approval
from lms.claims.models import Claim
from lms.credentials import queries as credentials
from lms.credentials.queries.held import CertificateCard
from lms.evidence import queries as evidence
from lms.evidence.queries import CheckpointCard
from lms.evidence.rules import Line, instant_text
from lms.exams.models import Attempt
from lms.inspections.models import Sample
from lms.kernel.clock import legal_day
from lms.kernel.errors import Refused
from lms.kernel.ids import AssociationId, PersonId
from lms.people import queries as people


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack before it is wrapped. Shape: `files` maps names to contents.

    PII: the name; papers and certificates as they were issued.
    """

    name: str
    id_masked: str
    since: date
    until: date
    size: int
    root: str
    lines: tuple[Line, ...]
    files: dict[str, bytes]
    certificates: tuple[str, ...]


def pack(
    session: Session,
    person_id: PersonId,
    since: date,
    until: date,
    *,
    from_size: int | None = None,
    within: Collection[AssociationId] | None = None,
) -> Pack:
    """Gather a pack; `from_size` adds the proof from a checkpoint that somebody kept.

    `within` leaves out papers and certificates of other associations. The lines stay
    whole: they are ids and digests, and a chain with a hole would prove nothing.

    Raises: NotFound for nobody; Refused before the first sealing, or for a size that
        was never signed.
    """
    newest = evidence.checkpoint(session)
    if newest is None:
        raise Refused("pack.not_sealed")
    held = _held(session, person_id, (since, until), within)
    lines = _lines(session, person_id, held)
    foreign = _foreign(session, person_id, within)
    files = {
        **_proven(session, lines, newest, from_size),
        **_bodies(session, lines, (since, until), foreign),
        **_papers(session, held),
    }
    profile = people.profile(session, person_id)
    called = (profile.name or "", profile.id_masked or "")
    root, numbers = newest.root.hex(), tuple(card.facts.number for card in held)
    return Pack(*called, since, until, newest.size, root, lines, files, numbers)


def _lines(
    session: Session, person_id: PersonId, held: Iterable[CertificateCard]
) -> tuple[Line, ...]:
    persons = (f"person:{one}" for one in merging.all_of(session, person_id))
    streams = (*persons, *(f"certificate:{card.id}" for card in held))
    return tuple(line for name in streams for line in evidence.whole(session, name))


def _held(
    session: Session,
    person_id: PersonId,
    period: tuple[date, date],
    within: Collection[AssociationId] | None,
) -> list[CertificateCard]:
    return [
        card
        for card in credentials.held(session, person_id, period[1])
        if period[0] <= card.facts.issued_on <= period[1]
        and (within is None or card.association_id in within)
    ]


def _proven(
    session: Session,
    lines: tuple[Line, ...],
    newest: CheckpointCard,
    from_size: int | None,
) -> dict[str, bytes]:
    """Give the lines, and all that proves them against the newest checkpoint."""
    return {
        "lines.json": _json([_line(line) for line in lines]),
        "proofs.json": _json(_proofs(session, lines, newest.size, from_size)),
        "checkpoint.txt": newest.note.encode(),
        "keys.txt": "\n".join(key.text for key in evidence.keys(session)).encode(),
    }


def _papers(session: Session, held: Iterable[CertificateCard]) -> dict[str, bytes]:
    return {
        f"certificates/{card.facts.number}.pdf": credentials.open_file(session, card.id)
        for card in held
    }


def _foreign(
    session: Session, person_id: PersonId, within: Collection[AssociationId] | None
) -> frozenset[str]:
    """Name what belongs to other associations; lines about it give no body away."""
    if within is None:
        return frozenset()
    asked = (
        select(Attempt.id).where(
            Attempt.person_id == person_id, Attempt.association_id.not_in(within)
        ),
        select(Claim.id).where(
            Claim.person_id == person_id, Claim.association_id.not_in(within)
        ),
        select(Approval.id).where(
            Approval.subject == f"person:{person_id}",
            Approval.association_id.not_in(within),
        ),
        select(Sample.id).where(
            Sample.person_id == person_id, Sample.association_id.not_in(within)
        ),
    )
    return frozenset(str(one) for each in asked for one in session.scalars(each))


def _line(line: Line) -> dict[str, object]:
    return {
        "stream": line.stream,
        "n": line.n,
        "at": instant_text(line.at),
        "kind": line.kind,
        "account": str(line.account_id) if line.account_id else None,
        "association": str(line.association_id) if line.association_id else None,
        "facts": line.facts,
        "prev": line.prev.hex(),
        "hash": line.hash.hex(),
    }


def _proofs(
    session: Session, lines: Iterable[Line], size: int, from_size: int | None
) -> dict[str, Any]:
    found = {
        proof.leaf.hex(): {
            "place": proof.place,
            "path": [part.hex() for part in proof.proof],
        }
        for stream in dict.fromkeys(line.stream for line in lines)
        for proof in evidence.inclusions(session, stream, size)
    }
    earlier = {}
    if from_size is not None and from_size < size:
        path = evidence.consistency(session, from_size, size)
        earlier = {str(from_size): [part.hex() for part in path]}
    return {"size": size, "lines": found, "from": earlier}


def _bodies(
    session: Session,
    lines: Iterable[Line],
    period: tuple[date, date],
    foreign: frozenset[str],
) -> dict[str, bytes]:
    """Gather what is kept beside the lines of a period."""
    files, listed = {}, []
    for line in lines:
        inside = period[0] <= legal_day(line.at) <= period[1]
        inside = inside and foreign.isdisjoint(_named(line))
        kept = evidence.body(session, line.stream, line.n) if inside else None
        if kept is None:
            continue
        place = line.stream.replace(":", "-")
        name = f"bodies/{place}-{line.n}.bin"
        listed.append(
            {
                "stream": line.stream,
                "n": line.n,
                "salt": kept.salt.hex(),
                "file": name,
            }
        )
        files[name] = kept.body
    return {"bodies.json": _json(listed), **files}


def _named(line: Line) -> set[str]:
    facts: dict[str, Any] = json.loads(line.facts)
    return {value for value in facts.values() if isinstance(value, str)}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
