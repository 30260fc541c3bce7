"""How values are written for people."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from flask import Flask
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from lms.commerce.rules.pricing import Cut, CutKind
from lms.kernel import pii
from lms.kernel.clock import SHANGHAI
from lms.kernel.credit import Credit, hours_text
from lms.kernel.money import Fen, yuan
from lms.kernel.text import clean_html
from lms.reports.pages import MANY
from lms.web import speech

TERMS: dict[str, LazyString] = {
    "building": _l("建筑工程"),
    "highway": _l("公路工程"),
    "water": _l("水利水电工程"),
    "municipal": _l("市政公用工程"),
    "mining": _l("矿业工程"),
    "mechanical": _l("机电工程"),
    "common": _l("公共"),
    "required": _l("必修"),
    "elective": _l("选修"),
    "national": _l("全国"),
    "inner_mongolia": _l("内蒙古自治区"),
    "guizhou": _l("贵州省"),
    "chongqing": _l("重庆市"),
    "sichuan": _l("四川省"),
    "shandong": _l("山东省"),
    "beijing": _l("北京市"),
    "male": _l("男"),
    "female": _l("女"),
    "film": _l("视频"),
    "document": _l("图文"),
    "quiz": _l("测验"),
    "class": _l("面授直播"),
    "single": _l("单选题"),
    "multiple": _l("多选题"),
    "true_false": _l("判断题"),
    "case": _l("案例题"),
    "learner": _l("学员"),
    "employer": _l("企业经办人"),
    "author": _l("课程作者"),
    "clerk": _l("协会经办人"),
    "manager": _l("协会负责人"),
    "teller": _l("窗口受理人员"),
    "approver": _l("审批人员"),
    "reviewer": _l("申诉复核员"),
    "inspector": _l("监督检查员"),
    "operator": _l("平台运维"),
    "study": _l("课程学习"),
    "substitution": _l("充抵学时"),
    "transfer": _l("外部学时认定"),
    "adjustment": _l("学时调整"),
}
"""The words of enum values. A context that needs another word has its own table."""

_SAID: dict[tuple[str, str], str] = {}


def term(value: Enum | str | None) -> str:
    """Say an enum value; nothing is 公共 (no specialty: for all of them)."""
    key = "common" if value is None else str(getattr(value, "value", value))
    found = TERMS.get(key)
    if found is None:
        return key
    place = (speech.language(), key)
    if place not in _SAID:
        _SAID[place] = str(found)
    return _SAID[place]


def day(value: date | datetime | None) -> str:
    """Write a legal day; an instant becomes its day in Shanghai."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI).date()
    return value.isoformat()


def instant(value: datetime | None, *, seconds: bool = False) -> str:
    """Write an instant in Shanghai time."""
    if value is None:
        return "—"
    shape = "%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M"
    return value.astimezone(SHANGHAI).strftime(shape)


def duration(seconds: int) -> str:
    """Write a length of film.

    >>> duration(75), duration(3675)
    ('1:15', '1:01:15')
    """
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def money(amount: Fen) -> str:
    """Write a price."""
    return f"¥{yuan(amount)}"


def points(hundredths: int) -> str:
    """Write points of a paper: no more places than it has.

    >>> points(150), points(200)
    ('1.5', '2')
    """
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def credit(amount: Credit) -> str:
    """Write credit in 学时."""
    return hours_text(amount)


def listed(
    words: Iterable[Any],
    called: Mapping[Any, object] | None = None,
    *,
    strong: bool = False,
) -> str:
    """Join words as the visitor's language does; `strong` parts whole sentences.

    `called` gives each its name.
    """
    if speech.language() == "zh":
        between = "；" if strong else "、"
    else:
        between = "; " if strong else ", "
    return between.join(str(called[word] if called else word) for word in words)


def colon(label: object) -> str:
    """Put the language's colon after a label, ready for what it announces."""
    return f"{label}：" if speech.language() == "zh" else f"{label}: "


def typed(html: str) -> Markup:
    """Show HTML that people typed: cleaned on the way in, and once more here."""
    return Markup(clean_html(html))  # noqa: S704 - what nh3 lets through is safe


def cut_words(cut: Cut) -> str:
    """Say why a line costs less."""
    if cut.kind is CutKind.COUPON:
        return str(_("优惠码 %(code)s", code=cut.label))
    if cut.kind is CutKind.TIER:
        return str(_("多人优惠 %(percent)s", percent=cut.label))
    return str(_("会员价 %(percent)s", percent=cut.label)).strip()


def many(count: int) -> str:
    """Say a count that went no further than a list is counted.

    >>> many(25), many(1_000)
    ('25', '1,000+')
    """
    return f"{MANY:,}+" if count >= MANY else str(count)


def register(app: Flask) -> None:
    """Give the filters to templates."""
    app.jinja_env.filters.update(
        term=term,
        day=day,
        instant=instant,
        duration=duration,
        typed=typed,
        listed=listed,
        colon=colon,
        many=many,
        yuan=money,
        credit=credit,
        cut_words=cut_words,
        points=points,
        mask_id=pii.mask_id,
        mask_phone=pii.mask_phone,
        mask_email=pii.mask_email,
        mask_name=pii.mask_name,
    )
