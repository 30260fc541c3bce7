"""Questions and complaints as their asker and the desk see them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from openpyxl import load_workbook

from lms.kernel import pii
from lms.kernel.ids import new_id
from tests.conftest import Browser, HandClock
from tests.make import accounts as account_make
from tests.make import people, pictures
from tests.make import threads as make

Begin = Callable[..., Any]
Sign = Callable[..., Browser]
MINE, DESK, SET = "/me/questions", "/console/threads", "/console/replies"


@dataclass
class At:
    """A desk with its people's browsers."""

    desk: make.Desk
    learner: Browser
    clerk: Browser
    second: Browser
    manager: Browser


@pytest.fixture
def at(begin: Begin, browser_of: Sign) -> At:
    with begin() as work:
        desk = make.desk(work)
    return At(
        desk,
        browser_of(desk.learner.account_id),
        browser_of(desk.clerk),
        browser_of(desk.second),
        browser_of(desk.manager),
    )


def opening(at: At, **more: Any) -> dict[str, Any]:
    return {
        "once": str(new_id()),
        "matter": "study",
        "association": str(at.desk.here),
        "subject": "学时没有记上",
        "body": "昨天看完了课，没有学时。<script>alert(1)</script>",
    } | more


def opened(at: At, **more: Any) -> str:
    made = at.learner.post(f"{MINE}/new", opening(at, **more))
    assert made.status_code == 303, made.text
    return str(made.location).partition("#")[0].rsplit("/", 1)[1]


def replied(by: Browser, one: str, seen: int = 1, **more: Any) -> Any:
    body = {
        "once": str(new_id()), "seen": str(seen), "body": "已经补记学时。",
        "then": "answer",
    }  # fmt: skip
    return by.post(f"{DESK}/{one}/answer", body | more)


def test_a_learner_asks_is_promised_a_day_answered_and_told(at: At) -> None:
    one = opened(at)
    page = at.learner.get(f"{MINE}/{one}").text
    assert "承诺 2026-11-25 前答复，还剩 3 个工作日" in page
    assert "&lt;script&gt;" in page
    queue = at.clerk.get(DESK).text
    assert "学时没有记上" in queue
    assert "张*" in queue
    assert "张建国" not in queue

    assert replied(at.clerk, one).status_code == 303

    inbox = at.learner.get("/me/notices").text
    assert "通知，1 条未读" in inbox
    assert "咨询投诉有新的答复" in inbox
    at.learner.post(f"{MINE}/{one}/seen")
    page = at.learner.get(f"{MINE}/{one}").text
    assert "通知，0 条未读" in page
    assert "已经补记学时。" in page
    assert pii.mask_name("李经办") in page
    assert "李经办" not in page
    at.learner.post(f"{MINE}/{one}/helped", {"helped": "yes"})
    page = at.learner.get(f"{MINE}/{one}").text
    assert "您的评价：有帮助。" in page
    assert "继续留言" not in page


def test_what_was_typed_stays_when_it_is_refused(at: At) -> None:
    short = at.learner.post(f"{MINE}/new", opening(at, subject="x"))
    assert short.status_code == 422
    assert "昨天看完了课" in short.text
    for _one in range(5):
        opened(at)
    more = at.learner.post(f"{MINE}/new", opening(at))
    assert more.status_code == 422
    assert "已有 5 件未办结" in more.text
    assert "昨天看完了课" in more.text


def test_a_picture_comes_along_and_who_looks_is_written_down(at: At) -> None:
    photo = (io.BytesIO(pictures.face_jpeg()), "a.jpg")
    one = opened(at, papers=photo)
    page = at.learner.get(f"{MINE}/{one}").text
    where = re.search(rf"{MINE}/{one}/papers/([0-9a-f-]+)", page)
    assert where
    assert at.learner.get(where[0]).data.startswith(b"\xff\xd8")
    assert at.learner.get(where[0]).headers["Cache-Control"] == "no-store"

    seen = at.clerk.post(f"{DESK}/{one}/papers/{where[1]}")

    assert "data:image/jpeg;base64," in seen.text
    assert "咨询投诉附件" in at.learner.get("/me").text
    assert at.learner.get(f"{MINE}/{one}/papers/{new_id()}").status_code == 404


def test_an_unread_file_says_so_and_loses_no_word(at: At) -> None:
    junk = (io.BytesIO(b"MZ not a picture"), "a.jpg")
    sent = at.learner.post(f"{MINE}/new", opening(at, papers=junk))

    assert sent.status_code == 422
    assert "昨天看完了课" in sent.text


def test_a_refusal_is_passed_on_to_somebody_else(at: At, clock: HandClock) -> None:
    one = opened(at, matter="complaint")
    replied(at.clerk, one, then="refused")
    page = at.learner.get(f"{MINE}/{one}").text
    assert "申诉：换一个人办理" in page
    sent = at.learner.post(
        f"{MINE}/{one}/pass-on", {"once": str(new_id()), "body": "我不同意"}
    )
    assert sent.status_code == 303

    page = at.clerk.get(f"{DESK}/{one}").text
    assert "您已经答复过或经手过这件" in page
    assert "发出答复" not in page
    refused = replied(at.clerk, one, seen=3)
    assert refused.status_code == 422
    assert "发出答复" in at.second.get(f"{DESK}/{one}").text
    assert replied(at.second, one, seen=3, then="refused").status_code == 303
    assert "申诉：换一个人办理" not in at.learner.get(f"{MINE}/{one}").text


def test_an_answer_that_crossed_another_word_is_kept_in_the_form(at: At) -> None:
    one = opened(at)
    at.learner.post(
        f"{MINE}/{one}/write", {"once": str(new_id()), "body": "刚刚又看了一下"}
    )
    crossed = replied(at.clerk, one, seen=1)

    assert crossed.status_code == 409
    assert "刚才有新的留言" in crossed.text
    assert "刚刚又看了一下" in crossed.text
    assert "已经补记学时。</textarea>" in crossed.text
    assert 'name="seen" type="hidden" value="2"' in crossed.text


def test_a_colleague_takes_hands_on_and_notes(at: At) -> None:
    one = opened(at)
    assert at.clerk.post(f"{DESK}/{one}/take").status_code == 303
    assert at.second.post(f"{DESK}/{one}/take").status_code == 409
    assert "同事已经受理这件" in at.second.get(f"{DESK}/{one}").text
    at.manager.post(f"{DESK}/{one}/hand", {"to": str(at.desk.second)})
    assert "发出答复" in at.second.get(f"{DESK}/{one}").text
    note = {"once": str(new_id()), "body": "已打电话，对方要发票"}
    assert at.clerk.post(f"{DESK}/{one}/note", note).status_code == 303
    assert "已打电话" in at.second.get(f"{DESK}/{one}").text
    assert "已打电话" not in at.learner.get(f"{MINE}/{one}").text


def test_another_associations_clerk_sees_and_does_nothing(
    at: At, begin: Begin, browser_of: Sign
) -> None:
    one = opened(at)
    with begin() as work:
        there = people.association(work)
        clerk = account_make.staff(work, association_id=there, email="x@demo.example")
        stranger = people.account(work)
    foreign, other = browser_of(clerk), browser_of(stranger.account_id)

    assert "学时没有记上" not in foreign.get(DESK).text
    assert foreign.get(f"{DESK}/{one}").status_code == 404
    assert replied(foreign, one).status_code == 404
    for deed in ("take", "hand", "note"):
        assert foreign.post(f"{DESK}/{one}/{deed}").status_code == 404
    for deed in ("write", "end", "helped", "pass-on", "seen"):
        assert other.post(f"{MINE}/{one}/{deed}").status_code == 404
    assert other.get(f"{MINE}/{one}").status_code == 404


def test_a_template_fills_the_answer_and_evaluates_nothing(at: At) -> None:
    one = opened(at, subject="{{ 7*7 }} {编号}")
    form = {"title": "已收到", "matter": "", "body": "{称呼}，您的“{主题}”已收到。"}
    shown = at.clerk.post(f"{SET}/templates/new", form | {"then": "preview"})
    assert "张建国，您的“学时没有记上”已收到。" in shown.text
    bad = at.clerk.post(f"{SET}/templates/new", form | {"body": "{不认识}您好"})
    assert bad.status_code == 422
    assert "没有“不认识”这个占位符" in bad.text
    assert at.clerk.post(f"{SET}/templates/new", form).status_code == 303
    where = re.search(rf"{SET}/templates/([0-9a-f-]+)", at.clerk.get(SET).text)
    assert where

    page = at.clerk.get(f"{DESK}/{one}?template={where[1]}").text

    assert "张建国，您的“{{ 7*7 }} {编号}”已收到。" in page
    assert at.clerk.get(f"{DESK}/{one}?template=x").status_code == 404
    assert at.clerk.get(f"{DESK}/{one}?template={new_id()}").status_code == 404
    at.clerk.post(f"{where[0]}/drop")
    assert "还没有模板" in at.clerk.get(SET).text


def test_a_template_of_first_words_preselects_that_the_answer_is_owed(at: At) -> None:
    one = opened(at)
    form = {"title": "已收到", "matter": "", "body": "已收到。", "interim": "y"}
    at.clerk.post(f"{SET}/templates/new", form)
    where = re.search(rf"{SET}/templates/([0-9a-f-]+)", at.clerk.get(SET).text)
    assert where
    page = at.clerk.get(f"{DESK}/{one}?template={where[1]}").text
    chosen = re.search(r"<input checked[^>]*name=\"then\"[^>]*>", page)
    assert chosen
    assert 'value="meanwhile"' in chosen[0]

    assert replied(at.clerk, one, then="meanwhile").status_code == 303

    assert "学时没有记上" in at.clerk.get(DESK).text
    mine = at.learner.get(f"{MINE}/{one}").text
    assert "先行回复，正式答复另行发出" in mine
    assert "等协会答复" in mine
    replied(at.clerk, one, seen=2)
    assert 'value="meanwhile"' not in at.clerk.get(f"{DESK}/{one}").text


def test_a_manager_sets_a_limit_that_the_page_of_help_tells(at: At) -> None:
    form = {"matter": "study", "workdays": "2", "from_on": "2026-11-21"}
    assert at.clerk.post(f"{SET}/limits", form).status_code == 403
    much = at.manager.post(f"{SET}/limits", form | {"workdays": "16"})
    assert much.status_code == 422
    assert "请填写 1 至 15 个工作日" in much.text
    assert at.manager.post(f"{SET}/limits", form).status_code == 303

    help_ = Browser(at.learner.app).get("/help").text

    assert "2 个工作日" in help_
    assert "我的申请" in help_
    assert "承诺 2026-11-24 前答复" in at.learner.get(f"{MINE}/{opened(at)}").text


def test_what_waits_and_is_late_stands_on_the_page_of_today(
    at: At, clock: HandClock, browser_of: Sign
) -> None:
    opened(at)
    assert "待答复咨询投诉" in at.manager.get("/console/today").text
    clock.pass_days(6)
    late = browser_of(at.desk.manager).get("/console/today").text
    assert "咨询投诉待答复" in late
    assert "1 件超过了承诺的期限" in browser_of(at.desk.clerk).get(DESK).text


def test_an_empty_answer_does_not_keep_it_at_the_desk(at: At) -> None:
    one = opened(at)
    replied(at.clerk, one, body="请耐心等待。")
    judged = at.learner.post(f"{MINE}/{one}/helped", {"helped": "no"})
    assert judged.status_code == 303
    page = at.learner.get(f"{MINE}/{one}").text
    assert "可以在下面申诉一次" in page
    assert "提交申诉，换人办理" in page
    assert "发送留言" in page
    assert page.count('id="body"') == 1

    empty = at.learner.post(f"{MINE}/{one}/pass-on", {"once": str(new_id())})
    sent = at.learner.post(
        f"{MINE}/{one}/pass-on", {"once": str(new_id()), "body": "没有说到学时"}
    )

    assert empty.status_code == 422
    assert sent.status_code == 303
    assert "您已申诉" in at.learner.get(f"{MINE}/{one}").text
    assert replied(at.clerk, one, seen=3).status_code == 422
    assert replied(at.second, one, seen=3).status_code == 303


@pytest.mark.parametrize(
    ("asked", "told", "rows"),
    [
        ({}, ("待答复", "全部"), 1),
        ({"pile": "closed"}, ("已办结", "全部"), 0),
        ({"pile": "waiting", "matter": "study"}, ("待答复", "课程学习"), 1),
        ({"pile": "waiting", "matter": "order"}, ("待答复", "订单和发票"), 0),
        ({"pile": "nonsense", "matter": "passed_on"}, ("待答复", "全部"), 1),
    ],
    ids=str,
)
def test_the_table_says_by_what_the_queue_was_narrowed(
    at: At, asked: dict[str, str], told: tuple[str, str], rows: int
) -> None:
    opened(at)

    made = at.clerk.post(f"{DESK}/export.xlsx", asked)

    book = load_workbook(io.BytesIO(made.data))
    words = {str(a): str(b) for a, b in book["筛选条件"].values}
    assert (words["范围"], words["主题"]) == told
    assert "导出时间" in words
    assert len(list(book.worksheets[0].values)) == rows + 1


def test_the_queue_leaves_as_a_table_with_masked_names(at: At) -> None:
    opened(at)
    made = at.clerk.post(f"{DESK}/export.xlsx", {"pile": "waiting", "matter": ""})

    sheet = load_workbook(io.BytesIO(made.data)).worksheets[0]
    told = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any("张*" in row for row in told)
    assert "张建国" not in str(told)


def test_the_desk_attaches_papers_that_the_asker_opens(at: At) -> None:
    one = opened(at)
    photo = (io.BytesIO(pictures.face_jpeg()), "a.jpg")

    assert replied(at.clerk, one, papers=photo).status_code == 303

    page = at.learner.get(f"{MINE}/{one}").text
    where = re.search(rf"{MINE}/{one}/papers/([0-9a-f-]+)", page)
    assert where
    assert at.learner.get(where[0]).data.startswith(b"\xff\xd8")
    assert "打开附件 1" in at.second.get(f"{DESK}/{one}").text


def test_what_the_desk_attaches_is_checked_as_the_askers_papers_are(at: At) -> None:
    one = opened(at)
    junk = (io.BytesIO(b"MZ not a picture"), "a.jpg")
    many = [(io.BytesIO(pictures.face_jpeg()), f"{n}.jpg") for n in range(4)]

    bad = replied(at.clerk, one, papers=junk)
    more = replied(at.clerk, one, papers=many)

    assert (bad.status_code, more.status_code) == (422, 422)
    assert "已经补记学时。" in bad.text
    assert "附件最多 3 个" in more.text
    assert "打开附件" not in at.clerk.get(f"{DESK}/{one}").text


def test_a_reviewer_sees_and_answers_what_went_outside_alone(
    at: At, begin: Begin, browser_of: Sign
) -> None:
    kept = opened(at)
    with begin() as work:
        account_id = account_make.staff(
            work, "reviewer", association_id=at.desk.here, email="far@demo.example"
        )
    reviewer = browser_of(account_id)
    assert reviewer.get(f"{DESK}/{kept}").status_code == 404
    assert replied(reviewer, kept).status_code == 404
    assert reviewer.post(f"{DESK}/{kept}/take").status_code == 404
    one = opened(at, subject="电话没人接")
    for n, (by, to) in enumerate(
        ((at.clerk, at.desk.second), (at.second, at.desk.manager), (at.manager, None)),
        start=1,
    ):
        then = "answer" if to else "refused"
        assert replied(by, one, n, then=then).status_code == 303
        if to:
            assert by.post(f"{DESK}/{one}/hand", {"to": str(to)}).status_code == 303
    again = {"once": str(new_id()), "body": "我不同意"}
    assert at.learner.post(f"{MINE}/{one}/pass-on", again).status_code == 303

    page = at.learner.get(f"{MINE}/{one}").text
    assert "已转给平台指定的复核员（与协会无关）" in page
    assert "由复核员办理" in at.clerk.get(f"{DESK}/{one}").text
    queue = reviewer.get(DESK).text
    assert "电话没人接" in queue
    assert "学时没有记上" not in queue
    done = replied(reviewer, one, 5, then="solved", body="经复核，协会应当致歉。")

    assert done.status_code == 303
    page = at.learner.get(f"{MINE}/{one}").text
    assert "经复核，协会应当致歉。" in page
    assert f"复核员 · {pii.mask_name('李经办')}" in page
