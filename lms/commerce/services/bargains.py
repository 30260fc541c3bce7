"""What an association makes cheaper or dated: begun, decided by another, stopped."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import select

from lms.approvals import services as approvals
from lms.approvals.rules import Terms
from lms.catalogue import queries as catalogue
from lms.commerce.models import Coupon, Deal
from lms.commerce.rules.offers import DealState
from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, NotFound
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work

T = TypeVar("T", Coupon, Deal)


@dataclass(frozen=True, slots=True)
class Bargains(Generic[T]):
    """Those of one table. `word` names them in questions, codes and evidence."""

    word: str
    table: type[T]

    def first_state(
        self,
        work: Work,
        association_id: AssociationId,
        made: UUID,
        told: dict[str, Any],
    ) -> tuple[DealState, UUID | None]:
        """Say in which state one begins: asked, where two persons are wanted.

        Elsewhere a manager makes it alone, and a clerk asks one.
        """
        alone = not catalogue.association(work.session, association_id).two_person
        if alone and "manager" in work.actor.roles:
            return DealState.ACTIVE, None
        terms = Terms(association_id=association_id, last_role="manager")
        about, told = f"{self.word}:{made}", {self.word: str(made), **told}
        asked = approvals.ask(work, self.word, about, told, "", terms=terms)
        return DealState.ASKED, asked

    def decide(
        self,
        work: Work,
        association_id: AssociationId,
        row_id: UUID,
        answer: tuple[bool, str],
    ) -> DealState:
        """Agree to one, or not.

        Raises: NotFound; Conflict when it is decided; Refused for who made it.
        """
        row = self._locked(work, association_id, row_id)
        if row.approval_id is None:
            raise Conflict(f"{self.word}.decided")
        approved, comment = answer
        approvals.decide(
            work, row.approval_id, approved, comment, association_id=association_id
        )
        row.state = DealState.ACTIVE if approved else DealState.REFUSED
        row.decided_at = work.now
        work.session.flush()
        self.note(work, association_id, row.state.value, row_id)
        return row.state

    def stop(self, work: Work, association_id: AssociationId, row_id: UUID) -> None:
        """End one at once; what was bought by it keeps its price.

        Raises: NotFound; Conflict unless it is active.
        """
        row = self._locked(work, association_id, row_id)
        if row.state is not DealState.ACTIVE:
            raise Conflict(f"{self.word}.decided")
        row.state = DealState.STOPPED
        work.session.flush()
        self.note(work, association_id, "stopped", row_id)

    def note(
        self,
        work: Work,
        association_id: AssociationId,
        deed: str,
        row_id: UUID,
        **facts: object,
    ) -> None:
        """Write what became of one into the association's book."""
        facts[self.word] = str(row_id)
        stream = f"association:{association_id}"
        evidence.note(work, stream, f"{self.word}.{deed}", **facts)

    def _locked(self, work: Work, association_id: AssociationId, row_id: UUID) -> T:
        table = self.table
        row = work.session.scalar(
            select(table)
            .where(table.id == row_id, table.association_id == association_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if row is None:
            raise NotFound(f"{self.word}.unknown")
        return row


COUPONS = Bargains("coupon", Coupon)
DEALS = Bargains("deal", Deal)
