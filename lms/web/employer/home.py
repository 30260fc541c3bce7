"""The company's first page, its account and its proof."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.errors import Conflict, NotFound
from lms.kernel.ids import AccountId, EmployerId
from lms.people import queries, services
from lms.people.ports import LockBook
from lms.people.rules import EmployerKind, LinkState, ProofFault, Side, Standing
from lms.registration.queries import applications, audits
from lms.registration.queries.audits import CaseCard
from lms.reports import board as boards
from lms.reports import staff as reports
from lms.reports.board import Summary
from lms.web import desk, employer_words
from lms.web.doors import learner, staff
from lms.web.employer.parts import (
    LockForm,
    OpenForm,
    acting,
    acting_for,
    bp,
    company_id,
)
from lms.web.limits import limiter
from lms.web.messages import words


@bp.get("")
@staff("employer")
def home() -> ResponseReturnValue:
    """Show who ends when and with how many hours, and what waits."""
    found = acting()
    if found is None:
        return redirect(url_for("employer.open_account"), 303)
    if not found.may_act:
        return render_template(
            "employer/home.html",
            acting=found,
            rows=(),
            links=(),
            waiting=(),
            checks=(),
        )
    session, employer_id = desk.reading(), found.employer_id
    links = queries.links_of(session, employer_id)
    return render_template(
        "employer/home.html",
        acting=found,
        rows=reports.staff(session, employer_id, on=desk.today()),
        board=_figures(employer_id),
        links=[card for card in links if card.state in _OPEN],
        waiting=applications.all_of_employer(session, employer_id, waiting=True),
        checks=_checks(employer_id),
    )


def _figures(employer_id: EmployerId) -> Summary:
    """Say who of the company ends this month, and who of them lacks hours."""
    on = desk.today()
    every = boards.everyone(desk.reading(), employer_id, on=on, now=desk.now())
    return boards.summary(every, on=on)


def _checks(employer_id: EmployerId) -> tuple[tuple[CaseCard, str], ...]:
    """Give the checks for which the company has something to hand over, or to say."""
    session = desk.reading()
    return tuple(
        (one, queries.name(session, one.person_id))
        for one in audits.of_employer(session, employer_id)
        if one.is_open
        and (
            one.employer_handed_at is None
            or one.asked_again(Side.EMPLOYER)
            or one.state == "proposed"
        )
    )


_OPEN = {LinkState.PREPARED, LinkState.INVITED, LinkState.ASKED}


@bp.get("/open")
@learner
def open_account() -> ResponseReturnValue:
    """Show the form that opens a company's account."""
    if acting() is not None:
        return redirect(url_for("employer.company"), 303)
    return render_template("employer/open.html", form=OpenForm.blank())


@bp.post("/open")
@learner
@limiter.limit("10/hour")
def open_save() -> ResponseReturnValue:
    """Open a company's account; it stays unproved."""
    form = OpenForm.sent()
    if not form.good():
        return render_template("employer/open.html", form=form), 422
    try:
        with desk.begin() as work:
            services.open_company(work, _account(), form.facts, form.chosen)
    except Conflict as clash:
        form.uscc.errors = [*form.uscc.errors, words(clash.code, {})]
        return render_template("employer/open.html", form=form), 409
    flash(_("企业账号已开通。认证之后就能查看人员和申报。"), "ok")
    return redirect(url_for("employer.company"), 303)


def _account() -> AccountId:
    visitor = desk.visitor()
    if visitor is None:
        raise NotFound("account.unknown")
    return visitor.account_id


@bp.get("/company")
@staff("employer")
def company() -> ResponseReturnValue:
    """Show the company, how it is proved, and who acts for it."""
    if acting() is None:
        return redirect(url_for("employer.open_account"), 303)
    return _company(LockForm.blank())


def _company(form: LockForm) -> str:
    found, session = acting_for(), desk.reading()
    agents = queries.agents(session, found.employer_id)
    return render_template(
        "employer/company.html",
        acting=found,
        agents=agents
        if found.may_act
        else [one for one in agents if one.id == found.agent_id],
        proofs=queries.proofs(session, found.employer_id),
        form=form,
        locks=desk.port(LockBook).connected,
        said=employer_words,
    )


@bp.post("/company/kind")
@staff("employer")
def kind_save() -> ResponseReturnValue:
    """Say what the company is qualified for."""
    chosen = request.form.get("kind", "")
    if chosen not in set(EmployerKind):
        abort(400)
    employer_id = company_id()
    with desk.begin() as work:
        services.save_kind(work, employer_id, EmployerKind(chosen))
    flash(_("单位类别已保存。"), "ok")
    return redirect(url_for("employer.company"), 303)


@bp.post("/company/lock")
@staff("employer")
@limiter.limit("10/hour")
def lock() -> ResponseReturnValue:
    """Prove the company by the lock or account of the old system."""
    employer_id, form = company_id(), LockForm.sent()
    if not form.validate():
        return _company(form), 422
    book = desk.port(LockBook)
    named = book.read(str(form.lock.data), str(form.secret.data))
    if named is None:
        form.secret.errors = [*form.secret.errors, words("lock.wrong", {})]
        return _company(form), 422
    with desk.begin() as work:
        standing = services.prove_by_lock(work, employer_id, named.uscc)
    if standing is Standing.PROVED:
        flash(_("企业身份认证通过。"), "ok")
    else:
        flash(_("身份锁登记的是另一家企业，已留下记录，请到现场认证。"), "bad")
    return redirect(url_for("employer.company"), 303)


@bp.post("/company/lock-lost")
@staff("employer")
def lock_lost() -> ResponseReturnValue:
    """Say that the lock is lost or dead; the counter is what is left."""
    fault = ProofFault.LOCK_LOST
    if request.form.get("fault") == ProofFault.LOCK_UNUSABLE.value:
        fault = ProofFault.LOCK_UNUSABLE
    employer_id = company_id()
    with desk.begin() as work:
        services.report_lock(work, employer_id, fault)
    flash(_("已登记。请带材料到现场认证。"), "ok")
    return redirect(url_for("employer.company"), 303)


@bp.post("/agents/<uuid:agent_id>/confirm")
@staff("employer")
def agent_confirm(agent_id: UUID) -> ResponseReturnValue:
    """Let a colleague act for the company."""
    employer_id = company_id()
    with desk.begin() as work:
        services.confirm_agent(work, employer_id, agent_id)
    flash(_("已确认这位经办人。"), "ok")
    return redirect(url_for("employer.company"), 303)


@bp.post("/agents/<uuid:agent_id>/end")
@staff("employer")
def agent_end(agent_id: UUID) -> ResponseReturnValue:
    """End what somebody does for the company: oneself, or a colleague."""
    employer_id, found = company_id(), acting()
    with desk.begin() as work:
        services.end_agent(work, employer_id, agent_id)
    flash(_("已解除经办人。"), "ok")
    own = found is not None and found.agent_id == agent_id
    return redirect(url_for("me.profile" if own else "employer.company"), 303)
