"""How lines are written down and chained, joined in a tree, and sealed."""

from lms.evidence.rules.lines import (
    START,
    Line,
    RawLine,
    Verdict,
    body_bytes,
    body_digest,
    canonical,
    digest,
    instant_text,
    judge_chain,
    leaf,
    quick_digest,
)

__all__ = [
    "START",
    "Line",
    "RawLine",
    "Verdict",
    "body_bytes",
    "body_digest",
    "canonical",
    "digest",
    "instant_text",
    "judge_chain",
    "leaf",
    "quick_digest",
]
