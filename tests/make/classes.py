"""Makers: a course with a class, sessions of it, people with places in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lms.catalogue.models import Lesson
from lms.catalogue.rules import LessonKind
from lms.classes import services
from lms.classes.services import Plan
from lms.commerce import queries as shop_queries
from lms.commerce import services as commerce
from lms.commerce.rules import OfferKind
from lms.kernel.clock import legal_day
from lms.kernel.ids import AssociationId, LessonId, OrderId, PersonId, VersionId, new_id
from lms.kernel.work import Work
from lms.learning import services as learning
from lms.policy.model import Specialty
from tests.make import commerce as shop
from tests.make import people
from tests.make.commerce import Sold

NEEDED = 3 * 3600


@dataclass(frozen=True)
class Taught:
    """A course on sale with one class of four 学时, and nothing else."""

    sold: Sold
    lesson_id: LessonId

    @property
    def association_id(self) -> AssociationId:
        return self.sold.association_id

    @property
    def version_id(self) -> VersionId:
        return self.sold.version_id


def course(
    work: Work, *, price_fen: int = 12_800, association_id: AssociationId | None = None
) -> Taught:
    sold = shop.course(work, association_id, price_fen=price_fen)
    lesson = Lesson(
        id=new_id(),
        version_id=sold.version_id,
        position=1,
        title="深基坑支护实务（面授）",
        kind=LessonKind.CLASS,
        credit=400,
        required_seconds=NEEDED,
        captions_vtt="",
        body_html="",
    )
    work.session.add(lesson)
    work.session.flush()
    return Taught(sold, LessonId(lesson.id))


def plan(now: datetime, **over: Any) -> Plan:
    """Three hours and a half, in three days, forty places."""
    starts = now + timedelta(days=3)
    told: dict[str, Any] = {
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=3, minutes=20),
        "opens_at": now - timedelta(days=1),
        "closes_at": starts,
        "places": 40,
        "address": "包头市昆都仑区钢铁大街 20 号",
        "room": "201",
        "teacher": "李工",
    }
    told |= over
    if "starts_at" in over and "ends_at" not in over:
        told["ends_at"] = told["starts_at"] + timedelta(hours=3, minutes=20)
        told["closes_at"] = over.get("closes_at", told["starts_at"])
    return Plan(**told)


def session(work: Work, taught: Taught, **over: Any) -> UUID:
    return services.plan_session(
        work, taught.association_id, taught.lesson_id, plan(work.now, **over)
    )


def seated(
    work: Work,
    taught: Taught,
    session_id: UUID | None,
    person_id: PersonId | None = None,
) -> PersonId:
    """Somebody who has the course, and a place in a session."""
    person = person_id or people.person(work).person_id
    learning.enrol(
        work,
        person,
        taught.version_id,
        source=f"test:{new_id()}",
        specialty=Specialty.BUILDING,
    )
    if session_id is not None:
        services.take(work, person, session_id)
    return person


def in_cart(work: Work, taught: Taught, session_id: UUID | None) -> PersonId:
    """Somebody with the course in the cart, and perhaps a session chosen."""
    person = people.person(work).person_id
    commerce.add(work, person, OfferKind.COURSE, taught.sold.course_id)
    if session_id is not None:
        services.choose(work, person, session_id)
    return person


def order(work: Work, person_id: PersonId) -> OrderId:
    """Order what is in the cart, as it is shown."""
    shown = shop_queries.cart(work.session, person_id, legal_day(work.now))
    (order_id,) = commerce.place_order(
        work, person_id, revision=shown.revision, total_fen=shown.total_fen
    )
    return order_id
