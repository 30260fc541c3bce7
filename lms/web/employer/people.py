"""The company's people: asked, bound, parted."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.errors import Refused
from lms.people import queries, services
from lms.people.queries import ActsFor, LinkCard
from lms.people.rules import LinkState, read_lines
from lms.registration.queries import applications
from lms.reports import staff as reports
from lms.web import application_words, desk, employer_words
from lms.web.doors import staff
from lms.web.employer.parts import (
    InviteForm,
    LeaveForm,
    acting,
    acting_company,
    acting_for,
    bp,
    company_id,
)
from lms.web.limits import limiter

TABS = {
    "active": frozenset({LinkState.ACTIVE}),
    "waiting": frozenset({LinkState.PREPARED, LinkState.INVITED, LinkState.ASKED}),
    "past": frozenset({LinkState.LEFT, LinkState.REFUSED, LinkState.WITHDRAWN}),
}


@bp.get("/people")
@staff("employer")
def people() -> ResponseReturnValue:
    """List the company's people: bound, waiting, past."""
    found = acting()
    if found is None:
        return redirect(url_for("employer.open_account"), 303)
    return _people(found, InviteForm.blank())


def _people(found: ActsFor, form: InviteForm) -> str:
    session, visitor = desk.reading(), desk.visitor()
    own = visitor.account_id if visitor else None
    links = queries.links_of(session, found.employer_id)
    if not found.may_act:
        # Others who ask to act for this company, too, must not read this list.
        links = queries.prepared_by(session, found.employer_id, own)
    wanted = request.args.get("tab", "active" if found.may_act else "waiting")
    tab = wanted if wanted in TABS else "active"
    rows: dict[UUID, reports.StaffRow] = {}
    if found.may_act and tab == "active":
        today = desk.today()
        drawn = reports.staff(session, found.employer_id, on=today)
        rows = {row.link_id: row for row in drawn}
    return render_template(
        "employer/people.html",
        acting=found,
        tab=tab,
        counts={name: _count(links, states) for name, states in TABS.items()},
        links=_sorted([card for card in links if card.state in TABS[tab]], rows),
        rows=rows,
        prepared=_count(links, frozenset({LinkState.PREPARED})),
        form=form,
        said=employer_words,
    )


def _count(links: tuple[LinkCard, ...], states: frozenset[LinkState]) -> int:
    return sum(card.state in states for card in links)


def _sorted(
    links: list[LinkCard], rows: dict[UUID, reports.StaffRow]
) -> list[LinkCard]:
    """Put those first whose specialty ends first."""
    order = {link_id: place for place, link_id in enumerate(rows)}
    return sorted(links, key=lambda card: order.get(card.id, len(order)))


@bp.post("/people")
@staff("employer")
@limiter.limit("30/hour")
def invite() -> ResponseReturnValue:
    """Write invitations down; a proved company's go out at once."""
    form, found = InviteForm.sent(), acting_for()
    if not form.validate():
        return _people(found, form), 422
    lines = read_lines(str(form.people.data))
    with desk.begin() as work:
        site = desk.settings().base_url
        done = services.invite(work, found.employer_id, lines, site=site)
    _told(done, sent=found.may_act)
    return redirect(url_for("employer.people", tab="waiting"), 303)


def _told(done: services.Invited, *, sent: bool) -> None:
    """Say what came of a list, the same whoever is reached there."""
    made, known = done.made, done.known
    if made and not sent:
        flash(_("已准备 %(count)s 份邀请，认证之后一并发送。", count=made), "ok")
    elif made:
        flash(
            _("已登记 %(count)s 份邀请，对方登录后在个人中心接受。", count=made), "ok"
        )
    if known:
        flash(_("%(count)s 人已有待处理的邀请，没有重复登记。", count=known), "info")
    if done.unreadable:
        shown = "、".join(one[:20] for one in done.unreadable[:5])
        flash(_("这几行不是手机号或邮箱，没有登记：%(rows)s", rows=shown), "warn")


@bp.post("/people/send")
@staff("employer")
def send() -> ResponseReturnValue:
    """Send what was prepared before the company was proved."""
    employer_id = acting_company()
    with desk.begin() as work:
        site = desk.settings().base_url
        count = services.send_prepared(work, employer_id, site=site)
    flash(_("已发送 %(count)s 份邀请。", count=count), "ok")
    return redirect(url_for("employer.people", tab="waiting"), 303)


@bp.post("/links/<uuid:link_id>/agree")
@staff("employer")
def agree(link_id: UUID) -> ResponseReturnValue:
    """Say yes to a person who asks."""
    employer_id = acting_company()
    with desk.begin() as work:
        services.agree(work, employer_id, link_id)
    flash(_("已确认，今后可以查看这位人员的到期和学时情况。"), "ok")
    return redirect(url_for("employer.person", link_id=link_id), 303)


@bp.post("/links/<uuid:link_id>/withdraw")
@staff("employer")
def withdraw(link_id: UUID) -> ResponseReturnValue:
    """Take an invitation back, or say no to a person who asks."""
    employer_id = company_id()
    with desk.begin() as work:
        services.withdraw(work, employer_id, link_id)
    flash(_("已处理。"), "ok")
    return redirect(url_for("employer.people", tab="waiting"), 303)


@bp.get("/people/<uuid:link_id>")
@staff("employer")
def person(link_id: UUID) -> ResponseReturnValue:
    """Show one person: dates, hours, applications; never the ID number."""
    return _person(link_id, LeaveForm.blank(left_on=desk.today()))


def _person(link_id: UUID, form: LeaveForm) -> str:
    employer_id, session = acting_company(), desk.reading()
    row = reports.one(session, employer_id, link_id, on=desk.today())
    return render_template(
        "employer/person.html",
        row=row,
        link=queries.link_of(session, employer_id, link_id),
        note=queries.roster_note(session, employer_id, link_id),
        applications=[
            card
            for card in applications.all_of_employer(session, employer_id)
            if card.person_id == row.person_id
        ],
        form=form,
        said=employer_words,
        told=application_words,
    )


@bp.post("/people/<uuid:link_id>/dismiss")
@staff("employer")
def dismiss(link_id: UUID) -> ResponseReturnValue:
    """Part from a person, with date and reason."""
    form, employer_id = LeaveForm.sent(), acting_company()
    queries.staff_one(desk.reading(), employer_id, link_id)
    if form.validate() and form.left_on.data:
        try:
            with desk.begin() as work:
                services.dismiss(
                    work, employer_id, link_id, form.left_on.data, str(form.reason.data)
                )
        except Refused as refused:
            form.blame(refused.reasons)
        else:
            flash(_("已登记离职，今后不再显示这位人员的情况。"), "ok")
            return redirect(url_for("employer.people"), 303)
    return _person(link_id, form), 422
