"""The world that the doors are tried in: the demonstration, and foreign twins of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import inspect, select

from lms.accounts import queries as account_queries
from lms.accounts import services as accounts
from lms.accounts.models import Account, SignedSession
from lms.catalogue import queries as catalogue
from lms.catalogue import services as authoring
from lms.catalogue.models import Association
from lms.commerce.models import Order
from lms.credentials import queries as credentials
from lms.credentials.models import Certificate
from lms.exams.models import Attempt
from lms.kernel.db import db
from lms.kernel.ids import AccountId, AssociationId, PersonId
from lms.kernel.work import HOUSE, Work, unit_of_work
from lms.learning import queries as learning
from lms.people.models import PersonFile, Qualification
from lms.people.rules import PaperKind, PhotoState
from tests.house import (
    asked,
    bargains,
    checks,
    companies,
    crew,
    faculty,
    halls,
    inherited,
    lives,
    meetings,
    moneys,
    news,
    purchases,
    questions,
    screens,
    stacks,
    trust,
    twins,
)
from tests.house.lives import Things

STAFF_NAMES = {
    "author": "高老师",
    "clerk": "白经办",
    "manager": "额主任",
    "employer": "企业经办人",
    "teller": "窗口人员",
    "approver": "审批人员",
    "inspector": "检查员",
    "reviewer": "方复核",
    "operator": "运维人员",
}
CAST = ("李秀英", "张建国", "孙备", "周转", "吴难", "欧阳㛃𬀩", "王守成")


@dataclass
class World:
    """Sessions' tokens, and the things that routes are given.

    `things[audience][whose]`: a learner's `own`, those of another learner of the `same`
    association, and of one of another association (`foreign`); for the staff `own` and
    `same` are two sets of their association. `instead` names what an endpoint takes in
    place of the usual own thing, so that its deed can succeed; `forms` what it is told.
    """

    tokens: dict[str, str | None] = field(default_factory=dict)
    things: dict[str, dict[str, Things]] = field(
        default_factory=lambda: {
            "learner": {},
            "staff": {},
            "inspector": {},
            "employer": {},
            "office": {},
        }
    )
    instead: dict[str, Things] = field(default_factory=dict)
    forms: dict[str, dict[str, str]] = field(default_factory=dict)


def audience(endpoint: str) -> str:
    """Say whose things an endpoint takes."""
    if endpoint.startswith("console"):
        return "staff"
    if endpoint.startswith("office."):
        return "office"
    if endpoint.startswith("employer."):
        return "employer"
    return "inspector" if endpoint.startswith("inspect.") else "learner"


def build(app: Flask) -> World:
    """Add what is foreign to the demonstration, and open a session for everybody."""
    world = World()
    with unit_of_work(HOUSE, clock=app.extensions["lms.clock"]) as work:
        here, there = (lives.association(work, code) for code in ("YSJX", "BTJX"))
        cast = {
            name: lives.person(work, name)
            for name in (
                "李秀英",
                "张建国",
                "孙备",
                "周转",
                "吴难",
                "欧阳㛃𬀩",
                "王守成",
            )
        }
        lives.foreign_life(work, cast["孙备"], there)
        _learners(work, world, cast)
        _desks(work, world, cast, (here, there))
        _inspected(work, world, cast, (here, there))
        halls.lay(work, world, cast | {"杨明": lives.person(work, "杨明")})
        companies.lay(work, cast, world.things)
        purchases.lay(work, world, cast, (here, there))
        checks.lay(work, world)
        stacks.lay(app, work, world, cast, (here, there))
        moneys.lay(work, world, cast, (here, there))
        bargains.lay(work, world, (here, there))
        inherited.lay(work, world, (here, there))
        meetings.lay(work, world, cast, (here, there))
        questions.lay(work, world, (here, there), STAFF_NAMES["author"])
        screens.lay(work, world)
        news.lay(work, world, cast, (here, there))
        crew.lay(work, world, (here, there))
        twins.lay(work, world, STAFF_NAMES["manager"], (here, there))
        asked.lay(work, world, cast, (here, there))
        faculty.lay(work, world, (here, there))
        _sessions(work, world, cast)
    db.session.remove()
    return world


def _learners(work: Work, world: World, cast: dict[str, PersonId]) -> None:
    """Gather each learner's things; only 李秀英 is ever signed in."""
    whose = {"own": "李秀英", "same": "张建国", "foreign": "孙备"}
    graduates = {"own": "李秀英", "same": "欧阳㛃𬀩", "foreign": "王守成"}
    sat = {"own": "李秀英", "same": "吴难", "foreign": "王守成"}
    licensed = {"own": "李秀英", "same": "张建国", "foreign": "王守成"}
    for which, name in whose.items():
        person_id = cast[name]
        enrolment = learning.enrolments(work.session, person_id)[0]
        lines = catalogue.version(work.session, enrolment.version_id).lessons
        world.things["learner"][which] = {
            "enrolment_id": enrolment.id,
            "lesson_id": next(each.id for each in lines if each.kind == "film"),
            "certificate_id": lives.one(work, Certificate, cast[graduates[which]]).id,
            "attempt_id": lives.one(work, Attempt, cast[sat[which]]).id,
            "order_id": lives.one(work, Order, person_id).id,
            "association_id": enrolment.association_id,
            "approval_id": lives.correction(work, person_id, enrolment.association_id),
            "item_id": lives.in_cart(work, person_id),
            "qualification_id": lives.one(work, Qualification, person_id).id,
            "session_id": lives.another_session(work, person_id),
            "proof_id": lives.proof(work, person_id),
            **lives.claim(work, person_id, enrolment.association_id),
            **lives.licence(work, cast[licensed[which]]),
            **lives.application(work, person_id),
            "share_id": lives.shared(work, cast[licensed[which]])["share_id"],
        }
    own = world.things["learner"]["own"]
    page = catalogue.search(work.session, catalogue.Filters())
    own |= {
        "token": lives.one(work, Certificate, cast["李秀英"]).token,
        "secret": credentials.shares(work.session, cast["李秀英"])[0].token,
        "course_id": page.lines[0].course_id,
        "package_id": catalogue.packages(work.session)[0].id,
        "issuer": f"association-{own['association_id']}",
        "page": str(work.now.year),
    }
    # Both are of one association and bought one course: those would be her own.
    for shared in ("association_id", "lesson_id"):
        del world.things["learner"]["same"][shared]
    pending: Things = {"order_id": lives.pending(work, cast["李秀英"])}
    for deed in ("cancel", "transferred", "pay", "check"):
        world.instead[f"shop.{deed}"] = pending
    for deed in ("answers", "submit"):
        attempt_id = lives.open_attempt(work, cast["李秀英"])
        world.instead[f"exams.{deed}"] = {"attempt_id": attempt_id}
    asked, question = lives.with_questions(work, cast["李秀英"])
    world.instead["study.answers"] = asked
    world.forms["study.answers"] = {"question": question}


def _desks(
    work: Work,
    world: World,
    cast: dict[str, PersonId],
    houses: tuple[AssociationId, AssociationId],
) -> None:
    """Gather the things of two associations' desks."""
    here, there = houses
    work.session.get_one(Association, here).two_person = True
    learners = world.things["learner"]
    for which, name, house, nth in (
        ("own", "李秀英", here, 0),
        ("same", "张建国", here, 1),
        ("foreign", "孙备", there, 0),
    ):
        order_id = UUID(str(learners[which]["order_id"]))
        world.things["staff"][which] = {
            "order_id": order_id,
            "transfer_id": lives.transfer(work, order_id),
            "refund_id": lives.refund(work, order_id),
            "person_id": cast[name],
            "approval_id": learners[which]["approval_id"],
            "claim_id": learners[which]["claim_id"],
            "file_id": learners[which]["file_id"],
            "question_id": lives.question(work, house, nth),
            "package_id": lives.package(work, house, nth),
            **lives.draft(work, house, nth),
        }
    waiting = lives.one(work, Order, cast["周转"]).id
    line: Things = {"order_id": waiting, "transfer_id": lives.transfer(work, waiting)}
    submitted, published = lives.draft(work, here, 2), lives.versions(work, here)[3]
    authoring.submit(work, here, UUID(str(submitted["version_id"])))
    photo = work.session.get_one(PersonFile, (cast["欧阳㛃𬀩"], PaperKind.PHOTO))
    photo.state = PhotoState.TO_REVIEW
    draft = UUID(str(world.things["staff"]["own"]["version_id"]))
    world.instead |= {
        "console_orders.propose": line,
        "console_orders.second": line,
        "console_orders.withdraw": line,
        "console_courses.publish": submitted,
        "console_courses.send_back": submitted,
        "console_courses.withdraw": {"version_id": published.id},
        "console_courses.new_version": {"version_id": published.id},
        "console_courses.remove_chapter": {
            "chapter_id": authoring.add_chapter(work, here, draft, "空章")
        },
        "console_people.photo": {"person_id": cast["欧阳㛃𬀩"]},
        "console_keys.decide": {"asked_id": lives.key_question(work, here, 0)},
        "console_keys.withdraw": {"asked_id": lives.key_question(work, here, 1)},
        "console_trust.look": {"asked_id": trust.named_otherwise(work, there, 0)},
        "console_trust.vouch": {"asked_id": trust.named_otherwise(work, there, 1)},
        "console_trust.decide": {"asked_id": trust.renewal(work, 0)},
        "console_trust.withdraw": {"asked_id": trust.renewal(work, 1)},
    }


def _inspected(
    work: Work,
    world: World,
    cast: dict[str, PersonId],
    houses: tuple[AssociationId, AssociationId],
) -> None:
    """Draw samples of two associations; only one of them is the inspector's."""
    here, there = houses
    for n, (which, name, house) in enumerate(
        (
            ("own", "李秀英", here),
            ("same", "张建国", here),
            ("foreign", "孙备", there),
        )
    ):
        world.things["inspector"][which] = {
            "person_id": cast[name],
            "sample_id": lives.sample(work, cast[name], house, n),
        }
        if house == here:
            lives.opened(work, cast[name], STAFF_NAMES["inspector"])


def _sessions(work: Work, world: World, cast: dict[str, PersonId]) -> None:
    def token(account_id: AccountId, state: str = "full") -> str:
        return accounts.open_session(
            work, account_id, state=state, user_agent="test", ip="127.0.0.1"
        )

    learner = account_queries.account_of(work.session, cast["李秀英"])
    world.tokens["learner"] = token(learner.id)
    for role, name in STAFF_NAMES.items():
        staff = work.session.scalars(
            select(Account.id).where(Account.name == name)
        ).one()
        world.tokens[role] = token(AccountId(staff))
        if role == "clerk":
            world.tokens["half"] = token(AccountId(staff), "half")
    gone = account_queries.account_of(work.session, cast["王守成"])
    world.tokens["suspended"] = token(gone.id)
    gone_row = work.session.get_one(SignedSession, lives.session_id(work, gone.id))
    kept = {
        column.key: getattr(gone_row, column.key)
        for column in inspect(SignedSession).columns
    }
    accounts.suspend(work, gone.id)
    # Suspending ends the sessions; one that was left must open nothing either.
    work.session.expire_all()
    if work.session.get(SignedSession, kept["id"]) is None:
        work.session.add(SignedSession(**kept))
    world.tokens["anonymous"] = None


NOWHERE: Things = {
    f"{name}_id": uuid4()
    for name in (
        "enrolment", "lesson", "certificate", "attempt", "order", "association",
        "approval", "item", "qualification", "session", "course", "package", "person",
        "version", "chapter", "question", "transfer", "refund", "claim", "file",
        "licence", "copy", "application", "material", "proof",
        "letter", "flag", "objection", "office", "competence", "appointment",
        "notice", "announcement", "message",
        "sample", "link", "kept", "asked", "agent", "audit", "batch", "pack", "share",
        "job", "grant", "film", "pinned", "left", "right", "plan", "import",
        "coupon", "deal", "member", "old_file", "record", "meeting", "place", "mark",
        "statement", "line", "return", "part", "difference", "invoice", "paper",
        "red", "handover", "employer", "quote", "bought", "seat", "draft",
        "staff", "staff_question", "invitation", "domain_question",
        "terms_question", "stays", "case", "merge", "thread", "enclosure", "template",
        "teacher", "teacher_paper", "teacher_consent",
    )
} | {"token": "A" * 22, "secret": "A" * 26}  # fmt: skip
"""Things that are nowhere."""

WORDS: Things = {
    "specialty": "building",
    "slug": "nowhere",
    "mark": "0",
    "track": "required",
    "way": "down",
    "told": "order_paid",
    "by": "sms",
    "merchant": "NOBODY",
    "matter": "adjustment",
    "deed": "withdraw",
    "key": f"{'0' * 32}.jpg",
    "section": "employer",
    "filename": "css/base.css",
    "size": 1,
    "lines": screens.LINES,
    "n": 0,
    "level": 0,
    "which": "000",
    "kind": "contract",
    "form_name": "application",
    "form": "xlsx",
    "what": "passed",
    "application": "cancellation",
    "path": "ordinary",
    "ticket": "none",
    "design_no": 0,
    "kid": "4oymiquy7qobjgx3",
    "place": "own",
    "purpose": "document",
}
"""Parameters that are words, not things."""
