"""The room's tables: certificates of completion, of registration, and who sees them."""

from lms.credentials.models.asking import ApiKey, ApiKeyDay
from lms.credentials.models.batches import (
    IssueBatch,
    IssueLine,
    IssuePack,
    PaperCopy,
)
from lms.credentials.models.completion import (
    Certificate,
    CertificateCounter,
    CertificateFile,
    CertificateStanding,
    CertificateState,
    PrintQueue,
    SealingQueue,
)
from lms.credentials.models.designs import CertificateDesign, DesignDraft
from lms.credentials.models.practice import PracticeRecord, UseCopy
from lms.credentials.models.registration import (
    RegistrationCertificate,
    RegistrationCounter,
    RegistrationFile,
    RegistrationStanding,
    RegistrationStateLine,
)
from lms.credentials.models.sharing import (
    CertificateGrant,
    CertificateShare,
    GrantOpening,
    ShareReads,
)

__all__ = [
    "ApiKey",
    "ApiKeyDay",
    "Certificate",
    "CertificateCounter",
    "CertificateDesign",
    "CertificateFile",
    "CertificateGrant",
    "CertificateShare",
    "CertificateStanding",
    "CertificateState",
    "DesignDraft",
    "GrantOpening",
    "IssueBatch",
    "IssueLine",
    "IssuePack",
    "PaperCopy",
    "PracticeRecord",
    "PrintQueue",
    "RegistrationCertificate",
    "RegistrationCounter",
    "RegistrationFile",
    "RegistrationStanding",
    "RegistrationStateLine",
    "SealingQueue",
    "ShareReads",
    "UseCopy",
]
