"""The order of chapters and lessons: dragged, stepped, and by two at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from lms.catalogue import queries, services
from lms.catalogue.rules import LessonKind
from lms.catalogue.rules.trees import Tree, mark_of
from lms.catalogue.services import LessonFactsIn, arranging
from lms.kernel.db import db
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from tests.conftest import Browser
from tests.make.editor import Desk
from tests.races import race

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


class Shelf(Desk):
    """A draft with two chapters; the first has three lessons."""

    def __init__(self, begin: Begin, sign: Sign) -> None:
        super().__init__(begin, sign)
        with begin() as work:
            self.other = services.add_chapter(work, self.here, self.version, "第二章")
            facts = (
                LessonFactsIn(one, LessonKind.DOCUMENT, 100, 45, "<p>文</p>")
                for one in "甲乙丙"
            )
            self.ids = [
                services.add_lesson(work, self.here, self.chapter, one) for one in facts
            ]

    @property
    def tree(self) -> Tree:
        db.session.rollback()
        return tuple(
            (chapter.id, tuple(line.id for line in chapter.lessons))
            for chapter in queries.outline(db.session(), self.version)
            if chapter.id is not None
        )

    def put(self, tree: Tree, seen: str | None = None) -> TestResponse:
        rows = [
            {"chapter": str(one), "lessons": [str(each) for each in kept]}
            for one, kept in tree
        ]
        body = {"seen": mark_of(self.tree) if seen is None else seen, "tree": rows}
        return self.author.post_json(f"{self.page}/tree", body)


@pytest.fixture
def shelf(begin: Begin, browser_of: Sign) -> Shelf:
    return Shelf(begin, browser_of)


def test_an_order_is_kept_and_its_mark_is_told(shelf: Shelf) -> None:
    a, b, c = shelf.ids
    page = shelf.author.get(shelf.page).text
    found = re.search(r'data-seen="(\w+)"', page)
    assert found

    wanted: Tree = ((shelf.other, (c,)), (shelf.chapter, (b, a)))
    answer = shelf.put(wanted, found[1])

    assert answer.get_json() == {"seen": mark_of(wanted)}
    assert shelf.tree == wanted
    assert f'data-seen="{mark_of(wanted)}"' in shelf.author.get(shelf.page).text


def test_who_looked_at_an_older_order_is_told_and_changes_nothing(
    shelf: Shelf,
) -> None:
    a, b, c = shelf.ids
    seen = mark_of(shelf.tree)
    first: Tree = ((shelf.chapter, (c, a, b)), (shelf.other, ()))
    assert shelf.put(first, seen).status_code == 200

    late = shelf.put(((shelf.chapter, (b, a, c)), (shelf.other, ())), seen)

    assert late.status_code == 409
    assert "刚才有人调整了章节目录" in late.get_json()["detail"]
    assert shelf.tree == first


def test_an_order_that_loses_doubles_or_steals_is_refused(
    shelf: Shelf, begin: Begin, browser_of: Sign
) -> None:
    a, b, c = shelf.ids
    stands = shelf.tree
    stranger: UUID = new_id()
    for wrong in (
        ((shelf.chapter, (a, b)), (shelf.other, ())),
        ((shelf.chapter, (a, b, c, c)), (shelf.other, ())),
        ((shelf.chapter, (a, b, stranger)), (shelf.other, ())),
        ((shelf.chapter, (a, b, c)),),
        ((shelf.chapter, (a, b, c)), (stranger, ())),
    ):
        assert shelf.put(wrong).status_code == 422
    bodies: tuple[Any, ...] = ({}, {"seen": 1, "tree": []}, {"tree": [{}]}, [])
    for body in bodies:
        assert shelf.author.post_json(f"{shelf.page}/tree", body).status_code == 400
    assert shelf.tree == stands


def test_only_a_draft_is_put_in_order(shelf: Shelf) -> None:
    shelf.author.post(f"{shelf.page}/submit")
    stands = shelf.tree
    turned = tuple(reversed(stands))
    assert shelf.put(turned).status_code == 409
    assert shelf.tree == stands


def test_a_step_at_the_edge_of_a_chapter_leads_into_the_next(shelf: Shelf) -> None:
    a, b, c = shelf.ids
    over: Tree = ((shelf.chapter, (a, b)), (shelf.other, (c,)))
    assert shelf.author.post(f"{shelf.page}/lessons/{c}/down").status_code == 303
    assert shelf.tree == over
    shelf.author.post(f"{shelf.page}/lessons/{c}/up")
    shelf.author.post(f"{shelf.page}/lessons/{a}/up")
    assert shelf.tree == ((shelf.chapter, (a, b, c)), (shelf.other, ()))


def _race(app: Flask, shelf: Shelf) -> list[object]:
    """Eight clerks drag at the same instant what all of them see alike."""
    a, b, c = shelf.ids
    seen = mark_of(shelf.tree)
    db.session.remove()
    orders = ((b, a, c), (b, c, a), (c, a, b), (c, b, a)) * 2

    def drag(order: tuple[UUID, ...], work: Work) -> str:
        tree: Tree = ((shelf.chapter, order), (shelf.other, ()))
        return services.arrange(work, shelf.here, shelf.version, tree, seen)

    return race(app, [partial(drag, one) for one in orders])


def test_of_eight_who_drag_at_once_one_is_heard(app: Flask, shelf: Shelf) -> None:
    got = _race(app, shelf)

    marks = [one for one in got if isinstance(one, str)]
    assert len(got) == 8
    assert marks == [mark_of(shelf.tree)]


def test_without_the_mark_every_one_of_them_is_heard(
    app: Flask, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: who does not ask what was seen overwrites what others did."""
    seen = mark_of(shelf.tree)
    monkeypatch.setattr(arranging, "mark_of", lambda _tree: seen)

    got = _race(app, shelf)

    assert len([one for one in got if isinstance(one, str)]) == 8
