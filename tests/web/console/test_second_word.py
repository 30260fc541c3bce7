"""What a second manager types stays when the answer could not be taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, get_template_attribute

from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

ROOT = Path(__file__).parents[3]


def test_what_was_typed_stays_in_the_form_that_was_sent_and_in_no_other(
    app: Flask,
) -> None:
    with app.test_request_context("/this", method="POST", data={"comment": "卡号不对"}):
        form = get_template_attribute("console/second_word.html", "second_word")
        assert ">卡号不对</textarea>" in form("/this", "必填", 1)
        assert "卡号不对" not in form("/that", "必填", 2)


def test_what_is_wrong_is_said_at_the_field_of_the_form_that_was_sent(
    app: Flask,
) -> None:
    with app.test_request_context("/this", method="POST", data={"comment": ""}):
        form = get_template_attribute("console/second_word.html", "second_word")
        told = form("/this", "必填", 1, wrong="请写明原因。")
        assert 'aria-describedby="comment-hint-1 comment-error-1"' in told
        assert "请写明原因。" in told
        assert "请写明原因。" not in form("/that", "必填", 2, wrong="请写明原因。")


APART = {
    # What asks for more than a yes or a no: typed words, papers, a published reason,
    # an alarm, a first check before the second.
    "claim.html", "keys.html", "keys_vouch.html", "legacy_draft.html",
    "legacy_link.html", "merge.html",
}  # fmt: skip


def test_no_page_has_a_form_of_its_own_for_a_second_persons_word() -> None:
    asking = {
        one.name
        for one in (ROOT / "templates/console").glob("*.html")
        if 'name="answer", value="no"' in one.read_text("utf-8")
    }
    assert asking == APART | {"second_word.html"}
