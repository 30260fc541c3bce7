"""The operator pastes the yearly notice, looks at what changes, puts it in force."""

from __future__ import annotations

import inspect
import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from lms.accounts.rules import Role
from lms.calendar import rules
from lms.web.messages import MESSAGES
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make.calendar import OF_2026, OF_2027
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

FAR = OF_2027.replace("2027", "2029").replace("班", "休")

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


@pytest.fixture
def operator(begin: Begin, browser_of: Sign) -> Browser:
    with begin() as work:
        account = make_accounts.staff(work, Role.OPERATOR, email="hand@demo.example")
    return browser_of(account)


def fields(**over: object) -> dict[str, Any]:
    source = "国办发明电〔2026〕9号"
    return {"year": "2027", "source": source, "text": OF_2027, **over}


def test_a_year_is_looked_at_first_and_then_counted(operator: Browser) -> None:
    assert "2027 年的放假安排还没有导入" in operator.get("/console/calendar").text

    looked = operator.post("/console/calendar/preview", fields())
    assert looked.status_code == 200
    assert "2027-05-08" in looked.text
    assert "国办发明电〔2026〕9号" in looked.text
    still = operator.get("/api/v1/working-days?from=2026-12-28&add=5")
    assert still.status_code == 422

    done = operator.post("/console/calendar", fields(seen="0"))
    assert done.status_code == 303
    answer = operator.get("/api/v1/working-days?from=2026-12-28&add=5")
    assert answer.status_code == 200
    assert '"on": "2027-01-05"' in answer.text
    assert (
        "还没有导入" not in operator.get("/console/calendar").text.split("导入记录")[0]
    )


def test_two_clicks_load_once_and_the_second_is_told(operator: Browser) -> None:
    assert operator.post("/console/calendar", fields(seen="0")).status_code == 303

    again = operator.post("/console/calendar", fields(seen="0"))

    assert again.status_code == 409
    assert "刚才有人导入了同一年的通知" in again.text


def test_a_file_is_read_also_in_the_older_coding(operator: Browser) -> None:
    for code in ("utf-8", "utf-8-sig", "gb18030"):
        sent = (io.BytesIO(OF_2026.encode(code)), "2026.txt")
        answer = operator.post(
            "/console/calendar/preview", fields(year="2026", text="", file=sent)
        )

        assert answer.status_code == 200, answer.text
        assert "与现在的日历相同" in answer.text


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"text": ""}, "没有读到放假或上班的日期"),
        ({"text": OF_2026}, "通知不是所填年份的"),
        ({"text": OF_2027.replace("班", "休")}, ""),
        ({"year": "2029", "text": FAR}, "请先导入 2027 年"),
        ({"year": ""}, "请填写年份"),
        ({"source": ""}, "请填写文号"),
        ({"text": OF_2027 + "2027-02-30 休"}, "没有这一天：2027-02-30 休"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_lost(
    operator: Browser, over: dict[str, str], words: str
) -> None:
    answer = operator.post("/console/calendar/preview", fields(**over))

    if not words:
        assert answer.status_code == 200
        return
    assert answer.status_code == 422
    assert words in answer.text


def test_every_flaw_of_a_notice_has_its_words() -> None:
    codes = set(re.findall(r'"(calendar\.\w+)"', inspect.getsource(rules)))

    assert len(codes) > 8
    assert codes <= set(MESSAGES)
