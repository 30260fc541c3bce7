"""Packages sell what is published, and what was bought stays as bought."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lms.catalogue import queries, services
from lms.catalogue.rules import VersionState
from lms.catalogue.services import PackageFacts
from lms.evidence.models import EvidenceLine
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AssociationId, CourseId, PackageId
from lms.kernel.money import Fen
from lms.kernel.work import Work
from lms.policy.model import Specialty
from tests.make import catalogue as make


def package(
    work: Work, *courses: CourseId, here: AssociationId, title: str = "建筑 120 学时"
) -> PackageId:
    facts = PackageFacts(title, Specialty.BUILDING, Fen(19_900), courses)
    return services.create_package(work, here, facts)


def test_a_manager_changes_what_a_package_is_from_now_on(work: Work) -> None:
    here = make.association(work)
    one, two, three = (make.course(work, here)[0] for _ in range(3))
    made = package(work, one, two, here=here)
    before = queries.revision(work.session)

    changed = PackageFacts("三门", None, Fen(29_900), (one, two, three))
    services.edit_package(work, here, made, changed)

    found = queries.package(work.session, made)
    assert (found.title, found.price, len(found.versions)) == ("三门", 29_900, 3)
    assert queries.revision(work.session) > before


def test_a_withdrawn_package_is_not_sold_and_may_come_back(work: Work) -> None:
    here = make.association(work)
    made = package(work, *(make.course(work, here)[0] for _ in "12"), here=here)

    services.turn_package(work, here, made, on_sale=False)
    with pytest.raises(NotFound):
        queries.offer(work.session, "package", made)
    assert not queries.package_draft(work.session, here, made).open

    services.turn_package(work, here, made, on_sale=True)
    assert queries.offer(work.session, "package", made).price == 19_900


def test_a_package_needs_two_courses_that_its_association_sells(work: Work) -> None:
    here, there = make.association(work), make.association(work)
    mine, foreign = make.course(work, here)[0], make.course(work, there)[0]
    draft = make.course(work, here, publish=False)[0]

    for courses in [(mine,), (mine, mine), (mine, foreign), (mine, draft)]:
        with pytest.raises(Refused, match=r"package\.courses"):
            package(work, *courses, here=here)


def test_anothers_package_is_no_package(work: Work) -> None:
    here, there = make.association(work), make.association(work)
    made = package(work, *(make.course(work, here)[0] for _ in "12"), here=here)

    with pytest.raises(NotFound):
        services.turn_package(work, there, made, on_sale=False)
    with pytest.raises(NotFound):
        queries.package_draft(work.session, there, made)


def test_every_change_of_a_package_is_in_the_book(work: Work) -> None:
    here = make.association(work)
    made = package(work, *(make.course(work, here)[0] for _ in "12"), here=here)
    services.turn_package(work, here, made, on_sale=False)
    services.turn_package(work, here, made, on_sale=False)
    work.session.flush()

    lines = work.session.query(EvidenceLine).filter_by(stream=f"package:{made}")
    assert [line.kind for line in lines.order_by(EvidenceLine.seq)] == [
        "package.made",
        "package.withdrawn",
    ]


def test_a_version_sent_back_says_why_until_it_is_submitted_again(work: Work) -> None:
    here = make.association(work)
    _course, version_id = make.course(work, here, publish=False)
    services.submit(work, here, version_id)

    with pytest.raises(Refused, match=r"course\.no_reason"):
        services.send_back(work, here, version_id, "  ")
    services.send_back(work, here, version_id, "第二课的字幕缺一段")

    found = queries.version(work.session, version_id)
    assert (found.state, found.returned_for) == (
        VersionState.DRAFT,
        "第二课的字幕缺一段",
    )
    services.submit(work, here, version_id)
    assert queries.version(work.session, version_id).returned_for is None


def test_what_is_overdue_leaves_the_window_the_day_after(work: Work) -> None:
    here = make.association(work)
    last = date(2026, 11, 21)
    course, version_id = make.course(work, here, valid_until=last)
    make.course(work, here)

    assert services.retire_overdue(work, last) == 0
    assert queries.current_version(work.session, course).id == version_id

    assert services.retire_overdue(work, last + timedelta(days=1)) == 1
    with pytest.raises(NotFound):
        queries.current_version(work.session, course)
    assert services.retire_overdue(work, last + timedelta(days=2)) == 0


def test_a_new_version_keeps_the_cover_and_forgets_the_reason(work: Work) -> None:
    here = make.association(work)
    _course, version_id = make.course(work, here, publish=False)
    services.submit(work, here, version_id)
    services.send_back(work, here, version_id, "改标题")
    services.set_cover(work, here, version_id, f"{'a' * 32}.jpg")
    services.publish(work, here, version_id)

    copied = queries.version(work.session, services.new_version(work, here, version_id))
    assert (copied.cover_key, copied.returned_for) == (f"{'a' * 32}.jpg", None)
