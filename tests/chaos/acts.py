"""What gets killed: one act of the demonstration's people, as a process of its own.

`python -m tests.chaos.acts ACT` works on the house of the environment, and prints a
line after each answer that a person would have seen.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from lms.accounts import queries as accounts
from lms.assembly import build
from lms.catalogue import queries as catalogue
from lms.commerce import services as commerce
from lms.commerce.models import Order
from lms.commerce.rules import OrderState
from lms.exams import queries as exam_queries
from lms.exams import services as exams
from lms.exams.models import Attempt
from lms.exams.rules import AttemptState
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.money import Fen
from lms.kernel.work import Actor, Work, unit_of_work
from lms.learning import queries as learning
from lms.learning import services as studies
from lms.learning.rules import Claim
from lms.people.models import Person
from lms.policy.model import Quota, Specialty
from lms.reports import exams as reports

DAY = datetime(2026, 12, 1, 2, tzinfo=UTC)


def person(name: str) -> tuple[PersonId, Actor]:
    """Find somebody of the demonstration by name."""
    found = db.session.scalars(select(Person.id).where(Person.name == name)).one()
    account = accounts.account_of(db.session(), PersonId(found))
    return PersonId(found), Actor(account.id, PersonId(found))


def say(**told: object) -> None:
    """Answer, as a page would: from here on it must not be lost."""
    print(json.dumps(told, default=str), flush=True)


def confirm() -> None:
    """Let the clerk confirm the transfer that 周转 waits for."""
    order = db.session.scalars(
        select(Order).where(Order.state == OrderState.PENDING)
    ).first()
    if order is None:
        return
    line = commerce.BankLine(
        bank_account="6200",
        reference=order.number,
        value_on=legal_day(DAY),
        amount_fen=Fen(order.total_fen),
        running_no="K1",
        payer="某公司",
    )
    _clerk, actor = staff()
    with unit_of_work(actor) as work:
        commerce.propose_transfer(
            work, AssociationId(order.association_id), order.id, line
        )
    say(order=order.id)


def staff() -> tuple[PersonId, Actor]:
    """Act as a person who is nobody's learner."""
    person_id, actor = person("李秀英")
    return person_id, actor


def study() -> None:
    """Study the lessons that 张建国 has left, a unit of work for each beat."""
    person_id, actor = person("张建国")
    now = [DAY]

    def clock() -> datetime:
        return now[0]

    for enrolment in learning.enrolments(db.session(), person_id):
        version = catalogue.version(db.session(), enrolment.version_id)
        for line in version.lessons:
            lesson = catalogue.lesson(db.session(), line.id)
            with unit_of_work(actor, clock=clock) as work:
                for question in lesson.questions:
                    asked = studies.Asked(enrolment.id, line.id, str(question.id))
                    studies.answer_question(work, person_id, asked, question.key)
                lease = studies.open_lease(
                    work, person_id, enrolment.id, line.id, studies.Ask(take_over=True)
                )
            if lease.lease is None:
                continue
            nonce, position = lease.nonce, lease.position
            for seq in range(1, 60):
                now[0] += timedelta(seconds=lease.interval)
                ahead = min(position + lease.interval, lesson.required_seconds)
                claim = Claim(position, ahead)
                with unit_of_work(actor, clock=clock) as work:
                    body = studies.record_beat(
                        work, person_id, studies.Beat(lease.lease, seq, nonce, claim)
                    ).body
                told = json.loads(body)
                say(credited=told["credited"], done=told["done"])
                nonce, position = told["nonce"], ahead
                if told["done"]:
                    break
                _prove(person_id, lease.lease, told.get("check"), work)


def _prove(
    person_id: PersonId, lease_id: UUID, check: dict[str, str] | None, last: Work
) -> None:
    """Show that somebody is there, where the last beat asked for it."""
    if check is None:
        return
    with unit_of_work(last.actor, clock=lambda: last.now) as work:
        reply = studies.Reply(lease_id, UUID(check["id"]), 1, code=check["code"])
        studies.answer_check(work, person_id, reply)
    say(answered=check["id"])


def submit() -> None:
    """Let 孙备 sit a test: start, keep answers, hand in, in three units of work."""
    person_id, actor = person("孙备")
    here = next(a.id for a in catalogue.associations(db.session()) if a.code == "YSJX")
    sitting = reports.sitting(
        db.session(), person_id, here, Specialty.BUILDING, on=legal_day(DAY)
    )
    free = exam_queries.Sitting(
        here, sitting.specialty, sitting.period_from, sitting.period_until, Quota(0, 0)
    )
    open_id = db.session.scalar(
        select(Attempt.id).where(
            Attempt.person_id == person_id, Attempt.state == AttemptState.OPEN
        )
    )
    if open_id is None:
        if db.session.scalar(select(Attempt.id).where(Attempt.person_id == person_id)):
            return
        with unit_of_work(actor) as work:
            open_id = exams.start(work, person_id, free)
        say(started=open_id)
    right = exam_queries.right_answers(db.session(), open_id)
    answers = {place: list(key) for place, key in enumerate(right)}
    with unit_of_work(actor) as work:
        exams.save(work, person_id, UUID(str(open_id)), answers)
    say(saved=len(answers))
    with unit_of_work(actor) as work:
        exams.submit(work, person_id, UUID(str(open_id)))
    say(handed_in=open_id)


def main() -> None:
    """Do one act in the house of the environment."""
    acts = {"confirm": confirm, "study": study, "submit": submit}
    with build().app_context():
        acts[sys.argv[1]]()


if __name__ == "__main__":
    main()
