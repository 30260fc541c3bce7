"""咨询投诉: what I ask associations, from the first word to the last."""

from collections.abc import Callable
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

from lms.accounts.queries import staffing
from lms.calendar import queries as calendar
from lms.catalogue import queries as catalogue
from lms.kernel import pii
from lms.kernel.errors import Refused
from lms.kernel.work import Work
from lms.policy.answering import TOPICS, answer_rule
from lms.reports import people as reports
from lms.threads import queries, services
from lms.threads.queries import ThreadCard
from lms.threads.rules import Side
from lms.threads.services import Opening, Said
from lms.web import desk
from lms.web import thread_words as said
from lms.web.account.profile_parts import by_account
from lms.web.doors import learner
from lms.web.limits import limiter
from lms.web.thread_forms import UPLOAD_BYTES, OpenForm, SayForm

bp = Blueprint("threads", __name__, url_prefix="/me/questions")

_UPLOADS = {"threads.put", "threads.write", "threads.pass_on"}


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Runs before CSRF reads the form, which is where the general limit would bite.
    if endpoint in _UPLOADS:
        request.max_content_length = UPLOAD_BYTES


def _company() -> UUID | None:
    visitor = desk.visitor()
    return visitor.employer_id if visitor else None


@bp.get("")
@learner
def index() -> ResponseReturnValue:
    """List my matters, and my company's."""
    session = desk.reading()
    return render_template(
        "records/threads.html",
        cards=queries.mine(session, desk.me(), _company()),
        houses={one.id: one.name for one in catalogue.associations(session)},
        promised=_promised,
        said=said,
    )


def _promised(card: ThreadCard) -> tuple[str, str]:
    return said.promised(card, calendar.calendar(desk.reading()), desk.today())


@bp.get("/new")
@learner
def new() -> ResponseReturnValue:
    """Show the form, at the topic that was chosen on the page of help."""
    form = _offered(OpenForm.blank())
    matter = request.args.get("matter", "")
    if matter in set(TOPICS):
        form.matter.data = matter
    return _form_page(form)


def _offered(form: OpenForm) -> OpenForm:
    """Offer the associations, first those that know the visitor."""
    session = desk.reading()
    known = [
        (str(one.id), one.name) for one in reports.associations_of(session, desk.me())
    ]
    every = [(str(one.id), one.name) for one in catalogue.associations(session)]
    first = [] if len(known) == 1 else [("", _("请选择"))]
    form.association.choices = [*first, *dict.fromkeys([*known, *every])]
    return form


def _form_page(form: OpenForm) -> str:
    form.choose_again()
    return render_template("records/thread_new.html", form=form, company=_company())


@bp.post("/new")
@learner
@limiter.limit("10/hour", key_func=by_account)
def put() -> ResponseReturnValue:
    """Put a question or complaint to an association."""
    form = _offered(OpenForm.sent())
    papers = form.opened() if form.validate() else None
    if papers is None:
        return _form_page(form), 422
    asked = Opening(
        form.about,
        form.said(papers),
        str(form.subject.data),
        for_company=bool(form.for_company.data),
    )
    try:
        with desk.begin() as work:
            thread_id = services.begin(work, form.association_id, asked)
    except Refused as no:
        form.blame(no.reasons or (no.code,), **no.facts)
        return _form_page(form), 422
    flash(_("已提交。协会答复后会通知您，进度在这里查看。"), "ok")
    return _shown(thread_id)


def _shown(thread_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("threads.show", thread_id=thread_id, _anchor="last"), 303)


@bp.get("/<uuid:thread_id>")
@learner
def show(thread_id: UUID) -> ResponseReturnValue:
    """Show one matter: what was said, by when an answer is promised, what I may do."""
    return _page(thread_id, SayForm.blank())


def _page(thread_id: UUID, form: SayForm) -> str:
    form.choose_again()
    session, today = desk.reading(), desk.today()
    card = queries.owned(session, desk.me(), thread_id, _company())
    spoke = {one.account_id for one in card.said if one.side is Side.DESK}
    return render_template(
        "records/thread.html",
        card_=card,
        form=form,
        promised=_promised(card),
        late=card.late(today),
        may_pass_on=card.may_pass_on(today),
        pass_on_days=answer_rule(today).pass_on_days,
        house=catalogue.association(session, card.association_id),
        called={
            one: pii.mask_name(name)
            for one, name in staffing.names(session, spoke).items()
        },
        me=desk.actor().account_id,
        said=said,
    )


@bp.post("/<uuid:thread_id>/seen")
@learner
def see(thread_id: UUID) -> ResponseReturnValue:
    """Note that I have seen the answer, and show it."""
    with desk.begin() as work:
        services.see(work, thread_id)
    return _shown(thread_id)


@bp.post("/<uuid:thread_id>/write")
@learner
@limiter.limit("20/hour", key_func=by_account)
def write(thread_id: UUID) -> ResponseReturnValue:
    """Write again."""
    return _say(thread_id, services.write, _("已提交。"))


@bp.post("/<uuid:thread_id>/pass-on")
@learner
@limiter.limit("10/hour", key_func=by_account)
def pass_on(thread_id: UUID) -> ResponseReturnValue:
    """Let somebody else there decide; once."""
    told = _("申诉已提交，由没有经手过的另一位工作人员办理。")
    return _say(thread_id, services.pass_on, told)


def _say(
    thread_id: UUID, deed: Callable[[Work, UUID, Said], None], told: str
) -> ResponseReturnValue:
    """Say something in a matter of mine, or show why not with what was typed."""
    queries.owned(desk.reading(), desk.me(), thread_id, _company())
    form = SayForm.sent()
    papers = form.opened() if form.validate() else None
    if papers is None:
        return _page(thread_id, form), 422
    try:
        with desk.begin() as work:
            deed(work, thread_id, form.said(papers))
    except Refused as no:
        form.blame(no.reasons or (no.code,), **no.facts)
        return _page(thread_id, form), 422
    flash(told, "ok")
    return _shown(thread_id)


@bp.post("/<uuid:thread_id>/end")
@learner
def end(thread_id: UUID) -> ResponseReturnValue:
    """Close my matter: I need no more."""
    with desk.begin() as work:
        services.end(work, thread_id)
    flash(_("已办结。"), "ok")
    return _shown(thread_id)


@bp.post("/<uuid:thread_id>/helped")
@learner
def judge(thread_id: UUID) -> ResponseReturnValue:
    """Say whether the answer helped; a yes ends the matter."""
    helped = request.form.get("helped") == "yes"
    with desk.begin() as work:
        services.say_helped(work, thread_id, helped=helped)
    card = queries.owned(desk.reading(), desk.me(), thread_id, _company())
    if helped:
        told = _("谢谢您的评价。")
    elif card.may_pass_on(desk.today()):
        told = _("已记下。可以在下面申诉一次，换一位没有经手的工作人员办理。")
    else:
        told = _("已记下。")
    flash(told, "ok")
    return _shown(thread_id)


@bp.get("/<uuid:thread_id>/papers/<uuid:enclosure_id>")
@learner
def paper(thread_id: UUID, enclosure_id: UUID) -> ResponseReturnValue:
    """Give back what was attached."""
    session = desk.reading()
    card = queries.owned(session, desk.me(), thread_id, _company())
    media, body = queries.open_file(session, card, enclosure_id)
    response = Response(body, content_type=media)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = "inline"
    return response
