"""Lessons, questions, tests and hours, taken by another way than by studying."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from tests.hostile.cheats.registry import cheat
from tests.hostile.ground import _UUID, lessons_of
from tests.hostile.table import LEASE, NotTried, Table
from tests.hostile.visitor import Reply, Visitor

_EXAM = re.compile(rf"/exams/({_UUID})/(\w+)")
_ATTEMPT = re.compile(rf"/exams/attempts/({_UUID})")
_SPECIALTIES = ("building", "highway", "water", "municipal", "mining", "mechanical")
_KEY = re.compile(
    r'"(?:key|keys|correct|is_correct|right_options|right_answers|solution|'
    r'answer_key|score_key)"\s*:|data-(?:key|correct|solution|answer-key)\b',
    re.IGNORECASE,
)


@cheat("study a lesson that was not bought", "X10")
def unbought(table: Table) -> str:
    mine = table.ground.roomy()
    foreign = [
        one
        for other in table.ground.others
        for one in lessons_of(other)
        if one.id not in {own.id for own in table.ground.lessons}
    ]
    tried = 0
    for lesson in [one.id for one in foreign[:3]] + [str(uuid4())]:
        body = {"enrolment": mine.enrolment, "lesson": lesson, "take_over": True}
        table.refused(table.me.json(LEASE, body), "a lesson not bought", 404)
        for path in (
            f"/study/{mine.enrolment}/{lesson}",
            f"/study/media/{lesson}",
            f"/study/captions/{lesson}.vtt",
        ):
            table.refused(table.me.ask("GET", path), path, 404)
            tried += 1
    return f"{tried} addresses of films and pages, {len(foreign[:3])} of real lessons"


@cheat("guess at the questions within a lesson", "X09")
def guess(table: Table) -> str:
    lesson = next((one for one in table.ground.look().values() if one.questions), None)
    if lesson is None:
        raise NotTried("no lesson with questions is unfinished")
    path = f"{lesson.path}/answers"
    heard = [
        table.me.form(path, [("question", lesson.questions[0]), *chosen])
        for chosen in (
            [],
            [("choice", "9")],
            [("choice", "-1")],
            [("choice", str(place)) for place in range(8)],
            [("choice", "0"), ("right", "true"), ("done", "true")],
        )
    ]
    table.refused(
        table.me.form(path, {"question": str(uuid4())}), "a question of nobody"
    )
    return f"{len(heard)} guesses: allowed, each on the record, worth no second"


@cheat("open the test without the hours", "X10")
def shut(table: Table) -> str:
    doors = _doors(table)
    if not doors:
        raise NotTried("no address of a test is known to this visitor")
    opened = 0
    for place in sorted(doors):
        for specialty in _SPECIALTIES:
            path = f"/exams/{place}/{specialty}/start"
            reply = table.me.form(path, {"force": "1", "hours": "120"})
            opened += _opened(table, reply)
    return f"{len(doors) * len(_SPECIALTIES)} starts at {len(doors)} associations"


def _doors(table: Table) -> set[str]:
    """Gather the associations whose tests any visitor here can name."""
    found = {table.hands.association} - {""}
    for visitor in (table.me, *table.ground.others):
        for page in ("/exams", "/learn", "/certificates"):
            found |= {place for place, _ in _EXAM.findall(visitor.get(page).text)}
    shelf = table.me.get("/courses").text
    return found | set(re.findall(rf'<option[^>]*value="({_UUID})"', shelf))


def _opened(table: Table, reply: Reply) -> int:
    where = reply.headers.get("location", "")
    if reply.status in {302, 303} and "/attempts/" in where:
        table.foul("a test opened without the hours")
        return 1
    return 0


@cheat("write a score, a pass, or answers after handing in", "X09")
def scores(table: Table) -> str:
    tried = 0
    for visitor in (table.me, *table.ground.others):
        for attempt in _closed(table, visitor):
            before = _words(visitor, f"/exams/attempts/{attempt}")
            for body in (
                {"answers": {}, "score": 100},
                {"answers": {}, "passed": True},
                {"answers": {"0": [0]}, "attempts_left": 9},
                {"answers": {"0": [0], "1": [1], "49": [0]}},
                {"score": 100, "passed": True},
            ):
                path = f"/exams/attempts/{attempt}/answers"
                table.refused(visitor.json(path, body), f"{body} on a paper handed in")
                tried += 1
            visitor.form(
                f"/exams/attempts/{attempt}/submit", {"q0": "0", "score": "100"}
            )
            if _words(visitor, f"/exams/attempts/{attempt}") != before:
                table.foul("a paper that was handed in has changed")
    for attempt in (str(uuid4()), str(uuid4())):
        path = f"/exams/attempts/{attempt}/answers"
        table.refused(table.me.json(path, {"answers": {}, "score": 100}), "no paper")
        tried += 1
    return f"{tried} bodies, {tried - 2} of them to papers handed in"


def _closed(table: Table, visitor: Visitor) -> list[str]:
    if visitor is table.me:
        return _attempts(visitor)
    return [*_attempts(visitor), *filter(None, [table.hands.closed_paper])]


def _attempts(visitor: Visitor) -> list[str]:
    pages = visitor.get("/exams").text
    found = set(_ATTEMPT.findall(pages))
    for place, specialty in sorted(set(_EXAM.findall(pages))):
        page = visitor.get(f"/exams/{place}/{specialty}").text
        found |= set(_ATTEMPT.findall(page))
    return sorted(found)[:3]


def _words(visitor: Visitor, path: str) -> str:
    """Read a page's main part without its tokens, after its news was told once."""
    visitor.get(path)
    reply = visitor.get(path)
    main = reply.text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r'value="[^"]{40,}"', "", main)


_SCORES: tuple[Any, ...] = (
    {"answers": {}, "score": 100}, {"score": 100}, {"answers": {"99": [0]}},
    {"answers": {"0": [0, 1, 2, 3, 4, 5]}}, {"answers": {"-1": [0]}}, [], "100",
    {"answers": {"0": [True]}}, {"answers": {}, "deadline_at": "2030-01-01"},
)  # fmt: skip


@cheat("write a score into an open paper, and answer it twice", "X09")
def open_paper(table: Table) -> str:
    attempt = table.hands.open_paper
    if not attempt:
        raise NotTried("would use up an attempt of this account")
    path = f"/exams/attempts/{attempt}"
    table.me.get(path)
    for body in _SCORES:
        table.refused(table.me.json(f"{path}/answers", body), f"{body} in a paper")
    table.me.form(f"{path}/submit", {"score": "100", "passed": "1"})
    marked = _words(table.me, path)
    for _ in range(3):
        again = table.me.json(f"{path}/answers", {"answers": {"0": [0]}})
        table.refused(again, "an answer after handing in")
        table.me.form(f"{path}/submit", {"q0": "0"})
    if _words(table.me, path) != marked:
        table.foul("a paper changed after it was handed in")
    return "nine bodies, a score in the form, then answers after the end"


@cheat("touch another person's papers and courses", "X10")
def foreign_papers(table: Table) -> str:
    tried = 0
    for other in table.ground.others:
        for attempt in _closed(table, other):
            path = f"/exams/attempts/{attempt}"
            table.refused(table.me.ask("GET", path), "another's paper", 404)
            table.refused(table.me.json(f"{path}/answers", {"answers": {}}), path, 404)
            table.refused(table.me.form(f"{path}/submit", {}), path, 404)
            tried += 3
    if not tried:
        raise NotTried("needs another account that has sat a test: OTHERS=…")
    return f"{tried} requests for papers of others"


@cheat("give a course to another specialty, or to none", "X10")
def specialties(table: Table) -> str:
    mine = table.ground.roomy()
    for name in ("everything", "", "building'--", "none"):
        path = f"/study/{mine.enrolment}/specialty"
        table.refused(table.me.form(path, {"specialty": name}), name or "none")
    for other in table.ground.others:
        path = f"/study/{mine.enrolment}/specialty"
        table.refused(other.form(path, {"specialty": "highway"}), "another's", 404)
    return "four invented specialties; another's course"


@cheat("find the keys in pages and answers", "X09")
def keys(table: Table) -> str:
    for lesson in table.ground.lessons[:6]:
        table.me.get(lesson.path)
    for visitor in (table.me, *table.ground.others):
        for path in ("/exams", "/learn", "/learn/hours"):
            visitor.get(path)
    seen = list(table.me.seen)
    for place, text in seen:
        if place.endswith("/answers"):
            continue
        found = _KEY.search(text)
        if found:
            table.foul(f"{place} tells {found[0]}")
    return f"{len(seen)} pages and answers of this run read for keys"
