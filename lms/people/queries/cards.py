"""What other rooms and pages see of a person."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from lms.kernel.ids import EmployerId, PersonId
from lms.people.rules import Completeness, PhotoState, Section, Sex, editable
from lms.policy.model import Province, Specialty


@dataclass(frozen=True, slots=True)
class QualificationCard:
    """A qualification as its paper says."""

    id: UUID
    specialty: Specialty
    printed_as: str
    number: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class RegisteredSpecialty:
    """One registered specialty. Units: both days count."""

    code: Specialty
    is_main: bool
    valid_from: date
    valid_until: date
    qualified_on: date | None


@dataclass(frozen=True, slots=True)
class RegistrationCard:
    """A registration, the main specialty first; the period is the main one's."""

    number: str
    province: Province
    specialties: tuple[RegisteredSpecialty, ...]

    @property
    def main(self) -> RegisteredSpecialty:
        """Give the main specialty."""
        return self.specialties[0]

    @property
    def period_from(self) -> date:
        """Give the first day of the main specialty's period."""
        return self.main.valid_from

    @property
    def period_until(self) -> date:
        """Give the last day of the main specialty's period."""
        return self.main.valid_until

    def of(self, specialty: Specialty) -> RegisteredSpecialty | None:
        """Give one specialty, when it is registered."""
        return next((s for s in self.specialties if s.code == specialty), None)


@dataclass(frozen=True, slots=True)
class EmployerCard:
    """A company."""

    id: EmployerId
    uscc: str
    name: str


@dataclass(frozen=True, slots=True)
class PictureCard:
    """A picture's standing, without the picture."""

    state: PhotoState
    finding: str | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ProfileCard:
    """A profile with its numbers masked. The name is whole: mask it for strangers."""

    person_id: PersonId
    name: str
    id_masked: str | None
    sex: Sex | None
    photo: PictureCard | None
    photo_draft: PictureCard | None
    signature: PictureCard | None
    qualifications: tuple[QualificationCard, ...]
    registration: RegistrationCard | None
    employer: EmployerCard | None
    locked_at: datetime | None
    completeness: Completeness

    def may_edit(self, section: Section) -> bool:
        """Tell whether the owner may write a section now."""
        return editable(
            section,
            self.completeness.missing_sections,
            locked=self.locked_at is not None,
        )


@dataclass(frozen=True, slots=True)
class LookCard:
    """Somebody saw a sealed value, and why."""

    what: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate prints of a person. The ID number is masked.

    PII: all of it.
    """

    name: str
    sex: Sex
    id_masked: str
    employer: str
    registration_no: str
    photo_jpeg: bytes = field(repr=False)
