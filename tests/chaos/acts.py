"""What gets killed: acts of the demonstration's people, through the doors they use.

An act is a generator. Up to the first `yield` it prepares; from there on it may be
killed, and each thing that it yields is an answer that the person has seen. An act that
was cut short goes on from where it stands when it is begun again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.accounts import services as sessions
from lms.accounts.models import Account
from lms.approvals.models import Decision
from lms.catalogue import queries as catalogue
from lms.catalogue import services as authoring
from lms.catalogue.models import MediaFile
from lms.catalogue.ports import MediaStore
from lms.claims import services as claims
from lms.claims.models import Claim
from lms.commerce import queries as shop
from lms.commerce import services as commerce
from lms.commerce.models import Order
from lms.commerce.rules import EventSeen, OrderState
from lms.credentials import queries as credentials
from lms.credentials.ports import Printer
from lms.exams import queries as exams
from lms.exams.models import Attempt
from lms.jobs.demo import content
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.ids import AccountId, AssociationId, PersonId
from lms.kernel.money import Fen
from lms.kernel.work import HOUSE, Actor, unit_of_work
from lms.learning.models import Enrolment, Study
from lms.people.models import Person
from tests.conftest import Browser, HandClock
from tests.make import commerce as make
from tests.make.visits import GOOD, newest

Told = dict[str, Any]
LEARNER, WAITING = "张建国", "周转"
NEWCOMER, PHONE = "赵新来", "13971234567"
MARK = "killed"
"""What the film of the act `film` is known by, in its row's column of the codec."""

_LONGEST = 400
"""Beats in one lesson, far more than any film of the demonstration needs."""


class Refusal(Exception):
    """An answer that did not do what was asked."""

    def __init__(self, status: int, url: str, page: str) -> None:
        super().__init__(f"{status} {url}\n{page}")
        self.status = status


@dataclass(frozen=True)
class House:
    """The application and its hand clock, as a forked process has them."""

    app: Flask
    clock: HandClock

    def post(self, browser: Browser, url: str, **more: Any) -> TestResponse:
        """Ask in a context of its own, as a server does."""
        with self.app.app_context():
            headers = {"X-CSRFToken": browser.token()}
            answer = browser.client.post(url, headers=headers, **more)
        if answer.status_code >= 400:
            raise Refusal(answer.status_code, url, answer.get_data(as_text=True))
        return answer

    def signed_in(self, name: str) -> tuple[Browser, PersonId, Actor]:
        with self.app.app_context():
            account = db.session.scalars(
                select(Account).where(Account.name == name)
            ).one()
            who = AccountId(account.id), PersonId(account.person_id)
            with unit_of_work(HOUSE, clock=self.clock) as work:
                token = sessions.open_session(
                    work, who[0], state="full", user_agent="test", ip="127.0.0.1"
                )
        browser = Browser(self.app)
        browser.carry(token)
        return browser, who[1], Actor(*who)


def person(name: str) -> PersonId:
    """Find somebody by name; a second account of theirs has no ID number yet."""
    called = select(Person.id).where(Person.name == name)
    whole_first = called.order_by(Person.id_index.is_(None))
    return PersonId(db.session.scalars(whole_first.limit(1)).one())


def association(code: str) -> AssociationId:
    houses = catalogue.associations(db.session())
    return next(each.id for each in houses if each.code == code)


def study(house: House) -> Iterator[Told]:
    """Study the lesson that is left, beat after beat."""
    browser, person_id, _actor = house.signed_in(LEARNER)
    with house.app.app_context():
        todo = _left(person_id)
    yield {}
    for enrolment_id, lesson in todo:
        for question in lesson.questions:
            form = {"question": str(question.id), "choice": sorted(question.key)}
            url = f"/study/{enrolment_id}/{lesson.id}/answers"
            house.post(browser, url, data=form)
        asked = {"enrolment": str(enrolment_id), "lesson": str(lesson.id)}
        lease = house.post(browser, "/study/lease", json=asked | {"take_over": True})
        yield from _beats(house, browser, lease.get_json(), lesson.required_seconds)


def _left(person_id: PersonId) -> list[tuple[UUID, catalogue.LessonCard]]:
    done = {
        (row.enrolment_id, row.lesson_id)
        for row in db.session.scalars(
            select(Study)
            .join(Enrolment, Enrolment.id == Study.enrolment_id)
            .where(Enrolment.person_id == person_id, Study.completed_at.is_not(None))
        )
    }
    return [
        (enrolment.id, catalogue.lesson(db.session(), line.id))
        for enrolment in db.session.scalars(
            select(Enrolment)
            .where(Enrolment.person_id == person_id)
            .order_by(Enrolment.id)
        )
        for line in catalogue.version(db.session(), enrolment.version_id).lessons
        if (enrolment.id, line.id) not in done
    ]


def _beats(
    house: House, browser: Browser, lease: Told, required: int
) -> Iterator[Told]:
    nonce, position = lease["nonce"], lease["position"]
    for seq in range(1, _LONGEST):
        house.clock.pass_seconds(lease["interval"])
        ahead = min(position + lease["interval"], required)
        beat = {
            "lease": lease["lease"],
            "seq": seq,
            "nonce": nonce,
            "media_from": position,
            "media_to": ahead,
            "state": "playing",
        }
        told = house.post(browser, "/study/beat", json=beat).get_json()
        yield {"lease": lease["lease"], "credited": told["credited"]}
        if told["done"]:
            return
        nonce, position = told["nonce"], ahead
    raise AssertionError("the lesson does not end")


def sit(house: House) -> Iterator[Told]:
    """Sit the test: start, keep answers, hand in."""
    browser, person_id, _actor = house.signed_in(LEARNER)
    with house.app.app_context():
        url = f"/exams/{association('YSJX')}/building/start"
        ended = db.session.scalar(
            select(Attempt.score).where(
                Attempt.person_id == person_id, Attempt.score.is_not(None)
            )
        )
    yield {}
    if ended is not None:
        return
    paper = house.post(browser, url).headers["Location"]
    attempt_id = UUID(paper.rsplit("/", 1)[1])
    yield {"started": str(attempt_id)}
    with house.app.app_context():
        right = exams.right_answers(db.session(), attempt_id)
    answers = {str(place): sorted(key) for place, key in enumerate(right)}
    house.post(browser, f"{paper}/answers", json={"answers": answers})
    yield {"saved": len(answers)}
    house.post(browser, f"{paper}/submit", data={})
    yield {"handed_in": True}


def issue(house: House) -> Iterator[Told]:
    """Claim the certificate that is due."""
    browser, person_id, _actor = house.signed_in(LEARNER)
    with house.app.app_context():
        on = legal_day(house.clock())
        held = credentials.held(db.session(), person_id, on)
    yield {}
    if held:
        return
    answer = house.post(browser, "/certificates", data={"specialty": "building"})
    yield {"certificate": answer.headers["Location"].rsplit("/", 1)[1]}


def confirm(house: House) -> Iterator[Told]:
    """Let the clerk confirm the transfer that somebody waits for."""
    _browser, _person_id, clerk = house.signed_in("白经办")
    yield {}
    with house.app.app_context():
        order = db.session.scalars(
            select(Order).where(Order.person_id == person(WAITING))
        ).one()
        if order.state is not OrderState.PENDING:
            return
        line = commerce.BankLine(
            bank_account="6200",
            reference=order.number,
            value_on=legal_day(house.clock()),
            amount_fen=Fen(order.total_fen),
            running_no="K1",
            payer="某公司",
        )
        house_id, order_id = AssociationId(order.association_id), order.id
        with unit_of_work(clerk, clock=house.clock) as work:
            commerce.propose_transfer(work, house_id, order_id, line)
    yield {"paid": str(order_id)}


def buy(house: House) -> Iterator[Told]:
    """Fill the cart, order, and pay: the provider's event comes twice."""
    browser, person_id, actor = house.signed_in(LEARNER)
    with house.app.app_context():
        there = association("GZJX")
        page = catalogue.search(db.session(), catalogue.Filters(association_id=there))
        course = next(each for each in page.lines if each.price)
    yield {}
    with house.app.app_context():
        order_id = _ordered(person_id, there)
        cart = shop.cart(db.session(), person_id)
    if order_id is None:
        if not cart.items:
            offer = {"kind": "course", "offer_id": str(course.course_id)}
            house.post(browser, "/shop/cart/items", data=offer)
            with house.app.app_context():
                cart = shop.cart(db.session(), person_id)
        total = sum(item.price_fen for item in cart.items)
        form = {"revision": str(cart.revision), "total_fen": str(total)}
        place = house.post(browser, "/shop/checkout", data=form).headers["Location"]
        order_id = UUID(place.rsplit("/", 1)[1])
        yield {"ordered": str(order_id)}
    yield from _pay(house, order_id, person_id, actor)


def _ordered(person_id: PersonId, there: AssociationId) -> UUID | None:
    return db.session.scalar(
        select(Order.id).where(
            Order.person_id == person_id, Order.association_id == there
        )
    )


def _pay(
    house: House, order_id: UUID, person_id: PersonId, actor: Actor
) -> Iterator[Told]:
    with house.app.app_context():
        if shop.order(db.session(), person_id, order_id).state is OrderState.FULFILLED:
            return
        with unit_of_work(actor, clock=house.clock) as work:
            plan = commerce.begin_payment(work, person_id, order_id, "alipay")
            seen = make.seen(work, plan)
        kind = "checkout.session.completed"
        for _twice in range(2):
            told = EventSeen("evt_kill", kind, False, None, seen.id, seen.intent_id)
            with unit_of_work(HOUSE, clock=house.clock) as work:
                commerce.take_event(work, told, seen, live=False)
            yield {"paid": str(order_id)}


def sign_up(house: House) -> Iterator[Told]:
    """Open an account with a mobile number."""
    browser = Browser(house.app)
    with house.app.app_context():
        known = db.session.scalar(select(Account.id).where(Account.name == NEWCOMER))
    yield {}
    if known is not None:
        return
    house.post(browser, "/account/sign-up", data={"known_as": PHONE})
    with house.app.app_context():
        code = newest(browser)["code"]
    form = {"known_as": PHONE, "code": code, "name": NEWCOMER, "password": GOOD}
    house.post(browser, "/account/sign-up/finish", data=form | {"agreed": "y"})
    yield {"account": NEWCOMER}


def decide(house: House) -> Iterator[Told]:
    """Let clerk and manager grant what the learner has written a book for."""
    staff = {
        role: replace(actor, roles=frozenset({role}))
        for role, name in (("clerk", "白经办"), ("manager", "额主任"))
        for _browser, _person_id, actor in (house.signed_in(name),)
    }
    yield {}
    with house.app.app_context():
        here = association("YSJX")
        claim = claim_of(LEARNER)
        said = {
            row.person_id
            for row in db.session.scalars(
                select(Decision).where(Decision.approval_id == claim)
            )
        }
        printer = house.app.extensions["lms.ports"][Printer]
        for role, actor in staff.items():
            if actor.person_id in said:
                continue
            with unit_of_work(actor, clock=house.clock) as work:
                answer = claims.Answer(approved=True, comment="属实")
                claims.decide(work, claim, answer, association_id=here, printer=printer)
            yield {"said": role}


def claim_of(name: str) -> UUID:
    """Find the one claim of somebody."""
    asked = select(Claim.id).where(Claim.person_id == person(name))
    return db.session.scalars(asked).one()


def film(house: House) -> Iterator[Told]:
    """Let the author store a film, and its row."""
    _browser, _person_id, author = house.signed_in("高老师")
    store = house.app.extensions["lms.ports"][MediaStore]
    with house.app.app_context():
        here = association("YSJX")
        there = db.session.scalar(select(MediaFile).where(MediaFile.codec == MARK))
    yield {}
    if there is not None:
        return
    with content.film_path("film-08").open("rb") as stream:
        kept = replace(store.put(stream), codec=MARK)
    with house.app.app_context(), unit_of_work(author, clock=house.clock) as work:
        authoring.keep_film(work, here, kept)
    yield {"film": kept.key}


ACTS: dict[str, Callable[[House], Iterator[Told]]] = {
    "study": study,
    "sit": sit,
    "issue": issue,
    "confirm": confirm,
    "buy": buy,
    "sign_up": sign_up,
    "decide": decide,
    "film": film,
}
