"""A teacher's papers, their consent, and what lies sealed of them."""

import base64
import json
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.catalogue.services import publishing
from lms.kernel.errors import Conflict, Refused
from lms.teachers import services
from lms.teachers.queries import ConsentCard, OpenedScan, PaperCard
from lms.web import desk
from lms.web import teacher_words as said
from lms.web.console.second_word import status
from lms.web.console.teacher_forms import (
    UPLOAD_BYTES,
    ConsentForm,
    LookForm,
    PaperForm,
)
from lms.web.console.teachers import ENTERS, card_of, done, page, shown
from lms.web.doors import staff

bp = Blueprint(
    "console_teacher_papers",
    __name__,
    url_prefix="/console/teachers/<uuid:teacher_id>",
)

_PDF = "application/pdf"
_UPLOADS = {"console_teacher_papers.add", "console_teacher_papers.consent"}


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    # Runs before CSRF reads the form, which is where the general limit would bite.
    if endpoint in _UPLOADS:
        request.max_content_length = UPLOAD_BYTES


@bp.post("/papers")
@staff(*ENTERS)
def add(teacher_id: UUID) -> ResponseReturnValue:
    """Put a paper in, with its scan."""
    card_of(teacher_id)
    form = PaperForm.sent().offer()
    sound = form.validate()
    scan = form.opened()
    if not sound or scan is None:
        return _wrong(teacher_id, form), 422
    try:
        with desk.begin() as work:
            house = desk.association()
            services.add_paper(work, house, teacher_id, form.facts(), scan)
            publishing.bump(work)
    except (Refused, Conflict) as no:
        form.blame(no.reasons or (no.code,), "kind")
        return _wrong(teacher_id, form), status(no)
    flash(_("资格已登记。全部登记好后请提交复核。"), "ok")
    return shown(teacher_id)


def _wrong(teacher_id: UUID, form: PaperForm) -> str:
    form.choose_again()
    return page(teacher_id, paper=form)


@bp.post("/papers/<uuid:teacher_paper_id>/remove")
@staff(*ENTERS)
def remove(teacher_id: UUID, teacher_paper_id: UUID) -> ResponseReturnValue:
    """Take a paper off."""
    return done(
        teacher_id,
        _("已移除，扫描件已删除。"),
        lambda work, house: services.remove_paper(
            work, house, teacher_id, teacher_paper_id
        ),
    )


@bp.post("/papers/<uuid:teacher_paper_id>")
@staff(*ENTERS)
def look(teacher_id: UUID, teacher_paper_id: UUID) -> ResponseReturnValue:
    """Open the scan of a paper and its number; the look goes on the record."""
    with desk.begin() as work:
        house = desk.association()
        found = services.reveal_paper(work, house, teacher_id, teacher_paper_id)
    papers = card_of(teacher_id).papers
    return _scan(
        teacher_id, found, next(one for one in papers if one.id == teacher_paper_id)
    )


@bp.post("/consents/<uuid:teacher_consent_id>")
@staff("clerk", "manager")
def look_consent(teacher_id: UUID, teacher_consent_id: UUID) -> ResponseReturnValue:
    """Open what a teacher signed; the look goes on the record."""
    with desk.begin() as work:
        house = desk.association()
        found = services.reveal_consent(work, house, teacher_id, teacher_consent_id)
    consents = card_of(teacher_id).consents
    return _scan(
        teacher_id,
        found,
        next(one for one in consents if one.id == teacher_consent_id),
    )


def _scan(
    teacher_id: UUID, found: OpenedScan, about: PaperCard | ConsentCard
) -> ResponseReturnValue:
    """Show a scan beside what was typed from it; a PDF opens by itself."""
    picture = ""
    if found.media != _PDF:
        body = base64.b64encode(found.body).decode()
        picture = f"data:{found.media};base64,{body}"
    elif request.form.get("alone"):
        response = Response(found.body, content_type=_PDF)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Disposition"] = 'inline; filename="paper.pdf"'
        return response
    return render_template(
        "console/teacher_scan.html",
        teacher=card_of(teacher_id),
        paper=about if isinstance(about, PaperCard) else None,
        consent=about if isinstance(about, ConsentCard) else None,
        number=found.number,
        picture=picture,
        on=desk.today(),
        said=said,
    )


@bp.post("/consent")
@staff("clerk", "manager")
def consent(teacher_id: UUID) -> ResponseReturnValue:
    """Write down that a teacher may be named."""
    card_of(teacher_id)
    form = ConsentForm.sent()
    sound = form.validate()
    scan = form.opened()
    if not sound or form.scan.errors:
        form.choose_again()
        return page(teacher_id, consent=form), 422
    try:
        with desk.begin() as work:
            house = desk.association()
            services.give_consent(work, house, teacher_id, form.said(), scan)
            publishing.bump(work)
    except (Refused, Conflict) as no:
        form.blame((no.code,), "given_on")
        form.choose_again()
        return page(teacher_id, consent=form), status(no)
    flash(_("已登记同意，在册后课程页会显示姓名、职称、单位和简介。"), "ok")
    return shown(teacher_id)


@bp.post("/consent/withdraw")
@staff("clerk", "manager")
def withdraw(teacher_id: UUID) -> ResponseReturnValue:
    """Write down that a teacher is to be named no more."""
    return done(
        teacher_id,
        _("已撤回同意，公开页面上不再显示这位教师。"),
        lambda work, house: services.withdraw_consent(work, house, teacher_id),
    )


@bp.post("/reveal")
@staff("clerk", "manager")
def reveal(teacher_id: UUID) -> ResponseReturnValue:
    """Open phone, ID number and the papers' numbers, for a reason."""
    card_of(teacher_id)
    form = LookForm.sent()
    if not form.validate():
        return page(teacher_id, look=form), 422
    with desk.begin() as work:
        opened = services.reveal_private(
            work, desk.association(), teacher_id, str(form.reason.data)
        )
    return page(teacher_id, opened=opened)


@bp.post("/copy.json")
@staff("manager")
def copy(teacher_id: UUID) -> ResponseReturnValue:
    """Give all that is held of a teacher, for them who asked to have it."""
    with desk.begin() as work:
        told = services.copy_of(work, desk.association(), teacher_id)
    response = Response(
        json.dumps(told, ensure_ascii=False, indent=2), content_type="application/json"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = 'attachment; filename="teacher.json"'
    return response
