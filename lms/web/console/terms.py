"""规则与账户: how the association teaches and where it is paid, by two managers."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.accounts.queries import staffing
from lms.approvals import queries as approvals
from lms.approvals import services as questions
from lms.catalogue import queries as catalogue
from lms.catalogue.queries import terms as queries
from lms.catalogue.queries.cards import AssociationCard
from lms.catalogue.rules.terms import Decision, TermsKind
from lms.catalogue.services import terms as services
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from lms.learning.rules.presence import presence_of
from lms.teachers.rules import Asked
from lms.web import desk, money_words
from lms.web.console import merchants
from lms.web.console.second_word import question, said, status
from lms.web.console.sheets import Cell, Column, exported
from lms.web.console.terms_forms import (
    AccountForm,
    StudyForm,
    TeachersForm,
    teachers_words,
)
from lms.web.doors import staff
from lms.web.messages import words

bp = Blueprint("console_terms", __name__, url_prefix="/console/terms")

_INDEX = "console_terms.index"
_HEAR = {"manager", "clerk"}

KINDS: Mapping[TermsKind, LazyString] = MappingProxyType(
    {
        TermsKind.STUDY: _l("学习规则"),
        TermsKind.ACCOUNT: _l("收款账户"),
        TermsKind.TEACHERS: _l("师资要求"),
    }
)


@bp.get("")
@staff("manager")
def index() -> ResponseReturnValue:
    """Show what holds, what is to come, and the forms for what is next."""
    return _page()


@bp.post("/export.xlsx")
@staff("manager")
def export() -> ResponseReturnValue:
    """Give what was decided, the newest first, as a table; it goes on the record."""
    columns = (
        Column(_("事项"), width=18), Column(_("启用日期"), "day"),
        Column(_("内容"), width=100), Column(_("同意时间"), "instant", 18),
    )  # fmt: skip
    book = queries.book(desk.reading(), desk.association())
    filters = ((_("范围"), _("历次决定，含未到启用日期的")),)
    return exported(
        _("规则与账户"), columns, tuple(map(_cells, book)), "terms.exported", filters
    )


def _cells(one: Decision) -> tuple[Cell, ...]:
    told = "；".join(
        f"{word}：{value}" for word, value in _told(one.kind.value, one.terms)
    )
    return str(KINDS[one.kind]), one.from_on, told, one.agreed_at


@bp.post("/study")
@staff("manager")
def study() -> ResponseReturnValue:
    """Propose how films are studied from a day on."""
    form = StudyForm.sent()
    if not form.validate() or form.from_on.data is None:
        return _page(study=form), 422
    told, from_on, reason = form.terms(), form.from_on.data, form.reason.data or ""
    return _put(
        lambda work, here: services.ask_study(work, here, told, from_on, reason),
        lambda failed: _page(study=form, failed=failed),
    )


@bp.post("/teachers")
@staff("manager")
def teachers() -> ResponseReturnValue:
    """Propose what is asked of those who teach, from a day on."""
    form = TeachersForm.sent()
    if not form.validate() or form.from_on.data is None:
        return _page(teachers=form), 422
    asked, from_on, reason = form.asked(), form.from_on.data, form.reason.data or ""
    return _put(
        lambda work, here: services.ask_teachers(work, here, asked, from_on, reason),
        lambda failed: _page(teachers=form, failed=failed),
    )


@bp.post("/account")
@staff("manager")
def account() -> ResponseReturnValue:
    """Propose another account."""
    form = AccountForm.sent()
    if not form.validate():
        return _page(account=form), 422
    told, reason = form.told(), form.reason.data or ""
    return _put(
        lambda work, here: services.ask_account(work, here, told, reason),
        lambda failed: _page(account=form, failed=failed),
    )


def _put(
    ask: Callable[[Work, AssociationId], object], again: Callable[[str], str]
) -> ResponseReturnValue:
    """Put a question to another manager; `again` is the form with why that failed."""
    try:
        with desk.begin() as work:
            ask(work, desk.association())
    except (Conflict, Refused) as no:
        return again(words(no.code, no.facts)), status(no)
    flash(_("已提出，须由另一位负责人同意。"), "ok")
    return redirect(url_for(_INDEX), 303)


@bp.post("/questions/<uuid:terms_question_id>/decide")
@staff("manager")
def decide(terms_question_id: UUID) -> ResponseReturnValue:
    """Say the second manager's word."""
    question(terms_question_id, services.MATTER)
    yes, comment = said()
    if not yes and not comment:
        return _page(failed=words("approval.no_comment", {})), 422
    try:
        with desk.begin() as work:
            house = desk.association()
            people = staffing.staff_of(work.session, house, legal_day(work.now))
            hear = [one.account_id for one in people if one.role.value in _HEAR]
            services.decide(work, house, terms_question_id, (yes, comment), hear)
    except (Conflict, Refused) as no:
        return _page(failed=words(no.code, no.facts)), status(no)
    flash(_("已同意。") if yes else _("已记下不同意，提出人能看到理由。"), "ok")
    return redirect(url_for(_INDEX), 303)


@bp.post("/questions/<uuid:terms_question_id>/withdraw")
@staff("manager")
def withdraw(terms_question_id: UUID) -> ResponseReturnValue:
    """Take one's own question back."""
    question(terms_question_id, services.MATTER)
    with desk.begin() as work:
        questions.withdraw(work, terms_question_id)
    flash(_("已撤回。"), "ok")
    return redirect(url_for(_INDEX), 303)


def _page(
    *,
    study: StudyForm | None = None,
    account: AccountForm | None = None,
    teachers: TeachersForm | None = None,
    failed: str = "",
) -> str:
    session, house = desk.reading(), desk.association()
    now = catalogue.association_at(session, house, desk.now())
    asked = approvals.queue(session, house, services.MATTER)
    persons = [one.asked_person_id for one in asked if one.asked_person_id]
    book = queries.book(session, house)
    asks = catalogue.teachers_asked(session, house, desk.now())
    return render_template(
        "console/terms.html",
        kinds=KINDS,
        now=now,
        usual=presence_of(now.presence),
        asked=[
            (one, _told(one.payload["kind"], one.payload["terms"])) for one in asked
        ],
        called=staffing.persons_named(session, persons),
        book=[(one, _told(one.kind.value, one.terms)) for one in book],
        seller=desk.settings().seller(now.code),
        ways=money_words.CHANNEL,
        astray=merchants.astray(),
        study=study or _study(now, desk.today()),
        account=account or _account(now),
        asks=asks,
        teachers_words=teachers_words,
        teachers=teachers or _teachers(asks, desk.today()),
        failed=failed,
        me=desk.me(),
        today=desk.today(),
    )


def _study(now: AssociationCard, today: date) -> StudyForm:
    usual = presence_of(now.presence)
    cap = now.daily_cap_seconds
    return StudyForm.blank(
        from_on=today + timedelta(days=1),
        cap_hours=cap // 3600 if cap else None,
        top_rate=str(now.top_rate),
        present="1" if usual.on else "0",
        mean_minutes=usual.mean_seconds // 60,
        answer_seconds=usual.answer_seconds,
        drop=usual.drop_unproved,
        camera=usual.camera,
    )


def _teachers(asks: Asked, today: date) -> TeachersForm:
    now = "fitting" if asks.fitting else "checked" if asks.checked else "none"
    return TeachersForm.blank(from_on=today + timedelta(days=1), needs=now)


def _account(now: AssociationCard) -> AccountForm:
    known = now.transfer_account
    holder = known.get("name") or known.get("holder") or now.name
    return AccountForm.blank(**{**known, **now.seller, "name": holder})


def _told(kind: str, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Say a decision as pairs of words."""
    if kind == TermsKind.ACCOUNT.value:
        said = {
            "name": _("户名"), "bank": _("开户行"), "account": _("账号"),
            "uscc": _("税号"), "address": _("地址"), "phone": _("电话"),
        }  # fmt: skip
        return [(said[name], str(terms[name])) for name in said if terms.get(name)]
    if kind == TermsKind.TEACHERS.value:
        asked = Asked(bool(terms["checked"]), bool(terms["fitting"]))
        return [(_("发布课程时"), teachers_words(asked))]
    usual, cap = presence_of(terms["presence"]), terms["daily_cap_seconds"]
    checks = (
        _(
            "平均每 %(n)s 分钟确认一次，%(s)s 秒内应答",
            n=usual.mean_seconds // 60,
            s=usual.answer_seconds,
        )
        if usual.on
        else _("不确认")
    )
    return [
        (_("每天最多计"), _("%(n)s 小时", n=cap // 3600) if cap else _("不限")),
        (_("最快播放"), _("%(n)s 倍速", n=f"{terms['top_rate'] / 100:g}")),
        (_("在场确认"), checks),
    ]
