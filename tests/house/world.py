"""The world that the doors are tried in: the demonstration, and foreign twins of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select, text

from lms import tables
from lms.accounts import queries as account_queries
from lms.accounts import services as accounts
from lms.accounts.models import Account
from lms.catalogue import queries as catalogue
from lms.catalogue import services as authoring
from lms.commerce import queries as shop
from lms.commerce import services as commerce
from lms.commerce.models import Order, Payment
from lms.commerce.rules import OfferKind, PaymentState, Provider
from lms.credentials.models import Certificate
from lms.exams import services as exams
from lms.exams.models import Attempt, Question
from lms.exams.rules import QuestionKind
from lms.jobs.demo import seed
from lms.kernel.db import db
from lms.kernel.ids import AccountId, PersonId
from lms.kernel.money import Fen
from lms.kernel.work import HOUSE, Actor, Work, unit_of_work
from lms.learning import queries as learning
from lms.people import services as people
from lms.people.models import Person
from lms.people.rules import EmployerFacts

STAFF_NAMES = {
    "author": "高老师",
    "clerk": "白经办",
    "manager": "额主任",
    "employer": "企业经办人",
    "office": "窗口人员",
    "inspector": "检查员",
    "operator": "运维人员",
}


@dataclass
class World:
    """Tokens of sessions, and the objects that routes are given.

    `own` belongs to the visitor (or to the staff's association), `foreign` to another.
    """

    tokens: dict[str, str | None] = field(default_factory=dict)
    own: dict[str, object] = field(default_factory=dict)
    foreign: dict[str, object] = field(default_factory=dict)


def build(app: Flask) -> World:
    """Seed, add what is foreign, and open a session for everybody."""
    tables.METADATA.create_all(db.engine)
    seed.run(app, lambda _line: None)
    world = World()
    with unit_of_work(HOUSE) as work:
        _objects(work, world)
        _sessions(work, world)
    db.session.remove()
    return world


def _objects(work: Work, world: World) -> None:
    session = work.session
    here, there = (
        next(a for a in catalogue.associations(session) if a.code == code)
        for code in ("YSJX", "BTJX")
    )
    me, other = _person(work, "李秀英"), _person(work, "张建国")
    stranger = _person(work, "孙备")
    enrolments = [learning.enrolments(session, one)[0] for one in (me, other)]
    lines = [catalogue.version(session, e.version_id).lessons for e in enrolments]
    foreign_lesson = _version(work, there.id)
    mine = session.scalars(select(Order).where(Order.person_id == me)).one()
    world.own |= {
        "enrolment_id": enrolments[0].id,
        "lesson_id": lines[0][0].id,
        "certificate_id": _certificate(work, me),
        "attempt_id": _attempt(work, me),
        "order_id": mine.id,
        "association_id": here.id,
        "person_id": me,
        "approval_id": _correction(work, me, here.id),
        "version_id": _draft(work, here.id),
        "question_id": _question(work, here.id),
        "course_id": catalogue.search(session, catalogue.Filters()).lines[0].course_id,
        "package_id": _package(work, here.id),
        "token": session.scalars(select(Certificate.token)).first(),
    }
    draft = catalogue.outline(session, UUID(str(world.own["version_id"])))
    world.own["chapter_id"] = draft[0].id
    world.own["refund_id"] = _refund(work, mine.id)
    world.own["draft_lesson_id"] = draft[0].lessons[0].id
    world.foreign |= {
        "enrolment_id": enrolments[1].id,
        "lesson_id": foreign_lesson.lessons[0].id,
        "certificate_id": _certificate(work, _person(work, "欧阳㛃𬀩")),
        "attempt_id": _attempt(work, _person(work, "吴难")),
        "order_id": _foreign_order(work, stranger, there.id),
        "association_id": there.id,
        "person_id": stranger,
        "approval_id": _correction(work, stranger, there.id),
        "version_id": foreign_lesson.id,
        "question_id": _question(work, there.id),
        "package_id": _package(work, there.id),
    }
    world.foreign["refund_id"] = _refund(work, UUID(str(world.foreign["order_id"])))
    chapters = catalogue.outline(session, foreign_lesson.id)
    world.foreign["chapter_id"] = chapters[0].id


def _person(work: Work, name: str) -> PersonId:
    found = work.session.scalars(select(Person.id).where(Person.name == name)).one()
    return PersonId(found)


def _version(work: Work, association_id: UUID) -> catalogue.VersionCard:
    page = catalogue.search(
        work.session, catalogue.Filters(association_id=association_id)
    )
    return catalogue.version(work.session, page.lines[0].version_id)


def _draft(work: Work, association_id: UUID) -> UUID:
    version = _version(work, association_id)
    return authoring.new_version(work, version.association_id, version.id)


def _package(work: Work, association_id: UUID) -> UUID:
    two = catalogue.on_sale(work.session, association_id)[:2]
    courses = tuple(one.course_id for one in two)
    facts = authoring.PackageFacts("两门一起学", None, Fen(9_900), courses)
    return authoring.create_package(work, two[0].association_id, facts)


def _refund(work: Work, order_id: UUID) -> UUID:
    order = work.session.get_one(Order, order_id)
    paid_twice = Payment(
        id=uuid4(),
        order_id=order_id,
        provider=Provider.TRANSFER,
        provider_ref=str(uuid4()),
        amount_fen=100,
        refunded_fen=0,
        currency="cny",
        state=PaymentState.SURPLUS,
        received_at=work.now,
    )
    work.session.add(paid_twice)
    work.session.flush()
    asked = commerce.RefundAsk(paid_twice.id, Fen(100), "付了两次")
    return commerce.ask_refund(
        work,
        order.association_id,  # type: ignore[arg-type]
        order_id,
        asked,
        certified=False,
    )


def _certificate(work: Work, person_id: PersonId) -> UUID:
    return work.session.scalars(
        select(Certificate.id).where(Certificate.person_id == person_id)
    ).one()


def _attempt(work: Work, person_id: PersonId) -> UUID:
    found = work.session.scalars(
        select(Attempt.id).where(Attempt.person_id == person_id)
    ).first()
    assert found is not None
    return found


def _question(work: Work, association_id: UUID) -> UUID:
    stem = f"{association_id} 的题目"
    made = exams.NewQuestion(
        association_id,  # type: ignore[arg-type]
        None,
        QuestionKind.SINGLE,
        "一",
        stem,
        ("甲", "乙"),
        (0,),
    )
    exams.add_questions(work, [made])
    return work.session.scalars(select(Question.id).where(Question.stem == stem)).one()


def _correction(work: Work, person_id: PersonId, association_id: UUID) -> UUID:
    account = account_queries.account_of(work.session, person_id)
    owner = replace(work, actor=Actor(account.id, person_id))
    wanted = EmployerFacts("91110000600037341L", "北京某建设集团公司")
    if association_id not in _served(work, person_id):
        people.lock_profile(work, person_id, "order:test")
    return people.ask_correction(
        owner,
        person_id,
        association_id,  # type: ignore[arg-type]
        people.Asked(wanted, "单位变更了"),
    )


def _served(work: Work, person_id: PersonId) -> set[UUID]:
    rows = work.session.scalars(
        select(Order.association_id).where(Order.person_id == person_id)
    )
    return set(rows)


def _foreign_order(work: Work, person_id: PersonId, association_id: UUID) -> UUID:
    account = account_queries.account_of(work.session, person_id)
    own = replace(work, actor=Actor(account.id, person_id))
    line = catalogue.search(
        work.session, catalogue.Filters(association_id=association_id, price="low")
    ).lines[0]
    commerce.add(own, person_id, OfferKind.COURSE, line.course_id)
    cart = shop.cart(work.session, person_id)
    total = Fen(sum(item.price_fen for item in cart.items))
    (order_id,) = commerce.place_order(
        own, person_id, revision=cart.revision, total_fen=total
    )
    return order_id


def _sessions(work: Work, world: World) -> None:
    def token(account_id: AccountId, state: str = "full") -> str:
        return accounts.open_session(
            work, account_id, state=state, user_agent="test", ip="127.0.0.1"
        )

    learner = account_queries.account_of(work.session, _person(work, "李秀英"))
    world.tokens["learner"] = token(learner.id)
    for role, name in STAFF_NAMES.items():
        staff = work.session.scalars(
            select(Account.id).where(Account.name == name)
        ).one()
        world.tokens[role] = token(AccountId(staff))
        if role == "clerk":
            world.tokens["half"] = token(AccountId(staff), "half")
    gone = account_queries.account_of(work.session, _person(work, "王守成"))
    world.tokens["suspended"] = token(gone.id)
    accounts.suspend(work, gone.id)
    world.tokens["anonymous"] = None


NOBODY: dict[str, object] = {
    name: uuid4()
    for name in (
        "enrolment_id",
        "lesson_id",
        "certificate_id",
        "attempt_id",
        "order_id",
        "association_id",
        "person_id",
        "approval_id",
        "version_id",
        "question_id",
        "chapter_id",
        "course_id",
        "package_id",
        "session_id",
        "item_id",
        "transfer_id",
        "qualification_id",
        "refund_id",
    )
}
NOBODY["token"] = "A" * 22
"""Objects that are nowhere."""

FIXED: dict[str, object] = {
    "specialty": "building",
    "track": "required",
    "way": "up",
    "deed": "withdraw",
    "key": f"{'0' * 32}.jpg",
    "section": "employer",
    "filename": "css/base.css",
    "size": 1,
    "level": 0,
    "which": "000",
}
"""Parameters that are words, not things."""


def digest() -> str:
    """Hash every row of every table."""
    total = hashlib.sha256()
    with db.engine.connect() as connection:
        for table in tables.METADATA.sorted_tables:
            rows = connection.execute(text(f"SELECT * FROM {table.name}"))
            for row in sorted(repr(tuple(one)) for one in rows):
                total.update(row.encode())
    return total.hexdigest()
