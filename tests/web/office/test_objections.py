"""Whoever objects to what is public is reached, and finds the answer."""

from __future__ import annotations

from typing import Any

import pytest

from lms.kernel.db import db
from lms.registration.queries import letters
from tests.conftest import Browser
from tests.registration.ground import messages
from tests.web.office.test_office import Scene, public

__all__ = ["public"]


def objected(public: Scene, browser: Browser, contact: str) -> tuple[str, Any]:
    """A public notice, and an objection to it that came in with a contact."""
    told = {
        "title": "关于注销注册的公示",
        "chosen": f"{public.application_id}:{public.card().version}",
    }
    place = public.approver.post("/office/notices", told).headers["Location"]
    said = {
        "application": str(public.application_id),
        "words": "此人仍在本单位任职，合同未解除",
        "name": "某 公司",
        "contact": contact,
    }
    return place, browser.post(f"{place}/objections", said)


@pytest.mark.parametrize("contact", ["123", "有事打电话", "a@b"])
def test_a_contact_at_which_nobody_is_reached_is_not_taken(
    public: Scene, browser: Browser, contact: str
) -> None:
    _place, taken = objected(public, browser, contact)

    assert taken.status_code == 422
    assert "能联系到您" in taken.text


def test_who_objected_is_told_and_finds_the_answer_by_the_number(
    public: Scene, browser: Browser
) -> None:
    place, taken = objected(public, browser, "someone@demo.example")
    assert taken.status_code == 200
    (one,) = letters.objections(db.session(), public.application_id)
    way = f"{place}?number={one.number.lower()}"
    assert "还没有答复" in browser.get(way).text
    answer = f"/office/objections/{one.id}"

    empty = public.approver.post(answer, {"upheld": "yes", "comment": ""})
    assert empty.status_code == 422
    assert "请写明理由。" in empty.text
    assert "公示与异议" in empty.text
    done = public.approver.post(answer, {"upheld": "yes", "comment": "合同未解除"})

    assert done.status_code == 303
    assert messages("objection_answered") == 1
    page = browser.get(way).text
    assert "异议成立" in page
    assert "合同未解除" in page
    assert "没有这个编号" in browser.get(f"{place}?number=Y20260101AAAAAA").text
    assert "公示期满无异议" not in public.approver.get(public.address).text
