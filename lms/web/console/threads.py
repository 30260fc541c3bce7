"""咨询投诉: the desk's queue by what is promised, and one matter with its words."""

import base64
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import queries as accounts
from lms.accounts.queries import staffing
from lms.calendar import queries as calendar
from lms.catalogue import queries as catalogue
from lms.kernel.blanks import filled
from lms.kernel.errors import Conflict, LmsError, NotFound, Refused
from lms.kernel.ids import AccountId, AssociationId
from lms.kernel.work import Work
from lms.people import queries as people
from lms.policy.answering import TOPICS, Matter
from lms.reports import threads as reports
from lms.reports.threads import Asked, Pile
from lms.threads import queries, services
from lms.threads.queries import TemplateCard, ThreadCard
from lms.threads.rules import DESK, Blank, Side, State, objection
from lms.web import desk
from lms.web import thread_words as said
from lms.web.console.sheets import Column, exported
from lms.web.console.thread_desk import acting, found, outside_table, places, reviews
from lms.web.doors import staff
from lms.web.messages import words
from lms.web.thread_forms import (
    MEANWHILE,
    UPLOAD_BYTES,
    HandForm,
    NoteForm,
    ReplyForm,
    WordsForm,
)

bp = Blueprint("console_threads", __name__, url_prefix="/console/threads")


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Runs before CSRF reads the form, which is where the general limit would bite.
    if endpoint == "console_threads.answer":
        request.max_content_length = UPLOAD_BYTES


@bp.get("")
@staff("clerk", "manager", "reviewer")
def index() -> ResponseReturnValue:
    """List the desk's matters: what waits, that which is promised first at the top."""
    if reviews():
        return _outside()
    session, house, today = desk.reading(), desk.association(), desk.today()
    asked = _asked(request.args.get("pile", ""), request.args.get("matter", ""))
    known = calendar.calendar(session)
    return render_template(
        "console/threads.html",
        page=reports.queue(session, house, asked, request.args.get("after", "")),
        counts=reports.counts(session, house, asked.me, today),
        asked=asked,
        topics=TOPICS,
        piles=Pile,
        promised=lambda card: said.promised(card, known, today),
        said=said,
    )


def _outside() -> str:
    """List what was sent to a reviewer, of each association."""
    session, today = desk.reading(), desk.today()
    known = calendar.calendar(session)
    return render_template(
        "console/threads_outside.html",
        cards=queries.outside(session, places()),
        houses={one.id: one.name for one in catalogue.associations(session)},
        promised=lambda card: said.promised(card, known, today),
        said=said,
    )


def _asked(pile: str, matter: str) -> Asked:
    return Asked(
        Pile(pile) if pile in set(Pile) else Pile.WAITING,
        current_user.account_id,
        Matter(matter) if matter in set(TOPICS) else None,
    )


@bp.post("/export.xlsx")
@staff("clerk", "manager", "reviewer")
def export() -> ResponseReturnValue:
    """Give what a pile shows as a table; the export goes on the record."""
    if reviews():
        return outside_table()
    asked = _asked(request.form.get("pile", ""), request.form.get("matter", ""))
    columns = (
        Column(_("编号"), width=18), Column(_("主题")), Column(_("提出人")),
        Column(_("单位"), width=28), Column(_("提出时间"), "instant", 18),
        Column(_("承诺答复"), "day"), Column(_("状态")), Column(_("受理人")),
    )  # fmt: skip
    rows = reports.every(desk.reading(), desk.association(), asked)
    cells = (
        (
            one.card.number, str(said.MATTER[one.card.matter]), one.name_masked,
            one.company, one.card.opened_at, one.card.due_on,
            str(said.STATE[one.card.state][0]), one.by,
        )
        for one in rows
    )  # fmt: skip
    filters = (
        (_("范围"), str(said.PILE[asked.pile.value])),
        (_("主题"), str(said.MATTER[asked.matter]) if asked.matter else ""),
    )
    return exported(_("咨询投诉"), columns, cells, "threads.exported", filters)


@bp.get("/<uuid:thread_id>")
@staff("clerk", "manager", "reviewer")
def show(thread_id: UUID) -> ResponseReturnValue:
    """Show one matter, with the words of a template where one was chosen."""
    card = found(thread_id)
    form = ReplyForm.blank(seen=str(card.last_n))
    chosen = request.args.get("template", "")
    if chosen:
        template = _template(card, chosen)
        form.body.data = _filled(card, template)
        if template.interim and card.state is State.OPEN:
            form.then.data = MEANWHILE
    return _page(card, form)


def _template(card: ThreadCard, chosen: str) -> TemplateCard:
    """Give the template that was chosen.

    Raises: NotFound, for another association's template too.
    """
    try:
        return queries.template(desk.reading(), card.association_id, UUID(chosen))
    except ValueError:
        raise NotFound("thread.template_unknown") from None


def _filled(card: ThreadCard, template: TemplateCard) -> str:
    """Put what is known of a matter into a template's blanks."""
    session, house = desk.reading(), AssociationId(card.association_id)
    association = catalogue.association(session, house)
    return filled(
        template.body,
        {
            Blank.ASKER: _asker(card),
            Blank.NUMBER: card.number,
            Blank.SUBJECT: card.subject,
            Blank.LIMIT: card.due_on.isoformat(),
            Blank.ASSOCIATION: association.name,
            Blank.CONTACT: association.contact,
        },
    )


def _asker(card: ThreadCard) -> str:
    session = desk.reading()
    if card.employer_id is not None:
        return people.company(session, card.employer_id).name
    return accounts.account(session, AccountId(card.account_id)).name or _("您")


def _page(
    card: ThreadCard,
    reply: ReplyForm,
    note: NoteForm | None = None,
    picture: str = "",
) -> str:
    reply.choose_again()
    if card.state is not State.OPEN:
        reply.only_answers()
    session, today = desk.reading(), desk.today()
    hands = [] if card.outside_at else _hands(card, today)
    names = staffing.names(session, _spoke(card))
    return render_template(
        "console/thread.html",
        card_=card,
        asker=accounts.account(session, AccountId(card.account_id)).name,
        company=_asker(card) if card.employer_id else "",
        reply=reply,
        note=note or NoteForm.blank(),
        hand=_handing(hands),
        free=len(hands),
        picture=picture,
        hindrance=_hindrance(card),
        called=names,
        me=current_user.account_id,
        templates=_templates(card),
        reviewing=reviews(),
        promised=said.promised(card, calendar.calendar(session), today),
        late=card.late(today),
        said=said,
    )


def _templates(card: ThreadCard) -> list[TemplateCard]:
    """Offer the association's templates to its own desk."""
    if reviews():
        return []
    kept = queries.templates(desk.reading(), card.association_id)
    return [one for one in kept if one.matter in {None, card.matter}]


def _spoke(card: ThreadCard) -> set[UUID]:
    spoke = {one.account_id for one in card.words if one.side is not Side.ASKER}
    return spoke | {one for one in (card.taken_by, card.passed_from) if one}


def _hands(card: ThreadCard, today: date) -> list[staffing.Hand]:
    """Name the colleagues who may have this matter now."""
    session = desk.reading()
    there = staffing.hands_now(session, card.association_id, DESK, today)
    return [*queries.may_handle(session, card, there)]


def _handing(hands: list[staffing.Hand]) -> HandForm:
    form = HandForm.blank()
    form.to.choices = [
        ("", _("请选择")),
        *(
            (str(one.account_id), one.name)
            for one in hands
            if one.account_id != current_user.account_id
        ),
    ]
    return form


def _hindrance(card: ThreadCard) -> str | None:
    """Say beforehand why this visitor may not answer now, if so."""
    before = queries.answered_before(desk.reading(), card)
    problem = objection(card.person_id, before, desk.me())
    if problem is None and card.outside_at is not None and not reviews():
        problem = "thread.outside"
    if problem is None and card.taken_by not in {None, current_user.account_id}:
        problem = "thread.taken"
    return str(words(problem, {})) if problem else None


def _shown(thread_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("console_threads.show", thread_id=thread_id), 303)


@bp.post("/<uuid:thread_id>/take")
@staff("clerk", "manager", "reviewer")
def take(thread_id: UUID) -> ResponseReturnValue:
    """Take a matter."""
    card = found(thread_id)
    with desk.begin() as work:
        services.take(acting(work, card), card.association_id, thread_id)
    flash(_("已受理，由您答复。"), "ok")
    return _shown(thread_id)


@bp.post("/<uuid:thread_id>/hand")
@staff("clerk", "manager")
def hand(thread_id: UUID) -> ResponseReturnValue:
    """Hand a matter to a colleague."""
    card = found(thread_id)
    form = HandForm.sent()
    form.to.choices = [
        (str(one.account_id), one.name) for one in _hands(card, desk.today())
    ]
    if not form.validate():
        flash(_("请先选择一位同事。"), "bad")
        return _shown(thread_id)
    with desk.begin() as work:
        to = AccountId(UUID(str(form.to.data)))
        services.hand(work, desk.association(), thread_id, to)
    flash(_("已转交。"), "ok")
    return _shown(thread_id)


@bp.post("/<uuid:thread_id>/answer")
@staff("clerk", "manager", "reviewer")
def answer(thread_id: UUID) -> ResponseReturnValue:
    """Answer, or answer and close; the asker is told."""
    card = found(thread_id)
    form = ReplyForm.sent()
    papers = form.opened() if form.validate() else None
    if papers is None:
        return _page(card, form), 422
    reply = form.reply(papers)
    deed = _deed(form, reply)
    fault = _done(form, card, lambda work, house: deed(work, house, thread_id, reply))
    if fault:
        # What was said meanwhile is on the page now, and has been seen when it is sent.
        fresh = found(thread_id)
        form.seen.data = str(fresh.last_n)
        return _page(fresh, form), fault
    flash(_told(form, reply), "ok")
    return _shown(thread_id)


def _deed(
    form: ReplyForm, reply: services.Reply
) -> Callable[[Work, AssociationId, UUID, services.Reply], None]:
    if form.meanwhile:
        return services.reply_meanwhile
    return services.answer if reply.ending is None else services.close


def _told(form: ReplyForm, reply: services.Reply) -> str:
    if form.meanwhile:
        return str(_("已先行回复并通知提出人。这件仍待答复，承诺的日期不变。"))
    if reply.ending is None:
        return str(_("已答复，并通知提出人。"))
    return str(_("已答复并办结，并通知提出人。"))


def _done(
    form: WordsForm, card: ThreadCard, deed: Callable[[Work, AssociationId], None]
) -> int:
    """Do a deed; where it is refused say so in the form and give the status."""
    try:
        with desk.begin() as work:
            deed(acting(work, card), AssociationId(card.association_id))
    except (Refused, Conflict) as no:
        form.blame(no.reasons or (no.code,), **no.facts)
        return _status(no)
    return 0


def _status(no: LmsError) -> int:
    return 409 if isinstance(no, Conflict) else 422


@bp.post("/<uuid:thread_id>/note")
@staff("clerk", "manager", "reviewer")
def note(thread_id: UUID) -> ResponseReturnValue:
    """Note something for the staff alone."""
    card = found(thread_id)
    form = NoteForm.sent()
    fault = 422
    if form.validate():
        said_ = form.said()
        fault = _done(
            form, card, lambda work, house: services.note(work, house, thread_id, said_)
        )
    if fault:
        return _page(card, ReplyForm.blank(seen=str(card.last_n)), form), fault
    flash(_("已记下，只有工作人员能看到。"), "ok")
    return _shown(thread_id)


@bp.post("/<uuid:thread_id>/papers/<uuid:enclosure_id>")
@staff("clerk", "manager", "reviewer")
def paper(thread_id: UUID, enclosure_id: UUID) -> ResponseReturnValue:
    """Open one paper; the look goes on the person's record."""
    card = found(thread_id)
    with desk.begin() as work:
        media, body = services.look(
            acting(work, card),
            card.association_id,
            thread_id,
            enclosure_id,
            _("办理咨询投诉"),
        )
    if media == "application/pdf":
        response = Response(body, content_type=media)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Disposition"] = 'inline; filename="paper.pdf"'
        return response
    picture = f"data:{media};base64,{base64.b64encode(body).decode()}"
    return _page(card, ReplyForm.blank(seen=str(card.last_n)), picture=picture)
