"""The whole country. One constant for each document; a new one edits no old one."""

from datetime import date

from lms.policy.model import Province, RuleSet

NATIONAL_2010 = RuleSet(
    key="national/2010-192",
    province=Province.NATIONAL,
    source="建设部令第153号、建市〔2010〕192号",
    # 192号 is of November 2010; 令153 has been in force since 2007-03-01.
    effective_from=date(2010, 11, 15),
    clauses={
        "age.over_65": "建设部令第153号 第十五条",
        "age.near_65": "建设部令第153号 第十五条",
        "hours.short": "建市〔2010〕192号 第十九条",
        "hours.substitution": "建市〔2010〕192号 第二十条",
        "window.early": "建设部令第153号 第十二条",
        "window.late": "建设部令第153号 第十二条",
        "window.expired": "建设部令第153号 第十六条",
        "change.not_offered": "建设部令第153号 第十三条",
        "change.within_a_year": "建设部令第153号 第十三条",
        "bar.false_materials": "建设部令第153号 第三十三条",
        "bar.fraud": "建设部令第153号 第三十四条",
        "commitment.person_missing": "建设部令第153号 第十二条",
        "commitment.employer_missing": "建设部令第153号 第十二条",
        "qualification.overdue": "建设部令第153号 第十一条",
    },
)
