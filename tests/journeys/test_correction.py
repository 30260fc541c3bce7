"""Asking for a correction: what was chosen stays, whatever else is wrong."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload

from tests.browser import PHONE
from tests.journeys.conftest import DEMO_PASSWORD, Tours
from tests.make import pictures


@pytest.mark.browser
def test_a_proof_once_chosen_stays_while_the_rest_is_put_right(tours: Tours) -> None:
    with tours("correction", PHONE) as tour:
        tour.sign_in("graduate@demo.example", DEMO_PASSWORD)
        tour.go("/me/identity/correction")
        page = tour.page
        page.get_by_label("姓名").fill("李秀瑛")
        proof = FilePayload(
            name="proof.jpg", mimeType="image/jpeg", buffer=pictures.face_jpeg()
        )
        paper = page.locator("input[type=file]")
        paper.set_input_files(proof)
        with tour.expecting("ERR_INTERNET_DISCONNECTED"):
            page.context.set_offline(True)
            tour.press(tour.button("提交更正申请"))
            tour.says("网络中断，还没有送到")
            page.context.set_offline(False)
        with tour.expecting("422"):
            tour.press(tour.button("提交更正申请"))
            tour.says("请检查标红的内容")
        tour.look("correction-refused")
        assert not page.get_by_text("请重新选择这个文件").count()
        assert paper.evaluate("field => field.files[0].name") == "proof.jpg"
        assert page.get_by_label("姓名").input_value() == "李秀瑛"
        page.locator("[name=reason]").fill("身份证上是瑛字，登记时写错了")
        tour.follow(tour.button("提交更正申请"))
        tour.says("更正申请已提交")
        tour.look("correction-asked")
