"""The tables of persons and companies. What identifies a person is sealed."""

from lms.people.models.archive import ArchiveBody, ArchiveFile
from lms.people.models.employing import (
    Employer,
    EmployerAgent,
    EmployerLink,
    EmployerProof,
    Employment,
)
from lms.people.models.persons import (
    Correction,
    Look,
    Person,
    PersonFile,
    Qualification,
    RegisteredSpecialtyRow,
    Registration,
)

__all__ = [
    "ArchiveBody",
    "ArchiveFile",
    "Correction",
    "Employer",
    "EmployerAgent",
    "EmployerLink",
    "EmployerProof",
    "Employment",
    "Look",
    "Person",
    "PersonFile",
    "Qualification",
    "RegisteredSpecialtyRow",
    "Registration",
]
