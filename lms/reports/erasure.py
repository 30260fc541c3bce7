"""Whose data have been kept long enough after they closed their account."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Account, PersonKey
from lms.accounts.rules import AccountState
from lms.commerce.models import Invoice, Order
from lms.commerce.rules import OrderState
from lms.credentials.models import Certificate, CertificateStanding
from lms.evidence import queries as evidence
from lms.hours.models import HoursEntry
from lms.kernel.clock import legal_day
from lms.kernel.ids import PersonId
from lms.policy.retention import Record, rule_for


@dataclass(frozen=True, slots=True)
class Kept:
    """What must be kept of a person, and until when. Shape: None where nothing is."""

    orders_until: date | None
    study_until: date | None
    invoices_until: date | None

    @property
    def until(self) -> date | None:
        """Give the last day on which anything must be kept."""
        ends = (self.orders_until, self.study_until, self.invoices_until)
        return max((day for day in ends if day), default=None)


def kept(session: Session, person_id: PersonId) -> Kept:
    """Say what the law keeps of a person, and until when."""
    ordered = session.scalar(
        select(func.max(Order.placed_at)).where(
            Order.person_id == person_id,
            # What somebody ordered for a company is kept as the company's.
            Order.employer_id.is_(None),
            Order.state.not_in((OrderState.EXPIRED, OrderState.CANCELLED)),
        )
    )
    earned = session.scalar(
        select(func.max(HoursEntry.earned_on)).where(HoursEntry.person_id == person_id)
    )
    issued = session.scalar(
        select(func.max(Certificate.issued_at))
        .join(CertificateStanding, CertificateStanding.certificate_id == Certificate.id)
        .where(CertificateStanding.person_id == person_id)
    )
    study = max((d for d in (earned, legal_day(issued) if issued else None) if d),
                default=None)  # fmt: skip
    return Kept(
        _last(Record.ORDER, legal_day(ordered) if ordered else None),
        _last(Record.EVIDENCE_BODY, study),
        _last(Record.INVOICE, _invoiced(session, person_id)),
    )


def _invoiced(session: Session, person_id: PersonId) -> date | None:
    """Give the day of the last invoice that was issued at a person's wish."""
    issued = select(func.max(Invoice.issued_on)).where(Invoice.person_id == person_id)
    return session.scalar(issued)


def _last(record: Record, made_on: date | None) -> date | None:
    return rule_for(record, made_on).last_day(made_on) if made_on else None


def due(session: Session, today: date, *, limit: int = 200) -> tuple[PersonId, ...]:
    """Name persons whose account is closed, of whom nothing must be kept any more."""
    closed = session.scalars(
        select(Account.person_id)
        .join(PersonKey, PersonKey.person_id == Account.person_id)
        .where(Account.state == AccountState.CLOSED)
        .order_by(Account.closed_at)
    ).all()
    held = evidence.held(session)
    found = []
    for one in closed:
        person_id = PersonId(one)
        last = kept(session, person_id).until
        if f"person:{one}" not in held and (last is None or last < today):
            found.append(person_id)
        if len(found) == limit:
            break
    return tuple(found)
