"""Lists of people that come in, five thousand rows each: a company's, an old house's.

Each from the bytes of its file to its last row, with the report on the way; and an old
platform's hours taken back that all stand in somebody's book.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, insert, select, update

from lms.accounts.models import Account
from lms.hours.models import HoursEntry
from lms.jobs import legacy as job
from lms.kernel.clock import legal_day, system_clock
from lms.kernel.db import db
from lms.kernel.grids import Limits, WorkbookReader
from lms.kernel.ids import AssociationId
from lms.kernel.work import HOUSE, unit_of_work
from lms.legacy.models import LegacyPerson
from lms.legacy.queries import withdrawing
from lms.legacy.rules.columns import Kind
from lms.legacy.services import files
from lms.legacy.services import withdrawing as taking_back
from lms.people import services as people
from lms.people.models import EmployerLink, Person
from lms.people.rules.roster import read_roster
from lms.registration.services.losses import flag_losses
from tests.make import accounts as make_accounts
from tests.make import companies
from tests.make import legacy as make
from tests.make import people as make_people

ROWS = 5_000
_LIMITS = Limits(rows=ROWS + 20, columns=40, cell=200)
_A_DAY = 900
"""So many true ID numbers of one birthday."""

Workbook = Callable[[list[list[str]]], bytes]
Spent = Callable[[Callable[[], object]], float]


def numbers() -> list[str]:
    """Give as many true ID numbers as there are rows."""
    first = date(1980, 1, 1)
    return [
        make_people.id_number(first + timedelta(days=n // _A_DAY), n % _A_DAY)
        for n in range(ROWS)
    ]


def roster(
    reader: WorkbookReader, workbook: Workbook, spent: Spent
) -> tuple[float, float]:
    """Take a company's list in; give cost and floor."""
    with unit_of_work(HOUSE) as work:
        company = companies.proved(work)
        agent = company.acting(work).actor
    rows = [
        ["张建国", f"139{n:08d}", number, "建筑工程"]
        for n, number in enumerate(numbers())
    ]
    file = workbook([["姓名", "手机号", "身份证号", "专业"], *rows])

    def whole() -> None:
        told = read_roster(reader.grid(file, _LIMITS))
        with unit_of_work(agent) as work:
            draft = people.draft_roster(work, company.id, told)
        with unit_of_work(agent) as work:
            people.take_roster(work, company.id, draft, site="https://xueshi.example")

    cost, floor = spent(whole), spent(lambda: reader.grid(file, _LIMITS))
    there = select(func.count()).where(EmployerLink.employer_id == company.id)
    _insist(db.session.scalar(there), ROWS)
    return cost, floor


class OldPlatform:
    """An association whose old platform hands five thousand people over."""

    def __init__(self, reader: WorkbookReader, book: Workbook, spent: Spent) -> None:
        self._reader, self._workbook, self._spent = reader, book, spent
        self._numbers = numbers()
        with unit_of_work(HOUSE) as work:
            self._house: AssociationId = make_people.association(work)
        self._hours: UUID | None = None

    def people(self) -> tuple[float, float]:
        """Take the people over; give cost and floor."""
        rows = [
            make.person(number, old=f"X{n}") for n, number in enumerate(self._numbers)
        ]
        return self._taken(Kind.PEOPLE, rows)[1:]

    def hours(self) -> tuple[float, float]:
        """Take hours over of people who all have accounts; give cost and floor."""
        self._link()
        rows = [
            make.hours("2", number=number, old=f"H{n}")
            for n, number in enumerate(self._numbers)
        ]
        self._hours, *figures = self._taken(Kind.HOURS, rows)
        _insist(db.session.scalar(select(func.count(HoursEntry.seq))), ROWS)
        return figures[0], figures[1]

    def certificates(self) -> tuple[float, float]:
        """Take certificates over; give cost and floor."""
        rows = [
            make.certificate(f"证{n}", number=number)
            for n, number in enumerate(self._numbers)
        ]
        return self._taken(Kind.CERTIFICATES, rows)[1:]

    def back(self) -> float:
        """Take the hours back, looked at first; give the cost."""
        made = self._hours
        assert made is not None

        def whole() -> None:
            with unit_of_work(HOUSE) as work:
                withdrawing.uses(work.session, self._house, made, legal_day(work.now))
                manager = make.hand(work, "manager")
                taking_back.ask(manager, self._house, made, "移交的是旧名册")
            with unit_of_work(HOUSE) as work:
                manager = make.hand(work, "manager")
                taking_back.decide(
                    manager, self._house, made,
                    approved=True, comment="", losses=flag_losses,
                )  # fmt: skip

        cost = self._spent(whole)
        _insist(db.session.scalar(select(func.count(HoursEntry.seq))), 2 * ROWS)
        _insist(db.session.scalar(select(func.sum(HoursEntry.credit))), 0)
        return cost

    def _taken(self, kind: Kind, rows: list[list[str]]) -> tuple[UUID, float, float]:
        file = self._workbook([make.HEADS[kind], *rows])
        made: list[UUID] = []

        def whole() -> None:
            grid = self._reader.grid(file, _LIMITS)
            with unit_of_work(HOUSE) as work:
                came = files.Upload(kind, make.PLATFORM, "大.xlsx", b"d" * 32, grid)
                made.append(make.agreed(work, self._house, came))
            db.session.remove()
            job.run(system_clock, {})

        cost = self._spent(whole)
        return made[0], cost, self._spent(lambda: self._reader.grid(file, _LIMITS))

    def _link(self) -> None:
        """Give everybody an account, and their record."""
        with unit_of_work(HOUSE) as work:
            owners = [
                make_accounts.account(work, name="张建国", email=f"o{n}@demo.example")
                for n in range(ROWS)
            ]
            work.session.flush()
            chosen = select(Account.id, Account.person_id)
            rows = work.session.execute(chosen.where(Account.id.in_(owners)))
            known: dict[UUID, UUID] = dict(rows.tuples().all())
            work.session.execute(
                insert(Person), [_person(one) for one in known.values()]
            )
            records = work.session.scalars(select(LegacyPerson.id)).all()
            work.session.execute(
                update(LegacyPerson),
                [
                    {"id": one, "person_id": known[owner], "linked_at": work.now}
                    for one, owner in zip(records, owners, strict=True)
                ],
            )


def _person(person_id: UUID) -> dict[str, object]:
    at = system_clock()
    return {"id": person_id, "name": "张建国", "created_at": at, "changed_at": at}


def _insist(found: int | None, wanted: int) -> None:
    if found != wanted:
        raise RuntimeError(f"{found} are there, not {wanted}")
