"""Every word that a code becomes. Codes come from below; words live here."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, LazyString] = {
    # -- the house ------------------------------------------------------------
    "form.expired": _l(
        "页面已过期或来源不明，请返回刷新后重试，您填写的内容没有提交。"
    ),
    "http.400": _l("请求内容有误，请返回检查后重试。"),
    "http.401": _l("请先登录。"),
    "http.403": _l("您没有办理此事项的权限。"),
    "http.404": _l("没有找到您要的内容，它可能已被移走，或者网址有误。"),
    "http.405": _l("此网址不支持这种操作。"),
    "http.413": _l("文件或内容过大。"),
    "http.415": _l("不支持这种内容格式。"),
    "http.429": _l("操作过于频繁，请稍候再试。"),
    "http.500": _l("系统出错了，我们已经记录。您之前保存的内容没有丢失，请稍后再试。"),
    # -- tests ------------------------------------------------------------------
    "attempt.unknown": _l("没有找到这次考试。"),
    "exam.bank_short": _l("题库题目不足，暂时无法组卷，请联系协会。"),
    "exam.choice_unknown": _l("答案内容有误，请刷新页面后重试。"),
    "exam.handed_in": _l("此试卷已经交卷。"),
    "exam.hours_short": _l("本专业学时尚未学满。"),
    "exam.locked": _l("考试机会已用完，请联系协会申请解锁。"),
    "exam.other_open": _l("您有另一场考试正在进行，请先完成。"),
    "exam.over": _l("考试时间已到，系统已按您保存的答案交卷。"),
    "exam.passed": _l("本专业考试已经合格。"),
    "exam.shut": _l("暂时不能开始考试。"),
    "question.unknown": _l("没有找到这道题目。"),
    "question.unsound": _l("题目不完整：请检查题干、选项和答案。"),
    "unlock.no_reason": _l("请填写解锁理由。"),
    "unlock.not_locked": _l("该学员尚有考试机会或已合格，无需解锁。"),
    "unlock.own": _l("不能为本人办理。"),
    # -- staff ------------------------------------------------------------------
    "staff.no_association": _l("您的账号尚未关联协会。"),
}
"""Facts are filled in by name: `{missing}`."""


def words(code: str, facts: Mapping[str, object]) -> str:
    """Say a code in the visitor's language."""
    message = MESSAGES.get(code)
    if message is None:
        return _("操作未完成（%(code)s）。", code=code)
    try:
        return str(message).format_map(dict(facts))
    except (KeyError, IndexError):
        return str(message)
