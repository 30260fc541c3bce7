"""What must be true of the house whenever it is looked at, and after each act."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence, Set
from uuid import UUID

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts import services as accounts
from lms.accounts.models import Account, Consent, PersonKey
from lms.approvals.models import Approval, Decision
from lms.approvals.rules import ApprovalState
from lms.catalogue.models import Lesson, MediaFile
from lms.claims.models import Claim
from lms.claims.rules import ClaimKind
from lms.commerce.models import Order, Payment, PaymentEvent, Seat
from lms.commerce.rules import OrderState, PaymentState
from lms.commerce.rules.seats import SeatState
from lms.commerce.services.fulfilling import sources
from lms.credentials.models import Certificate, CertificateFile, CertificateStanding
from lms.credentials.queries.held import file_place
from lms.credentials.rules.files import ISSUED, FileKind
from lms.evidence import queries as evidence
from lms.evidence.models import EvidenceLine
from lms.exams.models import Attempt
from lms.exams.rules import AttemptState
from lms.hours.models import HoursEntry
from lms.hours.rules import EntryKind
from lms.kernel import pii
from lms.learning import queries as learning
from lms.learning.models import Enrolment, Lease, Study
from tests.chaos.acts import (
    LEARNER,
    MARK,
    NEWCOMER,
    WAITING,
    Told,
    claim_of,
    person,
)

Tolds = Sequence[Told]


def hold(session: Session) -> None:
    """Check all that is true of the house at any moment."""
    broken = [v for v in evidence.verify_all(session) if not v.intact]
    assert not broken
    _hours_are_the_finished_lessons(session)
    _certificates_have_their_files(session)
    _money_and_courses_agree(session)
    _accounts_are_whole(session)
    _films_are_on_the_shelf(session)
    _claims_took_effect_once(session)


def _hours_are_the_finished_lessons(session: Session) -> None:
    posted = Counter(
        session.scalars(
            select(HoursEntry.source).where(HoursEntry.kind == EntryKind.STUDY)
        )
    )
    finished = session.scalars(
        select(Study.id)
        .join(Lesson, Lesson.id == Study.lesson_id)
        .where(Study.completed_at.is_not(None), Lesson.credit > 0)
    )
    assert posted == Counter(f"study:{each}" for each in finished)


def _certificates_have_their_files(session: Session) -> None:
    rows = session.scalars(select(Certificate)).all()
    for row in rows:
        files = session.scalars(
            select(CertificateFile).where(CertificateFile.certificate_id == row.id)
        ).all()
        digests = {file.kind: file.sha256 for file in files}
        assert Counter(file.kind for file in files) == Counter(ISSUED)
        assert digests[FileKind.PDF] == row.file_sha256
        key = accounts.data_key(session, row.person_id)  # type: ignore[arg-type]  # a Row
        for file in files:
            opened = pii.unseal(key, file.body, file_place(file.id))
            assert hashlib.sha256(opened).digest() == file.sha256
        stream = f"certificate:{row.id}"
        lines = select(func.count()).where(EvidenceLine.stream == stream)
        assert session.scalar(lines)
    standing = session.scalars(select(CertificateStanding.certificate_id)).all()
    assert Counter(standing) == Counter(row.id for row in rows)
    serials = Counter((r.association_id, r.year, r.serial) for r in rows)
    assert not rows or max(serials.values()) == 1


def _money_and_courses_agree(session: Session) -> None:
    enrolled = set(session.scalars(select(Enrolment.source)))
    for order in session.scalars(select(Order)):
        given, wanted = _given(session, order, enrolled)
        applied = session.scalar(
            select(func.coalesce(func.sum(Payment.amount_fen), 0)).where(
                Payment.order_id == order.id, Payment.state == PaymentState.APPLIED
            )
        )
        if order.state is OrderState.FULFILLED:
            assert given == wanted
            assert applied == order.total_fen
        else:
            assert order.state in {OrderState.PENDING, OrderState.EXPIRED}
            assert not given
            assert not applied


def _given(
    session: Session, order: Order, enrolled: Set[str]
) -> tuple[Set[object], Set[object]]:
    """Tell what an order gave, and what it has to: courses, or a company's seats."""
    if order.employer_id is None:
        own = set(sources(order, [line.id for line in order.lines]))
        return own & enrolled, own
    seats = session.scalars(select(Seat).where(Seat.order_id == order.id)).all()
    for seat in seats:
        own = {one for one in enrolled if one.startswith(f"seat:{seat.id}:")}
        assert bool(own) == (seat.state is SeatState.ASSIGNED)
    counted = {(line.id, n + 1) for line in order.lines for n in range(line.quantity)}
    return {(seat.line_id, seat.n) for seat in seats}, counted


def _accounts_are_whole(session: Session) -> None:
    keys = set(session.scalars(select(PersonKey.person_id)))
    assert set(session.scalars(select(Account.person_id))) <= keys
    agreed = select(Consent.id).join(Account, Account.id == Consent.account_id)
    for row in session.scalars(select(Account).where(Account.name == NEWCOMER)):
        assert row.password_hash
        assert session.scalars(agreed.where(Account.id == row.id)).all()


def _films_are_on_the_shelf(session: Session) -> None:
    folder = current_app.extensions["lms.settings"].media_dir
    rows = session.execute(select(MediaFile.key, MediaFile.sha256)).all()
    lost = [
        key
        for key, sha256 in rows
        if not (folder / key).is_file()
        or hashlib.sha256((folder / key).read_bytes()).hexdigest() != sha256
    ]
    assert not lost


def _claims_took_effect_once(session: Session) -> None:
    claimed = (EntryKind.SUBSTITUTION, EntryKind.TRANSFER)
    posted = Counter(
        session.scalars(select(HoursEntry.source).where(HoursEntry.kind.in_(claimed)))
    )
    due = Counter[str]()
    for row in session.scalars(select(Claim).where(Claim.appeal_id.is_(None))):
        state = session.get_one(Approval, row.id).state
        granted = state is ApprovalState.APPROVED
        assert granted is (row.applied_at is not None)
        told = evidence.lines(session, f"person:{row.person_id}")
        applied = [one for one in told if _applies(one, row.id)]
        assert len(applied) == granted
        if granted and row.kind in {ClaimKind.SUBSTITUTION, ClaimKind.TRANSFER}:
            due[f"approval:{row.id}"] += 1
    assert posted == due


def _applies(line: evidence.LineCard, claim: UUID) -> bool:
    return line.kind == "claim.applied" and str(claim) in line.facts


def _studied(session: Session, told: Tolds, *, whole: bool) -> None:
    for one in told:
        credited = session.scalar(
            select(learning.CREDITED)
            .select_from(Study)
            .outerjoin(Lease, learning.OPEN)
            .where(
                Study.id.in_(
                    select(Lease.study_id).where(Lease.id == UUID(one["lease"]))
                )
            )
        )
        assert (credited or 0) >= one["credited"]
    if whole:
        mine = Enrolment.person_id == person(LEARNER)
        left = select(Enrolment.id).where(mine, Enrolment.completed_at.is_(None))
        assert not session.scalars(left).all()


def _sat(session: Session, told: Tolds, *, whole: bool) -> None:
    mine = select(Attempt).where(Attempt.person_id == person(LEARNER))
    rows = session.scalars(mine).all()
    seen = {name for one in told for name in one}
    assert len(rows) <= 1
    if "started" in seen:
        assert [str(row.id) for row in rows] == [told[0]["started"]]
    if "saved" in seen:
        assert len(rows[0].answers) == 50
    if whole or "handed_in" in seen:
        assert [(row.state, row.score) for row in rows] == [(AttemptState.GRADED, 100)]


def _issued(session: Session, told: Tolds, *, whole: bool) -> None:
    mine = select(Certificate.id).where(Certificate.person_id == person(LEARNER))
    held = [str(each) for each in session.scalars(mine)]
    assert len(held) <= 1
    if told:
        assert held == [told[0]["certificate"]]
    assert held or not whole


def _confirmed(session: Session, told: Tolds, *, whole: bool) -> None:
    order = session.scalars(
        select(Order).where(Order.person_id == person(WAITING))
    ).one()
    paid = session.scalars(select(Payment).where(Payment.order_id == order.id)).all()
    mine = select(func.count()).where(Enrolment.person_id == order.person_id)
    done = order.state is OrderState.FULFILLED
    assert done or not (told or whole)
    assert (len(paid), session.scalar(mine)) == ((1, 10) if done else (0, 0))


def _bought(session: Session, told: Tolds, *, whole: bool) -> None:
    mine = select(Order).where(Order.person_id == person(LEARNER))
    orders = session.scalars(mine.order_by(Order.placed_at)).all()[1:]
    seen = {name for one in told for name in one}
    assert len(orders) <= 1
    if seen:
        assert {one.get("ordered", one.get("paid")) for one in told} == {
            str(each.id) for each in orders
        }
    if whole or "paid" in seen:
        assert [each.state for each in orders] == [OrderState.FULFILLED]
        paid = select(Payment.id).where(Payment.order_id == orders[0].id)
        assert len(session.scalars(paid).all()) == 1
        event = select(func.count()).where(PaymentEvent.event_id == "evt_kill")
        assert session.scalar(event) == 1


def _signed_up(session: Session, told: Tolds, *, whole: bool) -> None:
    rows = session.scalars(select(Account.id).where(Account.name == NEWCOMER)).all()
    assert len(rows) <= 1
    assert len(rows) == 1 or not (told or whole)


def _decided(session: Session, told: Tolds, *, whole: bool) -> None:
    claim = claim_of(LEARNER)
    said = session.scalars(select(Decision).where(Decision.approval_id == claim)).all()
    assert len({row.person_id for row in said}) == len(said)
    assert len(told) <= len(said) <= 2
    done = session.get_one(Approval, claim).state is ApprovalState.APPROVED
    assert done is (len(said) == 2)
    assert done or not whole


def _shelved(session: Session, told: Tolds, *, whole: bool) -> None:
    rows = session.scalars(select(MediaFile.key).where(MediaFile.codec == MARK)).all()
    assert len(rows) <= 1
    assert not told or rows == [told[0]["film"]]
    assert rows or not whole


KEPT: dict[str, Callable[..., None]] = {
    "study": _studied,
    "sit": _sat,
    "issue": _issued,
    "confirm": _confirmed,
    "buy": _bought,
    "sign_up": _signed_up,
    "decide": _decided,
    "film": _shelved,
}
"""What was answered is kept; an act done to its end is `whole`, and once."""
