"""The shelf: dated documents, each with its clauses."""

from dataclasses import replace

import pytest

from lms.policy import certificates, filing
from lms.policy.library import SHELF, in_force, rules_for
from lms.policy.model import Province, RuleSet
from lms.policy.portals import PORTALS, portal_of
from lms.policy.provinces.guizhou import GUIZHOU_2023
from lms.web import policy_words
from tests.make.policy import day

ALL = [rules for documents in SHELF.values() for rules in documents]
CODES = set(policy_words._MESSAGES)


def test_every_province_has_a_document_of_its_own() -> None:
    assert set(SHELF) == set(Province)
    assert len({rules.key for rules in ALL}) == len(ALL)
    assert all(rules.province is province for province, docs in SHELF.items()
               for rules in docs)  # fmt: skip


@pytest.mark.parametrize("rules", ALL, ids=lambda rules: rules.key)
def test_every_code_has_a_clause(rules: RuleSet) -> None:
    # Certificates and late filings have one law for all provinces; that nothing is
    # gained follows from the clause on age.
    everywhere = {*certificates.CLAUSES, "change.filed_late", "age.gains_nothing"}
    assert set(rules.clauses) >= CODES - everywhere
    assert all([*certificates.CLAUSES.values(), filing.CLAUSE])


def test_every_code_has_words_and_a_next_step() -> None:
    assert set(policy_words._NEXT) == CODES


@pytest.mark.parametrize("on", ["2023-07-06", "2023-07-07", "2026-11-21"])
def test_a_day_before_the_first_document_is_judged_by_it(on: str) -> None:
    assert rules_for(Province.GUIZHOU, day(on)) is GUIZHOU_2023


def test_the_document_in_force_on_the_day_decides() -> None:
    later = replace(GUIZHOU_2023, key="later", effective_from=day("2027-01-01"))
    shelf = (GUIZHOU_2023, later)

    assert in_force(shelf, day("2026-12-31")) is GUIZHOU_2023
    assert in_force(shelf, day("2027-01-01")) is later


def test_the_directory_names_the_portals() -> None:
    places = [each.place for each in PORTALS]
    assert len(places) == len(set(places)) == 26
    assert set(places) >= {"全国", "内蒙古", "贵州", "安徽", "重庆", "山东", "云南"}
    assert all(each.name and each.source and each.as_of for each in PORTALS)
    assert all(portal_of(province).name for province in Province)
    assert portal_of(Province.GUIZHOU).url == "http://zwfw.guizhou.gov.cn"
