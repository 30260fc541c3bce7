"""The offices' pages, as tellers, approvers and the public meet them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest

from lms.accounts import services as accounts
from lms.accounts.rules import Role
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.ids import AccountId
from lms.kernel.work import Work
from lms.people import queries as people
from lms.policy.flow import Case, Party, Path, StepName
from lms.policy.model import Application, Province
from lms.registration import services as core
from lms.registration.queries import applications, letters, offices
from lms.registration.rules.states import Act, FlagKind, Status
from lms.registration.services import offices as halls
from tests.conftest import Browser
from tests.make import accounts as make
from tests.make import credentials as make_credentials
from tests.registration.ground import learn
from tests.registration.walk import NOTHING_TO_ADD, PRESS, Cast, Way, as_, cast, step
from tests.registration.walk import begin as start
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)


@dataclass(frozen=True)
class Scene:
    """An application at a desk, and browsers of whoever sits there."""

    who: Cast
    application_id: UUID
    browser_of: Callable[[AccountId], Browser]

    @property
    def address(self) -> str:
        return f"/office/applications/{self.application_id}"

    @property
    def teller(self) -> Browser:
        return self.browser_of(self.who.teller.account_id)

    @property
    def second(self) -> Browser:
        return self.browser_of(self.who.second.account_id)

    @property
    def approver(self) -> Browser:
        return self.browser_of(self.who.approver.account_id)

    def card(self) -> applications.ApplicationCard:
        db.session.rollback()
        return applications.application(db.session(), self.application_id)

    def deed(self, browser: Browser, deed: str, seen: int, **more: str) -> Any:
        told = {"deed": deed, "seen": str(seen), **more}
        return browser.post(f"{self.address}/act", told)


def seat(work: Work, account_id: AccountId, role: Role, code: str) -> None:
    where = offices.office_coded(work.session, code).id
    scope = accounts.Scope(office_id=where)
    accounts.grant_in(work, account_id, role, scope)


def seated(work: Work, who: Cast, teller: str, approver: str) -> None:
    halls.open_directory(work)
    for made in (who.teller, who.second):
        seat(work, made.account_id, Role.TELLER, teller)
    seat(work, who.approver.account_id, Role.APPROVER, approver)


@pytest.fixture
def scene(begin: Callable[..., Any], browser_of: Any) -> Scene:
    """A renewal that has just reached Sichuan's centre."""
    with begin() as work:
        who = cast(work, province=Province.SICHUAN)
        learn(work, who.person.person_id)
        make_credentials.certified(work, who.person.person_id)
        card = start(work, who, Way(Province.SICHUAN, Application.RENEWAL))
        while card.step.name is not StepName.ACCEPT:
            card = step(work, who, card)
        seated(work, who, "SC-ZX", "SC-JST")
    db.session.remove()
    return Scene(who, card.id, browser_of)


def test_the_queue_shows_the_promise_and_whose_turn_it_is(scene: Scene) -> None:
    page = scene.teller.get("/office").text

    assert "四川省建设岗位培训与执业资格注册中心" in page
    assert scene.card().number in page
    assert "还剩" in page
    assert 'badge info">该您办理' in page
    assert 'badge info">该您办理' not in scene.approver.get("/office").text


def test_a_teller_accepts_and_prints_the_receipt(scene: Scene) -> None:
    teller = scene.teller

    answer = scene.deed(teller, "pass", scene.card().version)

    assert answer.status_code == 303
    assert scene.card().accepted_on is not None
    (paper,) = letters.letters(db.session(), scene.application_id)
    printed = teller.get(f"{scene.address}/letters/{paper.id}")
    assert printed.mimetype == "application/pdf"
    assert printed.data.startswith(b"%PDF")


def test_an_answer_that_changed_nothing_is_put_before_the_teller(
    scene: Scene, begin: Callable[..., Any]
) -> None:
    items = {"items": "合同缺第二页"}
    told = scene.deed(scene.teller, "supplement", scene.card().version, **items)
    assert told.status_code == 303
    with begin() as work:
        core.act(
            as_(work, scene.who.person),
            replace(NOTHING_TO_ADD, application_id=scene.application_id),
            printer=PRESS,
        )
    db.session.remove()

    page = scene.teller.get(scene.address).text
    assert "补正时材料没有变化，申请人书面说明" in page
    assert NOTHING_TO_ADD.reason in page


def test_what_only_a_machine_read_is_not_called_checked(scene: Scene) -> None:
    page = scene.teller.get(scene.address).text

    assert "检查通过" not in page
    assert "系统检查无误" in page
    assert "系统只检查了：文件能打开" in page
    assert "由窗口人员审看" in page


def test_two_clerks_at_once_one_acts_and_the_other_is_told(scene: Scene) -> None:
    seen = scene.card().version
    first = scene.deed(scene.teller, "pass", seen)
    late = scene.deed(scene.second, "decline", seen, reason="材料不符合要求")

    assert first.status_code == 303
    assert late.status_code == 409
    assert "刚才有人办理了这份申请" in late.text
    assert scene.card().status is Status.OPEN


def test_a_double_click_accepts_once(scene: Scene) -> None:
    seen = scene.card().version
    codes = [scene.deed(scene.teller, "pass", seen).status_code for _ in range(2)]

    assert codes == [303, 409]
    assert len(letters.letters(db.session(), scene.application_id)) == 1


def test_deficiencies_are_told_in_one_list(scene: Scene) -> None:
    teller, seen = scene.teller, scene.card().version
    nothing = scene.deed(teller, "supplement", seen, items=" \n ")
    assert nothing.status_code == 422
    assert "一行一项" in nothing.text

    scene.deed(teller, "supplement", seen, items="合同不足一年\n缺身份证反面")

    assert scene.card().status is Status.SUPPLEMENT
    page = teller.get(scene.address).text
    assert "期限暂停" in page
    assert "2．缺身份证反面" in page


def test_a_refusal_without_a_reason_is_not_done_and_words_are_kept(
    scene: Scene,
) -> None:
    answer = scene.deed(scene.teller, "decline", scene.card().version, reason="")

    assert answer.status_code == 422
    assert "请写明理由" in answer.text
    assert scene.card().status is Status.OPEN


def test_another_provinces_office_sees_what_is_nowhere(
    scene: Scene, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        account = make.account(work, email="nm@demo.example")
        seat(work, account, Role.TELLER, "NM-JST")
    foreign = scene.browser_of(account)

    there = foreign.get(scene.address)
    nowhere = foreign.get("/office/applications/00000000-0000-4000-8000-000000000000")

    assert there.status_code == nowhere.status_code == 404
    assert scene.card().number not in foreign.get("/office").text
    assert scene.deed(foreign, "pass", scene.card().version).status_code == 404


def test_who_sits_nowhere_is_kept_out(scene: Scene, begin: Callable[..., Any]) -> None:
    with begin() as work:
        account = make.staff(work, Role.TELLER, email="lost@demo.example")

    assert scene.browser_of(account).get("/office").status_code == 403


def test_an_end_of_the_seat_ends_the_pages(
    scene: Scene, begin: Callable[..., Any]
) -> None:
    browser = scene.teller
    with begin() as work:
        where = offices.office_coded(work.session, "SC-ZX").id
        halls.dismiss(work, where, scene.who.teller.account_id, Role.TELLER)

    assert browser.get(scene.address).status_code == 403


def test_particulars_open_by_a_deed_that_the_person_can_read_of(scene: Scene) -> None:
    teller = scene.teller
    assert "data:image" not in teller.get(scene.address).text

    opened = teller.post(f"{scene.address}/open", {})

    assert opened.status_code == 200
    assert "data:image" in opened.text
    looks = people.looks(db.session(), scene.who.person.person_id)
    assert scene.card().number in " ".join(one.reason for one in looks)


def test_a_flag_is_shown_and_settled_with_a_reason(
    scene: Scene, begin: Callable[..., Any], clock: Any
) -> None:
    clock.pass_days(20)
    with begin() as work:
        core.look_at(work, scene.application_id, printer=PRESS)
    teller = scene.teller
    assert "视为受理" in teller.get(scene.address).text
    flags = applications.flags(db.session(), [scene.application_id], open_only=True)
    deemed = next(f for f in flags if f.kind is FlagKind.DEEMED_ACCEPTANCE)
    url = f"{scene.address}/flags/{deemed.id}"

    assert teller.post(url, {"upheld": "yes", "comment": ""}).status_code == 422
    done = teller.post(url, {"upheld": "yes", "comment": "确认"})

    assert done.status_code == 303
    assert scene.card().accepted_on is not None


@pytest.fixture
def public(begin: Callable[..., Any], browser_of: Any) -> Scene:
    """A cancellation by the written path that waits for its public notice."""
    with begin() as work:
        who = cast(work, province=Province.INNER_MONGOLIA)
        left = frozenset({Case.DISMISSED})
        way = Way(Province.INNER_MONGOLIA, Application.CANCELLATION, Path.WRITTEN, left)
        card = _first(work, who, way)
        seated(work, who, "NM-JST", "NM-JST")
    db.session.remove()
    return Scene(who, card.id, browser_of)


def _first(work: Work, who: Cast, way: Way) -> applications.ApplicationCard:
    card = start(work, who, way)
    while card.step.name is not StepName.NOTICE:
        card = step(work, who, card)
    return card


def test_a_public_notice_is_published_objected_to_and_answered(
    public: Scene, browser: Browser
) -> None:
    approver = public.approver
    chosen = f"{public.application_id}:{public.card().version}"
    told = {"title": "关于注销注册的公示", "chosen": chosen}
    made = approver.post("/office/notices", told)
    assert made.status_code == 303
    place = made.headers["Location"]

    page = browser.get(place).text
    assert "张建国" in page
    assert "提出异议" in page
    said = {
        "application": str(public.application_id),
        "words": "此人仍在本单位任职，合同未解除",
        "name": "某公司",
        "contact": "0471-1234567",
    }
    taken = browser.post(f"{place}/objections", said)
    assert taken.status_code == 200
    assert "异议编号" in taken.text

    (one,) = letters.objections(db.session(), public.application_id)
    shown = approver.get(public.address).text
    assert "此人仍在本单位任职" in shown
    assert "0471-1234567" not in shown
    revealed = approver.post(f"/office/objections/{one.id}/reveal", {}).text
    assert "0471-1234567" in revealed
    done = approver.post(
        f"/office/objections/{one.id}", {"upheld": "no", "comment": "已核实"}
    )
    assert done.status_code == 303
    assert browser.get(f"{place}/pdf").data.startswith(b"%PDF")


def test_a_teller_publishes_nothing(public: Scene) -> None:
    chosen = f"{public.application_id}:{public.card().version}"
    answer = public.teller.post("/office/notices", {"title": "公示", "chosen": chosen})

    assert answer.status_code == 403


def test_anybody_finds_the_telephones(
    begin: Callable[..., Any], browser: Browser
) -> None:
    with begin() as work:
        halls.open_directory(work)

    page = browser.get("/offices").text

    assert "tel:023-63672107" in page
    assert "受理已于 2023-07-24 停止" in page


def test_two_operators_seat_somebody_through_the_console(
    begin: Callable[..., Any], browser_of: Any
) -> None:
    with begin() as work:
        halls.open_directory(work)
        first = make.staff(work, Role.OPERATOR, email="one@demo.example")
        second = make.staff(work, Role.OPERATOR, email="two@demo.example")
        make.account(work, email="new@demo.example")
        where = offices.office_coded(work.session, "SC-ZX").id
        until = legal_day(work.now).replace(year=2027)
    told = {
        "email": "new@demo.example",
        "role": "teller",
        "until": until.isoformat(),
        "document": "川建人〔2026〕3号",
    }
    asker, other = browser_of(first), browser_of(second)
    url = f"/console/offices/{where}"
    assert asker.post(f"{url}/appointments", told).status_code == 303
    page = other.get(url).text
    start = page.index("/console/offices/appointments/")
    decide = page[start : page.index('"', start)]
    yes = {"answer": "yes", "comment": "已核对文件"}

    assert asker.post(decide, yes).status_code == 422
    assert "在任人员（0）" in asker.get(url).text
    assert other.post(decide, yes).status_code == 303
    assert "在任人员（1）" in other.get(url).text


def test_a_teller_takes_somebody_in_at_the_counter(
    begin: Callable[..., Any], browser_of: Any
) -> None:
    with begin() as work:
        who = cast(work, province=Province.INNER_MONGOLIA)
        seated(work, who, "NM-JST", "NM-JST")
    teller = browser_of(who.teller.account_id)
    flow = "inner_mongolia/cancellation/written/2022-08-05"
    sent = {
        "person": str(who.person.person_id),
        "flow": flow,
        "specialties": ["building"],
    }

    absent = teller.post("/office/counter/open", sent)
    assert absent.status_code == 422
    assert "您今天还没有核对过这个人的身份证原件" in absent.text
    assert who.person.name not in absent.text
    shown = {"number": who.person.id_number, "checked": "y"}
    assert teller.post("/office/counter/person", shown).status_code == 200
    unsaid = teller.post("/office/counter/open", sent)
    assert unsaid.status_code == 422
    assert "不符合这一办法的适用情形" in unsaid.text
    assert 'value="dismissed"' in unsaid.text
    done = teller.post("/office/counter/open", {**sent, "cases": ["dismissed"]})

    assert done.status_code == 303
    (card,) = applications.all_of_person(db.session(), who.person.person_id)
    assert card.started_by is Party.TELLER
    assert teller.get(done.headers["Location"]).status_code == 200
    again = teller.post("/office/counter/open", {**sent, "cases": ["dismissed"]})
    assert again.status_code == 422
    assert "同一时间只能办理一份" in again.text
    (event,) = applications.history(db.session(), card.id)
    assert event.act is Act.OPEN
