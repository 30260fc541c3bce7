"""A desk with its register of teachers, and what is typed there."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lms.kernel.db import db
from lms.kernel.ids import new_id
from lms.teachers import queries
from lms.teachers.rules import State
from tests.conftest import Browser
from tests.make import pictures
from tests.make import teachers as make

Begin = Callable[..., Any]
Sign = Callable[..., Browser]
PAGE = "/console/teachers"


@dataclass
class At:
    """A house with its people's browsers, and a desk of another association."""

    house: make.House
    author: Browser
    clerk: Browser
    second: Browser
    manager: Browser
    stranger: Browser


def desks(begin: Begin, browser_of: Sign) -> At:
    """Open a house, and somebody else's beside it."""
    with begin() as work:
        house, other = make.house(work), make.house(work)
    browsers = (house.author, house.clerk, house.second, house.manager, other.manager)
    return At(house, *(browser_of(one) for one in browsers))


def typed(**over: Any) -> dict[str, Any]:
    return {
        "once": str(new_id()), "seen": "0", "name": "高建民", "sex": "male",
        "employer": "包头市建筑设计院", "title": "正高级工程师", "level": "full",
        "specialties": ["building", "municipal"], "since_year": "1998",
        "phone": "138 0000 0091", "id_number": make.ID_NUMBER,
        "cv": "从事支护<script>alert(1)</script>二十余年",
    } | over  # fmt: skip


def paper(**over: Any) -> dict[str, Any]:
    return {
        "kind": "constructor_1", "number": "京1112024202400091", "called": "",
        "issuer": "住房和城乡建设部", "granted_on": "2024-03-01",
        "valid_until": "2029-03-01",
        "scan": (io.BytesIO(pictures.wall_jpeg()), "证书.jpg"),
    } | over  # fmt: skip


def entered(by: Browser, **over: Any) -> str:
    made = by.post(f"{PAGE}/new", typed(**over))
    assert made.status_code == 303, made.text
    return str(made.location).rsplit("/", 1)[1]


def stands(at: At, one: str) -> State:
    db.session.rollback()
    return queries.teacher(db.session(), at.house.here, UUID(one)).state
