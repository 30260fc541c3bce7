"""消息用语: an association's own words for the messages that it sends."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from lms.catalogue import queries as catalogue
from lms.evidence import services as evidence
from lms.kernel.errors import NotFound
from lms.kernel.work import Work
from lms.notify import own_words
from lms.notify import queries as notify
from lms.notify.own_words import OwnCard
from lms.notify.rules import Channel, Wording
from lms.notify.rules.own import (
    KINDS,
    MOST_BODY,
    MOST_SMS,
    MOST_SUBJECT,
    SIGNATURE,
    WAYS,
    Own,
    blanks_of,
    problems,
    text_length,
    worded,
)
from lms.web import desk
from lms.web import notice_words as said
from lms.web.console.sheets import Cell, Column, exported
from lms.web.doors import staff
from lms.web.forms import PageForm
from lms.web.messages import words
from lms.web.thread_forms import newlines

bp = Blueprint("console_wordings", __name__, url_prefix="/console/wordings")

_OF_SUBJECT = {"wording.no_subject", "wording.long_subject"}


class WordingForm(PageForm):
    """The words of one message by one way."""

    subject = StringField(
        _l("邮件标题"), render_kw={"maxlength": MOST_SUBJECT, "autocomplete": "off"}
    )
    body = TextAreaField(
        _l("正文"),
        filters=[newlines],
        render_kw={"rows": 6, "maxlength": MOST_BODY},
    )

    @property
    def own(self) -> Own:
        """Give what was typed."""
        return Own(str(self.subject.data or ""), str(self.body.data or ""))


@bp.get("")
@staff("manager")
def index() -> ResponseReturnValue:
    """List the messages that may be worded, and which are."""
    return render_template(
        "console/wordings.html",
        kinds=KINDS,
        ways=WAYS,
        own=own_words.listed(desk.reading(), desk.association()),
        said=said,
    )


@bp.post("/export.xlsx")
@staff("manager")
def export() -> ResponseReturnValue:
    """Give the messages and the association's own words as a table; it is noted."""
    columns = (
        Column(_("消息"), width=28), Column(_("发送方式")), Column(_("用语")),
        Column(_("邮件标题"), width=40), Column(_("正文"), width=80),
        Column(_("修改时间"), "instant", 18),
    )  # fmt: skip
    own = own_words.listed(desk.reading(), desk.association())
    rows = tuple(
        _cells(kind, way, own.get((kind, way))) for kind in KINDS for way in WAYS
    )
    filters = ((_("范围"), _("可以改写的全部消息；标准用语不列正文")),)
    return exported(_("消息用语"), columns, rows, "wording.exported", filters)


def _cells(kind: str, way: Channel, mine: OwnCard | None) -> tuple[Cell, ...]:
    heads = str(said.TEMPLATE[kind]), str(said.CHANNEL[way])
    if mine is None:
        return *heads, _("标准用语"), "", "", None
    own = mine.own
    return *heads, _("自己的说法"), own.subject, own.body, mine.changed_at


def _read(kind: str, way: str) -> tuple[str, Channel]:
    """Read an address.

    Raises: NotFound for what nobody words.
    """
    if kind not in KINDS or way not in WAYS:
        raise NotFound("wording.unknown")
    return kind, Channel(way)


@bp.get("/<told>/<by>")
@staff("manager")
def edit(told: str, by: str) -> ResponseReturnValue:
    """Show own words, or the house's to begin from, and how they read."""
    which = _read(told, by)
    card = own_words.of(desk.reading(), desk.association(), *which)
    own = card.own if card else _standard_form(which)
    form = WordingForm.blank(subject=own.subject, body=own.body)
    return _page(which, form, _preview(which, own))


def _page(told: tuple[str, Channel], form: WordingForm, preview: Wording | None) -> str:
    session, house = desk.reading(), desk.association()
    kind, way = told
    return render_template(
        "console/wording.html",
        kind=kind,
        way=way,
        form=form,
        preview=preview,
        length=text_length(kind, form.own.body),
        most=MOST_SMS,
        own=own_words.of(session, house, kind, way),
        standard=_standard(told),
        blanks=blanks_of(kind),
        said=said,
    )


@bp.post("/<told>/<by>")
@staff("manager")
def save(told: str, by: str) -> ResponseReturnValue:
    """Keep own words, or show how they would read."""
    which = _read(told, by)
    form = WordingForm.sent()
    form.validate()
    wrong = problems(*which, form.own)
    for one in wrong:
        field = form.subject if one.code in _OF_SUBJECT else form.body
        field.errors = [*field.errors, words(one.code, {"name": one.name})]
    if wrong:
        return _page(which, form, None), 422
    if request.form.get("then") == "preview":
        return _page(which, form, _preview(which, form.own))
    with desk.begin() as work:
        own_words.keep(work, desk.association(), which, form.own)
        _note(work, "wording.saved", which)
    flash(_("已保存，之后发出的消息用这段话。"), "ok")
    return redirect(url_for("console_wordings.index"), 303)


@bp.post("/<told>/<by>/standard")
@staff("manager")
def put_back(told: str, by: str) -> ResponseReturnValue:
    """Let the house's words hold again."""
    which = _read(told, by)
    with desk.begin() as work:
        if own_words.put_back(work, desk.association(), which):
            _note(work, "wording.put_back", which)
    flash(_("已恢复标准用语。"), "ok")
    return redirect(url_for("console_wordings.index"), 303)


def _note(work: Work, what: str, told: tuple[str, Channel]) -> None:
    stream = f"association:{desk.association()}"
    evidence.note(work, stream, what, message=told[0], way=told[1].value)


def _facts(told: tuple[str, Channel]) -> dict[str, str | int]:
    """Give facts as a message of the kind may have them."""
    name = catalogue.association(desk.reading(), desk.association()).name
    facts: dict[str, str | int] = {one.fact: one.sample for one in blanks_of(told[0])}
    return facts | {"association": name, "closed": 0}


def _preview(told: tuple[str, Channel], own: Own) -> Wording | None:
    return worded(own, told[0], _facts(told))


def _standard(told: tuple[str, Channel]) -> Wording:
    return notify.wording(told[0], _facts(told), "zh")


def _standard_form(told: tuple[str, Channel]) -> Own:
    """Give the house's words with their blanks, to begin from."""
    blanks: dict[str, str | int] = {
        one.fact: f"{{{one.name}}}" for one in blanks_of(told[0])
    }
    found = notify.wording(told[0], blanks | {"closed": 0}, "zh")
    subject = found.subject if told[1] is Channel.MAIL else ""
    return Own(subject, found.text.removeprefix(SIGNATURE))
