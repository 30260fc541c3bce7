"""Identifiers: one type for each thing, so that mypy catches a swap."""

import secrets
from typing import NewType
from uuid import UUID, uuid4

AccountId = NewType("AccountId", UUID)
SessionId = NewType("SessionId", UUID)
PersonId = NewType("PersonId", UUID)
EmployerId = NewType("EmployerId", UUID)
AssociationId = NewType("AssociationId", UUID)
CourseId = NewType("CourseId", UUID)
VersionId = NewType("VersionId", UUID)
LessonId = NewType("LessonId", UUID)
PackageId = NewType("PackageId", UUID)
OrderId = NewType("OrderId", UUID)
OrderLineId = NewType("OrderLineId", UUID)
EnrolmentId = NewType("EnrolmentId", UUID)
AttemptId = NewType("AttemptId", UUID)
CertificateId = NewType("CertificateId", UUID)
ApprovalId = NewType("ApprovalId", UUID)
RegistrationCertificateId = NewType("RegistrationCertificateId", UUID)
UseCopyId = NewType("UseCopyId", UUID)
OfficeId = NewType("OfficeId", UUID)
ShareId = NewType("ShareId", UUID)
GrantId = NewType("GrantId", UUID)

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def new_id() -> UUID:
    """Mint a random identifier that says nothing about its bearer."""
    return uuid4()


def new_token(bits: int = 128) -> str:
    """Mint an unguessable secret for a URL or a cookie.

    Units: `bits` of entropy; six of them are one character of the answer.
    """
    return secrets.token_urlsafe(bits // 8)


def check_character(text: str) -> str:
    """Compute the ISO 7064 MOD 37,36 check character over the letters and digits.

    It finds every single wrong character and every swap of neighbours.

    Source: ISO 7064; GB/T 36904 uses the same.

    >>> check_character("11100000000013338W00111150000MB0000000X"
    ...                 "5F1C0B6AEE2F4E0C9C0A8B8E1D2C3B4A001")
    'Q'
    """
    product = 36
    for letter in text.upper():
        value = _ALPHABET.find(letter)
        if value < 0:
            continue
        total = (product + value) % 36 or 36
        product = total * 2 % 37
    return _ALPHABET[(37 - product) % 36]
