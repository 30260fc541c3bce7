"""Beijing. One constant for each document; a new one never edits an old one."""

from dataclasses import replace
from datetime import date

from lms.policy.model import EmployerChange, Province, RenewalStart
from lms.policy.provinces.national import NATIONAL_2010

_SYSTEM = "北京市二级建造师注册管理系统规则"

BEIJING_2023 = replace(
    NATIONAL_2010,
    key="beijing/2023-system",
    province=Province.BEIJING,
    # Known from the registration system's public source code; no document is at hand.
    source=_SYSTEM,
    # The day from which the system gives registration numbers of 17 characters.
    effective_from=date(2023, 11, 1),
    opens_days_before=90,
    closed_days_before_cap=90,
    renewal_start=RenewalStart.OLD_END,
    employer_change=EmployerChange.ONCE_A_YEAR,
    clauses={
        **NATIONAL_2010.clauses,
        "age.near_65": f"{_SYSTEM} 65周岁前90日停止申报",
        "window.early": f"{_SYSTEM} 有效期届满前90日至30日申报",
        "window.late": f"{_SYSTEM} 有效期届满前90日至30日申报",
        "change.within_a_year": f"{_SYSTEM} 聘用企业一年内变更一次",
    },
)
