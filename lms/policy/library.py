"""The shelf of rule sets: which document rules a province on a day."""

from datetime import date

from lms.policy.model import Province, RuleSet
from lms.policy.provinces.beijing import BEIJING_2023
from lms.policy.provinces.chongqing import CHONGQING_2022
from lms.policy.provinces.guizhou import GUIZHOU_2023
from lms.policy.provinces.inner_mongolia import INNER_MONGOLIA_2022
from lms.policy.provinces.national import NATIONAL_2010
from lms.policy.provinces.shandong import SHANDONG_2021
from lms.policy.provinces.sichuan import SICHUAN_2021

SHELF: dict[Province, tuple[RuleSet, ...]] = {
    Province.NATIONAL: (NATIONAL_2010,),
    Province.INNER_MONGOLIA: (INNER_MONGOLIA_2022,),
    Province.GUIZHOU: (GUIZHOU_2023,),
    Province.CHONGQING: (CHONGQING_2022,),
    Province.SICHUAN: (SICHUAN_2021,),
    Province.SHANDONG: (SHANDONG_2021,),
    Province.BEIJING: (BEIJING_2023,),
}
"""The documents of each province, the oldest first."""


def rules_for(province: Province, on: date) -> RuleSet:
    """Find the rule set in force in a province on a legal day.

    A day before the province's first document is judged by that first one.
    """
    return in_force(SHELF[province], on)


def in_force(documents: tuple[RuleSet, ...], on: date) -> RuleSet:
    """Choose the document in force on a day from one province's, the oldest first."""
    found = documents[0]
    for rules in documents:
        if rules.effective_from <= on:
            found = rules
    return found
