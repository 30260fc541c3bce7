"""The tables of persons and companies. What identifies a person is sealed."""

from lms.people.models.archive import ArchiveBody, ArchiveFile
from lms.people.models.employing import (
    Employer,
    EmployerAgent,
    EmployerLink,
    EmployerProof,
    Employment,
)
from lms.people.models.numbers import NumberCase
from lms.people.models.persons import (
    Correction,
    Look,
    Person,
    PersonFile,
    Qualification,
    RegisteredSpecialtyRow,
    Registration,
)
from lms.people.models.roster import LinkAddress, Nudge, RosterDraft, RosterEntry

__all__ = [
    "ArchiveBody",
    "ArchiveFile",
    "Correction",
    "Employer",
    "EmployerAgent",
    "EmployerLink",
    "EmployerProof",
    "Employment",
    "LinkAddress",
    "Look",
    "Nudge",
    "NumberCase",
    "Person",
    "PersonFile",
    "Qualification",
    "RegisteredSpecialtyRow",
    "Registration",
    "RosterDraft",
    "RosterEntry",
]
