"""Where nobody of a desk is left who had no part, a matter goes to who is sent."""

from sqlalchemy import select

from lms.accounts import queries as accounts
from lms.accounts.queries import staffing
from lms.accounts.rules import Role
from lms.catalogue import queries as catalogue
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.ids import AccountId
from lms.kernel.work import Work
from lms.notify import services as notify
from lms.threads import queries
from lms.threads.models import Thread
from lms.threads.rules import DESK, State
from lms.threads.services.words import stream


def see_to(work: Work, row: Thread) -> None:
    """Send a matter to the reviewers where everybody at the desk is out.

    They are told, or the operator where none is appointed; and so is the asker. An
    association without a single hand has nobody who is out: there it waits.
    """
    if row.outside_at is not None:
        return
    session, today = work.session, legal_day(work.now)
    (card,) = queries.carded(session, [row])
    there = staffing.hands_now(session, row.association_id, DESK, today)
    if not there or queries.may_handle(session, card, there):
        return
    row.outside_at, row.taken_by = work.now, None
    session.flush()
    evidence.note(work, stream(row), "thread.sent_out", thread=str(row.id))
    sent = staffing.hands_now(session, row.association_id, (Role.REVIEWER,), today)
    reviewers = queries.may_handle(session, card, sent)
    _tell(work, row, [one.account_id for one in reviewers])


def _tell(work: Work, row: Thread, reviewers: list[AccountId]) -> None:
    house = catalogue.association(work.session, row.association_id)
    for account_id in reviewers:
        notify.message(
            work,
            account_id,
            "thread_review",
            dedupe=f"thread_review:{row.id}:{account_id}",
            number=row.number,
            association=house.name,
        )
    if not reviewers:
        for account_id in accounts.holders(work.session, Role.OPERATOR):
            notify.message(
                work,
                account_id,
                "appeal_unstaffed",
                dedupe=f"unstaffed:thread:{row.id}:{account_id}",
                association=house.code,
            )
    notify.message(
        work,
        AccountId(row.account_id),
        "thread_outside",
        dedupe=f"thread_outside:{row.id}",
        of=row.association_id,
        number=row.number,
    )


def send_out(work: Work) -> int:
    """Look again at what was passed on and nobody has, for colleagues leave.

    Says how many went outside.
    """
    rows = work.session.scalars(
        select(Thread)
        .where(
            Thread.state == State.OPEN,
            Thread.passed_on_n.is_not(None),
            Thread.taken_by.is_(None),
            Thread.outside_at.is_(None),
        )
        .order_by(Thread.id)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        see_to(work, row)
    return sum(row.outside_at is not None for row in rows)
