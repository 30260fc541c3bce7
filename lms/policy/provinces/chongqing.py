"""Chongqing. One constant for each document; a new one never edits an old one."""

from dataclasses import replace
from datetime import date

from lms.policy.model import Province, WorkdayLimits
from lms.policy.provinces.national import NATIONAL_2010

CHONGQING_2022 = replace(
    NATIONAL_2010,
    key="chongqing/2022-electronic",
    province=Province.CHONGQING,
    source="《重庆市二级建造师注册电子化申报和审批流程》",
    # The text at hand has no number and no date of its own; the one day it names is
    # the end of the paper certificate.
    effective_from=date(2022, 1, 1),
    limits=WorkdayLimits(accept=2, decide=10, extend=None, change=3),
)
