"""How a batch is told: whom it is for, how far it is, and what the refused must do."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from lms.credentials.queries.batches import BatchCard
from lms.credentials.rules.batches import BatchState, Chosen, LineState, PaperWhy
from lms.web.filters import day, term
from lms.web.messages import words

STATES: dict[BatchState, tuple[LazyString, str]] = {
    BatchState.CHECKING: (_l("正在核对"), "info"),
    BatchState.CHECKED: (_l("已核对，未开始"), "warn"),
    BatchState.WAITING: (_l("排队中"), "info"),
    BatchState.RUNNING: (_l("正在签发"), "info"),
    BatchState.STOPPED: (_l("已停止"), "warn"),
    BatchState.DONE: (_l("已完成"), "ok"),
}

RESULTS: dict[LineState, tuple[LazyString, str]] = {
    LineState.NEW: (_l("待核对"), "neutral"),
    LineState.LEFT: (_l("未处理"), "neutral"),
    LineState.ISSUED: (_l("已签发"), "ok"),
    LineState.REFUSED: (_l("未通过"), "bad"),
    LineState.WAITING_HAND: (_l("待人工制证"), "warn"),
}
"""What became of one person of a batch, and its tone."""

GROUPS: dict[str, LazyString] = {
    "able": _l("符合条件"),
    "issued": _l("已签发"),
    "todo": _l("未处理"),
    "refused": _l("未通过"),
    "hand": _l("待人工制证"),
}
"""The lists of a batch's people."""

WHY: dict[PaperWhy, LazyString] = {
    PaperWhy.ASKED: _l("本人要纸质证书"),
    PaperWhy.DAMAGED: _l("污损"),
    PaperWhy.LOST: _l("遗失"),
    PaperWhy.MISPRINT: _l("打印不清"),
}

_ADVICE: dict[str, LazyString] = {
    "certificate.profile": _l("请学员到“个人中心”补齐资料。"),
    "certificate.photo": _l("请在“学员管理”审核照片；未上传的，请学员补传。"),
    "certificate.period": _l("请学员核对注册有效期；期满后先办延续注册。"),
    "certificate.required": _l("请学员继续学习必修课程。"),
    "certificate.elective": _l("请学员继续学习选修课程，或申请充抵。"),
    "certificate.test": _l("请学员到“考试”参加该专业考试。"),
    "certificate.revoked_before": _l("须由两人在“学员管理”的办理事项中重新核发。"),
    "certificate.exists": _l("不需要再签发，该专业已有有效证书。"),
    "registration.unknown": _l("请学员到“个人中心”填写注册信息。"),
    "batch.broken": _l("资料无法读出，请联系平台运维。其他人不受影响。"),
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A reason in plain words, and who does what about it."""

    reason: str
    advice: str


def spoken(code: str) -> Spoken:
    """Say why somebody was refused."""
    return Spoken(words(code, {}).rstrip("。；："), str(_ADVICE.get(code, "")))


def chosen_words(chosen: Chosen, names: dict[str, str]) -> list[str]:
    """Say whom a batch is for, part by part."""
    parts = [term(chosen.specialty)] if chosen.specialty else []
    if chosen.course_id:
        parts.append(_("课程《%(name)s》", name=names["course"]))
    if chosen.package_id:
        parts.append(_("套餐《%(name)s》", name=names["package"]))
    if chosen.employer_id:
        parts.append(names["employer"])
    if chosen.since or chosen.until:
        parts.append(
            _(
                "%(since)s 至 %(until)s 合格",
                since=day(chosen.since) if chosen.since else "…",
                until=day(chosen.until) if chosen.until else "…",
            )
        )
    return parts or [_("全部在学且未领证的人员")]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is, in words. Units: `value` of `total` have had their turn."""

    value: int
    total: int
    label: str
    issued: str
    refused: str
    by_hand: str
    todo: str
    speed: str
    left: str

    def told(self) -> dict[str, object]:
        """Give it for a page that keeps up."""
        return {name: getattr(self, name) for name in self.__slots__}


def progress(batch: BatchCard, now: datetime) -> Progress:
    """Say how far a batch is, how fast it goes, and how long it will take."""
    checking = batch.state is BatchState.CHECKING
    value, total = (batch.seen, batch.total) if checking else (batch.done, batch.able)
    share = 100 * value // total if total else 100
    words = (
        _("已核对 %(value)s / %(total)s 人（%(share)s%%）")
        if checking
        else _("已处理 %(value)s / %(total)s 人（%(share)s%%）")
    )
    pace = batch.pace(now)
    running = batch.state is BatchState.RUNNING
    return Progress(
        value=value,
        total=total,
        label=words % {"value": value, "total": total, "share": share},
        issued=str(batch.issued),
        refused=str(batch.refused),
        by_hand=str(batch.by_hand),
        todo=str(batch.todo),
        speed=_("每分钟 %(count)s 张", count=pace.per_minute)
        if running and pace.per_minute
        else "—",
        left=_left(pace.left(batch.todo)) if running else "—",
    )


def _left(seconds: int | None) -> str:
    if seconds is None:
        return str(_("正在估算"))
    if seconds < 60:  # noqa: PLR2004 - a minute
        return str(_("不到 1 分钟"))
    return str(_("约 %(minutes)s 分钟", minutes=-(-seconds // 60)))
