"""A document once on the shelf is never edited; a later one begins on its own day."""

import json
from dataclasses import asdict, replace
from datetime import date, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.policy.assessment import assess_under
from lms.policy.facts import AssessmentRequest
from lms.policy.library import SHELF, in_force
from lms.policy.model import Quota, RuleSet
from tests.policy.test_properties import requests

DOCUMENTS = {each.key: each for shelf in SHELF.values() for each in shelf}

SEALED = {
    "national/2010-192": "88686d0e87d549cd",
    "inner_mongolia/2022-508": "f0fda4451e80bcbf",
    "guizhou/2023-55": "21f0d77f19444dea",
    "chongqing/2022-electronic": "49b3628061ee7b12",
    "sichuan/2021-guide": "2237c313a7111c7e",
    "shandong/2021-guide": "0034cd8f1820405b",
    "beijing/2023-system": "c40b7c2dba9bf400",
}
"""What each document says, as a digest. A new document adds a line and edits none."""


def digest(rules: RuleSet) -> str:
    facts = {
        key: sorted(value) if isinstance(value, frozenset) else value
        for key, value in asdict(rules).items()
    }
    text = json.dumps(facts, sort_keys=True, default=str, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()[:16]


def test_every_document_on_the_shelf_is_sealed() -> None:
    assert set(DOCUMENTS) == set(SEALED)


@pytest.mark.parametrize("key", SEALED)
def test_no_document_was_edited_after_it_was_put_on_the_shelf(key: str) -> None:
    assert digest(DOCUMENTS[key]) == SEALED[key]


@given(requests(), st.dates(date(2021, 1, 1), date(2032, 12, 31)))
def test_a_later_document_changes_nothing_before_its_day(
    asked: AssessmentRequest, begins: date
) -> None:
    shelf = SHELF[asked.province]
    later = replace(
        shelf[-1],
        key="later",
        effective_from=max(begins, shelf[-1].effective_from + timedelta(days=1)),
        main=Quota(9000, 9000),
        closes_days_before=60,
    )

    before = in_force(shelf, asked.applied_on)
    after = in_force((*shelf, later), asked.applied_on)

    if asked.applied_on < later.effective_from:
        assert assess_under(after, asked) == assess_under(before, asked)
    else:
        assert after is later


@given(st.lists(st.dates(date(2010, 1, 1), date(2030, 1, 1)), min_size=1, unique=True))
def test_one_document_is_in_force_on_every_day(days: list[date]) -> None:
    base = next(iter(DOCUMENTS.values()))
    shelf = tuple(
        replace(base, key=str(each), effective_from=each) for each in sorted(days)
    )
    for each in shelf:
        assert in_force(shelf, each.effective_from) is each
        eve = each.effective_from - timedelta(days=1)
        assert in_force(shelf, eve) is not each or each is shelf[0]
