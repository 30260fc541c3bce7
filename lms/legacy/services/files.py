"""Lay an old platform's file on the desk, say how to read it, and have two agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from lms.approvals import services as approvals
from lms.approvals.rules import ApprovalState, Terms
from lms.commerce.queries.statements import packed
from lms.commerce.services import sheets
from lms.commerce.services.sheets import Layout
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.grids import CellKind, Grid
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.work import Work
from lms.legacy import queries
from lms.legacy.models import LegacyImport, LegacyMapping
from lms.legacy.queries import checking
from lms.legacy.rules import columns
from lms.legacy.rules.columns import Field, Kind
from lms.legacy.rules.rows import FIGURE, FORMULA, MOST_ROWS, TEXT
from lms.legacy.rules.standing import ASK_FILE, ImportState

DRAFT_DAYS = timedelta(days=7)
_LETTERS = {
    CellKind.TEXT: TEXT,
    CellKind.NUMBER: FIGURE,
    CellKind.FORMULA: FORMULA,
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A sheet as its file was read. PII: the cells."""

    kind: Kind
    platform: str
    file_name: str
    digest: bytes
    grid: Grid = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read: whose it is, where its heads are, what is what."""

    platform: str
    head: int
    columns: Mapping[Field, int]


def upload(work: Work, association_id: AssociationId, came: Upload) -> UUID:
    """Lay a file on the desk; it is read as the same form was read the last time.

    Raises: Refused (statement.no_rows, legacy.many_rows).
    """
    cells = [[_LETTERS[one.kind] + one.text for one in row] for row in came.grid]
    if not any(cell[1:].strip() for row in cells for cell in row):
        raise Refused("statement.no_rows")
    plain = [[cell[1:] for cell in row] for row in cells]
    head = columns.head_row(plain, came.kind)
    if len(cells) - head - 1 > MOST_ROWS:
        raise Refused("legacy.many_rows")
    mark = columns.fingerprint(plain[head])
    known = queries.mapping(work.session, association_id, came.kind, mark)
    chosen = known.columns if known else columns.guess(plain[head], came.kind)
    made, key = new_id(), pii.new_key()
    work.session.add(
        LegacyImport(
            id=made,
            association_id=association_id,
            kind=came.kind,
            state=ImportState.DRAFT,
            platform=came.platform.strip()[:60] or (known.platform if known else ""),
            file_name=came.file_name[-120:],
            sha256=came.digest,
            fingerprint=mark,
            head=head,
            columns=sheets.written(chosen),
            wrapped=pii.wrap(key, f"legacy:{made}"),
            body=pii.seal(key, packed(cells), queries.body_place(made)),
            approval_id=None,
            made_by=work.actor.person_id,
            made_at=work.now,
            done_at=None,
        )
    )
    work.session.flush()
    return made


def remap(
    work: Work, association_id: AssociationId, import_id: UUID, reading: Reading
) -> None:
    """Say how a file is to be read; the same form is read so from now on.

    Raises: NotFound; Conflict once it was put to another; Refused (legacy.mapping)
        with all that is missing.
    """
    row = held(work, association_id, import_id, ImportState.DRAFT)
    rows = [[cell[1:] for cell in line] for line in queries.cells_of(row)]
    lacking = () if reading.platform.strip() else ("legacy.no_platform",)
    told = Layout(reading.head, reading.columns, "legacy.mapping", lacking)
    sheets.lay_out(row, rows, told, partial(columns.mapping_problems, row.kind))
    row.platform = reading.platform.strip()[:60]
    sheets.remember(
        work,
        LegacyMapping,
        {
            "association_id": association_id,
            "kind": row.kind,
            "fingerprint": row.fingerprint,
        },
        {"platform": row.platform, "columns": dict(row.columns)},
    )
    work.session.flush()


def ask(
    work: Work, association_id: AssociationId, import_id: UUID, reason: str
) -> None:
    """Put a file before a manager who is somebody else.

    Raises: NotFound; Conflict once it was put; Refused while any row is wrong, and
        where nothing in it is new.
    """
    row = held(work, association_id, import_id, ImportState.DRAFT)
    rows = _sound(work, row)
    if len(reason.strip()) < 4:  # noqa: PLR2004 - as any reason
        raise Refused("legacy.reason")
    row.rows = len(rows)
    row.credit = sum(one.record.credit or 0 for one in rows if not one.known)
    row.approval_id = approvals.ask(
        work,
        ASK_FILE,
        f"association:{association_id}",
        {"file": str(row.id), "rows": row.rows, "sha256": row.sha256.hex()},
        reason.strip()[:400],
        terms=Terms(association_id=association_id, needs=1, last_role="manager"),
    )
    row.state, row.made_by = ImportState.ASKED, work.actor.person_id
    work.session.flush()


def _sound(work: Work, row: LegacyImport) -> Sequence[checking.Row]:
    chosen = {Field(name): place for name, place in row.columns.items()}
    heads = queries.cells_of(row)[row.head]
    if columns.mapping_problems(row.kind, chosen, len(heads)) or not row.platform:
        raise Refused("legacy.mapping")
    rows = checking.checked(work.session, row, legal_day(work.now))
    bad = sum(not one.good for one in rows)
    if bad or not rows:
        raise Refused("legacy.flawed", count=bad)
    if all(one.known for one in rows):
        raise Refused("legacy.nothing_new")
    return rows


def decide(
    work: Work,
    association_id: AssociationId,
    import_id: UUID,
    *,
    approved: bool,
    comment: str,
) -> ImportState:
    """Say yes or no to a file; a yes starts the taking over.

    Raises: NotFound; Conflict when it has ended or no longer fits what is there, and
        while another file is taken over; Refused for the asker and without a comment.
    """
    row = held(work, association_id, import_id, ImportState.ASKED)
    assert row.approval_id is not None  # noqa: S101 - asking wrote it
    if not approved and not comment.strip():
        raise Refused("approval.no_comment")
    card = approvals.decide(
        work, row.approval_id, approved, comment.strip(), association_id=association_id
    )
    if card.state is ApprovalState.APPROVED:
        # First alone, then the look: whoever takes rows back meanwhile is waited for.
        begin(work, row)
        try:
            _sound(work, row)
        except Refused as refused:
            raise Conflict("legacy.stale") from refused
    else:
        row.state, row.body, row.wrapped = ImportState.REFUSED, None, None
    work.session.flush()
    return row.state


def begin(work: Work, row: LegacyImport) -> None:
    """Take one file of an association over at a time: the next sees what it left.

    Raises: Conflict while another is taken over.
    """
    try:
        with work.session.begin_nested():
            row.state = ImportState.TAKING
            work.session.flush()
    except IntegrityError as error:
        raise Conflict("legacy.busy") from error


def drop(work: Work, association_id: AssociationId, import_id: UUID) -> None:
    """Take a file from the desk that was not agreed to.

    Raises: NotFound; Conflict once it was.
    """
    row = held(work, association_id, import_id, ImportState.DRAFT, ImportState.ASKED)
    if row.approval_id is not None:
        if row.made_by != work.actor.person_id:
            raise Refused("legacy.not_asker")
        approvals.withdraw(work, row.approval_id)
        row.state, row.body, row.wrapped = ImportState.REFUSED, None, None
        return
    work.session.delete(row)


def drop_old(work: Work) -> int:
    """Take files from the desks that nobody put forward for days."""
    old = delete(LegacyImport).where(
        LegacyImport.state == ImportState.DRAFT,
        LegacyImport.made_at < work.now - DRAFT_DAYS,
    )
    return int(getattr(work.session.execute(old), "rowcount", 0))


def finish(work: Work, row: LegacyImport, new: int) -> None:
    """Close a file of which the last row was taken over."""
    row.state, row.done_at = ImportState.DONE, work.now
    row.body = row.wrapped = None
    work.session.flush()
    evidence.note(
        work,
        f"association:{row.association_id}",
        "legacy.taken",
        file=str(row.id),
        approval=str(row.approval_id),
        matter=row.kind.value,
        sha256=row.sha256.hex(),
        rows=row.rows,
        new=new,
    )


def held(
    work: Work, association_id: AssociationId, import_id: UUID, *states: ImportState
) -> LegacyImport:
    """Give a file's row, held until the work ends.

    Raises: NotFound, for a foreign one too; Conflict for one in no such state.
    """
    row = work.session.scalar(
        select(LegacyImport)
        .where(
            LegacyImport.id == import_id,
            LegacyImport.association_id == association_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("legacy.unknown")
    if row.state not in states:
        raise Conflict("legacy.moved")
    return row
