"""Words of the inspector's pages."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.inspections.rules import Verdict, Why
from lms.inspections.rules.film import Shown
from lms.reports.acts import Act
from lms.reports.film import Asked, Kept
from lms.web import claim_words
from lms.web.claim_words import KINDS, ROLES
from lms.web.filters import credit, term

WHYS: Mapping[Why, tuple[LazyString, str]] = MappingProxyType(
    {
        Why.CERTIFICATE: (_l("新签发证书"), "info"),
        Why.STEADY_BEATS: (_l("心跳过于均匀"), "warn"),
        Why.STEADY_ANSWERS: (_l("应答用时过于一致"), "warn"),
        Why.LONG_DAY: (_l("单日学习过长"), "warn"),
        Why.SHARED_DEVICE: (_l("多人同一设备"), "warn"),
        Why.SAME_PAPER: (_l("错题雷同"), "warn"),
        Why.COMPLAINT: (_l("投诉举报"), "warn"),
    }
)
VERDICTS: Mapping[Verdict, tuple[LazyString, str]] = MappingProxyType(
    {
        Verdict.SOUND: (_l("未见异常"), "ok"),
        Verdict.DOUBTFUL: (_l("存疑，需进一步核实"), "warn"),
        Verdict.HANDED_OVER: (_l("移交查处"), "bad"),
    }
)
SHOWN: Mapping[Shown, LazyString] = MappingProxyType(
    {
        Shown.CREDITED: _l("计入学时"),
        Shown.PAUSED: _l("暂停"),
        Shown.STILL: _l("影片停着（暂停、放完、切走页面或缓冲）"),
        Shown.HIDDEN: _l("页面不在前台"),
        Shown.CHECK: _l("等待在场确认"),
        Shown.REFUSED: _l("不予计时（跳播、重看或已满）"),
        Shown.FULL: _l("看过的，或本课、当日已满，不重复计"),
        Shown.LOST: _l("断线未计"),
        Shown.SUM: _l("计入合计（无逐次记录）"),
    }
)
ENDED: Mapping[str | None, LazyString] = MappingProxyType(
    {
        None: _l("正在学习"),
        "done": _l("学完本课"),
        "left": _l("离开页面"),
        "silent": _l("长时间没有消息，自动结束"),
        "unanswered": _l("连续未应答，自动结束"),
        "taken_over": _l("换到另一设备"),
        "refunded": _l("课程已退款"),
        "reopened": _l("重新打开页面"),
    }
)
KEPT: Mapping[Kept, tuple[LazyString, str]] = MappingProxyType(
    {
        Kept.WHOLE: (_l("逐次心跳与封存哈希一致"), "ok"),
        Kept.PART: (_l("逐次心跳不全，只显示封存合计"), "warn"),
        Kept.GONE: (_l("逐次心跳已过保存期，只剩封存合计"), "neutral"),
    }
)
FAULTS: Mapping[str | None, LazyString] = MappingProxyType(
    {
        "gap": _l("此前缺少一条，或编号被改动"),
        "link": _l("没有接在上一条之后"),
        "content": _l("内容与封存时不一致"),
        "tail": _l("末尾与登记不符，可能被截断"),
    }
)
BY = ROLES
"""Who did something to a record."""
RESULTS: Mapping[str, tuple[LazyString, str]] = MappingProxyType(
    {
        "passed": (_l("已应答"), "ok"),
        "missed": (_l("未应答"), "bad"),
        "wrong": (_l("多次答错"), "bad"),
        "silent": (_l("断线，没有等到应答"), "warn"),
        "waiting": (_l("等待中"), "info"),
    }
)


def result(asked: Asked) -> tuple[LazyString, str]:
    """Say how a presence check went, with its tone."""
    if asked.outcome is None:
        return RESULTS["waiting"]
    if asked.why is not None and asked.why.value in RESULTS:
        return RESULTS[asked.why.value]
    return RESULTS[asked.outcome.value]


reason = claim_words.reason


def deed(act: Act) -> str:
    """Say what somebody did to a record."""
    matter = KINDS.get(act.matter, _("资料更正"))  # type: ignore[call-overload]  # a matter that is no kind has none
    plain = {
        "asked": _("提出：%(what)s", what=matter),
        "appealed": _("申诉：%(what)s", what=matter),
        "checked": _("核对通过：%(what)s", what=matter),
        "agreed": _("同意：%(what)s", what=matter),
        "refused": _("不同意：%(what)s", what=matter),
        "withdrawn": _("撤回：%(what)s", what=matter),
    }
    if act.what in plain:
        return str(plain[act.what])
    if act.what == "posted":
        hours = credit(act.credit) if act.credit is not None else ""
        return str(
            _(
                "%(kind)s入账：%(specialty)s %(track)s %(hours)s 学时",
                kind=term(act.matter),
                specialty=term(act.specialty),
                track=term(act.track),
                hours=hours,
            )
        )
    if act.what == "certificate":
        return str(_certificate(act))
    if act.what == "unlocked":
        return str(_("考试解锁：%(specialty)s", specialty=term(act.specialty)))
    if act.what == "inspected":
        return str(_("监督检查结论：%(what)s", what=VERDICTS[Verdict(act.matter)][0]))
    return str(_("工作人员查看资料"))


def _certificate(act: Act) -> object:
    said: dict[str, object] = {
        "valid": _("签发证书 %(number)s", number=act.number),
        "superseded": _("证书 %(number)s 已换发", number=act.number),
        "revoked": _("证书 %(number)s 已撤销", number=act.number),
    }
    return said.get(act.matter, act.number)
