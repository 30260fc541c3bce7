"""What waits at 工作台 for each role: how much, what to do, and where."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from lms.reports.desk import WaitingCard


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of work that waits: how much, what to do, and where."""

    count: int
    title: str
    hint: str
    href: str
    icon: str


def tasks_for(roles: frozenset[str], waits: WaitingCard) -> list[Task]:
    """List what waits for some roles, the most urgent first; some wait for none."""
    return [task for these, tasks in _TASKS if these & roles for task in tasks(waits)]


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
        *_of_lines(waits),
        *_of_papers(waits),
    )


def _of_lines(waits: WaitingCard) -> tuple[Task, ...]:
    return (
        Task(
            waits.lines_to_confirm,
            _("待确认到账"),
            _("流水已对上订单，核对后确认，课程随即开通"),
            url_for("console_lines.index", group="confirm"),
            "check-circle",
        ),
        Task(
            waits.lines_open,
            _("待认领流水"),
            _("银行到账还没有对上订单"),
            url_for("console_lines.index", group="open"),
            "receipt",
        ),
        Task(
            waits.returns_to_decide,
            _("待定退回"),
            _("同事提出退回误付的款项，等另一人决定"),
            url_for("console_lines.index", group="returning"),
            "check-circle",
        ),
    )


def _of_papers(waits: WaitingCard) -> tuple[Task, ...]:
    return (
        Task(
            waits.invoices_ready,
            _("待开发票"),
            _("已付款并申请发票，等导出开票文件"),
            url_for("console_invoices.index", group="ready"),
            "receipt",
        ),
        Task(
            waits.reds_to_decide,
            _("待定红字"),
            _("同事提出红字发票，等另一人决定"),
            url_for("console_invoices.index", group="red"),
            "alert",
        ),
        Task(
            waits.differences,
            _("账目差异"),
            _("银行卡、银行流水和订单对不上，须写明原因"),
            url_for("console_books.index"),
            "alert",
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


def _of_wishes(waits: WaitingCard) -> tuple[Task, ...]:
    return (
        Task(
            waits.refunds_wished,
            _("退款申请"),
            _("学员申请退款，等您核对后提出或答复"),
            url_for("console_orders.index", group="wish"),
            "inbox",
        ),
    )


def _of_threads(waits: WaitingCard) -> tuple[Task, ...]:
    return (
        Task(
            waits.threads,
            _("待答复咨询投诉"),
            _("学员和企业的来信，按承诺期限排列"),
            url_for("console_threads.index"),
            "inbox",
        ),
    )


def _to_tell(waits: WaitingCard) -> tuple[Task, ...]:
    return (
        Task(
            waits.announcements,
            _("待复核通知"),
            _("同事要给许多人发邮件或短信，等另一人同意"),
            url_for("console_announcements.index"),
            "bell",
        ),
        Task(
            waits.old_links,
            _("待核对认领"),
            _("学员认领旧平台记录，核对身份证后两人同意"),
            url_for("console_legacy_records.index", _anchor="links"),
            "id-card",
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
            waits.plans_to_decide,
            _("待定组卷方案"),
            _("同事已提出，等负责人决定是否启用"),
            url_for("console_plans.index"),
            "quiz",
        ),
        Task(
            waits.refunds_to_agree,
            _("待同意退款"),
            _("经办人已提出，等负责人同意"),
            url_for("console_orders.index", group="refund"),
            "receipt",
        ),
        Task(
            waits.keys_to_decide,
            _("待办密钥"),
            _("同事已提出，等另一位负责人核对"),
            url_for("console_keys.index"),
            "key",
        ),
    )


def _of_persons(waits: WaitingCard) -> tuple[Task, ...]:
    return (
        Task(
            waits.merges_to_decide,
            _("待定合并"),
            _("同事提出合并账号或归还号码，等另一位负责人决定"),
            url_for("console_merges.index"),
            "layers",
        ),
        Task(
            waits.numbers_to_check,
            _("待核对号码"),
            _("有人说自己的身份证号码被别人先填了"),
            url_for("console_merges.index"),
            "id-card",
        ),
        Task(
            waits.pairs_to_check,
            _("可能重复的账号"),
            _("像同一个人的两个账号，请打电话核对"),
            url_for("console_merges.pairs"),
            "layers",
        ),
    )


def _offers_to_decide(waits: WaitingCard) -> tuple[Task, ...]:
    return (
        Task(
            waits.offers_to_decide,
            _("待定优惠"),
            _("同事提出优惠券、多人优惠或会员价，等您同意"),
            url_for("console_offers.index"),
            "receipt",
        ),
        Task(
            waits.refund_rules_to_decide,
            _("待定退款规则"),
            _("同事提出新的退款规则，等您同意"),
            url_for("console_refund_rules.index"),
            "receipt",
        ),
    )


def _to_bring_in(waits: WaitingCard) -> tuple[Task, ...]:
    return (
        Task(
            waits.old_files,
            _("待同意导入"),
            _("同事提交了旧平台数据，等负责人同意"),
            url_for("console_legacy.index"),
            "upload",
        ),
        Task(
            waits.old_files_back,
            _("待同意撤回"),
            _("同事提出撤回导入过的旧平台数据，等另一位负责人同意"),
            url_for("console_legacy.index"),
            "history",
        ),
    )


def _to_let_out(waits: WaitingCard) -> tuple[Task, ...]:
    return (
        Task(
            waits.exports_to_decide,
            _("待同意导出"),
            _("同事要导出完整个人信息，等另一位负责人同意"),
            url_for("console_exports.index"),
            "download",
        ),
        Task(
            waits.posts_to_decide,
            _("待同意岗位"),
            _("同事提出邀请、调整或撤销工作人员，等另一位负责人同意"),
            url_for("console_staff.index"),
            "users",
        ),
        Task(
            waits.domains_to_decide,
            _("待同意域名"),
            _("同事提出使用或停用域名，等另一位负责人同意"),
            url_for("console_domain.index"),
            "globe",
        ),
        Task(
            waits.terms_to_decide,
            _("待同意规则或账户"),
            _("同事提出新的学习规则或收款账户，等另一位负责人同意"),
            url_for("console_terms.index"),
            "scale",
        ),
    )


def _of_teachers(waits: WaitingCard) -> tuple[Task, ...]:
    return (
        Task(
            waits.teachers_to_check,
            _("待复核师资"),
            _("同事已录入教师和资格证书，等另一人对照原件复核"),
            url_for("console_teachers.index", pile="waiting"),
            "id-card",
        ),
        Task(
            waits.teachers_ending,
            _("师资资格将到期"),
            _("60 天内到期或已经到期，请教师换证后补录"),
            url_for("console_teachers.index", pile="ending"),
            "clock",
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
    (frozenset({"manager"}), _of_persons),
    (frozenset({"manager"}), _to_bring_in),
    (frozenset({"manager"}), _to_let_out),
    (frozenset({"manager"}), _offers_to_decide),
    (frozenset({"clerk"}), _to_check),
    (frozenset({"clerk", "manager"}), _of_threads),
    (frozenset({"clerk", "manager"}), _of_wishes),
    (frozenset({"clerk", "manager"}), _of_money),
    (frozenset({"clerk", "manager"}), _of_learners),
    (frozenset({"clerk", "manager"}), _to_tell),
    (frozenset({"clerk", "manager"}), _of_teachers),
    (frozenset({"author"}), _to_rewrite),
)
"""Which role has which work before it, the most urgent first."""
