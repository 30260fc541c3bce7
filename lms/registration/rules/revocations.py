"""The words of a decision that takes back what was granted. Pure.

Source: 行政许可法 第六十九条; 建设部令第153号 第三十四条.
"""

from datetime import date
from enum import StrEnum

from lms.registration.rules.audits import Ground
from lms.registration.rules.letters import (
    TITLES,
    Letter,
    LetterKind,
    Matter,
    appeal,
    day,
    facts,
)

_LAW = {
    Ground.FRAUD: (
        "依据《中华人民共和国行政许可法》第六十九条第二款、第七十九条和《注册建造师管理规定》"
        "第三十四条的规定，以欺骗、贿赂等不正当手段取得的注册应当撤销，"
        "自本决定之日起三年内不得再次申请注册。"
    ),
    Ground.OTHER: (
        "依据《中华人民共和国行政许可法》第六十九条第一款的规定予以撤销。"
        "本决定不限制你在具备条件后再次申请注册。"
    ),
}


class Taken(StrEnum):
    """How much of what is registered a revocation takes back."""

    ALL = "all"
    PART = "part"
    NOTHING = "nothing"


_TAKEN = {
    Taken.ALL: "注册证书自本决定之日起失效，执业印章不得再使用。",
    Taken.PART: (
        "上列专业的注册自本决定之日起失效，不得再以上列专业执业；"
        "其余专业的注册有效，已换发注册证书。"
    ),
    Taken.NOTHING: ("该项注册在本决定之前已经终止；其后另行取得的注册不受本决定影响。"),
}


def revocation(
    matter: Matter,
    granted_on: date | None,
    reason: str,
    ground: Ground,
    taken: Taken,
) -> Letter:
    """Write the decision to revoke what was granted on a day, for a reason."""
    return Letter(
        title=TITLES[LetterKind.REVOCATION],
        number=f"建造师注册撤字〔{matter.on.year}〕{matter.number}号",
        to=matter.name,
        paragraphs=(
            (
                f"本机关于{day(granted_on)}准予你的{matter.words}申请"
                f"（编号{matter.number}）。经核查，决定撤销该项注册。理由如下："
            ),
            reason,
            _LAW[ground],
            _TAKEN[taken],
        ),
        after=(appeal(matter, "决定"),),
        signed=matter.office,
        on=matter.on,
        facts=facts(matter),
    )
