"""Sit a test, and keep the bank. The server draws, times and marks."""

from lms.exams.rules import NewQuestion
from lms.exams.services.bank import (
    Twins,
    add_question,
    add_questions,
    edit,
    note_twins,
    restore,
    retire,
    settle_twins,
)
from lms.exams.services.imports import (
    MOST_ROWS,
    Draft,
    commit_import,
    drop_import,
    keep_import,
)
from lms.exams.services.leave import grant_time, unlock
from lms.exams.services.plans import decide_plan, propose_plan, withdraw_plan
from lms.exams.services.sitting import (
    GRACE,
    auto_submit_due,
    due,
    move_deadlines,
    save,
    start,
    submit,
)

__all__ = [
    "GRACE",
    "MOST_ROWS",
    "Draft",
    "NewQuestion",
    "Twins",
    "add_question",
    "add_questions",
    "auto_submit_due",
    "commit_import",
    "decide_plan",
    "drop_import",
    "due",
    "edit",
    "grant_time",
    "keep_import",
    "move_deadlines",
    "note_twins",
    "propose_plan",
    "restore",
    "retire",
    "save",
    "settle_twins",
    "start",
    "submit",
    "unlock",
    "withdraw_plan",
]
