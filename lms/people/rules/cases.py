"""How the question whose an ID number is can end."""

from enum import StrEnum


class CaseEnd(StrEnum):
    """What became of it."""

    FREED = "freed"
    MERGED = "merged"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
