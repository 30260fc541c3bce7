"""工作台: where a member of staff begins the day."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.catalogue import queries as catalogue
from lms.reports import desk as reports
from lms.reports.desk import WaitingCard
from lms.web import desk
from lms.web.doors import staff

bp = Blueprint("console", __name__, url_prefix="/console")

_AT_WORK = (
    "author",
    "clerk",
    "manager",
    "reviewer",
    "employer",
    "inspector",
    "operator",
    "teller",
    "approver",
)


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of work that waits: how much, what to do, and where."""

    count: int
    title: str
    hint: str
    href: str
    icon: str


@bp.get("")
@staff(*_AT_WORK)
def home() -> ResponseReturnValue:
    """Show what waits, and the doors of each role."""
    visitor = desk.visitor()
    if visitor is not None and visitor.roles == {"inspector"}:
        return redirect(url_for("inspect.index"), 303)
    if visitor is not None and visitor.roles == {"reviewer"}:
        return redirect(url_for("console_claims.index"), 303)
    if visitor is not None and visitor.office_id is not None:
        return redirect(url_for("office.index"), 303)
    if visitor is None or visitor.association_id is None:
        return render_template("console/home.html", association=None, figures=None)
    session, association_id = desk.reading(), desk.association()
    waits = reports.waiting(session, association_id, desk.me())
    return render_template(
        "console/home.html",
        association=catalogue.association(session, association_id),
        figures=reports.figures(session, association_id),
        tasks=[
            task
            for roles, tasks in _TASKS
            if roles & visitor.roles
            for task in tasks(waits)
        ],
    )


def _of_money(waits: WaitingCard) -> tuple[Task, ...]:
    def orders(group: str) -> str:
        return url_for("console_orders.index", group=group)

    return (
        Task(
            waits.transfers_declared,
            _("待核对转账"),
            _("学员称已转账，等您对照银行流水"),
            orders("declared"),
            "receipt",
        ),
        Task(
            waits.transfers_to_second,
            _("待复核流水"),
            _("同事已登记，等另一人复核"),
            orders("second"),
            "check-circle",
        ),
        Task(
            waits.money_to_return,
            _("多收待退"),
            _("重复或不符的款项，须提出退款"),
            orders("surplus"),
            "alert",
        ),
        Task(
            waits.refunds_at_bank,
            _("待登记退款"),
            _("已同意，等银行退回后登记流水号"),
            orders("bank"),
            "receipt",
        ),
    )


def _of_learners(waits: WaitingCard) -> tuple[Task, ...]:
    return (
        Task(
            waits.photos,
            _("待审照片"),
            _("自动检查没有通过，学员请求人工审核"),
            url_for("console_people.corrections", _anchor="photos"),
            "camera",
        ),
        Task(
            waits.corrections,
            _("待办更正"),
            _("学员申请更正已锁定的资料"),
            url_for("console_people.corrections"),
            "edit",
        ),
        Task(
            waits.unlocks,
            _("待申请解锁"),
            _("考试次数已用完、还没有合格"),
            url_for("console_exams.index"),
            "lock",
        ),
        Task(
            waits.prints,
            _("待人工制证"),
            _("姓名中有字库没有的字"),
            url_for("console_certificates.index", _anchor="hand"),
            "certificate",
        ),
    )


def _to_check(waits: WaitingCard) -> tuple[Task, ...]:
    return (
        Task(
            waits.claims_to_check,
            _("待核对申请"),
            _("学时、解锁和证书，经办人先核对"),
            url_for("console_claims.index", step="check"),
            "inbox",
        ),
    )


def _to_decide(waits: WaitingCard) -> tuple[Task, ...]:
    return (
        Task(
            waits.reviews,
            _("待发布课程"),
            _("作者已提交，等负责人发布"),
            url_for("console_courses.index", state="review"),
            "book",
        ),
        Task(
            waits.claims_to_decide,
            _("待决定申请"),
            _("学时、解锁和证书，等负责人决定"),
            url_for("console_claims.index", step="decide"),
            "inbox",
        ),
        Task(
            waits.refunds_to_agree,
            _("待同意退款"),
            _("经办人已提出，等负责人同意"),
            url_for("console_orders.index", group="refund"),
            "receipt",
        ),
    )


def _to_rewrite(waits: WaitingCard) -> tuple[Task, ...]:
    return (
        Task(
            waits.returned,
            _("退回修改的课程"),
            _("负责人写明了要改什么"),
            url_for("console_courses.index", state="returned"),
            "edit",
        ),
    )


_TASKS: tuple[tuple[frozenset[str], Callable[[WaitingCard], tuple[Task, ...]]], ...] = (
    (frozenset({"manager"}), _to_decide),
    (frozenset({"clerk"}), _to_check),
    (frozenset({"clerk", "manager"}), _of_money),
    (frozenset({"clerk", "manager"}), _of_learners),
    (frozenset({"author"}), _to_rewrite),
)
"""Which role has which work before it, the most urgent first."""
