"""How lines are written down and chained, joined in a tree, and sealed."""

from lms.evidence.rules.lines import (
    START,
    Line,
    Verdict,
    body_bytes,
    body_digest,
    canonical,
    digest,
    instant_text,
    judge_chain,
    leaf,
)

__all__ = [
    "START",
    "Line",
    "Verdict",
    "body_bytes",
    "body_digest",
    "canonical",
    "digest",
    "instant_text",
    "judge_chain",
    "leaf",
]
