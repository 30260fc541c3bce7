"""The six specialties under their present and their old names."""

from lms.people.rules.numbers import read_name
from lms.policy.model import Specialty

CURRENT_NAMES: dict[str, Specialty] = {
    "建筑工程": Specialty.BUILDING,
    "公路工程": Specialty.HIGHWAY,
    "水利水电工程": Specialty.WATER,
    "市政公用工程": Specialty.MUNICIPAL,
    "矿业工程": Specialty.MINING,
    "机电工程": Specialty.MECHANICAL,
}
OLD_NAMES: dict[str, tuple[Specialty, ...]] = {
    "房屋建筑工程": (Specialty.BUILDING,),
    "装饰装修工程": (Specialty.BUILDING,),
    "矿山工程": (Specialty.MINING,),
    "冶炼工程": (Specialty.MINING, Specialty.MECHANICAL),
    "机电安装工程": (Specialty.MECHANICAL,),
    "电力工程": (Specialty.MECHANICAL,),
    "石油化工工程": (Specialty.MECHANICAL,),
}
"""The names of 2003 to 2006. Smelting went two ways, so its bearer must say which.

Source: the merger of 2006.
"""


def specialties_named(printed: str) -> tuple[Specialty, ...]:
    """Say which of the six a printed name means; several when the name is torn.

    >>> [s.value for s in specialties_named("机电安装")]
    ['mechanical']
    """
    name = read_name(printed)
    whole = name if name.endswith("工程") else f"{name}工程"
    if whole in CURRENT_NAMES:
        return (CURRENT_NAMES[whole],)
    return OLD_NAMES.get(whole, ())
