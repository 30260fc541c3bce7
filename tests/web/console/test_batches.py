"""The desk's batches: choose, see who qualifies, start, watch, stop, take away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from lms.credentials.models import (
    IssueLine,
)
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, new_id
from lms.people.models import Employer, Employment
from tests.conftest import Browser, HandClock
from tests.make import accounts as make_accounts
from tests.make import batches as make
from tests.make import credentials as people
from tests.web.console.batching import HERE, chosen, graduates, issued, lacking

Begin = Callable[..., Any]
BrowserOf = Callable[..., Browser]


def test_the_desk_sees_who_qualifies_before_anything_is_issued(
    begin: Begin, association: AssociationId, clerk: Browser, run: Callable[[], None]
) -> None:
    graduates(begin, association, 3)
    lacking(begin, association)

    page = clerk.get(chosen(clerk)).text
    run()

    assert "3 人符合条件" in page
    assert "1 人还缺条件" in page
    assert "选修学时不足" in page
    assert "请学员继续学习选修课程" in page
    assert issued() == 0


def test_started_it_issues_to_those_who_qualified(
    begin: Begin, association: AssociationId, clerk: Browser, run: Callable[[], None]
) -> None:
    graduates(begin, association, 3)
    place = chosen(clerk)

    clerk.post(f"{place}/start")
    waiting = clerk.get(place).text
    run()
    done = clerk.get(place).text

    assert "排队中" in waiting
    assert "batch.js" in waiting
    assert "签发 3 张" in done
    assert "batch.js" not in done
    assert issued() == 3


def test_without_script_the_page_comes_again_by_itself_while_it_moves(
    begin: Begin, association: AssociationId, clerk: Browser
) -> None:
    graduates(begin, association, 1)
    place = chosen(clerk)

    still = clerk.get(place).text
    clerk.post(f"{place}/start")
    moving = clerk.get(place).text

    assert 'http-equiv="refresh"' not in still
    assert "<noscript>" in moving
    assert 'http-equiv="refresh"' in moving


def test_the_page_is_told_how_far_it_is(
    begin: Begin, association: AssociationId, clerk: Browser, run: Callable[[], None]
) -> None:
    graduates(begin, association, 2)
    place = chosen(clerk)
    before = clerk.get(f"{place}/progress.json").get_json()
    clerk.post(f"{place}/start")
    run()
    after = clerk.get(f"{place}/progress.json").get_json()

    assert (before["value"], before["total"]) == (0, 2)
    assert (after["value"], after["total"], after["issued"]) == (2, 2, "2")
    assert before["stage"] != after["stage"]
    assert "100%" in after["label"]


def test_a_stop_says_how_many_were_issued_and_it_can_go_on(
    begin: Begin, association: AssociationId, clerk: Browser, run: Callable[[], None]
) -> None:
    graduates(begin, association, 2)
    place = chosen(clerk)
    clerk.post(f"{place}/start")

    clerk.post(f"{place}/stop")
    page = clerk.get(place).text
    run()

    assert "已签发 0 张" in page
    assert issued() == 0
    clerk.post(f"{place}/start")
    run()
    assert issued() == 2


def test_what_was_only_looked_at_can_be_thrown_away(
    begin: Begin, association: AssociationId, clerk: Browser
) -> None:
    graduates(begin, association, 2)

    clerk.post(f"{chosen(clerk)}/drop")

    assert db.session.scalar(select(func.count()).select_from(IssueLine)) == 0
    assert "没有签发任何证书" in clerk.get(HERE).text


def test_a_batch_is_narrowed_by_the_day_of_the_test(
    begin: Begin, association: AssociationId, clerk: Browser, clock: HandClock
) -> None:
    graduates(begin, association, 2)
    passed_on = legal_day(clock() - timedelta(days=1))
    day = timedelta(days=1)

    inside = clerk.get(
        chosen(clerk, since=passed_on.isoformat(), until=passed_on.isoformat())
    ).text
    outside = clerk.post(HERE, {"since": (passed_on + day).isoformat()})

    assert "2 人符合条件" in inside
    assert f"{passed_on} 至 {passed_on} 合格" in inside
    assert outside.status_code == 422
    assert "没有在学" in outside.text


def test_a_batch_is_narrowed_by_specialty_and_employer(
    begin: Begin, association: AssociationId, clerk: Browser
) -> None:
    first, *_others = graduates(begin, association, 3)
    with begin() as work:
        firm = Employer(
            id=new_id(),
            uscc="91150203MA0N00000G",
            name="某某路桥公司",
            created_at=work.now,
        )
        work.session.add(firm)
        work.session.flush()
        moved = update(Employment).where(Employment.person_id == first)
        work.session.execute(moved.values(employer_id=firm.id))

    one = clerk.get(chosen(clerk, employer="路桥", specialty="building")).text
    nobody = clerk.post(HERE, {"specialty": "mining"})
    unknown = clerk.post(HERE, {"employer": "没有这家"})

    assert "1 人符合条件" in one
    assert "某某路桥公司" in one
    assert nobody.status_code == unknown.status_code == 422
    assert "没有找到这家企业" in unknown.text


def test_the_refused_are_listed_by_reason_and_by_page(
    begin: Begin,
    association: AssociationId,
    clerk: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lms.reports.batches.PAGE", 2)
    graduates(begin, association, 1)
    for serial in (50, 51, 52):
        lacking(begin, association, serial)
    place = chosen(clerk)

    first = clerk.get(f"{place}/people?kind=refused&code=certificate.test").text
    after = db.session.scalar(
        select(IssueLine.n)
        .where(IssueLine.reasons != "")
        .order_by(IssueLine.n)
        .offset(1)
    )
    second = clerk.get(f"{place}/people?kind=refused&after={after}").text
    able = clerk.get(f"{place}/people?kind=able").text

    assert sum(make.called(n) in first for n in (50, 51, 52)) == 2
    assert sum(make.called(n) in second for n in (50, 51, 52)) == 1
    assert "下一页" in first
    assert "下一页" not in second
    assert make.called(1) in able


def test_another_associations_batch_is_not_there(
    begin: Begin, association: AssociationId, clerk: Browser, browser_of: BrowserOf
) -> None:
    graduates(begin, association, 1)
    place = chosen(clerk)
    with begin() as work:
        other = people.association(work, code="GZJX", name="贵州示例协会")
        theirs = make_accounts.staff(
            work, "manager", association_id=other, email="m@demo.example"
        )
    manager = browser_of(theirs)

    assert manager.get(place).status_code == 404
    assert manager.get(f"{place}/people").status_code == 404
    assert manager.post(f"{place}/start").status_code == 404


def test_an_empty_desk_is_told_what_to_do(clerk: Browser) -> None:
    assert "新建批次" in clerk.get(HERE).text
    assert "现在没有可以签发的人" in clerk.get(f"{HERE}/new").text
