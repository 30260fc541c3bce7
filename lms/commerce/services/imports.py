"""Take a bank's statement in: all of it or nothing, each line once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select

from lms.commerce.models import BankMapping, StatementImport, StatementLine, Transfer
from lms.commerce.queries import statements
from lms.commerce.rules import TransferState, columns
from lms.commerce.rules.columns import Field
from lms.commerce.rules.statements import (
    ImportState,
    Line,
    LineState,
    Statement,
    read,
)
from lms.commerce.services import sheets
from lms.commerce.services.lines import recount
from lms.commerce.services.proposing import propose_sure
from lms.commerce.services.sheets import Layout
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.db import inserting
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.work import Work, fail_point

DRAFT_DAYS = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Upload:
    """A statement as its file was read. PII: the cells."""

    file_name: str
    digest: bytes
    cells: list[list[str]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read: whose statement, where the heads are, what is what."""

    bank: str
    account: str
    head: int
    columns: Mapping[Field, int]


def upload(work: Work, association_id: AssociationId, came: Upload) -> UUID:
    """Lay a file on the desk; it is read as the same form was read the last time.

    Raises: Refused (statement.no_rows).
    """
    if not any(any(cell.strip() for cell in row) for row in came.cells):
        raise Refused("statement.no_rows")
    head = columns.head_row(came.cells) or 0
    heads = came.cells[head]
    mark = columns.fingerprint(heads)
    known = statements.mapping(work.session, association_id, mark)
    made, key = new_id(), pii.new_key()
    body = pii.seal(key, statements.packed(came.cells), statements.import_place(made))
    work.session.add(
        StatementImport(
            id=made,
            association_id=association_id,
            state=ImportState.DRAFT,
            bank=known.bank if known else "",
            account=known.account if known else "",
            file_name=came.file_name[-120:],
            sha256=came.digest,
            fingerprint=mark,
            head=head,
            columns=sheets.written(known.columns if known else columns.guess(heads)),
            wrapped=pii.wrap(key, f"statement:{made}"),
            body=body,
            gaps=[],
            made_by=work.actor.person_id,
            made_at=work.now,
        )
    )
    work.session.flush()
    return made


def remap(
    work: Work, association_id: AssociationId, import_id: UUID, reading: Reading
) -> None:
    """Say how a file is to be read; the same form is read so from now on.

    Raises: NotFound; Conflict once it was taken; Refused (statement.mapping) with
        all that is missing.
    """
    row = _draft(work, association_id, import_id)
    nameless = not reading.bank.strip() or not reading.account.strip()
    lacking = ("statement.no_bank",) if nameless else ()
    told = Layout(reading.head, reading.columns, "statement.mapping", lacking)
    sheets.lay_out(row, _cells(row), told, columns.mapping_problems)
    row.bank = reading.bank.strip()[:60]
    row.account = columns.account_no(reading.account)[:60]
    sheets.remember(
        work,
        BankMapping,
        {"association_id": association_id, "fingerprint": row.fingerprint},
        {"bank": row.bank, "account": row.account, "columns": dict(row.columns)},
        {"made_at": work.now},
    )


def preview(row: StatementImport, work: Work) -> Statement:
    """Read a whole file as it would be taken."""
    chosen = {Field(name): place for name, place in row.columns.items()}
    return read(_cells(row), row.head, chosen, legal_day(work.now))


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking a file came to."""

    new_lines: int
    known_lines: int
    matched: int


def take(work: Work, association_id: AssociationId, import_id: UUID) -> Taken:
    """Store every line of a file that is not stored yet, and match what is sure.

    Raises: NotFound; Conflict once it was taken; Refused (statement.mapping,
        statement.flawed) while any row cannot be read, (statement.other_name) where
        a line came before under another name of the account: then nothing is stored.
    """
    row = _draft(work, association_id, import_id)
    chosen = {Field(name): place for name, place in row.columns.items()}
    if columns.mapping_problems(chosen, len(_cells(row)[row.head])) or not row.account:
        raise Refused("statement.mapping")
    told = preview(row, work)
    if told.flaws:
        raise Refused("statement.flawed", count=len(told.flaws))
    _insist_first_time(work, row, told.lines)
    fresh = _store(work, row, told.lines)
    adopted = _adopt(work, row, fresh)
    rest = [one for one in fresh if one.id not in adopted]
    row.matched = propose_sure(work, association_id, rest)
    _close(work, row, told, len(fresh))
    fail_point("commerce.statement.before_commit")
    return Taken(row.new_lines, row.known_lines, row.matched)


def _insist_first_time(work: Work, row: StatementImport, lines: Sequence[Line]) -> None:
    """Insist that no money came in here before under another name of the account.

    The bank's name and the account are typed: written otherwise, the same lines would
    be new, and the same money would pay twice. Money that went out pays nothing.

    Raises: Refused (statement.other_name).
    """
    days = sorted({one.day for one in lines if one.amount_fen > 0})
    if not days:
        return
    known = {
        (one.booked_on, one.amount_fen, one.running_no, one.payer): one
        for one in work.session.execute(
            select(
                StatementLine.booked_on,
                StatementLine.amount_fen,
                StatementLine.running_no,
                StatementLine.payer,
                StatementLine.bank,
                StatementLine.account,
            ).where(
                StatementLine.association_id == row.association_id,
                StatementLine.booked_on.between(days[0], days[-1]),
                StatementLine.amount_fen > 0,
                or_(
                    StatementLine.bank != row.bank, StatementLine.account != row.account
                ),
            )
        )
    }
    for one in lines:
        there = known.get((one.day, one.amount_fen, one.running_no, one.payer))
        if there is not None:
            raise Refused(
                "statement.other_name", n=one.n, bank=there.bank, account=there.account
            )


def _close(work: Work, row: StatementImport, told: Statement, new: int) -> None:
    row.state, row.done_at, row.body = ImportState.DONE, work.now, None
    row.new_lines, row.known_lines = new, len(told.lines) - new
    row.skipped, row.gaps = told.skipped, list(told.gaps)
    row.in_fen, row.out_fen = told.in_fen, told.out_fen
    row.first_on = min(one.day for one in told.lines)
    row.last_on = max(one.day for one in told.lines)
    work.session.flush()
    evidence.note(
        work,
        f"association:{row.association_id}",
        "statement.taken",
        statement=str(row.id),
        sha256=row.sha256.hex(),
        new=row.new_lines,
        known=row.known_lines,
        in_fen=row.in_fen,
        out_fen=row.out_fen,
    )


def _store(
    work: Work, row: StatementImport, lines: Sequence[Line]
) -> list[StatementLine]:
    """Store lines; one that is there already stays as it is."""
    key = statements.key_of(row)
    work.session.flush()
    # One statement for all rows: built for each chunk it took longer than the rest.
    work.session.connection().execute(
        inserting(work.session, StatementLine).on_conflict_do_nothing(),
        [_values(row, one, key) for one in lines],
    )
    return list(
        work.session.scalars(
            select(StatementLine)
            .where(StatementLine.import_id == row.id)
            .order_by(StatementLine.n)
        )
    )


def _values(row: StatementImport, one: Line, key: bytes) -> dict[str, Any]:
    made = new_id()
    account = one.payer_account
    return {
        "id": made,
        "association_id": row.association_id,
        "import_id": row.id,
        "n": one.n,
        "bank": row.bank,
        "account": row.account,
        "ref": one.ref,
        "booked_on": one.day,
        "amount_fen": one.amount_fen,
        "running_no": one.running_no,
        "payer": one.payer,
        "payer_account": pii.seal(key, account, statements.account_place(made))
        if account
        else None,
        "remark": one.remark,
        "summary": one.summary,
        "balance_fen": one.balance_fen,
        "state": LineState.OPEN if one.amount_fen > 0 else LineState.OUT,
        "kept": False,
        "why": "",
        "proposed_fen": 0,
        "confirmed_fen": 0,
        "returning_fen": 0,
        "returned_fen": 0,
        "confidence": 0,
        "guess": [],
    }


def _adopt(
    work: Work, row: StatementImport, fresh: Sequence[StatementLine]
) -> set[UUID]:
    """Find the lines that somebody typed before the statement came.

    They are the same money: what was typed becomes the line's part.
    """
    typed = {
        (one.value_on, one.running_no, one.amount_fen): one
        for one in work.session.scalars(
            select(Transfer).where(
                Transfer.association_id == row.association_id,
                Transfer.bank_account == row.account,
                Transfer.state != TransferState.WITHDRAWN,
                Transfer.line_id.is_(None),
            )
        )
    }
    adopted = set()
    for line in fresh if typed else ():
        part = typed.get((line.booked_on, line.running_no, line.amount_fen))
        if part is not None:
            part.line_id = line.id
            recount(work, line)
            adopted.add(line.id)
    return adopted


def drop(work: Work, association_id: AssociationId, import_id: UUID) -> None:
    """Take a file from the desk that was not taken in.

    Raises: NotFound; Conflict once it was taken.
    """
    row = _draft(work, association_id, import_id)
    work.session.delete(row)


def drop_old(work: Work) -> int:
    """Take files from the desks that nobody took in for days."""
    old = delete(StatementImport).where(
        StatementImport.state == ImportState.DRAFT,
        StatementImport.made_at < work.now - DRAFT_DAYS,
    )
    return int(getattr(work.session.execute(old), "rowcount", 0))


def _draft(
    work: Work, association_id: AssociationId, import_id: UUID
) -> StatementImport:
    row = work.session.scalar(
        select(StatementImport)
        .where(
            StatementImport.id == import_id,
            StatementImport.association_id == association_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("statement.unknown")
    if row.state is not ImportState.DRAFT:
        raise Conflict("statement.taken")
    return row


def _cells(row: StatementImport) -> list[list[str]]:
    if row.body is None:
        raise Conflict("statement.taken")
    place = statements.import_place(row.id)
    return statements.unpacked(pii.unseal(statements.key_of(row), row.body, place))
