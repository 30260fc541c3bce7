"""Write marked answers down, one row each, for the analysis of questions."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import insert

from lms.exams.models import Attempt, ExamAnswer
from lms.exams.rules import PaperItem, marks
from lms.kernel.clock import legal_day
from lms.kernel.work import Work

_WHOLE = 10_000
_ADD = insert(ExamAnswer)


def keep(
    work: Work,
    row: Attempt,
    paper: Sequence[PaperItem],
    keys: Mapping[UUID, Sequence[int]],
) -> None:
    """Keep the answers of a paper that is being marked, with the mark or not at all."""
    found = marks(paper, keys, row.answers)
    whole = max(1, sum(item.worth for item in paper))
    good = sum(item.worth for item, one in zip(paper, found, strict=True) if one)
    graded_on = legal_day(work.now)
    work.session.connection().execute(
        _ADD,
        [
            {
                "association_id": row.association_id,
                "question_id": item.question_id,
                "attempt_id": row.id,
                "good": int(one),
                "worth": _WHOLE * item.worth // whole,
                "total": _WHOLE * good // whole,
                "chosen": _bits(item, row.answers.get(str(place), ())),
                "graded_on": graded_on,
            }
            for place, (item, one) in enumerate(zip(paper, found, strict=True))
        ],
    )


def _bits(item: PaperItem, chosen: Sequence[int]) -> int:
    """Set a bit for each option that was chosen, in the order of the bank."""
    return sum({1 << item.order[place] for place in chosen})
