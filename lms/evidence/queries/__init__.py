"""Read the book of evidence and check it."""

from lms.evidence.queries.checking import check
from lms.evidence.queries.holds import HoldCard, held, holds
from lms.evidence.queries.lines import (
    BodyCard,
    LineCard,
    body,
    length,
    lines,
    noted,
    verify,
    verify_all,
    whole,
)
from lms.evidence.queries.tree import (
    CheckpointCard,
    Place,
    checkpoint,
    checkpoint_of,
    checkpoints,
    consistency,
    inclusion,
    inclusions,
    keys,
    place_of,
    tile,
)
from lms.evidence.queries.witnesses import Witness, witnesses

__all__ = [
    "BodyCard",
    "CheckpointCard",
    "HoldCard",
    "LineCard",
    "Place",
    "Witness",
    "body",
    "check",
    "checkpoint",
    "checkpoint_of",
    "checkpoints",
    "consistency",
    "held",
    "holds",
    "inclusion",
    "inclusions",
    "keys",
    "length",
    "lines",
    "noted",
    "place_of",
    "tile",
    "verify",
    "verify_all",
    "whole",
    "witnesses",
]
