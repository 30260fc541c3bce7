"""Read statements: files, lines, and what became of their money."""

import json
import zlib
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.approvals import queries as approvals
from lms.approvals.queries import ApprovalCard
from lms.commerce.models import (
    BankMapping,
    LineReturn,
    Order,
    StatementImport,
    StatementLine,
    Transfer,
)
from lms.commerce.rules import TransferState
from lms.commerce.rules.columns import Field
from lms.commerce.rules.statements import (
    ImportState,
    LineState,
    ReturnState,
    Shares,
    parts_mark,
)
from lms.kernel import pii
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId
from lms.kernel.money import Fen


@dataclass(frozen=True, slots=True)
class ImportCard:
    """A statement file. Units: fen; `head` counts rows from 0."""

    id: UUID
    state: ImportState
    bank: str
    account: str
    file_name: str
    fingerprint: str
    head: int
    columns: dict[Field, int]
    new_lines: int
    known_lines: int
    skipped: int
    matched: int
    in_fen: Fen
    out_fen: Fen
    gaps: tuple[int, ...]
    first_on: date | None
    last_on: date | None
    made_by: UUID | None
    made_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class PartCard:
    """What of a line is for one order. Units: fen. PII: the note."""

    id: UUID
    order_id: UUID
    order_number: str
    amount_fen: Fen
    state: TransferState
    note: str
    proposed_by: UUID
    second_by: UUID | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReturnCard:
    """Money of a line that is to go back. Units: fen."""

    id: UUID
    line_id: UUID
    amount_fen: Fen
    state: ReturnState
    asked_by: UUID | None
    asked_at: datetime
    bank_line: str | None
    returned_on: date | None
    question: ApprovalCard


@dataclass(frozen=True, slots=True)
class LineCard:
    """A line of a statement with all that became of it. Units: fen.

    PII: payer, account and words.
    """

    id: UUID
    import_id: UUID
    bank: str
    account: str
    ref: str
    booked_on: date
    amount_fen: Fen
    running_no: str
    payer: str
    payer_account: str
    remark: str
    summary: str
    state: LineState
    why: str
    shares: Shares
    importer: UUID | None
    parts: tuple[PartCard, ...]
    returns: tuple[ReturnCard, ...]

    @property
    def mark(self) -> str:
        """Say for which orders the line's money is."""
        standing = (p for p in self.parts if p.state is not TransferState.WITHDRAWN)
        return parts_mark(one.order_id for one in standing)


def import_place(import_id: UUID) -> str:
    """Name the place that a sealed file belongs to."""
    return f"statement_imports|body|{import_id}"


def account_place(line_id: UUID) -> str:
    """Name the place that a sealed account belongs to."""
    return f"statement_lines|payer_account|{line_id}"


def key_of(row: StatementImport) -> bytes:
    """Open the key of one file."""
    return pii.unwrap(row.wrapped, f"statement:{row.id}")


def packed(cells: list[list[str]]) -> bytes:
    """Make a table small, for sealing."""
    return zlib.compress(json.dumps(cells, ensure_ascii=False).encode())


def unpacked(body: bytes) -> list[list[str]]:
    """Read a table that was made small."""
    found: list[list[str]] = json.loads(zlib.decompress(body))
    return found


def import_row(
    session: Session, association_id: AssociationId, import_id: UUID
) -> StatementImport:
    """Find an association's file.

    Raises: NotFound.
    """
    row = session.scalar(
        select(StatementImport).where(
            StatementImport.id == import_id,
            StatementImport.association_id == association_id,
        )
    )
    if row is None:
        raise NotFound("statement.unknown")
    return row


def statement(
    session: Session, association_id: AssociationId, import_id: UUID
) -> ImportCard:
    """Show a statement file."""
    return _card(import_row(session, association_id, import_id))


def cells(
    session: Session, association_id: AssociationId, import_id: UUID
) -> list[list[str]]:
    """Open the table of a file that was not taken yet.

    Raises: NotFound once it was.
    """
    row = import_row(session, association_id, import_id)
    if row.body is None:
        raise NotFound("statement.taken")
    return unpacked(pii.unseal(key_of(row), row.body, import_place(row.id)))


def statements(
    session: Session, association_id: AssociationId, *, limit: int = 40
) -> tuple[ImportCard, ...]:
    """List the newest files."""
    rows = session.scalars(
        select(StatementImport)
        .where(StatementImport.association_id == association_id)
        .order_by(StatementImport.made_at.desc(), StatementImport.id)
        .limit(limit)
    )
    return tuple(_card(row) for row in rows)


def _card(row: StatementImport) -> ImportCard:
    return ImportCard(
        row.id, row.state, row.bank, row.account, row.file_name, row.fingerprint,
        row.head, {Field(name): place for name, place in row.columns.items()},
        row.new_lines, row.known_lines, row.skipped, row.matched, Fen(row.in_fen),
        Fen(row.out_fen), tuple(row.gaps), row.first_on, row.last_on, row.made_by,
        row.made_at, row.done_at,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class MappingCard:
    """What is remembered of a bank's form of statement."""

    bank: str
    account: str
    columns: dict[Field, int]


def mapping(
    session: Session, association_id: AssociationId, fingerprint: str
) -> MappingCard | None:
    """Recall how a form of statement was read the last time."""
    row = session.scalar(
        select(BankMapping).where(
            BankMapping.association_id == association_id,
            BankMapping.fingerprint == fingerprint,
        )
    )
    if row is None:
        return None
    columns = {Field(name): place for name, place in row.columns.items()}
    return MappingCard(row.bank, row.account, columns)


def line(session: Session, association_id: AssociationId, line_id: UUID) -> LineCard:
    """Show one line.

    Raises: NotFound, also for another association's.
    """
    row = session.scalar(
        select(StatementLine).where(
            StatementLine.id == line_id, StatementLine.association_id == association_id
        )
    )
    if row is None:
        raise NotFound("line.unknown")
    file = session.get_one(StatementImport, row.import_id)
    account = ""
    if row.payer_account is not None:
        place = account_place(row.id)
        account = pii.unseal(key_of(file), row.payer_account, place).decode()
    return LineCard(
        row.id, row.import_id, row.bank, row.account, row.ref, row.booked_on,
        Fen(row.amount_fen), row.running_no, row.payer, account, row.remark,
        row.summary, row.state, row.why,
        Shares(row.amount_fen, row.proposed_fen, row.confirmed_fen, row.returning_fen,
               row.returned_fen),
        file.made_by, _parts(session, row.id), _returns(session, row.id),
    )  # fmt: skip


def _parts(session: Session, line_id: UUID) -> tuple[PartCard, ...]:
    rows = session.execute(
        select(Transfer, Order.number)
        .join(Order, Order.id == Transfer.order_id)
        .where(Transfer.line_id == line_id)
        .order_by(Transfer.proposed_at, Transfer.id)
    )
    return tuple(
        PartCard(one.id, one.order_id, number, Fen(one.amount_fen), one.state, one.note,
                 one.proposed_by, one.second_by, one.confirmed_at)
        for one, number in rows
    )  # fmt: skip


def _returns(session: Session, line_id: UUID) -> tuple[ReturnCard, ...]:
    rows = session.scalars(
        select(LineReturn)
        .where(LineReturn.line_id == line_id)
        .order_by(LineReturn.asked_at)
    ).all()
    asked = approvals.these(session, [row.approval_id for row in rows])
    return tuple(
        ReturnCard(row.id, row.line_id, Fen(row.amount_fen), row.state, row.asked_by,
                   row.asked_at, row.bank_line, row.returned_on,
                   next(card for card in asked.values() if card.id == row.approval_id))
        for row in rows
    )  # fmt: skip


def imported(
    session: Session,
    association_id: AssociationId,
    account: str,
    value_on: date,
    running_no: str,
) -> bool:
    """Tell whether a line that somebody types came with a statement already."""
    found = session.scalar(
        select(StatementLine.id)
        .where(
            StatementLine.association_id == association_id,
            StatementLine.running_no == running_no.strip().upper(),
            StatementLine.booked_on == value_on,
            StatementLine.account == account,
        )
        .limit(1)
    )
    return found is not None
