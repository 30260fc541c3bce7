"""Whom an association knows may turn to it, however it came to know them."""

from __future__ import annotations

from lms.credentials import services as credentials
from lms.kernel.work import Work
from lms.policy.model import Specialty
from lms.reports import people as reports
from tests.make import credentials as make


def test_who_was_only_certified_by_an_association_may_turn_to_it(work: Work) -> None:
    here = make.association(work)
    person = make.graduate(work, here)
    assert reports.associations_of(work.session, person) == ()

    credentials.issue(work, person, Specialty.BUILDING, printer=make.PLAIN)

    known = reports.associations_of(work.session, person)
    assert [one.id for one in known] == [here]
    reports.belongs(work.session, here, person)
