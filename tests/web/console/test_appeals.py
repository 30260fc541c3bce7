"""An appeal at the desk: who is warned, who may take it, what each word is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lms.accounts.rules import Role
from tests.conftest import Browser
from tests.web.records.test_claims import World


@pytest.fixture
def world(begin: Callable[..., Any], browser_of: Any) -> World:
    return World(begin, browser_of)


def appealed(world: World, by: Browser) -> str:
    claim = world.asked()
    assert world.decide(by, claim, "no").status_code == 303
    put = {"reason": "材料重新拍过了"}
    sent = world.mine().post(f"/me/claims/{claim}/appeal", put)
    assert sent.status_code == 303
    return claim


def test_the_only_manager_is_warned_before_the_first_step(world: World) -> None:
    manager = world.staff(Role.MANAGER)
    claim = appealed(world, world.staff(Role.CLERK))
    other = world.staff(Role.CLERK)

    page = manager.get(f"/console/claims/{claim}").text
    assert "请先由另一位没有参与原决定的人员核对" in page
    assert 'value="yes"' not in page
    assert world.decide(manager, claim).status_code == 422

    assert "核对通过" in other.get(f"/console/claims/{claim}").text
    assert world.decide(other, claim).status_code == 303
    assert world.decide(manager, claim).status_code == 303


def test_where_nobody_is_left_both_sides_read_that_a_reviewer_comes(
    world: World,
) -> None:
    clerk, manager = world.staff(Role.CLERK), world.staff(Role.MANAGER)
    claim = appealed(world, clerk)

    assert "会指定与协会无关的复核员" in manager.get(f"/console/claims/{claim}").text
    assert "您不需要再做什么" in world.mine().get(f"/me/claims/{claim}").text

    reviewer = world.staff(Role.REVIEWER)
    assert "您不需要再做什么" not in world.mine().get(f"/me/claims/{claim}").text
    assert world.decide(manager, claim).status_code == 303
    assert world.decide(reviewer, claim).status_code == 303
    assert "已生效" in world.mine().get(f"/me/claims/{claim}").text


def test_a_reviewer_sees_appeals_and_nothing_else(world: World) -> None:
    reviewer, clerk = world.staff(Role.REVIEWER), world.staff(Role.CLERK)
    plain = world.asked()
    assert reviewer.get(f"/console/claims/{plain}").status_code == 404
    assert world.decide(reviewer, plain).status_code == 404
    assert plain not in reviewer.get("/console/claims").text
    assert world.decide(clerk, plain, "no").status_code == 303
    world.mine().post(f"/me/claims/{plain}/appeal", {"reason": "请再看一次"})

    page = reviewer.get("/console/claims").text
    assert plain in page
    assert "申诉复核" in page
    assert "/console/people" not in page
    assert "/console/people" not in reviewer.get(f"/console/claims/{plain}").text
    assert reviewer.get("/console").location.endswith("/console/claims")
    foreign = world.staff(Role.REVIEWER, world.there)
    assert foreign.get(f"/console/claims/{plain}").status_code == 404


def test_a_check_is_called_a_check_and_an_appeal_an_appeal(world: World) -> None:
    claim = world.asked()
    clerk = world.staff(Role.CLERK)
    assert "核对通过" in clerk.get(f"/console/claims/{claim}").text
    world.decide(clerk, claim)

    mine = world.mine().get(f"/me/claims/{claim}").text
    assert "核对通过" in mine
    assert "已同意" not in mine
    assert "核对通过：充抵学时" in world.mine().get("/me/claims/record").text
    world.decide(world.staff(Role.MANAGER), claim, "no")
    world.mine().post(f"/me/claims/{claim}/appeal", {"reason": "请再看一次"})
    assert "</strong> 申诉" in world.mine().get(f"/me/claims/{claim}").text


def test_a_paper_used_elsewhere_is_linked_and_a_claim_taken_back_does_not_count(
    world: World,
) -> None:
    form = world.form()
    paper = form["papers"][0].getvalue()

    def put() -> str:
        again = world.form(papers=(type(form["papers"][0])(paper), "proof.pdf"))
        sent = world.mine().post("/me/claims/new/substitution", again)
        assert sent.status_code == 303, sent.text
        return sent.location.rpartition("/")[2]

    first = put()
    world.mine().post(f"/me/claims/{first}/withdraw")
    second = put()
    clerk = world.staff(Role.CLERK)
    assert "同一份材料" not in clerk.get(f"/console/claims/{second}").text

    world.decide(clerk, second, "no")
    third = put()
    page = clerk.get(f"/console/claims/{third}").text
    assert "同一份材料还用于另外 1 份申请" in page
    assert f'href="/console/claims/{second}"' in page


def test_the_list_offers_to_act_only_to_who_may(world: World) -> None:
    first, second = world.staff(Role.CLERK), world.staff(Role.CLERK)
    world.staff(Role.MANAGER), world.staff(Role.MANAGER)
    claim = appealed(world, first)

    def link(who: Browser) -> str:
        page = who.get("/console/claims").text.partition("<main")[2]
        return page.partition(f'/console/claims/{claim}"')[2].partition("</a>")[0]

    assert "办理" in link(second)
    assert "查看" in link(first)
