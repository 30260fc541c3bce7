"""The office sees whence a registration is known, and compares what was only typed."""

from __future__ import annotations

import pytest

from lms.kernel.db import db
from lms.people import queries as people
from tests.conftest import Browser
from tests.spread import PAGES
from tests.web.office.test_office import Scene, scene

pytestmark = pytest.mark.sqlite_alone(PAGES)

__all__ = ["scene"]


def passed(scene: Scene, teller: Browser) -> None:
    scene.deed(teller, "pass", scene.card().version)


def number(scene: Scene) -> str:
    return people.registration(db.session(), scene.who.person.person_id).number


def test_the_page_says_that_nobody_compared_it_and_leaves_nothing_to_copy(
    scene: Scene,
) -> None:
    page = scene.teller.get(scene.address).text
    assert "本人填写，未核实" in page
    card = page[page.index('id="registration"') :]
    card = card[: card.index("</section>")]
    assert number(scene)[:4] + "…" in card
    assert number(scene) not in page
    assert "2027-02-28" not in card
    assert 'name="until_building"' in card
    assert "没有记录核对结果" in page


def test_without_a_comparison_the_review_says_what_is_missing(scene: Scene) -> None:
    teller = scene.teller
    passed(scene, teller)
    tried = scene.deed(teller, "pass", scene.card().version)
    assert tried.status_code == 422
    assert "注册信息由本人填写、未核实" in tried.text
    assert scene.card().step.name == "review"


def test_a_comparison_with_the_source_opens_the_way(scene: Scene) -> None:
    teller = scene.teller
    passed(scene, teller)
    told = {
        "source": "register", "days": "y", "seen": str(scene.card().version),
        "until_building": "2027-02-28",
    }  # fmt: skip
    where = f"{scene.address}/registration"
    wrong = teller.post(where, {**told, "number": "川2512019202000999"})
    assert wrong.status_code == 422
    assert "与原件或系统不一致" in wrong.text
    assert teller.post(where, told).status_code == 422
    late = {**told, "number": number(scene), "until_building": "2028-02-28"}
    assert "与原件或系统不一致" in teller.post(where, late).text
    no_day = {**late, "until_building": ""}
    assert "请照原件或系统填写有效期止" in teller.post(where, no_day).text
    done = teller.post(where, {**told, "number": number(scene)})
    assert done.status_code == 303
    page = teller.get(scene.address).text
    assert "窗口核实" in page
    assert number(scene) in page
    assert "本省注册管理系统" in page
    passed(scene, teller)
    assert scene.card().step.name == "decide"
