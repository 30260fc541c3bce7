"""The ground: a learner signed in, with lessons that have time left to earn.

Who has too few takes the free courses of the house, through the shop like everybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tests.hostile.visitor import Visitor

ROOMY_SECONDS = 100
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_COURSE = re.compile(rf'href="/study/({_UUID})"')
_LESSON = re.compile(rf'href="/study/({_UUID})/({_UUID})"')
_FACT = re.compile(r'data-(kind|film|target|credited|furthest|done)="([^"]*)"')
_CHOICE = re.compile(r'name="specialty"\s+value="(\w+)"')
_QUESTION = re.compile(rf'name="question" value="({_UUID})"')
_PLACED = re.compile(r'name="(revision|total_fen)" value="(\d+)"')


class Unsuitable(Exception):
    """The house or the account cannot serve as a ground; says why."""


@dataclass(frozen=True)
class Lesson:
    """One lesson as its page describes it. Units: seconds."""

    enrolment: str
    id: str
    kind: str
    film: int
    target: int
    credited: int
    furthest: int
    done: bool
    questions: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return f"/study/{self.enrolment}/{self.id}"

    @property
    def room(self) -> int:
        """Count the seconds that it can still earn."""
        return 0 if self.done else max(0, self.target - self.credited)


@dataclass
class Ground:
    """Who plays, and where."""

    me: Visitor
    name: str
    password: str
    others: list[Visitor] = field(default_factory=list)
    lessons: list[Lesson] = field(default_factory=list)
    took: int = 0

    def close(self) -> None:
        """End every connection."""
        for visitor in (self.me, *self.others):
            visitor.close()

    def look(self) -> dict[str, Lesson]:
        """Read every lesson's page anew."""
        return {one.id: read(self.me, one.path) for one in self.lessons}

    def roomy(self, kind: str = "") -> Lesson:
        """Give the lesson with the most time left. Raises: Unsuitable."""
        found = [one for one in self.look().values() if kind in {"", one.kind}]
        best = max(found, key=lambda one: one.room, default=None)
        if best is None or best.room < 30:
            raise Unsuitable(f"no unfinished lesson {kind} with half a minute left")
        return best


def prepare(
    base: str, name: str, password: str, others: list[tuple[str, str]] | None = None
) -> Ground:
    """Sign in, and find or take courses to play in. Raises: Unsuitable."""
    ground = Ground(_signed_in(base, name, password), name, password)
    ground.lessons = lessons_of(ground.me)
    roomy = [one for one in ground.lessons if one.room >= ROOMY_SECONDS]
    if len(roomy) < 2:
        ground.took = take_free(ground.me)
        ground.lessons = lessons_of(ground.me)
    ground.roomy()
    ground.others = [_signed_in(base, *other) for other in others or ()]
    return ground


def _signed_in(base: str, name: str, password: str) -> Visitor:
    visitor = Visitor(base.rstrip("/"))
    if not visitor.sign_in(name, password):
        raise Unsuitable(f"{name} could not sign in at {base}")
    return visitor


def lessons_of(visitor: Visitor) -> list[Lesson]:
    """List the unfinished lessons of a person's courses."""
    courses = sorted(set(_COURSE.findall(visitor.get("/learn").text)))
    found = []
    for course in courses:
        page = visitor.get(f"/study/{course}").text
        choice = _CHOICE.search(page)
        if choice and "checked" not in page:
            visitor.form(f"/study/{course}/specialty", {"specialty": choice[1]})
        for enrolment, lesson in sorted(set(_LESSON.findall(page))):
            found.append(read(visitor, f"/study/{enrolment}/{lesson}"))
    return [one for one in found if not one.done]


def read(visitor: Visitor, path: str) -> Lesson:
    """Read one lesson's page."""
    page = visitor.get(path).text
    facts: dict[str, str] = {}
    for name, value in _FACT.findall(page):
        facts.setdefault(name, value)
    if "target" not in facts:
        raise Unsuitable(f"{path} is no lesson's page")
    enrolment, lesson = path.split("/")[2:4]
    return Lesson(
        enrolment,
        lesson,
        facts["kind"],
        int(facts["film"]),
        int(facts["target"]),
        int(facts["credited"]),
        int(facts["furthest"]),
        facts["done"] == "true",
        tuple(_QUESTION.findall(page)),
    )


def take_free(visitor: Visitor) -> int:
    """Order the courses that cost nothing, and say how many."""
    shelf = visitor.get("/courses?specialty=common").text
    taken = 0
    for course in sorted(set(re.findall(rf'href="/courses/({_UUID})"', shelf))):
        page = visitor.get(f"/courses/{course}").text
        if "免费学习" in page or "Study for free" in page:
            visitor.form("/shop/cart/items", {"kind": "course", "offer_id": course})
            taken += 1
    placed = dict(_PLACED.findall(visitor.get("/shop/checkout").text))
    if not taken or placed.get("total_fen") != "0":
        return 0
    visitor.form("/shop/checkout", placed)
    return taken
