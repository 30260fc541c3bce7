"""What a company opens of an application's papers, and what it never sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from lms.kernel.work import Actor
from lms.policy.flow import Case, MaterialKind, Party
from lms.policy.model import Province
from lms.registration.models import ApplicationRow
from lms.registration.queries import applications, dossier
from lms.registration.rules.dossier import Given
from lms.registration.rules.states import Status
from lms.registration.services import dossier as services
from tests.conftest import Browser
from tests.make import companies, people
from tests.make import dossier as make
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

Begin = Callable[..., Any]
PHONE = "13912345678"
OPEN = {MaterialKind.PERFORMANCE}


class World:
    """A company whose person has handed in every paper, each with its secrets."""

    def __init__(
        self,
        begin: Begin,
        browser_of: Any,
        province: Province,
        **over: Any,
    ) -> None:
        self.begin, self.browser_of = begin, browser_of
        with begin() as work:
            self.company = companies.proved(work, name="济南某建筑公司")
            self.staff = people.person(work, province=province)
            companies.bound(work, self.company, self.staff)
            self.one = make.application(
                work,
                self.staff.person_id,
                province=province,
                employer_id=self.company.id,
                **over,
            )
            self.secrets = (self.staff.id_number, PHONE)
            self.handed = self._hand_in_all(work)

    def _hand_in_all(self, work: Any) -> dict[MaterialKind, UUID]:
        own = replace(work, actor=Actor(self.staff.account_id, self.staff.person_id))
        work.session.get_one(ApplicationRow, self.one).status = Status.SUPPLEMENT
        work.session.flush()
        card = applications.application(work.session, self.one)
        made = {}
        for kind in {each.kind for each in card.flow.materials_for(card.cases)}:
            words = "plain" if kind in OPEN else " ".join(self.secrets)
            ready = make.ready(
                kind,
                body=b"%PDF-1.4 " + words.encode(),
                name=f"{'-'.join(self.secrets)}.pdf",
            )
            made[kind] = services.hand_in(own, self.one, ready, Party.PERSON)
        return made

    def agent(self) -> Browser:
        browser: Browser = self.browser_of(self.company.agent.account_id)
        return browser

    def url(self, tail: str) -> str:
        return f"/employer/applications/{self.one}/{tail}"

    def newest(self, kind: MaterialKind) -> UUID:
        """The version of a paper that counts now."""
        with self.begin() as work:
            cards = dossier.history(work.session, self.one, self.staff.person_id)
            return dossier.current(cards)[kind].id


@pytest.fixture(params=[Province.SHANDONG, Province.INNER_MONGOLIA, Province.BEIJING])
def world(request: pytest.FixtureRequest, begin: Begin, browser_of: Any) -> World:
    return World(begin, browser_of, request.param)


def test_no_answer_of_the_company_bears_an_id_number_or_a_telephone(
    world: World,
) -> None:
    agent = world.agent()
    answers = [agent.get(world.url("materials"))]
    answers.append(agent.get(f"/employer/applications/{world.one}"))
    for kind, one in world.handed.items():
        answer = agent.post(world.url(f"papers/{one}"), {})
        assert answer.status_code == (200 if kind in OPEN else 404), kind
        answers.append(answer)

    for answer in answers:
        for secret in world.secrets:
            assert secret.encode() not in answer.data


def test_a_contract_is_the_companys_to_open_when_it_handed_it_in(
    begin: Begin, browser_of: Any
) -> None:
    world = World(begin, browser_of, Province.SHANDONG)
    theirs = world.newest(MaterialKind.CONTRACT)
    assert world.agent().post(world.url(f"papers/{theirs}"), {}).status_code == 404
    with begin() as work:
        days = Given(contract_from=date(2026, 1, 1), contract_until=date(2028, 1, 31))
        own = replace(
            make.ready(MaterialKind.CONTRACT, body=b"%PDF-1.4 ours"), given=days
        )
        ours = services.hand_in(
            world.company.acting(work), world.one, own, Party.EMPLOYER
        )
    opened = world.agent().post(world.url(f"papers/{ours}"), {})
    assert opened.data == b"%PDF-1.4 ours"
    page = world.agent().get(world.url("materials")).text
    assert "填写的合同期限：2026-01-01 至 2028-01-31" in page


@pytest.fixture
def begun_by_us(begin: Begin, browser_of: Any) -> World:
    """An application that the company itself began, with a paper of the person's."""
    return World(
        begin,
        browser_of,
        Province.GUIZHOU,
        cases=frozenset({Case.INSURANCE_MISMATCH}),
        by=Party.EMPLOYER,
    )


def test_what_the_company_merely_hands_in_again_stays_shut(begun_by_us: World) -> None:
    world, kind = begun_by_us, MaterialKind.EXEMPT_KIND
    agent = world.agent()

    again = agent.post(world.url(f"materials/{kind}"), {})

    assert again.status_code == 303
    newest = world.newest(kind)
    assert newest != world.handed[kind]
    assert agent.post(world.url(f"papers/{newest}"), {}).status_code == 404


def test_the_company_opens_what_it_uploaded_itself(begun_by_us: World) -> None:
    world = begun_by_us
    ready = make.ready(MaterialKind.EXEMPT_KIND, body=b"%PDF-1.4 ours")
    with world.begin() as work:
        own = world.company.acting(work)
        one = services.hand_in(own, world.one, ready, Party.EMPLOYER)

    answer = world.agent().post(world.url(f"papers/{one}"), {})

    assert answer.data == b"%PDF-1.4 ours"


def test_the_page_says_which_papers_stay_shut_and_why(
    begin: Begin, browser_of: Any
) -> None:
    world = World(begin, browser_of, Province.SHANDONG)

    page = world.agent().get(world.url("materials")).text

    assert "单位可以打开业绩证明" in page
    assert "申请表、劳动合同、资格证书" in page
    assert "单位不能打开，只能看到是否已上传" in page
