"""What goes into an evidence pack: one person's lines, proofs, papers and certificates.

The pack is for one person; the period bounds the papers and certificates. The lines
are the person's whole streams, for a chain with a hole would prove nothing.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from lms.credentials import queries as credentials
from lms.credentials.queries.held import CertificateCard
from lms.evidence import queries as evidence
from lms.evidence.rules import Line, instant_text
from lms.kernel.clock import legal_day
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId
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
) -> Pack:
    """Gather a pack; `from_size` adds the proof from a checkpoint that somebody kept.

    Raises: NotFound for nobody; Refused before the first sealing, or for a size that
        was never signed.
    """
    newest = evidence.checkpoint(session)
    if newest is None:
        raise Refused("pack.not_sealed")
    held = _held(session, person_id, since, until)
    streams = [f"person:{person_id}", *(f"certificate:{card.id}" for card in held)]
    lines = tuple(line for name in streams for line in evidence.whole(session, name))
    profile = people.profile(session, person_id)
    files = {
        "lines.json": _json([_line(line) for line in lines]),
        "proofs.json": _json(_proofs(session, lines, newest.size, from_size)),
        "checkpoint.txt": newest.note.encode(),
        "keys.txt": "\n".join(key.text for key in evidence.keys(session)).encode(),
    }
    files |= _bodies(session, lines, since, until)
    files |= {
        f"certificates/{card.facts.number}.pdf": credentials.open_file(session, card.id)
        for card in held
    }
    return Pack(
        name=profile.name or "",
        id_masked=profile.id_masked or "",
        since=since,
        until=until,
        size=newest.size,
        root=newest.root.hex(),
        lines=lines,
        files=files,
        certificates=tuple(card.facts.number for card in held),
    )


def _held(
    session: Session, person_id: PersonId, since: date, until: date
) -> list[CertificateCard]:
    return [
        card
        for card in credentials.held(session, person_id, until)
        if since <= card.facts.issued_on <= until
    ]


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
    session: Session, lines: Iterable[Line], since: date, until: date
) -> dict[str, bytes]:
    """Gather what is kept beside the lines of a period."""
    files, listed = {}, []
    for line in lines:
        inside = since <= legal_day(line.at) <= until
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


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
