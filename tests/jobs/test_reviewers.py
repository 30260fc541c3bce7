"""The operator says who, from outside, decides appeals to an association."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from click.testing import Result
from flask import Flask

from lms.accounts import queries as accounts
from lms.accounts.rules import Role
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.reports import inspection
from tests.conftest import HandClock
from tests.make import accounts as make_accounts
from tests.make import credentials as make


def run(app: Flask, *words: str) -> Result:
    db.session.remove()
    return app.test_cli_runner().invoke(args=["reviewers", *words])


WHO = ("fh@demo.example", "方复核", "SLXH")


def test_a_reviewer_is_appointed_for_a_time_and_dismissed(
    app: Flask, begin: Callable[..., Any], clock: HandClock
) -> None:
    with begin() as work:
        house = make.association(work)

    def holds() -> tuple[Any, ...]:
        account = inspection.account_at(db.session(), WHO[0])
        assert account is not None
        on = legal_day(clock())
        return accounts.associations_as(db.session(), account, Role.REVIEWER, on)

    assert run(app, "appoint", *WHO, "2026-11-22").exit_code == 0
    assert holds() == (house,)
    clock.pass_days(2)
    assert holds() == ()
    assert run(app, "appoint", *WHO, "2026-12-31").exit_code == 0
    assert run(app, "dismiss", WHO[0], WHO[2]).exit_code == 0
    assert holds() == ()


def test_who_holds_another_office_is_no_neutral_third(
    app: Flask, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        make.association(work)
        make_accounts.staff(work, Role.CLERK, email=WHO[0])
    assert "account.other_staff" in run(app, "appoint", *WHO, "2026-12-31").output
