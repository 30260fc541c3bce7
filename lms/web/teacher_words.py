"""How teachers and their papers are said, and what is wrong with them."""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.policy.model import Specialty
from lms.teachers.queries import ChoiceCard, PaperTerm
from lms.teachers.rules import How, Level, PaperKind, State
from lms.web.filters import listed, term

Word = tuple[LazyString, str]

STATES: Mapping[State, Word] = MappingProxyType(
    {
        State.DRAFT: (_l("待补充"), "neutral"),
        State.WAITING: (_l("待复核"), "warn"),
        State.REGISTERED: (_l("在册"), "ok"),
        State.RETIRED: (_l("已停用"), "neutral"),
    }
)
"""Each state, and its tone."""

LEVELS: Mapping[Level, LazyString] = MappingProxyType(
    {
        Level.FULL: _l("正高级"),
        Level.SENIOR: _l("副高级"),
        Level.MIDDLE: _l("中级"),
        Level.JUNIOR: _l("初级"),
        Level.NONE: _l("无职称"),
    }
)

PAPERS: Mapping[PaperKind, LazyString] = MappingProxyType(
    {
        PaperKind.CONSTRUCTOR_1: _l("一级注册建造师"),
        PaperKind.CONSTRUCTOR_2: _l("二级注册建造师"),
        PaperKind.SAFETY: _l("注册安全工程师"),
        PaperKind.COST: _l("注册造价工程师"),
        PaperKind.SUPERVISION: _l("注册监理工程师"),
        PaperKind.TITLE: _l("职称证书"),
        PaperKind.UNIVERSITY: _l("高校教师资格"),
        PaperKind.OTHER: _l("其他"),
    }
)

HOWS: Mapping[How, LazyString] = MappingProxyType(
    {
        How.SIGNED: _l("书面签字"),
        How.WRITTEN: _l("微信、短信或邮件"),
        How.SPOKEN: _l("当面或电话口头"),
    }
)

MESSAGES: dict[str, LazyString] = {
    "course.many_teachers": _l("最多选 8 位教师。"),
    "course.no_teacher": _l("没有从师资库选授课教师。"),
    "course.teacher_field": _l("有教师的专业与课程不符。"),
    "course.teacher_retired": _l("有教师已停用。"),
    "course.teacher_unchecked": _l("有教师还没有复核在册。"),
    "course.teacher_unqualified": _l("有教师没有在有效期内的资格证书。"),
    "teacher.consent_day": _l("同意日期不能晚于今天。"),
    "teacher.consent_there": _l("已经登记了同意，不用再登记。"),
    "teacher.employer": _l("请填写工作单位。"),
    "teacher.forgotten": _l("保存期已满，这位教师的资料已经删除。"),
    "teacher.many_papers": _l("最多登记 12 项资格。"),
    "teacher.anew": _l(
        "您打开页面之后，资料撤回改过又重新提交。请对照现在的资料再复核一遍。"
    ),
    "teacher.moved_on": _l("同事刚刚改过这位教师的资料，请核对后再保存。"),
    "teacher.name": _l("请填写姓名。"),
    "teacher.named": _l("有课程或场次选了这位教师，请先在那里换人。"),
    "teacher.never_checked": _l("还没有在册，不能停用；录错的请删除。"),
    "teacher.no_consent": _l("没有登记过同意，或已经撤回。"),
    "teacher.no_paper": _l("没有找到这份扫描件。"),
    "teacher.no_papers": _l("请先登记至少一项资格，每项都要有扫描件。"),
    "teacher.no_reason": _l("请写明停用原因。"),
    "teacher.not_a_draft": _l("已经提交或已经在册，请刷新页面。"),
    "teacher.not_retired": _l("这位教师没有停用，请刷新页面。"),
    "teacher.not_waiting": _l("已经有人处理过，请刷新页面。"),
    "teacher.paper_called": _l("选“其他”时请写明资格名称。"),
    "teacher.paper_granted": _l("发证日期不能晚于今天。"),
    "teacher.paper_number": _l("请填写证书编号。"),
    "teacher.paper_until": _l("有效期不能早于发证日期。"),
    "teacher.paper_unsound": _l("资格信息还不完整。"),
    "teacher.phone": _l("联系电话有误，请检查。"),
    "teacher.retired": _l("这位教师已停用，请先恢复。"),
    "teacher.since": _l("从业起始年份有误。"),
    "teacher.twice": _l("这个身份证号码的教师已经在师资库里。"),
    "teacher.unknown": _l("没有找到这位教师。"),
    "teacher.unsound": _l("教师资料还不完整。"),
    "teacher.waiting": _l("正在复核，不能修改；要改请先撤回。"),
    "teacher.was_checked": _l("曾经在册的不能删除，请停用。"),
}

ALL = _l("全部")
ENDING = _l("60 天内到期")


def paper(card: PaperTerm) -> str:
    """Say a paper in one line: what it is, and until when.

    Shape: without its number.
    """
    name = card.called or str(PAPERS[card.kind])
    until = card.valid_until.isoformat() if card.valid_until else _("长期有效")
    return str(_("%(paper)s（%(until)s）", paper=name, until=until))


def right(one: ChoiceCard) -> str:
    """Say in one line what a teacher teaches, and by what right, until when."""
    said = _(
        "专业：%(specialties)s；资格：%(papers)s",
        specialties=listed([term(each) for each in one.specialties]) or "—",
        papers=listed([paper(each) for each in one.papers]) or "—",
    )
    return str(said)


def signs(one: ChoiceCard, specialty: Specialty | None, on: date) -> Iterator[Word]:
    """Say how a teacher stands to a course, and what to look at before they teach it.

    Shape: words and their tones. They warn where the association asks nothing, too.
    """
    word, tone = STATES[one.state]
    yield word, "bad" if one.state is State.RETIRED else tone
    if not one.fits(specialty):
        yield _l("专业与课程不符"), "warn"
    if not one.qualified(on):
        yield _l("没有在有效期内的资格证书"), "bad"
    elif any(each.ended(on) for each in one.papers):
        yield _l("有资格已过期"), "warn"
    if any(each.ending(on) for each in one.papers):
        yield _l("有资格 60 天内到期"), "warn"
    if not one.consenting:
        yield _l("未同意公开"), "warn"
