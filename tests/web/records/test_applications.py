"""我的注册 as its holder uses it: what may be asked for, and each step of asking."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lms.people import queries
from lms.policy.flow import MaterialKind, Party
from lms.policy.model import Province
from lms.registration import services as desk
from lms.registration.queries import applications
from lms.registration.rules.states import Act, Status
from lms.registration.services import Doing
from lms.registration.services import dossier as dossiers
from tests.conftest import HandClock
from tests.make import dossier as make_dossier
from tests.make import people as make_people
from tests.registration import walk
from tests.registration.walk import PRESS, Cast
from tests.spread import PAGES
from tests.web.records.ground import (
    MINE,
    World,
    seen,
)

pytestmark = pytest.mark.sqlite_alone(PAGES)


@pytest.fixture
def world(app: Any, begin: Callable[..., Any], browser_of: Any) -> World:
    return World(begin, browser_of)


def test_the_list_says_what_is_open_and_why_the_rest_is_not(world: World) -> None:
    who = world.cast(Province.INNER_MONGOLIA, studied=False)
    page = world.browser(who).get(MINE).text
    assert "建筑工程" in page
    assert "2027-02-28" in page
    assert "建筑工程 必修还差 60 学时。" in page
    assert "建市〔2010〕192号" in page
    assert f"{MINE}/new/cancellation/ordinary" in page
    assert f"{MINE}/new/renewal/ordinary" not in page


def test_one_who_is_not_registered_chooses_a_province(world: World) -> None:
    with world.begin() as work:
        made = make_people.account(work)
    browser = world.browser_of(made.account_id)
    assert "在哪个省注册" in browser.get(MINE).text
    page = browser.get(f"{MINE}?province=sichuan").text
    assert "还没有资格证书信息" in page
    assert browser.get(f"{MINE}?province=nowhere").status_code == 200


def test_one_with_a_bare_account_begins_nothing(world: World) -> None:
    with world.begin() as work:
        made = make_people.account(work)
    browser = world.browser_of(made.account_id)
    for kind in ("cancellation", "renewal", "initial"):
        told = {"specialties": "building", "province": "sichuan"}
        tried = browser.post(f"{MINE}/new/{kind}/ordinary", told)
        assert tried.status_code == 422


def test_while_it_runs_the_profile_stays_as_it_is(world: World) -> None:
    who = world.cast(Province.SICHUAN)
    here = world.start(who)
    world.step(who, here)
    browser = world.browser(who)
    browser.get("/me/employer")
    told = {"name": "别的公司", "uscc": "91110000600037341L"}
    tried = browser.post("/me/employer", told)
    assert tried.status_code == 422
    assert "办结前不能修改个人资料" in tried.text


def test_a_renewal_goes_from_the_form_to_the_company(world: World) -> None:
    who = world.cast(Province.INNER_MONGOLIA)
    here = world.start(who)
    browser = world.browser(who)
    assert "上传申报材料" in browser.get(here).text
    assert "提交给聘用企业确认</button>" not in browser.get(here).text
    world.fill(who, here)
    pledge = browser.get(f"{here}/commitment").text
    assert "在本次延续注册前的注册有效期内" in pledge
    assert browser.post(f"{here}/commitment", seen(world, here)).status_code == 422
    signed = browser.post(f"{here}/commitment", seen(world, here, agreed="y"))
    assert signed.status_code == 303
    assert "提交给聘用企业确认</button>" in browser.get(here).text
    assert browser.post(f"{here}/pass", seen(world, here)).status_code == 422
    sent = browser.post(f"{here}/pass", seen(world, here, read="y"))
    assert sent.status_code == 303
    assert world.card(here).step.by is Party.EMPLOYER
    page = browser.get(here).text
    assert "请提醒单位经办人" in page
    assert page.count("承诺") > 1


def test_without_a_company_the_next_step_is_a_link_to_one(world: World) -> None:
    with world.begin() as work:
        made = make_people.person(work, province=Province.INNER_MONGOLIA)
    browser = world.browser_of(made.account_id)
    page = browser.get(f"{MINE}/new/cancellation/ordinary").text
    assert "先与单位建立关联" in page
    tried = browser.post(
        f"{MINE}/new/cancellation/ordinary", {"specialties": "building"}
    )
    assert tried.status_code == 422
    assert "建立关联" in tried.text


def test_a_way_asks_for_its_circumstance(world: World) -> None:
    who = world.cast(Province.SICHUAN)
    way = f"{MINE}/new/lost_reissue/ordinary"
    tried = world.browser(who).post(way, {"specialties": "building"})
    assert tried.status_code == 422
    assert "我领的是纸质注册证书" in tried.text
    done = world.browser(who).post(
        way, {"specialties": "building", "cases": "paper_held"}
    )
    assert done.status_code == 303


def test_hours_that_are_missing_are_named_before_it_is_handed_on(world: World) -> None:
    who = world.cast(Province.SICHUAN, studied=False)
    here = world.start(who)
    page = world.browser(who).get(here).text
    assert "现在提交会被退回" in page
    assert "建筑工程 必修还差 60 学时。" in page
    assert "建筑工程 选修还差 60 学时。" in page


def test_the_line_promises_a_day_in_working_days(world: World) -> None:
    who = world.cast(Province.CHONGQING)
    here = world.start(who)
    for _ in range(2):
        world.step(who, here)
    page = world.browser(who).get(here).text
    assert "承诺受理 2026-11-24，还剩 2 个工作日" in page


def test_past_the_loaded_calendar_the_line_names_the_earliest_day(
    world: World, clock: HandClock
) -> None:
    clock.now += timedelta(days=30)
    who = world.cast(Province.SICHUAN)
    here = world.start(who)
    for _ in range(3):
        world.step(who, here)
    page = world.browser(who).get(here).text
    assert "2027 年，该年的节假日安排还没有公布" in page
    assert "最早不早于" in page


def test_another_persons_application_is_not_there(world: World) -> None:
    who = world.cast(Province.SICHUAN)
    here = world.start(who)
    with world.begin() as work:
        other = make_people.person(work, name="王外人")
    browser = world.browser_of(other.account_id)
    for page in ("", "/commitment", "/identity"):
        assert browser.get(here + page).status_code == 404
    for deed in ("/pass", "/answer", "/withdraw", "/commitment"):
        told = {"seen": "1", "read": "y", "agreed": "y", "sure": "y", "reason": "好的"}
        assert browser.post(here + deed, told).status_code == 404


def test_what_somebody_saw_before_another_acted_is_refused(world: World) -> None:
    who = world.cast(Province.SICHUAN)
    here = world.start(who)
    browser = world.browser(who)
    old = seen(world, here, sure="y")
    browser.post(f"{here}/commitment", seen(world, here, agreed="y"))
    late = browser.post(f"{here}/withdraw", old)
    assert late.status_code == 409
    assert world.card(here).status is Status.OPEN


def test_a_draft_is_withdrawn_after_a_second_word(world: World) -> None:
    who = world.cast(Province.SICHUAN)
    here = world.start(who)
    browser = world.browser(who)
    assert browser.post(f"{here}/withdraw", seen(world, here)).status_code == 422
    done = browser.post(f"{here}/withdraw", seen(world, here, sure="y"))
    assert done.status_code == 303
    assert world.card(here).status is Status.WITHDRAWN
    assert world.start(who)


def test_a_second_application_waits_for_the_first(world: World) -> None:
    who = world.cast(Province.SICHUAN)
    world.start(who)
    again = world.browser(who).post(
        f"{MINE}/new/cancellation/ordinary", {"specialties": "building"}
    )
    assert again.status_code == 409


def desk_says(world: World, who: Cast, here: str, act: Act, reason: str) -> None:
    card = world.card(here)
    with world.begin() as work:
        made = who.approver if act is Act.REFUSE else who.teller
        by = Party.APPROVER if act is Act.REFUSE else Party.TELLER
        doing = Doing(card.id, act, by, None, reason)
        desk.act(walk.as_(work, made), doing, printer=PRESS)


def test_a_supplement_is_read_and_answered(world: World) -> None:
    who = world.cast(Province.SICHUAN)
    here = world.start(who)
    for _ in range(2):
        world.step(who, here)
    desk_says(world, who, here, Act.SUPPLEMENT, "劳动合同缺第二页")
    browser = world.browser(who)
    page = browser.get(here).text
    assert "劳动合同缺第二页" in page
    assert "期限停止计算" in page
    assert "最后一日是 2026-11-27（含当日）" in page
    assert "确实没有可以补的材料" in page
    assert browser.post(f"{here}/answer", seen(world, here)).status_code == 422
    with world.begin() as work:
        card = applications.application(work.session, world.card(here).id)
        paper = make_dossier.ready(MaterialKind.CONTRACT, given=make_dossier.WHOLE)
        dossiers.hand_in(walk.as_(work, who.person), card.id, paper, Party.PERSON)
    assert "确实没有可以补的材料" not in browser.get(here).text
    told = seen(world, here, reason="已补第二页")
    assert browser.post(f"{here}/answer", told).status_code == 303
    assert world.card(here).status is Status.OPEN


def test_who_can_change_nothing_ticks_it_and_says_why_and_the_desk_reads_it(
    world: World,
) -> None:
    who = world.cast(Province.SICHUAN)
    here = world.start(who)
    for _ in range(2):
        world.step(who, here)
    desk_says(world, who, here, Act.SUPPLEMENT, "劳动合同缺第二页")
    browser = world.browser(who)
    why = "原合同只有一页，没有第二页"

    bare = browser.post(f"{here}/answer", seen(world, here, reason=why))
    short = browser.post(
        f"{here}/answer", seen(world, here, reason="没有", unchanged="y")
    )
    good = browser.post(f"{here}/answer", seen(world, here, reason=why, unchanged="y"))

    assert (bare.status_code, short.status_code, good.status_code) == (422, 422, 303)
    assert re.search(r'id="unchanged-error"[^§]*?材料、照片和签名都没有变化', bare.text)
    assert why in bare.text
    assert re.search(r'id="reason-error"[^§]*?至少 10 个字', short.text)
    assert world.card(here).status is Status.OPEN


def test_a_refusal_says_why_and_where_to_appeal(world: World) -> None:
    who = world.cast(Province.SICHUAN)
    here = world.start(who)
    for _ in range(4):
        world.step(who, here)
    desk_says(world, who, here, Act.REFUSE, "业绩证明与项目登记不符")
    page = world.browser(who).get(here).text
    assert "业绩证明与项目登记不符" in page
    assert "六十日内" in page
    assert "行政复议" in page


def test_a_grant_shows_the_new_dates_at_once(world: World) -> None:
    who = world.cast(Province.SICHUAN)
    here = world.start(who)
    while world.card(here).closed_at is None:
        world.step(who, here)
    page = world.browser(who).get(here).text
    assert "已准予续期注册" in page
    assert "2029-11-20" in world.browser(who).get(MINE).text


def test_personal_information_is_kept_sealed_until_it_is_granted(world: World) -> None:
    who = world.cast(Province.SICHUAN)
    sent = world.browser(who).post(
        f"{MINE}/new/change/personal_information",
        {"specialties": "building", "name": "张建邦", "reason": "户口登记改名"},
    )
    assert sent.status_code == 303, sent.text
    here = sent.location
    assert "correction" in world.card(here).facts
    while world.card(here).closed_at is None:
        world.step(who, here)
    with world.begin() as work:
        assert queries.name(work.session, who.person.person_id) == "张建邦"


def test_a_matter_of_ones_own_asks_for_no_word_of_the_company(world: World) -> None:
    who = world.cast(Province.GUIZHOU)
    page = world.browser(who).get(f"{MINE}/new/change/personal_information").text
    assert "申请时要做的事" in page
    assert "聘用企业尚未作出书面承诺" not in page
    assert "承诺继续教育情况属实" not in page


def test_one_who_must_come_in_person_is_told_where(world: World) -> None:
    who = world.cast(Province.SHANDONG)
    sent = world.browser(who).post(
        f"{MINE}/new/change/personal_information",
        {"specialties": "building", "name": "张建邦", "reason": "户口登记改名"},
    )
    for _ in range(2):
        world.step(who, sent.location)
    page = world.browser(who).get(sent.location).text
    assert "需要到场" in page
    assert "61378805" in page
    assert "您不需要做什么" not in page
    assert "需要到场" in world.browser(who).get(MINE).text
    world.step(who, sent.location)
    assert "接着办：遗失补办（污损更换）" in world.browser(who).get(sent.location).text


def test_a_kind_the_province_does_not_take_is_not_found(world: World) -> None:
    who = world.cast(Province.GUIZHOU)
    browser = world.browser(who)
    for way in ("change/ordinary", "renewal/forced", "nothing/ordinary", "renewal/x"):
        assert browser.get(f"{MINE}/new/{way}").status_code == 404
    assert "本省不办" in browser.get(MINE).text
    assert "由聘用企业发起" in browser.get(f"{MINE}/new/renewal/ordinary").text


def test_the_signature_is_done_only_when_the_dossier_does_not_miss_it(
    world: World,
) -> None:
    who = world.cast(Province.INNER_MONGOLIA)
    here = world.start(who)
    browser = world.browser(who)

    tasks = browser.get(here).text
    assert "个人中心已有签名，还要放进这次的申报材料。" in tasks
    assert "个人中心已有，还没放进来" in browser.get(f"{here}/materials").text

    browser.post(f"{here}/materials/signature/stored")

    assert "还要放进这次的申报材料" not in browser.get(here).text
    row = browser.get(f"{here}/materials").text.partition('id="signature"')[2]
    assert "已交" in row.partition("</header>")[0]


def test_my_registration_lights_what_leads_to_it_in_the_phones_bar(
    world: World,
) -> None:
    who = world.cast(Province.INNER_MONGOLIA)
    page = world.browser(who).get(MINE).text

    bar = page.partition('<nav class="tabbar"')[2].partition("</nav>")[0]
    lit = re.findall(r'href="([^"]+)" aria-current="page"', bar)

    assert lit == ["/me"]
    assert f'href="{MINE}"' in world.browser(who).get("/me").text
