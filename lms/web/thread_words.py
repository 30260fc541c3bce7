"""How questions and complaints are said: matters, states, endings, what is left."""

from collections.abc import Mapping
from datetime import date

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.policy.answering import Matter
from lms.policy.workdays import Calendar, workdays_between
from lms.threads.queries import ThreadCard
from lms.threads.rules import Blank, Ending, State

MESSAGES: dict[str, LazyString] = {
    "thread.unknown": _l("没有找到这件咨询投诉。"),
    "thread.no_file": _l("没有找到这个附件。"),
    "thread.nobody": _l("请先登录。"),
    "thread.no_company": _l("您还没有代表任何单位，请以本人名义提交。"),
    "thread.matter": _l("请选择一个主题。"),
    "thread.subject": _l("标题请写 2 至 60 个字。"),
    "thread.body": _l("内容请写 2 至 2000 个字。"),
    "thread.many_papers": _l("附件最多 3 个。"),
    "thread.invalid": _l("填写的内容还有问题。"),
    "thread.too_many": _l(
        "您在这家协会已有 {most} 件未办结的咨询投诉，请在原来的里面留言，或办结后再提。"
    ),
    "thread.wait": _l("您已连续留言多次，协会还没有答复，请等答复后再写。"),
    "thread.closed": _l("这件已经办结，不能再写。"),
    "thread.unanswered": _l("协会还没有答复，答复后再评价。"),
    "thread.not_passed_on": _l(
        "现在不能申诉：只有不予支持、没有解决或超过期限未答复的可以申诉，每件一次。"
    ),
    "thread.own": _l("这是您本人提出的，须由同事办理。"),
    "thread.outside": _l("这件已转给平台指定的复核员，协会不再答复。"),
    "thread.before": _l("您已经答复过或经手过这件，申诉须由没有经手的同事办理。"),
    "thread.taken": _l("同事已经受理这件。需要由您办理的，请同事或负责人转交。"),
    "thread.moved": _l("刚才有新的留言，请看过后再答复；您写的内容还在下面。"),
    "thread.colleague": _l("没有这位同事，或同事已不在本协会经办。"),
    "thread.ending": _l("请选择办结的理由。"),
    "thread.not_waiting": _l("这件已经答复，不再待答复；请选择“等提出人回应”。"),
    "thread.limit_past": _l("开始日期不能早于今天。"),
    "thread.limit_days": _l("请填写 1 至 {most} 个工作日。"),
    "thread.limit_there": _l("这个主题在那一天已经设定过期限，请换一个日期。"),
    "thread.template_unknown": _l("没有找到这个模板。"),
    "thread.template_title": _l("模板名称请写 1 至 40 个字。"),
    "thread.many_templates": _l("模板最多 {most} 个，请先删除不用的。"),
}

PILE: Mapping[str, LazyString] = {
    "waiting": _l("待答复"), "free": _l("无人受理"), "mine": _l("我受理的"),
    "answered": _l("已答复"), "closed": _l("已办结"),
}  # fmt: skip
"""The parts of the desk's matters, as their tabs say."""

MATTER: Mapping[Matter, LazyString] = {
    Matter.STUDY: _l("课程学习"),
    Matter.EXAM: _l("考试"),
    Matter.ORDER: _l("订单和发票"),
    Matter.CERTIFICATE: _l("证书"),
    Matter.REGISTRATION: _l("注册政策"),
    Matter.TECHNICAL: _l("登录和技术"),
    Matter.PRIVACY: _l("个人信息"),
    Matter.COMPLAINT: _l("投诉"),
    Matter.OTHER: _l("其他"),
    Matter.PASSED_ON: _l("申诉（换人办理）"),
}

HINT: Mapping[Matter, LazyString] = {
    Matter.STUDY: _l("看不了视频、学时没有记上、课程内容有误"),
    Matter.EXAM: _l("进不了考试、成绩有疑问、机会用完了"),
    Matter.ORDER: _l("付款、退款、开票、企业采购"),
    Matter.CERTIFICATE: _l("领取、下载、核验、信息有误"),
    Matter.REGISTRATION: _l("延续、变更、学时怎么算"),
    Matter.TECHNICAL: _l("登录不了、收不到验证码、页面出错"),
    Matter.PRIVACY: _l("查阅、更正、删除个人信息，对使用有疑问"),
    Matter.COMPLAINT: _l("对服务、收费、人员不满意"),
    Matter.OTHER: _l("上面没有的"),
}

STATE: Mapping[State, tuple[LazyString, str]] = {
    State.OPEN: (_l("待答复"), "info"),
    State.ANSWERED: (_l("已答复"), "ok"),
    State.CLOSED: (_l("已办结"), "neutral"),
}

ENDING: Mapping[Ending, LazyString] = {
    Ending.SOLVED: _l("已解决"),
    Ending.REFUSED: _l("不予支持"),
    Ending.NOT_OURS: _l("不属于本协会职责"),
    Ending.BY_ASKER: _l("提出人办结"),
    Ending.SILENT: _l("答复后没有新的留言，自动办结"),
}

BLANK: Mapping[Blank, LazyString] = {
    Blank.ASKER: _l("提出人的姓名或单位"),
    Blank.NUMBER: _l("这件咨询投诉的编号"),
    Blank.SUBJECT: _l("提出人写的标题"),
    Blank.LIMIT: _l("承诺的答复日期"),
    Blank.ASSOCIATION: _l("本协会名称"),
    Blank.CONTACT: _l("本协会公布的联系方式"),
}


def promised(card: ThreadCard, calendar: Calendar, today: date) -> tuple[str, str]:
    """Say by when an answer is promised and how far that is, with a tone."""
    day = card.due_on.isoformat()
    if card.late(today):
        over = workdays_between(calendar, card.due_on, today)
        if not over:
            return _("承诺 %(day)s 前答复，期限已过", day=day), "bad"
        told = _("承诺 %(day)s 前答复，已超过 %(n)s 个工作日", day=day, n=over)
        return told, "bad"
    left = workdays_between(calendar, today, card.due_on)
    if left is None or not card.due_firm:
        told = _(
            "承诺 %(n)s 个工作日内答复（不早于 %(day)s）", n=card.workdays, day=day
        )
        return told, "info"
    if left <= 1:
        told = _("承诺 %(day)s 前答复，只剩 %(n)s 个工作日", day=day, n=left)
        return told, "warn"
    told = _("承诺 %(day)s 前答复，还剩 %(n)s 个工作日", day=day, n=left)
    return told, "info"
