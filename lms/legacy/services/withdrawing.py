"""Take an old platform's file back: a manager asks, another agrees, all or nothing.

Hours that were posted are answered by their opposites; what a number was given to still
answers as withdrawn. What stands on the rows stands against it, and is named.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Select,
    bindparam,
    delete,
    false,
    insert,
    literal,
    null,
    select,
)

from lms.accounts.queries.keys import accounts_in_use
from lms.accounts.services import merging as accounts
from lms.approvals import queries as approvals_read
from lms.approvals import services as approvals
from lms.approvals.rules import ApprovalState, Terms
from lms.claims.services.deciding import disinherit
from lms.evidence import services as evidence
from lms.evidence.services import Noted
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import ApprovalId, AssociationId
from lms.kernel.work import Work, fail_point
from lms.legacy.models import (
    LegacyCertificate,
    LegacyHours,
    LegacyImport,
    LegacyPerson,
    LegacyWithdrawn,
)
from lms.legacy.ports import Losses
from lms.legacy.queries import withdrawing as queries
from lms.legacy.queries.checking import TABLES
from lms.legacy.queries.withdrawing import Uses
from lms.legacy.rules.columns import Kind
from lms.legacy.rules.standing import ASK_WITHDRAWAL, ImportState
from lms.legacy.services.files import begin, held
from lms.notify import services as notify

REASON = 6, 400


def ask(
    work: Work, association_id: AssociationId, import_id: UUID, reason: str
) -> None:
    """Propose to another manager that a file is taken back.

    Raises: NotFound; Conflict while it is not taken over, or is being decided upon;
        Refused without a reason, and with all that stands against it.
    """
    row = held(work, association_id, import_id, ImportState.DONE)
    if not REASON[0] <= len(reason.strip()) <= REASON[1]:
        raise Refused("legacy.withdraw_reason")
    found = _free(work, row)
    row.withdrawal_id = approvals.ask(
        work,
        ASK_WITHDRAWAL,
        f"association:{association_id}",
        {"file": str(row.id), "rows": found.rows, "sha256": row.sha256.hex()},
        reason.strip(),
        terms=Terms(association_id=association_id, needs=1, last_role="manager"),
    )
    row.state = ImportState.LEAVING
    work.session.flush()


def decide(
    work: Work,
    association_id: AssociationId,
    import_id: UUID,
    *,
    approved: bool,
    comment: str,
    losses: Losses,
) -> ImportState:
    """Say yes or no; a yes takes every row back in the same work.

    `losses` hears then which hours go: what was applied for on them is told of.

    Raises: NotFound; Conflict when it has ended, and while another file is taken over;
        Refused for the asker, for a no without a comment, and with all that stands
        against it by now.
    """
    row = held(work, association_id, import_id, ImportState.LEAVING)
    if not approved and not comment.strip():
        raise Refused("approval.no_comment")
    card = approvals.decide(
        work,
        _question(row),
        approved,
        comment.strip(),
        association_id=association_id,
    )
    if card.state is ApprovalState.APPROVED:
        _withdraw(work, row, losses)
    else:
        row.state = ImportState.DONE
    work.session.flush()
    return row.state


def recall(work: Work, association_id: AssociationId, import_id: UUID) -> None:
    """Take one's own proposal back: the file stays as it is.

    Raises: NotFound; Conflict when it has ended; Refused for a colleague's.
    """
    row = held(work, association_id, import_id, ImportState.LEAVING)
    asked = approvals_read.approval(work.session, _question(row))
    if asked.asked_person_id != work.actor.person_id:
        raise Refused("legacy.not_asker")
    approvals.withdraw(work, asked.id)
    row.state = ImportState.DONE
    work.session.flush()


def _question(row: LegacyImport) -> ApprovalId:
    """Give the proposal that a file which is being decided upon has."""
    assert row.withdrawal_id is not None  # noqa: S101 - asking wrote it
    return ApprovalId(row.withdrawal_id)


def _free(work: Work, row: LegacyImport) -> Uses:
    today = legal_day(work.now)
    house = AssociationId(row.association_id)
    found = queries.uses(work.session, house, row.id, today)
    if found.hindrances:
        raise Refused("legacy.in_use", reasons=found.hindrances)
    return found


def _withdraw(work: Work, row: LegacyImport, losses: Losses) -> None:
    # Nothing of the association is taken over, nobody is merged, and nobody takes a
    # record of the file for theirs, before this has ended.
    begin(work, row)
    owners = queries.owners(work.session, row)
    accounts.hold_all(work, owners)
    _hold_records(work, row)
    work.session.expire_all()
    if queries.owners(work.session, row) != owners:
        raise Conflict("legacy.moved")
    found = _free(work, row)
    lines = queries.posted(work.session, row)
    # A grant holds its application before its person's book: so does this.
    gone = losses(work, row.id, lines)
    disinherit(work, _question(row), lines)
    gone()
    fail_point("legacy.withdrawing")
    _tell(work, row, found)
    for question in queries.questions(work.session, row):
        approvals.drop(work, question)
    _empty(work, row)
    fail_point("legacy.emptied")
    row.state, row.withdrawn_at = ImportState.WITHDRAWN, work.now
    work.session.flush()


def _hold_records(work: Work, row: LegacyImport) -> None:
    chosen = select(LegacyPerson.id).where(queries.records_of(row))
    work.session.execute(chosen.order_by(LegacyPerson.id).with_for_update()).all()


def _tell(work: Work, row: LegacyImport, found: Uses) -> None:
    """Write it in the book of the association and of everybody who had rows of it."""
    file, approval = str(row.id), str(row.withdrawal_id)
    owners = queries.owners(work.session, row)
    facts = {"file": file, "approval": approval, "matter": row.kind.value}
    evidence.note_all(
        work, [Noted(f"person:{one}", "legacy.taken_back", facts) for one in owners]
    )
    evidence.note(
        work,
        f"association:{row.association_id}",
        "legacy.withdrawn",
        **facts,
        sha256=row.sha256.hex(),
        rows=found.rows,
        credit=found.credit,
        persons=found.owners,
    )
    reached = accounts_in_use(work.session, owners)
    notify.owe_new(
        work,
        (
            notify.to_account(
                account_id,
                "legacy_withdrawn",
                dedupe=f"legacy_withdrawn:{row.id}:{person_id}",
                of=row.association_id,
                platform=row.platform,
                matter=row.kind.value,
            )
            for person_id, (account_id, _locale) in reached.items()
        ),
    )


def _empty(work: Work, row: LegacyImport) -> None:
    """Let the rows go; what has to answer later stays under its own id."""
    left = [
        dict(one)
        | {
            "association_id": row.association_id,
            "import_id": row.id,
            "kind": row.kind,
            "withdrawn_at": work.now,
        }
        for one in work.session.execute(
            _LEFT[row.kind], {"import_id": row.id}
        ).mappings()
    ]
    if left:
        work.session.execute(insert(LegacyWithdrawn), left)
    table = TABLES[row.kind]
    work.session.flush()
    work.session.execute(delete(table).where(table.import_id == row.id))
    work.session.expire_all()


_LEFT: Mapping[Kind, Select[*tuple[Any, ...]]] = {
    Kind.CERTIFICATES: select(
        LegacyCertificate.id,
        LegacyCertificate.platform,
        LegacyCertificate.number,
        LegacyPerson.name_mark,
        literal("").label("course"),
        LegacyPerson.person_id,
    )
    .join(LegacyPerson, LegacyPerson.id == LegacyCertificate.record_id)
    .where(LegacyCertificate.import_id == bindparam("import_id")),
    Kind.HOURS: select(
        LegacyHours.id,
        LegacyHours.platform,
        LegacyHours.number,
        null().label("name_mark"),
        LegacyHours.course,
        LegacyPerson.person_id,
    )
    .join(LegacyPerson, LegacyPerson.id == LegacyHours.record_id)
    .where(
        LegacyHours.import_id == bindparam("import_id"),
        LegacyHours.posted_at.is_not(None),
    ),
    Kind.PEOPLE: select(LegacyPerson.id).where(false()),
}
"""What is left of the rows of each kind."""
