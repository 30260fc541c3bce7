"""Do the lines of a batch: certificates, and what became of each who asked.

Who works on a batch takes some lines at a time, in a unit of work with the certificates
themselves: either both are there, or the lines are still to be done.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Select, Update, bindparam, func, select, update
from sqlalchemy.orm import Session

from lms.credentials.models import CertificateCounter, IssueBatch, IssueLine
from lms.credentials.ports import Printer
from lms.credentials.queries import Wanted
from lms.credentials.rules.batches import BatchState, LineState
from lms.credentials.services.issuing import draft, keep, settle, wait_for_hand
from lms.credentials.services.proofs import Proofs
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, LmsError, Refused
from lms.kernel.ids import AssociationId, CertificateId, PersonId
from lms.kernel.work import Work, fail_point
from lms.policy.model import Specialty

_LONGEST = 400
_NEAR = 100
"""Lines that others work on at the same time are at most so far before."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that a runner holds until its unit of work ends."""

    batch_id: UUID
    n: int
    person_id: PersonId
    specialty: Specialty
    association_id: AssociationId


def waiting(
    session: Session, batch_id: UUID, after: int = 0, most: int = 1
) -> tuple[Line, ...]:
    """Name the next lines that are to be done; a batch that was stopped has none."""
    return _lines(session, _next(batch_id, after, most))


def claim(
    work: Work, batch_id: UUID, after: int = 0, most: int = 1
) -> tuple[Line, ...]:
    """Take the next lines that nobody holds, until this unit of work ends."""
    chosen = _next(batch_id, after, most)
    free = chosen.with_for_update(of=IssueLine, skip_locked=True)
    return _lines(work.session, free)


def _next(batch_id: UUID, after: int, most: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            IssueLine.batch_id,
            IssueLine.n,
            IssueLine.person_id,
            IssueLine.specialty,
            IssueBatch.association_id,
        )
        .join(IssueBatch, IssueBatch.id == IssueLine.batch_id)
        .where(
            IssueLine.batch_id == batch_id,
            IssueLine.state == LineState.LEFT,
            IssueLine.n > after,
            IssueBatch.state == BatchState.RUNNING,
        )
        .order_by(IssueLine.n)
        .limit(most)
    )


def _lines(session: Session, chosen: Select[*tuple[Any, ...]]) -> tuple[Line, ...]:
    return tuple(
        Line(
            row.batch_id,
            row.n,
            PersonId(row.person_id),
            row.specialty,
            AssociationId(row.association_id),
        )
        for row in session.execute(chosen)
    )


def prepare(
    session: Session, now: datetime, lines: Sequence[Line], printer: Printer
) -> Proofs | None:
    """Print what `fulfil` will want, before its work begins; nothing is decided here.

    Raises: what the printer raises.
    """
    return draft(session, now, _wanted(lines), printer).proofs if lines else None


def fulfil(
    work: Work, lines: Sequence[Line], printer: Printer, proofs: Proofs | None = None
) -> None:
    """Issue the certificates of some lines, and write down with each what became of it.

    Who lacks something is refused, and keeps nobody else.

    Raises: what `settle` raises; Conflict when a line is not to be done any more. Then
        none of it was done.
    """
    keep(work, _wanted(lines))
    first, behind = _guess(work, lines[0])
    drafted = draft(
        work.session, work.now, _wanted(lines), printer, first=first, proofs=proofs
    )
    if behind:
        _turn(work, lines[0])
    answers = list(zip(lines, settle(work, drafted), strict=True))
    fail_point("batch.issued")
    _end_issued(
        work, [(line, one) for line, one in answers if not isinstance(one, LmsError)]
    )
    for line, one in answers:
        if isinstance(one, LmsError):
            refuse(work, line, *why(one))
    fail_point("batch.written")


def _wanted(lines: Sequence[Line]) -> list[Wanted]:
    return [Wanted(one.person_id, one.specialty, one.association_id) for one in lines]


def _guess(work: Work, first: Line) -> tuple[int, int]:
    """Guess which number a line will have; say how many it is behind.

    Lines before it are under way elsewhere, and their numbers come before. Both are
    read in one look: between two, those lines could end and count twice.
    """
    counter = CertificateCounter
    last = select(counter.last).where(
        counter.association_id == first.association_id,
        counter.year == legal_day(work.now).year,
    )
    look = select(
        last.scalar_subquery(), _before(func.count(), first).scalar_subquery()
    )
    given, behind = work.session.execute(look).one()
    return (given or 0) + behind + 1, behind


def _turn(work: Work, first: Line) -> None:
    """Wait until the lines before one are done: then its number is as it was guessed.

    Who waits holds only lines that come later, and shares those that he waits for, so
    runners never wait in a circle. A withdrawal of hours that wants persons of two
    runners may close one: the database ends somebody, and a runner begins anew.
    """
    work.session.execute(_before(IssueLine.n, first).with_for_update(read=True))


def _before(what: Any, first: Line) -> Select[*tuple[Any, ...]]:  # noqa: ANN401 - SQL
    return select(what).where(
        IssueLine.batch_id == first.batch_id,
        IssueLine.state == LineState.LEFT,
        IssueLine.n < first.n,
        IssueLine.n >= first.n - _NEAR,
    )


def _end_issued(work: Work, issued: Sequence[tuple[Line, CertificateId]]) -> None:
    ended = [
        {"of_line": line.n, "made": certificate_id} for line, certificate_id in issued
    ]
    if not ended:
        return
    statement = (
        update(IssueLine)
        .where(
            IssueLine.batch_id == issued[0][0].batch_id,
            IssueLine.n == bindparam("of_line"),
            IssueLine.state == LineState.LEFT,
        )
        .values(
            state=LineState.ISSUED, done_at=work.now, certificate_id=bindparam("made")
        )
    )
    done = work.session.connection().execute(statement, ended)
    if done.rowcount != len(ended):
        raise Conflict("batch.moved")
    _count(work, issued[0][0], LineState.ISSUED, len(ended))


def why(error: LmsError) -> tuple[tuple[str, ...], str]:
    """Say as a line says it why it came to nothing: reasons, characters for a hand."""
    characters = ""
    if isinstance(error, Refused) and error.code == "certificate.needs_hand":
        characters = str(error.facts["characters"])
    return error.reasons or (error.code,), characters


def refuse(
    work: Work, line: Line, reasons: tuple[str, ...], characters: str = ""
) -> None:
    """Write down why a line came to nothing; with `characters` it waits for a hand.

    A line that somebody else has ended stays as it is.
    """
    state = LineState.WAITING_HAND if characters else LineState.REFUSED
    if not _ended(work, line, state, reasons=joined(reasons)):
        return
    if characters:
        wait_for_hand(work, line.person_id, line.specialty, characters)
    else:
        batch = work.session.get_one(IssueBatch, line.batch_id, with_for_update=True)
        batch.reasons = counted(batch.reasons, [reasons])
    _count(work, line, state)


def _ended(work: Work, line: Line, state: LineState, **values: object) -> bool:
    """End a line that is still to be done; tell whether it was."""
    return _moved(
        work,
        update(IssueLine)
        .where(
            IssueLine.batch_id == line.batch_id,
            IssueLine.n == line.n,
            IssueLine.state == LineState.LEFT,
        )
        .values(state=state, done_at=work.now, **values),
    )


_COUNTS = {
    LineState.ISSUED: "issued",
    LineState.REFUSED: "refused",
    LineState.WAITING_HAND: "by_hand",
}


def _count(work: Work, line: Line, state: LineState, many: int = 1) -> None:
    column = getattr(IssueBatch, _COUNTS[state])
    _moved(
        work,
        update(IssueBatch)
        .where(IssueBatch.id == line.batch_id)
        .values({column: column + many}),
    )


def _moved(work: Work, statement: Update) -> bool:
    work.session.flush()
    done = work.session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", done).rowcount == 1


def joined(reasons: Sequence[str]) -> str:
    """Write reasons as a line holds them."""
    return " ".join(reasons)[:_LONGEST]


def counted(
    before: Mapping[str, int], found: Sequence[Sequence[str]]
) -> dict[str, int]:
    """Add the reasons of some lines to those of a batch."""
    now = Counter(before)
    for reasons in found:
        now.update(reasons)
    return dict(now)
