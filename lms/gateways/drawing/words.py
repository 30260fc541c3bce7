"""Words and days as documents print them, and the paper that they lie on."""

from datetime import date

from lms.gateways.drawing.scene import Colour
from lms.policy.model import Specialty

WIDTH, HEIGHT = 210.0, 297.0
"""A4 upright. Units: millimetres."""

INK: Colour = (0.11, 0.10, 0.09)
GREY: Colour = (0.37, 0.34, 0.30)
BRONZE: Colour = (0.52, 0.39, 0.18)

SPECIALTIES = {
    Specialty.BUILDING: "建筑工程",
    Specialty.HIGHWAY: "公路工程",
    Specialty.WATER: "水利水电工程",
    Specialty.MUNICIPAL: "市政公用工程",
    Specialty.MINING: "矿业工程",
    Specialty.MECHANICAL: "机电工程",
}
SEXES = {"male": "男", "female": "女"}

_DIGITS = "〇一二三四五六七八九"


def plain_date(day: date) -> str:
    """Write a day as 2026年11月21日."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_date(day: date) -> str:
    """Write a day in Chinese numerals.

    >>> chinese_date(date(2026, 11, 21)), chinese_date(date(2030, 1, 10))
    ('二〇二六年十一月二十一日', '二〇三〇年一月十日')
    """
    year = "".join(_DIGITS[int(figure)] for figure in str(day.year))
    return f"{year}年{_counted(day.month)}月{_counted(day.day)}日"


def _counted(n: int) -> str:
    tens, ones = divmod(n, 10)
    ten = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return ten + (_DIGITS[ones] if ones else "")
