"""Reads of certificates: for their holder, for strangers, and before issue."""

from lms.credentials.queries.checking import (
    NOTHING,
    Checked,
    by_file,
    by_number,
    by_token,
)
from lms.credentials.queries.held import CertificateCard, held, open_file, owned
from lms.credentials.queries.standing import Standing, standing, standings

__all__ = [
    "NOTHING",
    "CertificateCard",
    "Checked",
    "Standing",
    "by_file",
    "by_number",
    "by_token",
    "held",
    "open_file",
    "owned",
    "standing",
    "standings",
]
