"""Sichuan. One constant for each document; a new one never edits an old one."""

from dataclasses import replace
from datetime import date

from lms.policy.model import EmployerChange, Province
from lms.policy.provinces.national import NATIONAL_2010

SICHUAN_2021 = replace(
    NATIONAL_2010,
    key="sichuan/2021-guide",
    province=Province.SICHUAN,
    source="四川《二级建造师注册相关》办事说明",
    effective_from=date(2021, 12, 8),
    employer_change=EmployerChange.ONCE_A_YEAR,
    clauses={
        **NATIONAL_2010.clauses,
        "hours.short:renewal": (
            "四川办事说明 续期注册 材料5、建市〔2010〕192号 第十九条"
        ),
        "change.within_a_year": "四川办事说明 变更注册 注意2",
        "qualification.overdue:initial": "四川办事说明 初始注册 材料6",
        "qualification.overdue:add_specialty": "四川办事说明 增项注册 材料4",
    },
)
