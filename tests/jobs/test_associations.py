"""The operator opens an association, and its two managers find what is left to do."""

from __future__ import annotations

import pytest
from click.testing import Result
from flask import Flask

from lms.accounts.queries import staffing
from lms.accounts.rules import Role
from lms.catalogue import queries as catalogue
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.reports import inspection, setup
from lms.reports.setup import Step
from tests.conftest import HandClock

WHO = ("NXJX", "宁夏建筑业协会", "national")
STAFF = (
    "--manager", "m1@demo.example", "马主任", "--manager", "m2@demo.example", "丁主任",
    "--clerk", "c1@demo.example", "周经办",
)  # fmt: skip


def run(app: Flask, *words: str) -> Result:
    db.session.remove()
    return app.test_cli_runner().invoke(args=["associations", "open", *words])


def test_an_association_is_opened_with_its_staff_and_account(
    app: Flask, clock: HandClock
) -> None:
    done = run(app, *WHO, *STAFF, "--contact", "0951-1", "--account", "6200 1")
    assert done.exit_code == 0, done.output

    session = db.session()
    house = inspection.association_coded(session, "NXJX")
    today = legal_day(clock())
    roles = (Role.MANAGER, Role.CLERK)
    assert len(staffing.acting_for(session, house, roles, today)) == 3
    card = catalogue.association(session, house)
    assert (card.name, card.two_person) == (WHO[1], True)
    left = setup.progress(session, house, clock(), today).left
    assert left == (Step.FACE, Step.CONTACT, Step.KEYS, Step.DESIGN, Step.COURSE)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((*WHO, *STAFF[:3]), "association.two_managers"),
        ((*WHO, *STAFF[:3], *STAFF[:3]), "association.two_managers"),
        (("nxjx", *WHO[1:], *STAFF), "association.named"),
    ],
)
def test_without_two_managers_or_a_sound_code_nothing_is_opened(
    app: Flask, words: tuple[str, ...], code: str
) -> None:
    refused = run(app, *words)

    assert refused.exit_code == 1
    assert code in refused.output
    assert catalogue.associations(db.session()) == ()


def test_a_code_is_given_once_and_nobody_serves_two_associations(app: Flask) -> None:
    assert run(app, *WHO, *STAFF).exit_code == 0

    assert "association.there" in run(app, *WHO, *STAFF).output
    other = run(app, "QHJX", "青海建筑业协会", "national", *STAFF)
    assert "account.other_staff" in other.output
    assert len(catalogue.associations(db.session())) == 1
