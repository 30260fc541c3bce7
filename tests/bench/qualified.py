"""Persons who have earned a certificate, by the thousand, straight into the tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from lms.accounts.models import Account, PersonKey
from lms.exams.models import Attempt
from lms.exams.rules import AttemptState
from lms.hours.models import HoursEntry
from lms.hours.rules import EntryKind
from lms.kernel import pii
from lms.kernel.clock import legal_day, system_clock
from lms.kernel.db import db
from lms.kernel.ids import AssociationId
from lms.people.models import (
    Employer,
    Employment,
    Person,
    PersonFile,
    Qualification,
    RegisteredSpecialtyRow,
    Registration,
)
from lms.people.rules import PaperKind, PhotoState, Sex
from lms.policy.model import Province, Specialty, Track
from tests.make import pictures
from tests.make.credentials import id_number

_BLOCK = 500
_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "建国志远明月清风春华秋实文武安康德胜永福海涛晓燕丽娟伟强军勇敏静磊洋艳杰"
_FIRMS = 40
_SPECIALTY = Specialty.BUILDING

Rows = dict[type[Any], list[dict[str, Any]]]


class Filler:
    """Makes the rows of one person after another."""

    def __init__(self, association_id: AssociationId) -> None:
        self._dice = Random(20261121)
        self._there = association_id
        self._now: datetime = system_clock()
        today = legal_day(self._now)
        self._period = (date(today.year - 2, 1, 1), date(today.year + 1, 12, 31))
        self._photo, self._sign = pictures.inch_jpeg(), pictures.signature_png()
        self.firms = [
            {
                "id": self._id(),
                "uscc": f"9115{n:014d}",
                "name": f"内蒙古第{n}建设集团有限责任公司",
                "created_at": self._now,
            }
            for n in range(_FIRMS)
        ]

    def fill(self, persons: int) -> None:
        """Fill the database; what is not asked for at issue is left out."""
        with db.engine.begin() as connection:
            connection.execute(insert(Employer), self.firms)
        for start in range(0, persons, _BLOCK):
            with db.engine.begin() as connection:
                block = self._block(start, min(_BLOCK, persons - start))
                for kind, rows in block.items():
                    connection.execute(insert(kind), rows)
        db.engine.dispose()

    def _block(self, start: int, count: int) -> Rows:
        rows: Rows = {}
        for n in range(start, start + count):
            for kind, row in self._person(n):
                rows.setdefault(kind, []).append(row)
        return rows

    def _id(self) -> UUID:
        return UUID(int=self._dice.getrandbits(128), version=4)

    def _person(self, n: int) -> Iterator[tuple[type[Any], dict[str, Any]]]:
        who, key, now = self._id(), pii.new_key(), self._now
        born = f"19{60 + n // 9000 % 40:02d}{1 + n // 999 % 9:02d}15"
        number = id_number(n % 999 + 1, born)
        name = self._dice.choice(_FAMILY) + "".join(self._dice.sample(_GIVEN, 2))
        mine = {"person_id": who}
        yield Account, {"id": self._id(), **mine, "name": name, "created_at": now}
        yield PersonKey, {**mine, "wrapped": pii.wrap(key, str(who)), "created_at": now}
        yield (
            Person,
            {
                "id": who,
                "name": name,
                "id_number": pii.seal(key, number, f"persons|id_number|{who}"),
                "id_index": pii.blind_index("id_number", f"{number}-{n}"),
                "sex": Sex.MALE,
                "born_on": pii.seal(key, "1960-01-15", f"persons|born_on|{who}"),
                "created_at": now,
                "changed_at": now,
            },
        )
        for kind, body in (
            (PaperKind.PHOTO, self._photo),
            (PaperKind.SIGNATURE, self._sign),
        ):
            sealed = pii.seal(key, body, f"person_files|{kind}|{who}")
            row = {**mine, "kind": kind, "state": PhotoState.ACCEPTED, "body": sealed}
            yield PersonFile, row | {"made_at": now}
        yield from self._registered(who, n)
        yield from self._done(who, n)

    def _registered(self, who: UUID, n: int) -> Iterator[tuple[type[Any], Any]]:
        mine, since = {"person_id": who}, {"changed_at": self._now}
        firm = self.firms[n % _FIRMS]
        paper = {"number": f"2015{n:06d}", "printed_as": "建筑工程"}
        yield (
            Qualification,
            {
                "id": self._id(),
                **mine,
                **paper,
                "specialty": _SPECIALTY,
                "issued_on": date(2015, 6, 1),
            },
        )
        number = f"蒙215{n:010d}"
        place = {**mine, "number": number, "province": Province.INNER_MONGOLIA}
        yield Registration, place | since
        yield (
            RegisteredSpecialtyRow,
            {
                **mine,
                "specialty": _SPECIALTY,
                "is_main": True,
                "valid_from": self._period[0],
                "valid_until": self._period[1],
            },
        )
        job = {**mine, "employer_id": firm["id"], "name": firm["name"]}
        yield Employment, job | since

    def _done(self, who: UUID, n: int) -> Iterator[tuple[type[Any], Any]]:
        mine = {"person_id": who, "specialty": _SPECIALTY}
        mine["association_id"] = self._there
        begun = self._now - timedelta(days=2)
        for track in Track:
            yield (
                HoursEntry,
                {
                    **mine,
                    "track": track,
                    "credit": 6000,
                    "kind": EntryKind.STUDY,
                    "source": f"bench:{n}:{track}",
                    "earned_at": begun,
                    "earned_on": legal_day(begun),
                    "posted_at": begun,
                    "evidence_n": n,
                },
            )
        yield (
            Attempt,
            {
                "id": self._id(),
                **mine,
                "period_from": self._period[0],
                "period_until": self._period[1],
                "n": 1,
                "state": AttemptState.GRADED,
                "paper": [],
                "answers": {},
                "pass_mark": 60,
                "started_at": begun,
                "deadline_at": begun + timedelta(hours=1),
                "submitted_at": begun + timedelta(minutes=40),
                "score": 60 + n % 41,
                "passed": True,
            },
        )
