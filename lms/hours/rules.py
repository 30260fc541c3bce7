"""What the ledger tells apart."""

from enum import StrEnum

_MERGED = ":merge:"


class EntryKind(StrEnum):
    """Where credit comes from: study, 充抵, another provider, or a correction."""

    STUDY = "study"
    SUBSTITUTION = "substitution"
    TRANSFER = "transfer"
    ADJUSTMENT = "adjustment"


def carried(source: str, merge: str) -> str:
    """Name the source of credit that a merge of two accounts brought along.

    >>> carried("study:7", "m2"), carried("study:7:merge:m1", "m2")
    ('study:7:merge:m2', 'study:7:merge:m2')
    """
    return f"{origin(source)}{_MERGED}{merge}"


def origin(source: str) -> str:
    """Name where credit was earned first, whatever merges it went through.

    >>> origin("study:7:merge:m1")
    'study:7'
    """
    return source.partition(_MERGED)[0]
