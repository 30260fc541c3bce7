"""What two managers decide about a person, and what a decision must be founded on."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from lms.kernel.ids import PersonId

MERGE = "people.merge"
NUMBER = "people.number"
KINDS = (MERGE, NUMBER)
LAST_ROLE = "manager"

REASON_LENGTH = (6, 400)
TYPED = ("合并", "merge")
"""What who decides types, since a merge cannot be taken back: in either language."""


MOST_ALIKE = 10
"""Of so many who are alike each is paired with each; of more, these."""

FEW = 3
"""A name that so many learners of an association have says something by itself."""


class Sign(StrEnum):
    """What speaks for two accounts being one person's, the strongest first.

    `NAME`: the name alone, rare there, and one of the two has no ID number.
    """

    REGISTRATION = "registration"
    BIRTH = "birth"
    NAME = "name"


DIRECTED = frozenset(
    {"merge.elsewhere", "merge.registered_goes", "merge.application_goes"}
)
"""What stands against who goes, and may not the other way round."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way of a decision, and where it is.

    `persons` are those whose it is; `things` are ids, of what the code says: of claims
    at this association, or of the open proposal. `numbers` are those of applications.
    """

    code: str
    persons: tuple[PersonId, ...] = ()
    things: tuple[UUID, ...] = ()
    numbers: tuple[str, ...] = ()


class Proof(StrEnum):
    """What a proposal rests on."""

    ID_CARD = "id_card"
    BOTH_CONTACTS = "both_contacts"
    SAME_NUMBER = "same_number"
    EMPLOYER = "employer"
    POLICE = "police"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a manager proposes, in which words. PII: `reason`."""

    proofs: tuple[Proof, ...]
    reason: str = field(repr=False)

    @property
    def problems(self) -> tuple[str, ...]:
        """Say what is wrong with it."""
        found = []
        if not REASON_LENGTH[0] <= len(self.reason.strip()) <= REASON_LENGTH[1]:
            found.append("merge.reason")
        if not self.proofs:
            found.append("merge.no_proof")
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Knows:
    """Which associations know the two, as far as one of them may merge them."""

    here: UUID
    goes: frozenset[UUID]
    stays: frozenset[UUID]
    asked: bool

    @property
    def may_see(self) -> bool:
        """Tell whether this association may look at the two side by side."""
        return self.asked or (self.here in self.goes and self.here in self.stays)

    @property
    def objection(self) -> str | None:
        """Say why this association may not merge these two, or nothing.

        What goes must be this association's alone, or nobody's: its orders and hours
        become another account's. Who stays may be known elsewhere too. An account that
        nobody knows yet counts where its owner asked here for the same ID number.
        """
        if not self.may_see:
            return "person.unknown"
        if self.goes - {self.here}:
            return "merge.elsewhere"
        if self.stays and self.here not in self.stays:
            return "merge.elsewhere"
        return None
