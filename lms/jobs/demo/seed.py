"""Fill an empty database with the demonstration, all of it or nothing.

Nothing is forged: the learners' hours come from leases and beats judged by a clock that
stood in the past, the marks from papers that were drawn and answered, the certificates
from the rule that issues all others.
"""

import random
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask

from lms.catalogue import queries as catalogue
from lms.catalogue import services as authoring
from lms.catalogue.ports import MediaStore, StoredFilm
from lms.commerce import queries as shop
from lms.commerce import services as commerce
from lms.commerce.rules import OfferKind
from lms.credentials import services as credentials
from lms.credentials.ports import Printer, RegistrationPrinter
from lms.evidence import services as book
from lms.evidence.ports import Sealer
from lms.exams import queries as exam_queries
from lms.exams import services as exams
from lms.jobs.demo import (
    applications,
    asked,
    bank,
    buying,
    claims,
    classes,
    companies,
    content,
    draft,
    houses,
    inherited,
    inspections,
    keys,
    licences,
    money,
    notices,
    offers,
    people,
    reading,
    reports,
    staffing,
    teachers,
    twins,
)
from lms.jobs.demo.people import Made, Sketch
from lms.jobs.demo.study import Manner, Student, by_day
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, CourseId, PackageId
from lms.kernel.money import Fen
from lms.kernel.work import HOUSE, Actor, Work, unit_of_work
from lms.learning.ports import BeatBook
from lms.policy.model import Province, Specialty
from lms.registration.queries import offices as office_queries
from lms.registration.services import offices
from lms.reports import exams as tests
from lms.signing.ports import KeyMaker

Say = Callable[[str], None]

_AGO = timedelta(days=30)
"""When the demonstration's learners began."""


def run(app: Flask, say: Say) -> None:
    """Fill the database, unless somebody is there already."""
    if catalogue.associations(db.session()):
        return
    say("载入演示数据 … loading the demonstration (about half a minute)")
    ports: Mapping[type[Any], Any] = app.extensions["lms.ports"]
    shutil.rmtree(app.extensions["lms.settings"].media_dir, ignore_errors=True)
    db.session.remove()
    films = {key: _stored(ports[MediaStore], key) for key in content.film_keys()}
    clock = app.extensions["lms.clock"]
    with unit_of_work(HOUSE, clock=clock) as work:
        _World(work, ports, films).build(say)
    say("演示数据就绪 … the demonstration is ready")


def _stored(store: MediaStore, key: str) -> StoredFilm:
    with content.film_path(key).open("rb") as film:
        return store.put(film)


class _World:
    """The demonstration as it is being built."""

    def __init__(
        self, work: Work, ports: Mapping[type[Any], Any], films: dict[str, StoredFilm]
    ) -> None:
        self._work = work
        self._ports = ports
        self._films = films
        self._associations: dict[str, AssociationId] = {}
        self._courses: dict[str, CourseId] = {}
        self._packages: dict[str, PackageId] = {}
        self._staff: dict[str, Made] = {}
        self._cast: dict[str, Made] = {}
        self._students = 0
        self._sealed: datetime | None = None

    @property
    def _today(self) -> date:
        return legal_day(self._work.now)

    def build(self, say: Say) -> None:
        self._found_associations()
        keys.lay(self._work, self._ports[KeyMaker])
        self._appoint()
        self._seat()
        say("  课程与题库 … courses and questions")
        self._publish()
        exams.add_questions(self._work, content.questions())
        play = self._associations["YSJX"]
        bank.lay(self._work, play, self._staff, self._today)
        bank.sit(self._work, play)
        draft.lay(self._work, self._ports, play, self._staff["author"])
        reading.lay(self._work, self._ports, play, self._staff["author"])
        say("  学员与学习记录 … learners and their study")
        self._enrol()
        here, printer = self._associations["YSJX"], self._ports[Printer]
        claims.lay(self._work, self._cast, claims.Desk(here, self._staff, printer))
        licences.lay(self._work, self._cast, self._ports[RegistrationPrinter])
        self._do_business(here)

    def _do_business(self, here: AssociationId) -> None:
        """Let companies buy, offices decide, and the desk have its days behind it."""
        agent = companies.lay(self._work, self._staff["office"])
        self._cast["马驰"] = companies.found(self._work, "soon")
        companies.wait(self._work, self._ports[RegistrationPrinter])
        applications.lay(
            self._work,
            self._cast,
            self._staff,
            agent,
            self._ports[RegistrationPrinter],
        )
        shelf = buying.Shelf(
            here,
            self._staff["clerk"],
            self._packages["ysjx-building-120"],
            self._courses["ysjx-19"],
        )
        buying.lay(self._work, agent, shelf)
        inspections.lay(self._work, here, self._staff["inspector"])
        notices.lay(self._work, here, self._staff["clerk"])
        inherited.lay(self._work, self._associations, self._staff, self._cast)
        own = money.Desk(here, self._staff, self._ports)
        name = content.ASSOCIATIONS["YSJX"].name
        houses.say_who_sells(self._work, here, name, self._staff)
        money.lay(self._work, self._cast, own)
        offers.lay(self._work, self._cast, own)
        asked.lay(self._work, self._cast, own)
        twins.lay(self._work, self._cast, own)
        reports.lay(self._work, here, self._staff["clerk"])
        taught = teachers.lay(self._work, here, self._staff)
        classes.lay(self._work, here, self._staff, taught)
        houses.lay(self._work, self._associations, self._staff)

    def _found_associations(self) -> None:
        for code, facts in content.ASSOCIATIONS.items():
            self._associations[code] = authoring.create_association(self._work, facts)

    def _appoint(self) -> None:
        for email, name, role, code in staffing.STAFF:
            where = self._associations[code] if code else None
            self._staff[email] = people.staff(
                self._work, f"{email}@demo.example", name, (role,), where
            )

    def _seat(self) -> None:
        """Open the offices that the documents name, and seat people there."""
        offices.open_directory(self._work)
        until = self._today + timedelta(days=360)
        for email, name, role, code in staffing.SEATS:
            made = people.staff(self._work, f"{email}@demo.example", name, ())
            where = office_queries.office_coded(self._work.session, code).id
            document = "演示任命文件〔2026〕1号"
            offices.appoint(
                self._work,
                offices.Appointment(made.account_id, role, where, until, document),
            )
            self._staff[email] = made

    def _publish(self) -> None:
        keys = {}
        for key, film in self._films.items():
            keys[key] = film.key
        shelved: set[tuple[AssociationId, str]] = set()
        for course in content.courses():
            association_id = self._associations[course["association"]]
            self._shelve(course, association_id, shelved)
            pace = content.ASSOCIATIONS[course["association"]].seconds_per_hour
            spec = content.spec(course, keys, pace)
            made, _version = authoring.author_course(self._work, association_id, spec)
            self._courses[course["key"]] = made
        for package in content.packages():
            self._packages[package["key"]] = authoring.create_package(
                self._work,
                self._associations[package["association"]],
                authoring.PackageFacts(
                    title=package["title"],
                    specialty=Specialty(package["specialty"]),
                    price=Fen(round(float(package["price_yuan"]) * 100)),
                    courses=tuple(self._courses[key] for key in package["courses"]),
                ),
            )

    def _shelve(
        self,
        course: dict[str, Any],
        association_id: AssociationId,
        shelved: set[tuple[AssociationId, str]],
    ) -> None:
        for chapter in course["chapters"]:
            for lesson in chapter["lessons"]:
                film = lesson["film"]
                if film and (association_id, film) not in shelved:
                    shelved.add((association_id, film))
                    kept = self._films[film]
                    authoring.keep_film(self._work, association_id, kept)

    def _enrol(self) -> None:
        both = (Specialty.BUILDING, Specialty.MUNICIPAL)
        new = Sketch("new@demo.example", "赵新", date(1994, 2, 2), 1, whole=False)
        people.learner(self._work, new, today=self._today)
        ready = Sketch("ready@demo.example", "孙备", date(1988, 8, 8), 2)
        self._cast["孙备"] = people.learner(self._work, ready, today=self._today)
        waiting = Sketch("waiting@demo.example", "周转", date(1979, 4, 4), 3, both)
        self._order(people.learner(self._work, waiting, today=self._today), paid=False)

        # One film is left: a visitor finishes it, sits the test and gets the paper.
        main = Sketch("learner@demo.example", "张建国", date(1985, 7, 4), 4, both)
        learner = people.learner(self._work, main, today=self._today)
        self._cast[main.name] = learner
        self._order(learner, paid=True)
        self._studied(learner, leave=1)

        # Nothing is left to study: a visitor sits the test at once.
        able = Sketch("exam@demo.example", "何思远", date(1984, 5, 9), 10)
        sitter = people.learner(self._work, able, today=self._today)
        self._order(sitter, paid=True)
        self._studied(sitter)

        done = Sketch(
            "graduate@demo.example", "李秀英", date(1976, 3, 15), 5, woman=True
        )
        self._graduate(done, score=46)
        rare = Sketch("rare@demo.example", "欧阳㛃𬀩", date(1990, 1, 1), 6)
        self._graduate(rare, score=43)
        older = Sketch(
            "older@demo.example", "王守成", date(1963, 1, 10), 7, days_left=120
        )
        self._graduate(older, score=39)
        stuck = Sketch("stuck@demo.example", "吴难", date(1982, 12, 1), 8)
        self._fail(stuck)
        self._pass_together()
        self._enrol_afar()

    def _pass_together(self) -> None:
        """Let some pass and ask for nothing yet: the desk issues to them in a batch."""
        for email, name, born, serial, woman, score in (
            ("batch1", "高明远", date(1983, 9, 17), 41, False, 41),
            ("batch2", "陈雅琴", date(1989, 11, 5), 42, True, 44),
        ):
            address = f"{email}@demo.example"
            sketch = Sketch(address, name, born, serial, woman=woman)
            made = people.learner(self._work, sketch, today=self._today)
            self._cast[name] = made
            self._pass(made, score=score)

    def _enrol_afar(self) -> None:
        guizhou = Sketch(
            "guizhou@demo.example",
            "杨明",
            date(1987, 6, 6),
            9,
            (Specialty.HIGHWAY,),
            Province.GUIZHOU,
            days_left=25,
        )
        people.learner(self._work, guizhou, today=self._today)

    def _at(self, when: datetime, actor: Actor = HOUSE) -> Work:
        return replace(self._work, now=when, actor=actor)

    def _order(self, made: Made, *, paid: bool) -> None:
        """Order the package by transfer, and let the desk confirm it."""
        begun = self._work.now - (_AGO if paid else timedelta(hours=20))
        own = self._at(begun, made.actor)
        package_id = self._packages["ysjx-building-120"]
        commerce.add(own, made.person_id, OfferKind.PACKAGE, package_id)
        cart = shop.cart(own.session, made.person_id)
        (order_id,) = commerce.place_order(
            own,
            made.person_id,
            revision=cart.revision,
            total_fen=Fen(sum(item.price_fen for item in cart.items)),
        )
        commerce.declare_transfer(own, made.person_id, order_id)
        if paid:
            self._confirm(made, order_id, begun)

    def _confirm(self, made: Made, order_id: UUID, begun: datetime) -> None:
        order = shop.order(self._work.session, made.person_id, order_id)
        clerk = self._staff["clerk"]
        association_id = self._associations["YSJX"]
        actor = replace(
            clerk.actor, roles=frozenset({"clerk"}), association_id=association_id
        )
        commerce.propose_transfer(
            self._at(begun + timedelta(hours=1), actor),
            association_id,
            order_id,
            commerce.BankLine(
                bank_account="6200000000000000001",
                reference=order.number,
                value_on=legal_day(begun),
                amount_fen=Fen(order.total_fen),
                running_no=f"YS{order.number[-6:]}",
                payer="内蒙古示例建设集团有限公司",
            ),
        )

    def _studied(
        self, made: Made, manner: Manner = Manner.HUMAN, *, leave: int = 0
    ) -> datetime:
        begun = self._work.now - _AGO + timedelta(hours=2)
        self._students += 1
        student = Student(self._work, made, begun, manner, seed=self._students)
        end = student.study_all(leave=leave)
        student.lay(self._ports[BeatBook])
        return end

    def _graduate(self, sketch: Sketch, *, score: int) -> None:
        made = people.learner(self._work, sketch, today=self._today)
        self._cast[sketch.name] = made
        end = self._pass(made, score=score)
        self._seal(end)
        credentials.issue(
            self._at(end + timedelta(minutes=1), made.actor),
            made.person_id,
            Specialty.BUILDING,
            printer=self._ports[Printer],
            association_id=self._associations["YSJX"],
        )

    def _pass(self, made: Made, *, score: int) -> datetime:
        """Let somebody buy, study everything and pass; say when that was done."""
        self._order(made, paid=True)
        end = self._studied(made)
        return self._sit(made, by_day(end + timedelta(hours=1)), right=score)

    def _seal(self, at: datetime) -> None:
        """Seal as every minute does: a certificate shows the newest checkpoint."""
        if self._sealed is None or at > self._sealed:
            self._sealed = at
            book.seal(self._at(at), self._ports[Sealer])

    def _fail(self, sketch: Sketch) -> None:
        made = people.learner(self._work, sketch, today=self._today)
        self._cast[sketch.name] = made
        self._order(made, paid=True)
        end = self._studied(made, Manner.SCRIPT)
        for right in (25, 27, 29):
            end = self._sit(made, by_day(end + timedelta(days=1)), right=right)

    def _sit(self, made: Made, at: datetime, *, right: int) -> datetime:
        """Sit a test and answer so many questions right."""
        session = self._work.session
        sitting = tests.sitting(
            session,
            made.person_id,
            self._associations["YSJX"],
            Specialty.BUILDING,
            on=legal_day(at),
        )
        own = self._at(at, made.actor)
        attempt_id = exams.start(own, made.person_id, sitting)
        keys = exam_queries.right_answers(session, attempt_id)
        answers = {
            place: list(key) if place < right else [(key[0] + 1) % 2]
            for place, key in enumerate(keys)
        }
        end = at + timedelta(minutes=random.Random(right).randrange(25, 55))  # noqa: S311 - the same demonstration each time
        exams.submit(self._at(end, made.actor), made.person_id, attempt_id, answers)
        return end
