"""The words of tests: kinds of questions, how hard they are, states of attempts."""

from enum import StrEnum


class QuestionKind(StrEnum):
    """单选, 多选, 判断, and 案例: one story with several questions to it."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    CASE = "case"


PLAIN = (QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.TRUE_FALSE)
"""The kinds that a person answers; a case is made of these."""


class Difficulty(StrEnum):
    """How hard its author thinks a question is; how hard it is, the analysis says."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class AttemptState(StrEnum):
    """Where an attempt stands."""

    OPEN = "open"
    GRADED = "graded"
