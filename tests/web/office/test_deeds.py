"""Which deeds the page of an application takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lms.policy.flow import Case, Path, StepName
from lms.policy.model import Application, Province
from lms.registration.rules.states import Status
from lms.web import office_words
from tests.registration.walk import Way, cast
from tests.registration.walk import begin as start
from tests.spread import PAGES
from tests.web.office.test_office import Scene, scene

pytestmark = pytest.mark.sqlite_alone(PAGES)

__all__ = ["scene"]


def test_a_deed_that_is_the_applicants_is_nobodys_at_a_desk(scene: Scene) -> None:
    answer = scene.deed(
        scene.teller, "withdraw", scene.card().version, reason="代为撤回"
    )

    assert answer.status_code == 422
    assert scene.card().status is Status.OPEN


def test_the_grant_of_a_cancellation_promises_no_certificate(
    begin: Callable[..., Any], app: Flask
) -> None:
    with begin() as work:
        here, left = Province.INNER_MONGOLIA, frozenset({Case.DISMISSED})
        way = Way(here, Application.CANCELLATION, Path.WRITTEN, left)
        card = start(work, cast(work, province=here), way)
    with app.test_request_context():
        made = [str(said) for said in office_words.granting(card)]

    assert "注销" in made[1]
    assert "电子证书" not in "".join(made)


def test_the_grant_of_a_renewal_names_the_certificate(scene: Scene, app: Flask) -> None:
    with app.test_request_context():
        assert "电子证书" in str(office_words.granting(scene.card())[0])


def test_who_examines_may_advise_to_refuse_and_the_approver_reads_it(
    scene: Scene,
) -> None:
    def examined(**more: str) -> int:
        seen = scene.card().version
        return int(scene.deed(scene.teller, "pass", seen, **more).status_code)

    assert examined(against="yes", reason="合同期限不足") == 422
    assert examined() == 303
    assert "审查不合格，建议不予许可" in scene.teller.get(scene.address).text
    assert examined(against="yes", reason="  ") == 422
    assert examined(against="yes", reason="合同期限不足一年") == 303

    assert scene.card().step.name is StepName.DECIDE
    page = scene.approver.get(scene.address).text
    assert "审查人员建议不予许可" in page
    assert "合同期限不足一年" in page
