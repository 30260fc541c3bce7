"""A file of questions that was read, as its preview shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from lms.exams.models import QuestionImport
from lms.exams.rules import NewQuestion
from lms.exams.rules.questions import unpacked
from lms.kernel.errors import NotFound
from lms.kernel.ids import AccountId, AssociationId

SHOWN = 50


@dataclass(frozen=True, slots=True)
class ImportCard:
    """A file that was read; `first` are its first questions."""

    id: UUID
    name: str
    made_at: datetime
    first: tuple[NewQuestion, ...]
    report: dict[str, Any]
    done_at: datetime | None


def imported(
    session: Session,
    association_id: AssociationId,
    account_id: AccountId,
    import_id: UUID,
) -> ImportCard:
    """Give a file to who sent it.

    Raises: NotFound for anybody else.
    """
    row = session.get(QuestionImport, import_id)
    mine = (association_id, account_id)
    if row is None or (row.association_id, row.account_id) != mine:
        raise NotFound("import.unknown")
    return ImportCard(
        row.id,
        row.name,
        row.made_at,
        tuple(unpacked(told, association_id) for told in row.questions[:SHOWN]),
        dict(row.report),
        row.done_at,
    )
