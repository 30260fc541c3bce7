"""The tables of the registration desk."""

from lms.registration.models.applications import (
    ApplicationEvent,
    ApplicationRow,
    BarRow,
    Commitment,
    Flag,
)
from lms.registration.models.audits import AuditCase, AuditDelivery, AuditDraw
from lms.registration.models.dossier import ApplicationMaterial, MaterialBody
from lms.registration.models.notices import (
    NoticeLine,
    Objection,
    OfficeLetter,
    PublicNotice,
)
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
    "ApplicationMaterial",
    "ApplicationRow",
    "AuditCase",
    "AuditDelivery",
    "AuditDraw",
    "BarRow",
    "CertificateUse",
    "Commitment",
    "Competence",
    "CreditRecord",
    "EndedSpecialty",
    "Flag",
    "MaterialBody",
    "NightRun",
    "NoticeLine",
    "Objection",
    "Office",
    "OfficeLetter",
    "PublicNotice",
    "ReminderRow",
    "RevocationEffect",
    "StandingRow",
    "StudyProof",
]
