"""Claims from both sides of the desk: the learner's pages and the association's."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from sqlalchemy import text

from lms.accounts.rules import Role
from lms.claims import services
from lms.hours.models import HoursEntry
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, new_id
from tests.conftest import Browser
from tests.make import accounts as staff_make
from tests.make import claims as claims_make
from tests.make import credentials as graduates
from tests.make import people as make
from tests.make import pictures


class World:
    """A learner of one association, and the desk of another."""

    def __init__(self, begin: Callable[..., Any], browser_of: Any) -> None:
        self.begin, self.browser_of = begin, browser_of
        with begin() as work:
            self.learner = make.person(work, name="张建国")
            self.here = make.learner_of(work, self.learner.person_id)
            stranger = make.person(work, name="王外人")
            self.there = make.learner_of(work, stranger.person_id)
            self.stranger = stranger

    def mine(self) -> Browser:
        browser: Browser = self.browser_of(self.learner.account_id)
        return browser

    def staff(self, role: Role, at: AssociationId | None = None) -> Browser:
        with self.begin() as work:
            made = staff_make.staff(
                work,
                role,
                association_id=at or self.here,
                email=f"{new_id().hex}@demo.example",
            )
        browser: Browser = self.browser_of(made)
        return browser

    def form(self, **over: Any) -> dict[str, Any]:
        return {
            "activity": "textbook",
            "specialty": "building",
            "about": "《深基坑施工》教材",
            "occurred_on": "2026-05-20",
            "association": str(self.here),
            "reason": "教材已出版，见版权页。",
            "papers": (io.BytesIO(pdf()), "proof.pdf"),
            **over,
        }

    def asked(self) -> str:
        sent = self.mine().post("/me/claims/new/substitution", self.form())
        assert sent.status_code == 303, sent.text
        return sent.location.rpartition("/")[2]

    def decide(self, browser: Browser, claim: str, answer: str = "yes") -> Any:
        comment = {"answer": answer, "comment": "已核对原件"}
        return browser.post(f"/console/claims/{claim}/decide", comment)


@pytest.fixture
def world(begin: Callable[..., Any], browser_of: Any) -> World:
    return World(begin, browser_of)


def pdf(**root: str) -> bytes:
    """A page that does nothing; with a key it opens by a script."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Title": new_id().hex})
    for key, script in root.items():
        act = {NameObject("/S"): NameObject("/JavaScript")}
        act[NameObject("/JS")] = TextStringObject(script)  # type: ignore[assignment]  # pyHanko has no types here
        writer._root_object[NameObject(f"/{key}")] = DictionaryObject(act)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def entries() -> int:
    db.session.remove()
    return db.session.query(HoursEntry).count()


def test_a_claim_goes_from_the_phone_to_the_ledger(world: World) -> None:
    form = world.mine().get("/me/claims/new/substitution").text
    assert "每次 20 学时" in form
    assert "还可抵 60 学时" in form

    claim = world.asked()
    assert "待经办人核对" in world.mine().get(f"/me/claims/{claim}").text
    assert world.decide(world.staff(Role.CLERK), claim).status_code == 303
    assert entries() == 0
    waiting = world.staff(Role.MANAGER).get("/console/claims").text
    assert '等您决定<span class="count">1<' in waiting
    assert world.decide(world.staff(Role.MANAGER), claim).status_code == 303

    assert entries() == 1
    assert "已生效" in world.mine().get(f"/me/claims/{claim}").text
    record = world.mine().get("/me/claims/record").text
    assert "学时入账：建筑工程 选修 +20 学时" in record
    assert "协会负责人" in record


def test_a_clerk_alone_gets_no_further(world: World) -> None:
    claim = world.asked()
    clerk = world.staff(Role.CLERK)

    assert world.decide(clerk, claim).status_code == 303
    assert world.decide(clerk, claim).status_code == 422
    assert world.decide(world.staff(Role.CLERK), claim).status_code == 422
    page = clerk.get(f"/console/claims/{claim}").text
    assert "最后一步须由协会负责人办理" in page
    assert entries() == 0


def test_another_association_and_another_learner_find_nothing(world: World) -> None:
    claim = world.asked()
    file_id = db.session.scalar(text("SELECT id FROM claim_files"))
    foreign = world.staff(Role.MANAGER, world.there)
    stranger: Browser = world.browser_of(world.stranger.account_id)

    assert foreign.get(f"/console/claims/{claim}").status_code == 404
    assert world.decide(foreign, claim).status_code == 404
    look = f"/console/claims/{claim}/papers/{UUID(str(file_id))}"
    assert foreign.post(look).status_code == 404
    assert stranger.get(f"/me/claims/{claim}").status_code == 404
    assert stranger.post(f"/me/claims/{claim}/withdraw").status_code == 404
    where = f"/console/claims/new/{world.learner.person_id}/adjustment"
    assert foreign.get(where).status_code == 404


def test_what_lacks_proof_or_can_act_is_not_taken(world: World) -> None:
    def told(**over: Any) -> str:
        sent = world.mine().post("/me/claims/new/substitution", world.form(**over))
        assert sent.status_code == 422
        return str(sent.text)

    acting = (io.BytesIO(pdf(OpenAction="app.alert(1)")), "a.pdf")
    assert "脚本、附件或自动动作" in told(papers=acting)
    assert "只接受" in told(papers=(io.BytesIO(b"<svg/>"), "a.svg"))
    assert "请上传证明材料" in told(papers=(io.BytesIO(), ""))
    assert "注册有效期内" in told(occurred_on="2020-01-01")
    assert "不能抵学时" in told(activity="paper", author_rank="2")
    assert world.mine().get("/me/claims").text.count("待经办人核对") == 0


def test_a_fault_stands_at_its_own_field_in_the_order_of_the_page(
    world: World,
) -> None:
    def told(**over: Any) -> str:
        sent = world.mine().post("/me/claims/new/substitution", world.form(**over))
        assert sent.status_code == 422
        return str(sent.text)

    page = told(activity="teaching", about="", reason="")
    listed = page[page.index("请检查标红的内容") :]
    places = [listed.index(f'href="#{name}"') for name in ("about", "reason", "papers")]
    assert places == sorted(places)
    page = told(activity="teaching")
    assert 'id="hours-error"' in page
    assert 'id="activity-error"' not in page
    assert "讲课学时数（讲课必填）</label>" in "".join(page.split("\n")).replace(
        "  ", ""
    )


def test_files_that_the_browser_lost_are_asked_for_again(world: World) -> None:
    lost = world.mine().post("/me/claims/new/substitution", world.form(about=""))
    assert "请重新选择文件" in lost.text
    none = world.form(about="", papers=(io.BytesIO(), ""))
    again = world.mine().post("/me/claims/new/substitution", none).text
    assert "请重新选择文件" not in again


def test_hours_below_nothing_are_told_what_is_allowed(world: World) -> None:
    form = world.form(track="required", hours="-5", occurred_on="2026-05-20")
    told = world.mine().post("/me/claims/new/transfer", form).text
    assert "须大于 0（更正可填负数）" in told


def test_what_is_asked_for_is_taken_off_what_may_still_be_asked(world: World) -> None:
    world.asked()
    page = world.mine().get("/me/claims/new/substitution").text
    assert "还可抵 40 学时。（另有 20 学时正在申请）" in page


def test_a_refused_claim_is_something_to_do_until_it_is_appealed(
    world: World,
) -> None:
    claim = world.asked()
    assert "有一份申请未获同意" not in world.mine().get("/learn").text
    world.decide(world.staff(Role.CLERK), claim, "no")
    page = world.mine().get("/learn").text
    assert "有一份申请未获同意" in page
    assert f"/me/claims/{claim}" in page

    world.mine().post(f"/me/claims/{claim}/appeal", {"reason": "请再看一次"})
    assert "有一份申请未获同意" not in world.mine().get("/learn").text


def test_every_look_at_a_paper_is_told_to_its_owner(world: World) -> None:
    claim = world.asked()
    file_id = UUID(str(db.session.scalar(text("SELECT id FROM claim_files"))))
    assert "查看了申请材料" not in world.mine().get("/me/claims/record").text

    clerk = world.staff(Role.CLERK)
    opened = clerk.post(f"/console/claims/{claim}/papers/{file_id}")

    assert opened.data.startswith(b"%PDF")
    assert opened.headers["Cache-Control"] == "no-store"
    assert "查看了申请材料" in world.mine().get("/me/claims/record").text
    own = world.mine().get(f"/me/claims/{claim}/papers/{file_id}")
    assert own.data == opened.data


def test_a_refused_learner_reads_why_and_appeals(world: World) -> None:
    claim = world.asked()
    assert world.decide(world.staff(Role.CLERK), claim, "no").status_code == 303
    page = world.mine().get(f"/me/claims/{claim}").text
    assert "已核对原件" in page
    assert "可以申诉一次" in page

    put = {"reason": "版权页已重新拍照"}
    assert world.mine().post(f"/me/claims/{claim}/appeal", put).status_code == 303
    assert world.mine().post(f"/me/claims/{claim}/appeal", put).status_code == 422
    assert "申诉复核中" in world.mine().get("/me/claims").text


def test_staff_ask_with_a_photographed_paper_and_the_learner_sees_it(
    world: World,
) -> None:
    where = f"/console/claims/new/{world.learner.person_id}/adjustment"
    put = {
        "association": str(world.here),
        "specialty": "building",
        "track": "required",
        "hours": "1.5",
        "about": "第三章第二节",
        "occurred_on": "2026-05-20",
        "reason": "视频故障，线下补学，有签到表。",
        "papers": (io.BytesIO(pictures.inch_jpeg()), "photo.jpg"),
    }

    sent = world.staff(Role.CLERK).post(where, put)

    assert sent.status_code == 303
    assert "必修 +1.5 学时" in world.mine().get("/me/claims").text
    claim = sent.location.rpartition("/")[2]
    own = world.mine().post(f"/me/claims/{claim}/withdraw")
    assert own.status_code == 404
    assert world.decide(world.staff(Role.MANAGER), claim).status_code == 303
    assert entries() == 1


def test_what_lies_over_the_cap_is_told_under_the_entries(world: World) -> None:
    with world.begin() as work:
        for _ in range(4):
            claim = claims_make.asked(work, world.learner.person_id, world.here)
            for role in ("clerk", "manager"):
                services.decide(
                    claims_make.staff(work, role, world.here),
                    claim,
                    services.Answer(True),
                    association_id=world.here,
                    printer=graduates.PLAIN,
                )

    page = world.mine().get("/learn/hours/building/elective").text

    assert page.count("《深基坑施工》教材") == 4
    assert "-20 学时" in page
    assert "60 学时" in page
    assert "还可抵 0 学时" in world.mine().get("/me/claims/new/substitution").text
