"""Guizhou. One constant for each document; a new one never edits an old one."""

from dataclasses import replace
from datetime import date

from lms.policy.model import Application, EmployerChange, Province
from lms.policy.provinces.national import NATIONAL_2010

GUIZHOU_2023 = replace(
    NATIONAL_2010,
    key="guizhou/2023-55",
    province=Province.GUIZHOU,
    source="黔建建通〔2023〕55号",
    # "自发布之日起施行"; its new online system takes applications from 2023-08-01.
    effective_from=date(2023, 7, 7),
    employer_change=EmployerChange.NOT_OFFERED,
    committed=frozenset(Application) - {Application.CANCELLATION},
    clauses={
        **NATIONAL_2010.clauses,
        "hours.short": "黔建建通〔2023〕55号 五(二)",
        "window.early": "黔建建通〔2023〕55号 五(一)2",
        "window.late": "黔建建通〔2023〕55号 五(一)2",
        "change.not_offered": "黔建建通〔2023〕55号 五(一)6",
        "commitment.person_missing": "黔建建通〔2023〕55号 二(二)5",
        "commitment.employer_missing": "黔建建通〔2023〕55号 二(二)5",
        "qualification.overdue:initial": "黔建建通〔2023〕55号 五(一)1",
        "qualification.overdue:add_specialty": "黔建建通〔2023〕55号 五(一)3",
    },
)
