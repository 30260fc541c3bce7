"""A right to study is taken back only while nobody has used it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.catalogue import queries as catalogue
from lms.kernel.errors import Refused
from lms.kernel.work import Work
from lms.learning import queries, services
from lms.learning.models import Enrolment
from tests.make import catalogue as make_courses
from tests.make import learning as make


def test_an_unused_enrolment_ends_and_a_begun_one_stays(work: Work) -> None:
    here = make_courses.association(work)
    _course, version = make_courses.course(work, here)
    person, enrolment = make.enrolled(work, version)
    source = work.session.scalars(select(Enrolment.source)).one()

    assert services.take_back(work, person, ["order-line:nothing"]) == 0
    assert services.take_back(work, person, [source]) == 1
    assert queries.enrolments(work.session, person) == ()

    person, enrolment = make.enrolled(work, version)
    source = work.session.scalars(select(Enrolment.source)).one()
    lesson = catalogue.lesson_lines(work.session, version)[0].id
    make.sit(work, person, enrolment, lesson)

    with pytest.raises(Refused, match=r"enrolment\.begun"):
        services.take_back(work, person, [source])
