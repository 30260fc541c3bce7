"""A merge beside what others decide of the same person: one waits, neither is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from lms.accounts import services as accounts
from lms.accounts.services import merging as holding
from lms.claims.services import Answer
from lms.claims.services import decide as decide_claim
from lms.kernel.errors import Refused
from lms.kernel.ids import ApprovalId
from lms.kernel.work import Work
from lms.merges import services
from tests.legacy.test_withdrawing_issue import WAITS, begun, beside
from tests.make import claims as make_claims
from tests.make import credentials as graduates
from tests.make import people as make
from tests.make.merges import YES, Pair

Begin = Callable[..., Any]


class Ground:
    """A merge that was proposed, and a claim of who goes that was put since."""

    pair: Pair
    merge: ApprovalId
    claim: UUID

    def __init__(self, work: Work) -> None:
        self.pair = Pair(work)
        self.pair.goes = graduates.constructor(work)
        make.learner_of(work, self.pair.goes, self.pair.here)
        self.merge = self.pair.proposed(work)
        self.claim = make_claims.asked(work, self.pair.goes, self.pair.here)
        self.say(work, "clerk")

    def say(self, work: Work, role: str) -> None:
        decide_claim(
            make_claims.staff(work, role, self.pair.here),
            self.claim,
            Answer(True, "属实"),
            association_id=self.pair.here,
            printer=graduates.PLAIN,
        )


def test_a_claim_is_decided_beside_a_merge_and_neither_waits_for_the_other_for_ever(
    app: Flask, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    with begin() as work:
        ground = Ground(work)
    about_to_hold, merge_holds = threading.Event(), threading.Event()
    hold = holding.hold_all

    def late(*given: Any) -> None:
        about_to_hold.set()
        merge_holds.wait(WAITS)
        hold(*given)

    def early(*given: Any) -> None:
        hold(*given)
        merge_holds.set()

    monkeypatch.setattr(holding, "hold_all", late)
    monkeypatch.setattr(accounts, "hold_all", early)

    def decides() -> None:
        with begun(app) as work:
            ground.say(work, "manager")

    def merges() -> None:
        about_to_hold.wait(30)
        with begun(app) as work:
            mine = ground.pair.as_manager(work, 1)
            services.decide(mine, ground.merge, YES)

    decided, merged = beside(app, decides, merges)

    assert decided is None
    assert isinstance(merged, Refused | None)
