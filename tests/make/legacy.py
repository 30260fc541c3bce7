"""Makers: an old platform's sheets, laid on a desk, agreed to and taken over."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from lms.accounts import queries as accounts
from lms.kernel.grids import Cell
from lms.kernel.ids import AccountId, AssociationId, PersonId, new_id
from lms.kernel.work import Actor, Work
from lms.legacy import queries
from lms.legacy.rules.columns import Kind
from lms.legacy.services import files, taking
from lms.people import services as people
from tests.make import accounts as make_accounts
from tests.make import people as make

PLATFORM = "蒙建教育网"
HEADS = {
    Kind.PEOPLE: [
        "学员编号", "姓名", "身份证号", "手机号", "省份", "专业", "注册编号",
        "有效期起", "有效期止",
    ],
    Kind.HOURS: [
        "记录编号", "姓名", "身份证号", "专业", "课程类别", "学时", "课程名称",
        "完成日期", "年度",
    ],
    Kind.CERTIFICATES: [
        "证书编号", "姓名", "身份证号", "专业", "发证日期", "有效期至", "学时",
    ],
}  # fmt: skip
ZHANG = make.id_number(serial=901)
LI = make.id_number(serial=902)
PHONE = "13900002222"


def person(
    number: str = ZHANG, *, name: str = "张建国", phone: str = PHONE, old: str = "X1"
) -> list[str]:
    return [
        old, name, number, phone, "内蒙古", "建筑工程（主项）", "蒙2152020202100001",
        "2024-03-01", "2027-02-28",
    ]  # fmt: skip


def hours(
    credit: str = "12",
    *,
    number: str = ZHANG,
    name: str = "张建国",
    track: str = "必修",
    on: str = "2025-05-20",
    year: str = "",
    old: str = "H1",
    course: str = "深基坑安全",
) -> list[str]:
    return [old, name, number, "建筑工程", track, credit, course, on, year]


def certificate(
    old: str = "蒙建教证字（2023）第 0081号",
    *,
    number: str = ZHANG,
    name: str = "张建国",
    on: str = "2023-06-30",
) -> list[str]:
    return [old, name, number, "建筑工程", on, "2026-06-29", "120"]


def upload(
    kind: Kind, *rows: list[str], heads: list[str] | None = None
) -> files.Upload:
    grid = [[Cell(text) for text in row] for row in (heads or HEADS[kind], *rows)]
    digest = hashlib.sha256(repr(rows).encode()).digest()
    return files.Upload(kind, PLATFORM, "旧平台.xlsx", digest, grid)


def hand(work: Work, role: str, person_id: PersonId | None = None) -> Work:
    """The same work in the hands of one more member of staff."""
    actor = Actor(
        AccountId(new_id()), person_id or PersonId(new_id()), frozenset({role})
    )
    return replace(work, actor=actor)


def laid(work: Work, house: AssociationId, came: files.Upload) -> UUID:
    """A file on the desk, read as it was guessed."""
    made = files.upload(work, house, came)
    card = queries.one_import(work.session, house, made)
    files.remap(
        work, house, made, files.Reading(came.platform, card.head, card.columns)
    )
    return made


def agreed(work: Work, house: AssociationId, came: files.Upload) -> UUID:
    """A file that a clerk put and a manager agreed to; nothing of it is taken yet."""
    made = laid(work, house, came)
    files.ask(hand(work, "clerk"), house, made, "旧平台公司移交")
    files.decide(hand(work, "manager"), house, made, approved=True, comment="")
    return made


def taken(
    work: Work, house: AssociationId, kind: Kind, rows: Sequence[list[str]]
) -> UUID:
    """A file that is taken over to its last row."""
    made = agreed(work, house, upload(kind, *rows))
    while taking.take_some(work, made):
        pass
    return made


def brought(work: Work, house: AssociationId) -> dict[Kind, UUID]:
    """Somebody, and two lines of hours, taken over."""
    lines = [hours(), hours("8.5", old="H2", track="选修")]
    return {
        Kind.PEOPLE: taken(work, house, Kind.PEOPLE, [person()]),
        Kind.HOURS: taken(work, house, Kind.HOURS, lines),
    }


def owner(
    work: Work,
    *,
    number: str = ZHANG,
    name: str = "张建国",
    phone: str | None = PHONE,
) -> PersonId:
    """Somebody who signed up by this phone and filled the whole profile in."""
    account = make_accounts.account(
        work, name=name, email=f"{new_id()}@demo.example", phone=phone
    )
    person_id = PersonId(accounts.account(work.session, account).person_id)
    people.fill_profile(work, person_id, make.facts(name=name, number=number))
    return person_id


PERIOD = (date(2024, 3, 1), date(2027, 2, 28))
