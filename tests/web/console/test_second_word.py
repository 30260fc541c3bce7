"""What a second manager types stays when the answer could not be taken."""

from __future__ import annotations

from flask import Flask, get_template_attribute


def test_what_was_typed_stays_in_the_form_that_was_sent_and_in_no_other(
    app: Flask,
) -> None:
    with app.test_request_context("/this", method="POST", data={"comment": "卡号不对"}):
        form = get_template_attribute("console/second_word.html", "second_word")
        assert ">卡号不对</textarea>" in form("/this", "必填", 1)
        assert "卡号不对" not in form("/that", "必填", 2)
