"""How claims are said: kinds, stages, and the line of steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.approvals.queries import ApprovalCard
from lms.approvals.rules import ApprovalState
from lms.claims.queries import ClaimCard
from lms.claims.rules import HOURS_BELOW, ClaimKind, Stage
from lms.policy.facts import Activity

KINDS: Mapping[ClaimKind, LazyString] = MappingProxyType(
    {
        ClaimKind.SUBSTITUTION: _l("充抵学时"),
        ClaimKind.TRANSFER: _l("外部学时认定"),
        ClaimKind.ADJUSTMENT: _l("学时更正"),
        ClaimKind.UNLOCK: _l("考试解锁"),
        ClaimKind.EXTRA_TIME: _l("考试加时"),
        ClaimKind.REISSUE: _l("证书换发"),
        ClaimKind.REVOCATION: _l("证书撤销"),
    }
)
EXPLAINED: Mapping[ClaimKind, LazyString] = MappingProxyType(
    {
        ClaimKind.SUBSTITUTION: _l("编写教材、发表论文、讲课等工作，可抵选修学时"),
        ClaimKind.TRANSFER: _l("在其他协会或外省学完的学时，凭证明认定"),
        ClaimKind.ADJUSTMENT: _l("我的学时记得不对，请协会核对更正"),
        ClaimKind.UNLOCK: _l("考试机会用完，申请再考一次"),
        ClaimKind.EXTRA_TIME: _l("因视力、伤病等需要更长的考试时间"),
        ClaimKind.REISSUE: _l("证书内容有误或资料已更正，申请换发"),
        ClaimKind.REVOCATION: _l("证书不应有效，撤销后编号永久显示已撤销"),
    }
)
ICONS: Mapping[ClaimKind, str] = MappingProxyType(
    {
        ClaimKind.SUBSTITUTION: "book",
        ClaimKind.TRANSFER: "download",
        ClaimKind.ADJUSTMENT: "edit",
        ClaimKind.UNLOCK: "unlock",
        ClaimKind.EXTRA_TIME: "clock",
        ClaimKind.REISSUE: "certificate",
        ClaimKind.REVOCATION: "x-circle",
    }
)
ACTIVITIES: Mapping[Activity, LazyString] = MappingProxyType(
    {
        Activity.EXAM_OUTLINE: _l("参加考试大纲编写"),
        Activity.QUESTION_SETTING: _l("参加考试命题"),
        Activity.TEXTBOOK: _l("编写继续教育教材"),
        Activity.PAPER: _l("在省部级刊物发表工程项目管理论文（第一作者）"),
        Activity.MONOGRAPH: _l("公开出版专著或教材（超过 5 万字，前两位作者）"),
        Activity.TEACHING: _l("讲授继续教育课程"),
    }
)
STAGES: Mapping[Stage, tuple[LazyString, str]] = MappingProxyType(
    {
        Stage.CHECKING: (_l("待经办人核对"), "info"),
        Stage.DECIDING: (_l("待负责人决定"), "info"),
        Stage.APPEALED: (_l("申诉复核中"), "warn"),
        Stage.GRANTED: (_l("已同意"), "ok"),
        Stage.REFUSED: (_l("未同意"), "bad"),
        Stage.WITHDRAWN: (_l("已撤回"), "neutral"),
    }
)
ROLES: Mapping[str | None, LazyString] = MappingProxyType(
    {
        None: _l("工作人员"),
        "learner": _l("本人"),
        "clerk": _l("协会经办人"),
        "manager": _l("协会负责人"),
        "house": _l("系统"),
        "reviewer": _l("申诉复核员（平台指定）"),
        "inspector": _l("监督检查员"),
    }
)


_OWN_REASONS: Mapping[str, LazyString] = MappingProxyType(
    {
        HOURS_BELOW: _l(
            "学时更正后，证书上写的学时多于现在的学时。系统请协会两人复核这张证书。"
        ),
    }
)


def reason(text: str) -> str | LazyString:
    """Say why something was asked: a person's own words, or the house's."""
    return _OWN_REASONS.get(text, text)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a question. `mark` is done, now, later or bad."""

    label: LazyString
    at: datetime | None
    mark: str


def steps(question: ApprovalCard, card: ClaimCard) -> tuple[Step, ...]:
    """Say how far a question has come, as a line of steps with dates."""
    first = _l("提出申诉") if question is card.appeal else _l("提交申请")
    line = [Step(first, question.asked_at, "done")]
    labels = [_l("经办人核对"), _l("负责人决定")][-question.needs :]
    if question is card.appeal:
        labels = [_l("另一人核对"), _l("负责人或复核员决定")]
    for place, label in enumerate(labels):
        line.append(_step(question, place, label))
    ended = question.state
    if ended is ApprovalState.WITHDRAWN:
        return (line[0], Step(_l("已撤回"), question.decided_at, "bad"))
    if ended is ApprovalState.REFUSED:
        said = len(question.decisions)
        return (*line[:said], Step(_l("未同意"), question.decided_at, "bad"))
    granted = ended is ApprovalState.APPROVED
    return (
        *line,
        Step(
            _l("已生效"),
            question.decided_at if granted else None,
            "done" if granted else "later",
        ),
    )


def _step(question: ApprovalCard, place: int, label: LazyString) -> Step:
    said = question.decisions
    if place < len(said):
        return Step(label, said[place].at, "done")
    return Step(label, None, "now" if place == len(said) else "later")
