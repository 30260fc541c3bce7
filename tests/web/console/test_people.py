"""The association's desk: its own learners, masked, and their corrections."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text

from lms.accounts.rules import Role
from lms.credentials import services as credentials
from lms.credentials.queries import owned
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, new_id
from lms.people import queries, services
from lms.people.ports import Portrait
from lms.people.rules import EmployerFacts, IdentityFacts, PhotoState
from lms.policy.model import Specialty
from tests.conftest import Browser
from tests.make import accounts as staff_make
from tests.make import credentials as make_credentials
from tests.make import people as make
from tests.make import pictures


class World:
    """One association with a learner, and another with its own."""

    def __init__(self, begin: Callable[..., Any], browser_of: Any) -> None:
        self.begin, self.browser_of = begin, browser_of
        with begin() as work:
            self.learner = make.person(work, name="张建国")
            self.here = make.learner_of(work, self.learner.person_id)
            self.stranger = make.person(work, name="王外人")
            self.there = make.learner_of(work, self.stranger.person_id)

    def staff(self, role: Role = Role.CLERK) -> Browser:
        with self.begin() as work:
            made = staff_make.staff(
                work,
                role,
                association_id=self.here,
                email=f"{new_id().hex}@demo.example",
            )
        browser: Browser = self.browser_of(made)
        return browser


@pytest.fixture
def world(begin: Callable[..., Any], browser_of: Any) -> World:
    return World(begin, browser_of)


def test_the_list_is_masked_and_ones_own(world: World) -> None:
    page = world.staff().get("/console/people").text

    assert "1 名学员" in page
    assert "张*" in page
    assert f"1502**********{world.learner.id_number[-4:]}" in page
    assert world.learner.id_number not in page
    assert "王*" not in page


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ({"specialty": "building"}, True),
        ({"specialty": "mining"}, False),
        ({"study": "none"}, True),
        ({"study": "open"}, False),
        ({"study": "done"}, False),
        ({"study": "certified"}, False),
        ({"specialty": "building", "study": "none"}, True),
        ({"specialty": "nonsense", "study": "nonsense", "ending": "7"}, True),
        ({"ending": "30"}, False),
    ],
    ids=str,
)
def test_the_list_is_narrowed_and_taken_away_as_it_is_shown(
    world: World, narrowed: dict[str, str], found: bool
) -> None:
    staff = world.staff()

    page = staff.get("/console/people", query_string=narrowed).text
    table = staff.post("/console/people/export.xlsx", narrowed)

    assert ("张*" in page) == found
    names = [
        row[0].value
        for row in openpyxl.load_workbook(io.BytesIO(table.data)).worksheets[0]
    ]
    assert names == ["姓名", *(["张*"] if found else [])]


@pytest.mark.parametrize(
    ("narrowed", "told"),
    [
        ({}, ("全部", "全部", "全部")),
        ({"specialty": "building"}, ("建筑工程", "全部", "全部")),
        ({"study": "open"}, ("全部", "有课未学完", "全部")),
        ({"ending": "30"}, ("全部", "全部", "30 天内")),
        ({"specialty": "x", "study": "x", "ending": "31"}, ("全部", "全部", "全部")),
    ],
    ids=str,
)
def test_the_table_says_by_what_the_learners_were_narrowed(
    world: World, narrowed: dict[str, str], told: tuple[str, str, str]
) -> None:
    sent = world.staff().post("/console/people/export.xlsx", narrowed)

    book = openpyxl.load_workbook(io.BytesIO(sent.data))
    words = {str(a): str(b) for a, b in book["筛选条件"].values}
    assert (words["注册专业"], words["学习进度"], words["注册到期"]) == told
    assert words["导出时间"].startswith("2026-11-21")


def test_who_reads_a_record_comes_back_to_the_list_as_it_was_narrowed(
    world: World,
) -> None:
    staff, there = world.staff(), f"/console/people/{world.learner.person_id}"

    page = staff.get("/console/people?study=none&nonsense=1").text
    record = staff.get(f"{there}?study=none&nonsense=1").text

    assert f'href="{there}?study=none"' in page
    assert 'href="/console/people?study=none"' in record
    assert 'href="/console/people"' in staff.get(there).text


def test_a_step_in_no_course_is_told_and_not_dropped_in_silence(world: World) -> None:
    staff = world.staff()

    sent = staff.post("/console/people/search", {"taken": "done", "study": "none"})

    assert sent.location == "/console/people?study=none"
    assert "请先选课程" in staff.get(sent.location).text


@pytest.mark.parametrize("few", [3_000, 0], ids=["rare", "common"])
@pytest.mark.parametrize("by", ["name", "number", "registration"])
def test_a_learner_is_found_without_a_number_in_the_address(
    world: World, by: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.reports.looking.FEW", few)
    wanted = {
        "name": "张建",
        "number": world.learner.id_number,
        "registration": "蒙2152020202100001",
    }[by]

    page = world.staff().post("/console/people/search", {"wanted": wanted}).text
    none = world.staff().post(
        "/console/people/search", {"wanted": world.stranger.id_number}
    )

    assert "张*" in page
    assert "没有找到" in none.text


def test_a_foreign_record_is_not_found_like_none_at_all(world: World) -> None:
    clerk = world.staff()

    own = clerk.get(f"/console/people/{world.learner.person_id}")
    foreign = clerk.get(f"/console/people/{world.stranger.person_id}")
    nobody = clerk.get(f"/console/people/{new_id()}")
    forced = clerk.post(
        f"/console/people/{world.stranger.person_id}/reveal",
        {"what": "id_number", "reason": "随便看看"},
    )

    assert own.status_code == 200
    assert "张建国" in own.text
    assert (foreign.status_code, nobody.status_code) == (404, 404)
    assert forced.status_code == 404
    assert queries.looks(db.session(), world.stranger.person_id) == ()


def test_the_record_shows_hours_by_period_and_what_was_issued_here(
    world: World,
) -> None:
    with world.begin() as work:
        there = make_credentials.association(work, code="ELSE", name="另一协会")
        person = make_credentials.graduate(work, world.here)
        held = credentials.issue(
            work, person, Specialty.BUILDING, printer=make_credentials.PLAIN
        )
        make.learner_of(work, person, world.here)
        make.learner_of(work, person, there)
        card = owned(work.session, person, held, legal_day(work.now))
        other = staff_make.staff(
            work, Role.CLERK, association_id=there, email="e@demo.example"
        )
    where = f"/console/people/{person}"

    page = world.staff().get(where).text

    assert card.facts.number in page
    assert "60 / 60" in page
    assert "2024-01-01 — 2026-12-31" in page
    assert "学时已达标" in page
    assert make_credentials.id_number() not in page
    foreign = world.browser_of(other).get(where)
    assert foreign.status_code == 200
    assert "60 / 60" in foreign.text
    assert card.facts.number not in foreign.text
    assert "本协会还没有给这位学员签发合格证" in foreign.text


def test_the_record_shows_a_certificate_that_was_withdrawn_as_withdrawn(
    world: World,
) -> None:
    with world.begin() as work:
        person = make_credentials.graduate(work, world.here)
        held = credentials.issue(
            work, person, Specialty.BUILDING, printer=make_credentials.PLAIN
        )
        make.learner_of(work, person, world.here)
        credentials.revoke(work, held, reason="x", approvals=(new_id(),))

    assert "已撤销" in world.staff().get(f"/console/people/{person}").text


def test_a_look_needs_a_reason_and_is_written_down(world: World) -> None:
    clerk = world.staff()
    where = f"/console/people/{world.learner.person_id}/reveal"

    assert clerk.post(where, {"what": "id_number"}).status_code == 422
    shown = clerk.post(where, {"what": "id_number", "reason": "核对缴费单"})
    photo = clerk.post(where, {"what": "photo", "reason": "核对照片"})

    assert world.learner.id_number in shown.text
    assert "data:image/jpeg;base64," in photo.text
    again = clerk.get(f"/console/people/{world.learner.person_id}").text
    assert world.learner.id_number not in again
    looks = queries.looks(db.session(), world.learner.person_id)
    assert [one.reason for one in looks] == ["核对照片", "核对缴费单"]


def test_the_export_is_masked_safe_and_on_the_record(world: World) -> None:
    with world.begin() as work:
        trick = make.person(
            work,
            name="刘二",
            employer=EmployerFacts("91110000600037341L", "=HYPERLINK(公司)"),
        )
        make.learner_of(work, trick.person_id, world.here)

    answer = world.staff().post("/console/people/export.xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=2))
    assert [row[0].value for row in rows] in (["张*", "刘*"], ["刘*", "张*"])
    trap = next(row[2] for row in rows if row[0].value == "刘*")
    assert (trap.value, trap.data_type) == ("=HYPERLINK(公司)", "s")
    assert world.learner.id_number not in str(answer.data)
    kinds = db.session.scalars(text("SELECT kind FROM evidence_lines")).all()
    assert "learners.exported" in kinds


def ask(world: World, association_id: AssociationId | None = None) -> Any:
    with world.begin() as work:
        services.lock_profile(work, world.learner.person_id, "order:1")
        return make.correction(
            work,
            world.learner,
            association_id or world.here,
            IdentityFacts("张健国", make.id_number()),
        )


def test_a_correction_is_opened_on_the_record_and_decided(world: World) -> None:
    request = ask(world)
    clerk = world.staff()

    assert "张建国" in clerk.get("/console/people/corrections").text
    shut = clerk.get(f"/console/people/corrections/{request}").text
    assert "张健国" not in shut
    opened = clerk.post(f"/console/people/corrections/{request}/open").text
    assert "张健国" in opened
    where = f"/console/people/corrections/{request}/decide"
    assert clerk.post(where, {"answer": "yes"}).status_code == 303
    assert queries.name(db.session(), world.learner.person_id) == "张建国"
    decided = world.staff(Role.MANAGER).post(where, {"answer": "yes"})

    assert decided.status_code == 303
    db.session.remove()
    assert queries.name(db.session(), world.learner.person_id) == "张健国"
    looks = queries.looks(db.session(), world.learner.person_id)
    assert [one.what for one in looks] == ["correction"]


def test_a_no_without_a_word_is_asked_again(world: World) -> None:
    request = ask(world)
    clerk = world.staff()
    where = f"/console/people/corrections/{request}/decide"

    assert clerk.post(where, {"answer": "no"}).status_code == 422
    told = clerk.post(where, {"answer": "no", "comment": "与身份证不符"})

    assert told.status_code == 303
    mine = world.browser_of(world.learner.account_id).get("/me").text
    assert "与身份证不符" in mine


def test_another_associations_correction_is_not_found(world: World) -> None:
    request = ask(world, world.there)
    clerk = world.staff(Role.MANAGER)

    for tail in ("", "/open", "/decide"):
        method = clerk.post if tail else clerk.get
        answer = method(f"/console/people/corrections/{request}{tail}")
        assert answer.status_code == 404


def test_a_photo_is_reviewed(world: World) -> None:
    with world.begin() as work:
        made = make.account(work, name="孙照片")
        services.save_photo(
            work, made.person_id, Portrait(pictures.inch_jpeg(), "photo.no_face")
        )
        services.ask_photo_review(work, made.person_id)
        make.learner_of(work, made.person_id, world.here)
    clerk = world.staff()

    assert "孙照片" in clerk.get("/console/people/corrections").text
    page = clerk.get(f"/console/people/{made.person_id}").text
    assert "照片合格" not in page
    assert "data:image" not in page
    blind = clerk.post(f"/console/people/{made.person_id}/photo", {"answer": "yes"})
    assert blind.status_code == 422
    looked = clerk.post(f"/console/people/{made.person_id}/photo/look").text
    assert "data:image/jpeg" in looked
    assert "照片合格" in looked
    clerk.post(f"/console/people/{made.person_id}/photo", {"answer": "yes"})

    photo = queries.profile(db.session(), made.person_id).photo
    assert photo is not None
    assert photo.state is PhotoState.ACCEPTED


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.OPERATOR])
def test_others_of_the_staff_have_no_business_here(world: World, role: Role) -> None:
    browser = world.staff(role)

    assert browser.get("/console/people").status_code == 403
    assert browser.get("/console/people/corrections").status_code == 403
