"""The signed-in visitor, as Flask-Login sees it."""

from dataclasses import dataclass

from flask_login import UserMixin

from lms.accounts.queries import VisitorCard
from lms.kernel.ids import AccountId, AssociationId, EmployerId, OfficeId, PersonId


@dataclass(frozen=True, slots=True)
class Visitor(UserMixin):
    """One account with one open session. `token` is the secret of the cookie."""

    token: str
    card: VisitorCard

    def get_id(self) -> str:
        """Give what the cookie carries."""
        return self.token

    @property
    def account_id(self) -> AccountId:
        """Name the account."""
        return self.card.account_id

    @property
    def person_id(self) -> PersonId:
        """Name the person."""
        return self.card.person_id

    @property
    def name(self) -> str:
        """Say the name to greet by."""
        return self.card.name

    @property
    def state(self) -> str:
        """Tell `half` (second factor owed) from `full`."""
        return self.card.state

    @property
    def roles(self) -> frozenset[str]:
        """Give the roles; an account with none of the staff's is a learner."""
        return self.card.roles

    @property
    def is_staff(self) -> bool:
        """Tell staff from learners."""
        return "learner" not in self.card.roles

    @property
    def association_id(self) -> AssociationId | None:
        """Name the association that a member of staff works for."""
        return self.card.association_id

    @property
    def employer_id(self) -> EmployerId | None:
        """Name the company that an agent acts for."""
        return self.card.employer_id

    @property
    def office_id(self) -> OfficeId | None:
        """Name the office of the authority that somebody sits in."""
        return self.card.office_id
