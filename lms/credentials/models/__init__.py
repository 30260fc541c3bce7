"""The room's tables: certificates of completion, and of registration."""

from lms.credentials.models.completion import (
    Certificate,
    CertificateCounter,
    CertificateFile,
    CertificateStanding,
    CertificateState,
    PrintQueue,
)
from lms.credentials.models.practice import PracticeRecord, UseCopy
from lms.credentials.models.registration import (
    RegistrationCertificate,
    RegistrationCounter,
    RegistrationFile,
    RegistrationStanding,
    RegistrationStateLine,
)

__all__ = [
    "Certificate",
    "CertificateCounter",
    "CertificateFile",
    "CertificateStanding",
    "CertificateState",
    "PracticeRecord",
    "PrintQueue",
    "RegistrationCertificate",
    "RegistrationCounter",
    "RegistrationFile",
    "RegistrationStanding",
    "RegistrationStateLine",
    "UseCopy",
]
