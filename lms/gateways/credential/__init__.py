"""A certificate as data: verifiable credential, token, QR payload, status list."""

from lms.gateways.credential.issuing import issue
from lms.gateways.credential.qr import qr_code
from lms.gateways.credential.reading import read
from lms.gateways.credential.status import SignedStatusLists

__all__ = ["SignedStatusLists", "issue", "qr_code", "read"]
