"""Sealed values opened for an inspector's eyes, each look written down."""

import base64
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from lms.kernel.errors import NotFound
from lms.kernel.work import Work
from lms.learning import queries as learning
from lms.people import services as people
from lms.people.rules import PaperKind
from lms.reports import film as reports
from lms.web import desk
from lms.web.doors import staff
from lms.web.inspector.blueprint import Opened, acting, bp, person
from lms.web.inspector.forms import RevealForm
from lms.web.inspector.queue import head, shut
from lms.web.limits import limiter

__all__ = ["bp"]

PRESENCE = "presence_picture"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that one look opened. PII: all of it."""

    source: str = field(repr=False)
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Revealed:
    """What one look opened. PII: all of it."""

    what: str
    text: str = field(default="", repr=False)
    pictures: tuple[Picture, ...] = ()


@bp.get("/people/<uuid:person_id>/reveal")
@staff("inspector")
def reveal(person_id: UUID) -> ResponseReturnValue:
    """Ask what to open, and why."""
    if person(person_id).at is None:
        return shut(person_id)
    return _page(person_id, RevealForm.blank())


@bp.post("/people/<uuid:person_id>/reveal")
@staff("inspector")
@limiter.limit("60/hour")
def revealed(person_id: UUID) -> ResponseReturnValue:
    """Open one kind of sealed value, with the reason on the record."""
    found = person(person_id)
    if found.at is None:
        return shut(person_id), 409
    form = RevealForm.sent()
    if not form.validate():
        return _page(person_id, form), 422
    with desk.begin() as work:
        shown = _opened(acting(work, found.scope), found, form)
    return _page(person_id, RevealForm.blank(), shown)


def _opened(work: Work, found: Opened, form: RevealForm) -> Revealed:
    what, reason = form.what.data, form.reason.data or ""
    if what == "id_number":
        number = people.reveal_id_number(work, found.person_id, reason)
        return Revealed(what, text=number)
    if what == PRESENCE:
        kept = reports.pictures(work.session, found.scope, found.person_id)
        people.note_look(work, found.person_id, PRESENCE, reason)
        bodies = ((learning.open_picture(work.session, one)[1], at) for one, at in kept)
        return Revealed(what, pictures=tuple(_data(body, at) for body, at in bodies))
    try:
        body = people.reveal_picture(work, found.person_id, PaperKind(what), reason)
    except NotFound:
        return Revealed(what)
    return Revealed(what, pictures=(_data(body),))


def _data(body: bytes, at: datetime | None = None) -> Picture:
    kind = "png" if body.startswith(b"\x89PNG") else "jpeg"
    return Picture(f"data:image/{kind};base64,{base64.b64encode(body).decode()}", at)


def _page(person_id: UUID, form: RevealForm, shown: Revealed | None = None) -> str:
    return render_template(
        "inspector/reveal.html", **head(person_id), form=form, shown=shown
    )
