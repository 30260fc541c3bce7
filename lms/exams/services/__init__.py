"""Sit a test, and keep the bank. The server draws, times and marks."""

from lms.exams.services.bank import NewQuestion, add_questions, retire
from lms.exams.services.sitting import (
    GRACE,
    auto_submit_due,
    due,
    move_deadlines,
    save,
    start,
    submit,
    unlock,
)

__all__ = [
    "GRACE",
    "NewQuestion",
    "add_questions",
    "auto_submit_due",
    "due",
    "move_deadlines",
    "retire",
    "save",
    "start",
    "submit",
    "unlock",
]
