"""Make keys by two persons, call one broken at once, lend them to nobody else."""

from lms.signing.services.asking import (
    Brought,
    Wish,
    alarm,
    bring,
    certify,
    generate,
    renew,
    withdraw,
)
from lms.signing.services.deciding import Answer, decide, drop_stale, vouch
from lms.signing.services.keeping import equip, request
from lms.signing.services.roots import authority, make_lists

__all__ = [
    "Answer",
    "Brought",
    "Wish",
    "alarm",
    "authority",
    "bring",
    "certify",
    "decide",
    "drop_stale",
    "equip",
    "generate",
    "make_lists",
    "renew",
    "request",
    "vouch",
    "withdraw",
]
