"""The operator says who inspects what, and until when."""

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
from tests.make import credentials as make


def run(app: Flask, *words: str) -> Result:
    # A context of its own: the command's session is not the test's.
    db.session.remove()
    return app.test_cli_runner().invoke(args=["inspectors", *words])


WHO = ("jc@demo.example", "检查员", "SLXH")


def test_an_inspector_is_appointed_for_a_time_prolonged_and_dismissed(
    app: Flask, begin: Callable[..., Any], clock: HandClock
) -> None:
    with begin() as work:
        house = make.association(work)

    def holds() -> bool:
        account = inspection.account_at(db.session(), WHO[0])
        assert account is not None
        on = legal_day(clock())
        return accounts.associations_as(db.session(), account, Role.INSPECTOR, on) == (
            house,
        )

    assert run(app, "appoint", *WHO, "2026-11-22").exit_code == 0
    assert holds()
    clock.pass_days(2)
    assert not holds()
    assert run(app, "appoint", *WHO, "2026-12-31").exit_code == 0
    assert holds()
    assert run(app, "dismiss", WHO[0], WHO[2]).exit_code == 0
    assert not holds()


def test_an_unknown_association_or_person_is_said(app: Flask) -> None:
    assert "association.unknown" in run(app, "appoint", *WHO, "2026-12-31").output
    assert "association.unknown" in run(app, "dismiss", *WHO[::2]).output
