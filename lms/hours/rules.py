"""What the ledger tells apart."""

from enum import StrEnum


class EntryKind(StrEnum):
    """Where credit comes from: study, 充抵, another provider, or a correction."""

    STUDY = "study"
    SUBSTITUTION = "substitution"
    TRANSFER = "transfer"
    ADJUSTMENT = "adjustment"
