"""What a grant brings about, in the words of its decision. Pure.

Source: 建设部令第153号 第十五条第九项; 行政许可法 第四十四、七十条.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Gift(StrEnum):
    """What becomes of the certificate by a grant."""

    MADE = "made"
    LATER = "later"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class GrantedTerm:
    """One specialty's validity, both days inside; `cut` at the age that the law sets.

    `specialty` is in words.
    """

    specialty: str
    since: date
    until: date
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a grant brings about for its holder.

    `ends` names the specialties that are registered no more, `terms` those that are
    from now on; `announced` that the decision is still to be made public.
    """

    gift: Gift = Gift.NONE
    terms: tuple[GrantedTerm, ...] = ()
    ends: tuple[str, ...] = ()
    announced: bool = False


def day(value: date) -> str:
    """Write a day as papers do."""
    return f"{value.year}年{value.month}月{value.day}日"


def outcome_words(outcome: Outcome) -> tuple[str, ...]:
    """Say what a grant brings about, a paragraph for each thing.

    >>> outcome_words(Outcome(ends=("建筑工程",)))
    ('建筑工程专业的注册自本决定之日起注销。',)
    """
    said = (_ended(outcome), _lasts(outcome), _cut(outcome), _given(outcome))
    return tuple(words for words in said if words)


def _ended(outcome: Outcome) -> str:
    if not outcome.ends:
        return ""
    return f"{'、'.join(outcome.ends)}专业的注册自本决定之日起注销。"


def _lasts(outcome: Outcome) -> str:
    spans = "；".join(
        f"{each.specialty}，自{day(each.since)}起至{day(each.until)}止"
        for each in outcome.terms
    )
    what = "其余专业的注册继续有效" if outcome.ends else "注册有效期"
    return f"{what}：{spans}。" if spans else ""


def _cut(outcome: Outcome) -> str:
    cut = "、".join(each.specialty for each in outcome.terms if each.cut)
    if not cut:
        return ""
    return (
        "《注册建造师管理规定》第十五条规定年龄超过65周岁的不予注册，"
        f"因此{cut}的有效期到年满65周岁之日为止，短于完整的一个有效期。"
    )


def _given(outcome: Outcome) -> str:
    after = "本决定另行公告。" if outcome.announced else ""
    if outcome.gift is Gift.MADE:
        return f"电子注册证书已经生成，可登录系统领取。{after}"
    if outcome.gift is Gift.LATER:
        first = "本决定公告后" if outcome.announced else "后续步骤办完后"
        return f"{first}生成电子注册证书，届时可登录系统领取。"
    return after
