"""What a question is, what a paper is drawn from, what an answer is worth."""

from lms.exams.rules.blueprints import FULL_POINTS, FULL_SCORE, Blueprint, Row, usual
from lms.exams.rules.drawing import (
    BankItem,
    Drawn,
    Shape,
    Shortage,
    draw,
    lay_out,
    shortages,
)
from lms.exams.rules.kinds import PLAIN, AttemptState, Difficulty, QuestionKind
from lms.exams.rules.papers import (
    EXTRA_PERCENTS,
    PaperItem,
    attempts_left,
    extra_minutes,
    mark,
    marks,
    right,
    time_for,
    valid_choice,
)
from lms.exams.rules.questions import MOST_PARTS, NewQuestion, Part

__all__ = [
    "EXTRA_PERCENTS",
    "FULL_POINTS",
    "FULL_SCORE",
    "MOST_PARTS",
    "PLAIN",
    "AttemptState",
    "BankItem",
    "Blueprint",
    "Difficulty",
    "Drawn",
    "NewQuestion",
    "PaperItem",
    "Part",
    "QuestionKind",
    "Row",
    "Shape",
    "Shortage",
    "attempts_left",
    "draw",
    "extra_minutes",
    "lay_out",
    "mark",
    "marks",
    "right",
    "shortages",
    "time_for",
    "usual",
    "valid_choice",
]
