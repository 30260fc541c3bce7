"""The tables of the registration desk."""

from lms.registration.models.applications import (
    ApplicationEvent,
    ApplicationRow,
    BarRow,
    Commitment,
    Flag,
)
from lms.registration.models.notices import NoticeLine, Objection, PublicNotice
from lms.registration.models.offices import Competence, Office
from lms.registration.models.standings import (
    CertificateUse,
    CreditRecord,
    EndedSpecialty,
    NightRun,
    ReminderRow,
    RevocationEffect,
    StandingRow,
    StudyProof,
)

__all__ = [
    "ApplicationEvent",
    "ApplicationRow",
    "BarRow",
    "CertificateUse",
    "Commitment",
    "Competence",
    "CreditRecord",
    "EndedSpecialty",
    "Flag",
    "NightRun",
    "NoticeLine",
    "Objection",
    "Office",
    "PublicNotice",
    "ReminderRow",
    "RevocationEffect",
    "StandingRow",
    "StudyProof",
]
