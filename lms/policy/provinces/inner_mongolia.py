"""Inner Mongolia. One constant for each document; a new one never edits an old one."""

from dataclasses import replace
from datetime import date

from lms.policy.model import Application, Province, WorkdayLimits
from lms.policy.provinces.national import NATIONAL_2010

INNER_MONGOLIA_2022 = replace(
    NATIONAL_2010,
    key="inner_mongolia/2022-508",
    province=Province.INNER_MONGOLIA,
    source="内建行函〔2022〕508号",
    effective_from=date(2022, 8, 5),
    # "在有效期届满前": any day up to the end, no thirty days of lead.
    closes_days_before=0,
    committed=frozenset({Application.RENEWAL}),
    limits=WorkdayLimits(cancel=10),
    # The letter asks for the study "requirement" without numbers: the national ones.
    clauses={
        **NATIONAL_2010.clauses,
        "window.early": "内建行函〔2022〕508号 一(一)",
        "window.late": "内建行函〔2022〕508号 一(一)",
        "window.expired:renewal": "内建行函〔2022〕508号 一(一)",
        "commitment.person_missing": "内建行函〔2022〕508号 一(二)",
        "commitment.employer_missing": "内建行函〔2022〕508号 一(二)",
        "hours.short:renewal": (
            "内建行函〔2022〕508号 一(二)、建市〔2010〕192号 第十九条"
        ),
    },
)
