"""Shandong. One constant for each document; a new one never edits an old one."""

from dataclasses import replace
from datetime import date

from lms.policy.model import Province
from lms.policy.provinces.national import NATIONAL_2010

SHANDONG_2021 = replace(
    NATIONAL_2010,
    key="shandong/2021-guide",
    province=Province.SHANDONG,
    # The guide is undated; the screenshots in it were taken in February 2021. It names
    # materials and steps, and leaves hours and windows to the national rules.
    source="《二级建造师证书办理须知》（济南）、建设部令第153号",
    effective_from=date(2021, 2, 1),
)
