"""Two companies at once: a person belongs to one, whoever is first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Table, text

from lms.kernel.db import db
from lms.kernel.errors import Conflict
from lms.kernel.work import Actor, Work
from lms.people import queries, services
from lms.people.models import EmployerLink
from lms.people.services import links
from tests.make import companies as make
from tests.make import people
from tests.make.people import Made
from tests.races import race

Begin = Callable[..., Any]
COMPANIES = 6


@pytest.fixture
def courted(begin: Begin) -> tuple[Made, list[UUID]]:
    """A person whom several companies have invited."""
    with begin() as work:
        made = people.person(work)
        asked = [make.invited(work, make.proved(work), made) for _ in range(COMPANIES)]
    return made, asked


def all_at_once(
    app: Flask, made: Made, asked: list[UUID], deed: Callable[[UUID, Work], object]
) -> list[object]:
    actor = Actor(made.account_id, made.person_id)
    return race(app, [partial(deed, link) for link in asked], actor)


def bonds(made: Made) -> int:
    db.session.remove()
    cards = queries.links_to(db.session(), made.person_id)
    return sum(card.state == "active" for card, _company in cards)


def test_six_companies_accepted_at_once_leave_one(
    app: Flask, courted: tuple[Made, list[UUID]]
) -> None:
    made, asked = courted

    got = all_at_once(
        app, made, asked, lambda link, work: services.accept(work, made.person_id, link)
    )

    lost = [one for one in got if one is not None]
    assert len(lost) == COMPANIES - 1
    assert all(isinstance(one, Conflict) for one in lost)
    assert bonds(made) == 1


def test_the_index_alone_would_let_one_win(
    app: Flask, courted: tuple[Made, list[UUID]], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, asked = courted
    monkeypatch.setattr(links, "_free", lambda _work, _person_id: None)

    got = all_at_once(
        app, made, asked, lambda link, work: services.accept(work, made.person_id, link)
    )

    assert sum(one is None for one in got) == 1
    assert bonds(made) == 1


def test_without_index_and_look_a_person_would_belong_to_all(
    app: Flask, courted: tuple[Made, list[UUID]], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, asked = courted
    monkeypatch.setattr(links, "_free", lambda _work, _person_id: None)
    named = {
        str(one.name): one for one in cast("Table", EmployerLink.__table__).indexes
    }
    index = named["uq_employer_links_active"]
    db.session.remove()
    with db.engine.begin() as connection:
        connection.execute(text("DROP INDEX uq_employer_links_active"))
    try:
        all_at_once(
            app,
            made,
            asked,
            lambda link, work: services.accept(work, made.person_id, link),
        )
        assert bonds(made) == COMPANIES
    finally:
        db.session.remove()
        with db.engine.begin() as connection:
            connection.execute(text("DELETE FROM employer_links"))
            index.create(connection)
