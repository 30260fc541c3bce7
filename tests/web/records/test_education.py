"""A diploma is handed in with its degree and major, and the form prints them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lms.kernel.db import db
from lms.policy.flow import MaterialKind, Party
from lms.policy.model import Application, Province
from lms.registration.queries import applications, dossier_forms
from lms.registration.rules.dossier import Given
from lms.registration.services import dossier
from tests.make import dossier as make_dossier
from tests.registration import walk
from tests.registration.walk import Way
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)


def test_degree_and_major_are_asked_for_and_stand_in_the_form(
    begin: Callable[..., Any], browser_of: Any
) -> None:
    with begin() as work:
        who = walk.cast(work, province=Province.SHANDONG, **walk.OVER)
        card = walk.begin(work, who, Way(Province.SHANDONG, Application.INITIAL))
    page = browser_of(who.person.account_id).get(
        f"/me/applications/{card.id}/materials"
    )
    assert "所学专业" in page.text
    assert "例如：大学专科" in page.text
    with begin() as work:
        said = Given(degree="大学专科", major="建筑工程技术")
        paper = make_dossier.ready(MaterialKind.EDUCATION, given=said)
        dossier.hand_in(work, card.id, paper, Party.PERSON)
    now = applications.application(db.session(), card.id)
    told = dossier_forms.particulars(db.session(), now)
    assert told.education == "大学专科 建筑工程技术"
