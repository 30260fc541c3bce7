"""密钥与签章: with what an association signs, looked after by two managers.

Operators look after the keys of the provinces' authorities in the same way.
"""

from collections.abc import Callable
from datetime import datetime
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

from lms.kernel.clock import start_of
from lms.kernel.errors import Conflict, NotFound, Refused, Unavailable
from lms.kernel.work import Work
from lms.policy.licences import LICENCES
from lms.signing import queries, services
from lms.signing.ports import KeyMaker
from lms.signing.queries import QuestionCard
from lms.signing.rules import (
    END_NEAR,
    HOUSE,
    Act,
    Purpose,
    Standing,
    fingerprint,
    is_ready,
    office,
)
from lms.signing.services import Answer, Brought, Wish
from lms.web import desk, key_words
from lms.web.console.key_desk import (
    OWN,
    called,
    card_of,
    managers,
    owner_at,
    row_of,
    tell_all,
)
from lms.web.console.key_forms import (
    AlarmForm,
    CertifyForm,
    DecideForm,
    GenerateForm,
    ImportForm,
)
from lms.web.console.key_line import drawn
from lms.web.console.key_trust import pictured
from lms.web.doors import staff
from lms.web.messages import words

bp = Blueprint("console_keys", __name__, url_prefix="/console/keys")

_PERSONS = 2


@bp.get("")
@staff("manager", "operator")
def index() -> ResponseReturnValue:
    """Lead a manager to the association's keys, an operator to the authorities'."""
    visitor = desk.visitor()
    if visitor is not None and visitor.association_id is not None:
        return _overview(OWN)
    session, now = desk.reading(), desk.now()
    rows = []
    for licence in LICENCES.values():
        owner = office(licence.province)
        cards = queries.keys_of(session, owner)
        ready = sum(is_ready(card.published, now) for card in cards)
        asked = queries.questions(session, owner, open_only=True)
        rows.append((licence, ready, len(asked)))
    return render_template(
        "console/keys_offices.html",
        rows=rows,
        all=len(Purpose),
        vouching=queries.waiting_for_operator(session),
        roots=len(queries.questions(session, HOUSE, open_only=True)),
        said=key_words,
    )


@bp.get("/<place>")
@staff("manager", "operator")
def show(place: str) -> ResponseReturnValue:
    """Show an owner's keys, and what is asked about them."""
    return _overview(place)


@bp.get("/<place>/new/<purpose>")
@staff("manager", "operator")
def new(place: str, purpose: str) -> ResponseReturnValue:
    """Offer the two ways to a key: have it made, or bring it."""
    return _form_page(place, _purpose(purpose))


@bp.post("/<place>/generate/<purpose>")
@staff("manager", "operator")
def generate(place: str, purpose: str) -> ResponseReturnValue:
    """Ask that the house makes a key."""
    owner, wanted, form = owner_at(place), _purpose(purpose), GenerateForm.sent()
    if not form.validate():
        return _form_page(place, wanted, made=form), 422
    wish = Wish(wanted, form.reason.data or "", int(form.years.data))
    return _asked(place, lambda work: services.generate(work, owner, wish))


@bp.post("/<place>/import/<purpose>")
@staff("manager", "operator")
def bring(place: str, purpose: str) -> ResponseReturnValue:
    """Ask that a key made elsewhere is used."""
    owner, wanted, form = owner_at(place), _purpose(purpose), ImportForm.sent()
    form.suit(wanted)
    upload = form.upload()
    form.forget()
    if not form.validate():
        return _form_page(place, wanted, brought=form), 422
    maker = desk.port(KeyMaker)
    try:
        # A key that lies outside answers over the network: before anything is held.
        proved = maker.prove(wanted, owner.key, upload)
        brought = Brought(wanted, proved, form.reason.data or "")
        return _asked(place, lambda work: services.bring(work, maker, owner, brought))
    except Refused as refused:
        form.blame(refused)
    except Unavailable as away:
        form.place.errors = [words(away.code, away.facts)]
    return _form_page(place, wanted, brought=form), 422


@bp.get("/<place>/key/<kid>")
@staff("manager", "operator")
def one(place: str, kid: str) -> ResponseReturnValue:
    """Show one key with its story, and what may be done to it."""
    return _key_page(place, kid)


@bp.post("/<place>/key/<kid>/request")
@staff("manager", "operator")
def csr(place: str, kid: str) -> ResponseReturnValue:
    """Give the request by which an outside authority certifies a key."""
    owner, maker = owner_at(place), desk.port(KeyMaker)
    with desk.begin() as work:
        text = services.request(work, maker, owner, kid)
    response = Response(text, mimetype="application/pkcs10")
    response.headers["Content-Disposition"] = f'attachment; filename="{kid}.csr"'
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/<place>/key/<kid>/certify")
@staff("manager", "operator")
def certify(place: str, kid: str) -> ResponseReturnValue:
    """Ask that a key goes by the certificates that an authority gave."""
    owner, form = owner_at(place), CertifyForm.sent()
    card = card_of(place, kid)
    form.suit(card.published.purpose)
    upload = form.upload()
    if not form.validate():
        return _key_page(place, kid, certify=form), 422
    brought = Brought(card.published.purpose, upload, form.reason.data or "")
    maker = desk.port(KeyMaker)
    try:
        return _asked(
            place, lambda work: services.certify(work, maker, owner, kid, brought)
        )
    except Refused as refused:
        form.blame(refused)
    return _key_page(place, kid, certify=form), 422


@bp.post("/<place>/key/<kid>/alarm")
@staff("manager", "operator")
def alarm(place: str, kid: str) -> ResponseReturnValue:
    """Call a key broken: it signs no more, and a second person looks into it."""
    owner, form = owner_at(place), AlarmForm.sent()
    if not form.validate():
        return _key_page(place, kid, alarm=form), 422
    reason = form.reason.data or ""
    with desk.begin() as work:
        since = _since(form, work.now)
        services.alarm(work, owner, kid, since, reason)
        tell_all(work, owner)
    flash(_("已立即停用，并通知其他负责人。请另一位负责人核实。"), "ok")
    return redirect(url_for("console_keys.show", place=place), 303)


def _since(form: AlarmForm, now: datetime) -> datetime:
    given = form.since.data
    return min(start_of(given), now) if given else now


@bp.post("/<place>/questions/<uuid:asked_id>")
@staff("manager", "operator")
def decide(place: str, asked_id: UUID) -> ResponseReturnValue:
    """Say the second person's word."""
    owner, form = owner_at(place), DecideForm.sent()
    approved = request.form.get("answer") == "yes"
    comment = (form.comment.data or "").strip()
    good = form.validate()
    if good and not approved and not comment:
        form.comment.errors = [words("approval.no_comment", {})]
        good = False
    if not good:
        return _overview(place, form=form, answered=asked_id), 422
    maker = desk.port(KeyMaker)
    try:
        with desk.begin() as work:
            answer = Answer(approved, comment)
            done = services.decide(work, maker, owner, asked_id, answer)
    except (Refused, Conflict) as no:
        said = [words(code, {}) for code in no.reasons or (no.code,)]
        form.comment.errors = said
        return _overview(place, form=form, answered=asked_id), 422
    flash(_settled(done) if approved else _denied(done), "ok")
    return redirect(url_for("console_keys.show", place=place), 303)


def _denied(card: QuestionCard) -> str:
    if card.act is Act.COMPROMISE:
        return str(_("已解除停用，密钥继续使用。"))
    return str(_("已退回。"))


def _settled(card: QuestionCard) -> str:
    if card.ended_at is None:
        return str(_("已同意。名称或印章还须平台运维人员核实，之后才启用。"))
    return str(_("已同意，即时生效。"))


@bp.post("/<place>/questions/<uuid:asked_id>/withdraw")
@staff("manager", "operator")
def withdraw(place: str, asked_id: UUID) -> ResponseReturnValue:
    """Take back what one asked oneself."""
    owner = owner_at(place)
    with desk.begin() as work:
        services.withdraw(work, owner, asked_id)
    flash(_("已撤回，导入的内容已删除。"), "ok")
    return redirect(url_for("console_keys.show", place=place), 303)


def _purpose(word: str) -> Purpose:
    if word not in set(Purpose):
        raise NotFound("signing.unknown")
    return Purpose(word)


def _asked(place: str, ask: Callable[[Work], object]) -> ResponseReturnValue:
    with desk.begin() as work:
        ask(work)
    flash(_("已提出。请另一位负责人登录后核对、同意，才会生效。"), "ok")
    return redirect(url_for("console_keys.show", place=place), 303)


def _overview(
    place: str, *, form: DecideForm | None = None, answered: UUID | None = None
) -> str:
    owner, session, now = owner_at(place), desk.reading(), desk.now()
    cards = queries.keys_of(session, owner.key)
    waiting = queries.questions(session, owner.key, open_only=True)
    alone = owner.association_id is not None and len(managers(owner)) < _PERSONS
    return render_template(
        "console/keys.html",
        place=place,
        owner=owner,
        rows=[row_of(purpose, cards, now) for purpose in Purpose],
        waiting=waiting,
        asked={one.purpose for one in waiting if one.act is not Act.COMPROMISE},
        form=form or DecideForm.blank(),
        blank=DecideForm.blank(),
        called=called(session, [one.approval for one in waiting]),
        pictures={one.id: pictured(one) for one in waiting},
        answered=answered,
        alone=alone,
        me=desk.me(),
        now=now,
        near=now + END_NEAR,
        fingerprint=fingerprint,
        said=key_words,
    )


def _form_page(
    place: str,
    purpose: Purpose,
    *,
    made: GenerateForm | None = None,
    brought: ImportForm | None = None,
) -> str:
    owner = owner_at(place)
    if brought is None:
        brought = ImportForm.blank()
        brought.suit(purpose)
    cards = queries.keys_of(desk.reading(), owner.key)
    return render_template(
        "console/keys_new.html",
        place=place,
        owner=owner,
        purpose=purpose,
        replaces=any(
            card.published.purpose is purpose
            and card.published.standing is Standing.ACTIVE
            for card in cards
        ),
        made=made or GenerateForm.blank(years="3"),
        brought=brought,
        said=key_words,
    )


def _key_page(
    place: str,
    kid: str,
    *,
    certify: CertifyForm | None = None,
    alarm: AlarmForm | None = None,
) -> str:
    card = card_of(place, kid)
    if certify is None:
        certify = CertifyForm.blank()
        certify.suit(card.published.purpose)
    return render_template(
        "console/keys_one.html",
        place=place,
        owner=owner_at(place),
        card=card,
        certify=certify,
        alarm=alarm or AlarmForm.blank(),
        line=drawn([card.published], desk.now()),
        fingerprint=fingerprint,
        now=desk.now(),
        said=key_words,
        called=called(desk.reading(), [card.question]),
    )
