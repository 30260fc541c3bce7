"""The inspector's way: from a sample to its verdict, each look on the record."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from lms.accounts import queries as accounts
from lms.credentials import services as credentials
from lms.evidence import queries as evidence
from lms.evidence import services as book
from lms.evidence.ports import Sealer
from lms.inspections import queries, services
from lms.inspections.rules import Candidate, Why
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.people import queries as people
from lms.policy.model import Specialty
from tests.conftest import Browser, HandClock
from tests.make import accounts as make_accounts
from tests.make import credentials as make_credentials
from tests.make import inspections as make

Begin = Callable[..., Any]


class World:
    """An association with a graduate who was drawn, another one, and an inspector."""

    def __init__(self, begin: Begin, clock: HandClock) -> None:
        self.begin, self.clock = begin, clock
        with begin() as work:
            self.here = make_credentials.association(work)
            self.there = make_credentials.association(
                work, code="BTJX", name="包头市建筑业协会"
            )
            self.mine = make_credentials.graduate(work, self.here)
            self.foreign = make_credentials.graduate(
                work, self.there, name="王外人", serial=2
            )
        for person in (self.mine, self.foreign):
            with begin() as work:
                credentials.issue(
                    work, person, Specialty.BUILDING, printer=make_credentials.PLAIN
                )
        with begin() as work:
            self.sample = self.draw(work, self.here, self.mine)
            self.foreign_sample = self.draw(work, self.there, self.foreign)

    def draw(self, work: Any, house: AssociationId, person: PersonId) -> Any:
        today = legal_day(work.now)
        pot = [Candidate(person, Why.STEADY_BEATS)]
        services.draw(work, house, today - timedelta(days=1), today, pot)
        return queries.queue(work.session, [house], decided=False)[0].id

    def number(self, person: PersonId) -> str:
        asked = text("SELECT number FROM certificates WHERE person_id = :person")
        value = person.hex if db.engine.dialect.name == "sqlite" else str(person)
        with db.engine.connect() as connection:
            return str(connection.scalar(asked, {"person": value}))

    def kinds(self, stream: str) -> list[str]:
        with self.begin() as work:
            found = [one.kind for one in evidence.lines(work.session, stream)]
        db.session.remove()
        return found


@pytest.fixture
def world(begin: Begin, clock: HandClock) -> World:
    return World(begin, clock)


@pytest.fixture
def eye(world: World, begin: Begin, browser_of: Callable[..., Browser]) -> Browser:
    with begin() as work:
        made = make.inspector(work, world.here)
    return browser_of(made)


def person(world: World, tail: str = "") -> str:
    return f"/inspect/people/{world.mine}{tail}"


def opened(eye: Browser, world: World, reason: str = "随机抽查") -> Any:
    return eye.post(person(world, "/open"), {"reason": reason})


def test_the_queue_shows_own_samples_masked(eye: Browser, world: World) -> None:
    page = eye.get("/inspect").text
    assert "张*" in page
    assert "心跳过于均匀" in page
    assert "张建国" not in page
    assert "王*" not in page


def test_an_empty_queue_says_when_lots_are_drawn_next(
    world: World, begin: Begin, browser_of: Callable[..., Browser]
) -> None:
    with begin() as work:
        empty = make_credentials.association(work, code="KONG", name="空协会")
        made = make.inspector(work, empty)
    page = browser_of(made).get("/inspect").text
    assert "没有待核查的样本" in page
    assert "2026-11-21" in page


def test_a_grant_that_is_over_opens_nothing(
    world: World, begin: Begin, browser_of: Callable[..., Browser], clock: HandClock
) -> None:
    with begin() as work:
        made = make.inspector(work, world.here, until=legal_day(work.now))
    assert "张*" in browser_of(made).get("/inspect").text
    clock.pass_days(1)
    later = browser_of(made)
    assert "还没有指定协会" in later.get("/inspect").text
    assert later.post(person(world, "/open"), {"reason": "随机抽查"}).status_code == 404


@pytest.mark.parametrize("tail", ["", "/signs", "/proof", "/findings", "/reveal"])
def test_nothing_of_a_person_is_shown_before_the_reason_is_written(
    eye: Browser, world: World, tail: str
) -> None:
    before = eye.get(person(world, tail)).text
    assert "请先写明为什么要看这份记录" in before
    assert opened(eye, world, "看").status_code == 422
    assert opened(eye, world).status_code == 303
    assert "请先写明为什么要看这份记录" not in eye.get(person(world, tail)).text


def test_an_opening_is_on_the_record_and_ends_by_itself(
    eye: Browser, world: World, clock: HandClock, begin: Begin
) -> None:
    opened(eye, world, "群众来信反映代学")
    with begin() as work:
        (look,) = people.looks(work.session, world.mine)
    assert (look.what, look.reason) == ("inspection", "群众来信反映代学")
    assert "person.revealed" in world.kinds(f"person:{world.mine}")
    clock.pass_seconds(13 * 3600)
    with begin() as work:
        work.session.execute(
            text("UPDATE sessions SET seen_at = :at, opened_at = :at"), {"at": work.now}
        )
    assert "请先写明" in eye.get(person(world)).text


@pytest.mark.parametrize("tail", ["", "/signs", "/proof", "/findings", "/reveal"])
def test_a_foreign_person_and_nobody_answer_alike(
    eye: Browser, world: World, tail: str
) -> None:
    answers = [
        eye.get(f"/inspect/people/{one}{tail}") for one in (world.foreign, new_id())
    ]
    assert [one.status_code for one in answers] == [404, 404]


def test_a_foreign_sample_is_not_decided(eye: Browser, world: World) -> None:
    form = {"verdict": "sound", "comment": "没有问题"}
    for sample in (world.foreign_sample, new_id()):
        assert eye.post(f"/inspect/samples/{sample}", form).status_code == 404


def test_a_verdict_moves_the_sample_and_its_person_can_read_it(
    eye: Browser, world: World, begin: Begin, browser_of: Callable[..., Browser]
) -> None:
    form = {"verdict": "doubtful", "comment": "间隔过于均匀，需要说明"}
    place = f"/inspect/samples/{world.sample}"
    assert eye.post(place, form).status_code == 409
    opened(eye, world)
    assert eye.post(place, {"verdict": "doubtful", "comment": ""}).status_code == 422
    assert eye.post(place, form).status_code == 303

    assert "没有待核查的样本" in eye.get("/inspect").text
    assert "间隔过于均匀，需要说明" in eye.get("/inspect?tab=decided").text
    assert "inspection.found" in world.kinds(f"person:{world.mine}")
    with begin() as work:
        account = accounts.account_of(work.session, world.mine)
    record = browser_of(account.id).get("/me/claims/record").text
    assert "监督检查结论" in record


def search(eye: Browser, **words: str) -> Any:
    asked = {"number": "", "name": "", "part": "", "reason": "群众来信", **words}
    return eye.post("/inspect/search", asked)


def test_a_certificate_number_finds_its_holder_within_the_scope(
    eye: Browser, world: World
) -> None:
    found = search(eye, number=world.number(world.mine)).text
    assert "张*" in found
    assert world.number(world.mine) in found
    foreign = search(eye, number=world.number(world.foreign)).text
    assert "没有找到" in foreign
    assert "王*" not in foreign


def test_a_name_and_a_part_of_the_id_number_find_somebody_masked(
    eye: Browser, world: World
) -> None:
    number = make_credentials.id_number(1)
    found = search(eye, name="张建国", part=number[-4:]).text
    assert "张*" in found
    assert number not in found
    assert "没有找到" in search(eye, name="张建国", part="0000").text
    assert "没有找到" in search(eye, name="王外人", part="1961").text
    assert search(eye, name="张建国", part="15").status_code == 422
    assert search(eye, name="张建国").status_code == 422


def test_a_search_is_on_the_record_without_its_words(
    eye: Browser, world: World, begin: Begin
) -> None:
    search(eye, name="张建国", part="1961")
    with begin() as work:
        asked = text(
            "SELECT stream, facts FROM evidence_lines "
            "WHERE kind = 'inspection.searched'"
        )
        ((stream, facts),) = work.session.execute(asked).all()
    assert stream.startswith("staff:")
    told = json.loads(facts)
    assert told["found"] == [str(world.mine)]
    assert told["by"] == "person"
    assert set(told) <= {"body", "by", "found", "v"}, "no word of the search"
    assert "张建国" not in facts
    assert search(eye, name="张建国", part="1961", reason="").status_code == 422


def test_the_check_says_intact_and_names_the_first_bad_line(
    eye: Browser, world: World, begin: Begin
) -> None:
    opened(eye, world)
    assert "没有改动" in eye.get(person(world, "/proof?check=1")).text
    with db.engine.begin() as connection:
        if db.engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            connection.execute(text("DROP TRIGGER evidence_lines_no_update"))
        connection.execute(
            text("UPDATE evidence_lines SET kind = 'x' WHERE stream = :s AND n = 2"),
            {"s": f"person:{world.mine}"},
        )
    assert "第 2 条有问题" in eye.get(person(world, "/proof?check=1")).text


def test_the_signs_say_that_nothing_is_taken_from_anybody(
    eye: Browser, world: World
) -> None:
    opened(eye, world)
    page = eye.get(person(world, "/signs")).text
    assert "系统从不据此自动扣减学时" in page
    assert page.count("未见异常") == 5


PERIOD = {"since": "2026-01-01", "until": "2026-12-31", "reason": "移交材料"}


def test_a_pack_is_given_for_a_reason_and_proves_itself(
    eye: Browser, world: World, app: Flask, begin: Begin, tmp_path: Path
) -> None:
    place = person(world, "/pack")
    assert eye.post(place, PERIOD).status_code == 409
    opened(eye, world)
    unsealed = eye.post(place, PERIOD)
    assert unsealed.status_code == 409
    assert "尚未封存" in unsealed.text
    with begin() as work:
        book.seal(work, app.extensions["lms.ports"][Sealer])

    assert eye.post(place, {**PERIOD, "reason": ""}).status_code == 422
    assert eye.post(place, {**PERIOD, "until": "2025-12-31"}).status_code == 422
    given = eye.post(place, PERIOD)
    assert given.status_code == 200
    assert given.headers["Cache-Control"] == "no-store"
    assert given.mimetype == "application/zip"
    assert "inspection.packed" in world.kinds(f"person:{world.mine}")
    with zipfile.ZipFile(io.BytesIO(given.data)) as pack:
        (tmp_path / "verify_pack.py").write_bytes(pack.read("verify_pack.py"))
    (tmp_path / "pack.zip").write_bytes(given.data)
    said = subprocess.run(
        (sys.executable, "-I", "-S", "verify_pack.py", "pack.zip"),
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8"},
        check=False,
        cwd=tmp_path,
    )
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize("what", ["id_number", "photo", "signature"])
def test_a_sealed_value_is_opened_for_a_reason_that_its_owner_can_read(
    eye: Browser, world: World, begin: Begin, what: str
) -> None:
    place, number = person(world, "/reveal"), make_credentials.id_number(1)
    form = {"what": what, "reason": "比对照片与证件"}
    assert eye.post(place, form).status_code == 409
    opened(eye, world)
    assert number not in eye.get(place).text
    assert eye.post(place, {**form, "reason": ""}).status_code == 422
    page = eye.post(place, form).text
    assert (number if what == "id_number" else "data:image/") in page
    with begin() as work:
        looks = people.looks(work.session, world.mine)
    assert (looks[0].what, looks[0].reason) == (what, "比对照片与证件")


def test_pictures_that_nobody_gave_are_said_to_be_missing(
    eye: Browser, world: World
) -> None:
    opened(eye, world)
    form = {"what": "presence_picture", "reason": "比对照片与证件"}
    assert "没有可看的内容" in eye.post(person(world, "/reveal"), form).text


def test_only_an_inspector_comes_in(
    world: World, begin: Begin, browser_of: Callable[..., Browser]
) -> None:
    with begin() as work:
        clerk = make_accounts.staff(work, "clerk", association_id=world.here)
    assert browser_of(clerk).get("/inspect").status_code == 403


def test_the_workbench_leads_an_inspector_to_the_samples(
    eye: Browser, world: World
) -> None:
    assert eye.get("/console").headers["Location"] == "/inspect"
