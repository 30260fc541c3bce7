"""Corrections of a locked profile: asked here, decided in the console."""

from functools import partial
from typing import Any, cast
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AssociationId
from lms.people import services
from lms.people.ports import PhotoStudio
from lms.people.rules import Change, PictureFacts, Section
from lms.people.services import Asked
from lms.reports import people as reports
from lms.web import desk
from lms.web.account.profile_files import PictureForm, correcting, uploaded
from lms.web.account.profile_forms import (
    IdentityForm,
    RegistrationForm,
    SectionForm,
    blame,
)
from lms.web.account.profile_papers import id_is_free, number_is_free
from lms.web.account.profile_parts import VALUES, bp, by_account, card, known, page
from lms.web.doors import learner
from lms.web.forms import PageForm
from lms.web.limits import limiter


@bp.get("/<section>/correction")
@learner
def correction(section: str) -> ResponseReturnValue:
    """Show the form that asks for a correction."""
    which = _section(section)
    form = _form(which).blank(**VALUES[which](card()))
    return page(which, _offered(form), correcting=True)


@bp.post("/<section>/correction")
@learner
@limiter.limit("20/hour", key_func=by_account)
def correction_send(section: str) -> ResponseReturnValue:
    """Put the request to the association."""
    which = _section(section)
    form: Any = _offered(_form(which).sent())
    asked = _asked(which, form)
    if asked is None:
        return page(which, form, correcting=True), 422
    with desk.begin() as work:
        services.ask_correction(
            work, desk.me(), AssociationId(UUID(form.association.data)), asked
        )
    flash(_("更正申请已提交，协会办理后会显示在这里。"), "success")
    return redirect(url_for("me.profile", _anchor="corrections"), 303)


@bp.post("/corrections/<uuid:approval_id>/withdraw")
@learner
def correction_withdraw(approval_id: UUID) -> ResponseReturnValue:
    """Take a request back."""
    with desk.begin() as work:
        services.withdraw_correction(work, desk.me(), approval_id)
    flash(_("申请已撤回。"), "success")
    return redirect(url_for("me.profile", _anchor="corrections"), 303)


def _section(name: str) -> Section:
    """Read a section that is locked.

    Raises: NotFound for another word; Refused while it may still be written freely.
    """
    if name not in set(Section):
        raise NotFound("section.unknown")
    section = Section(name)
    if card().may_edit(section):
        raise Refused("correction.not_locked")
    return section


def _form(section: Section) -> type[PageForm]:
    return correcting(known(section, card())[0])


def _offered(form: Any) -> PageForm:  # noqa: ANN401 - a class made of two
    """Offer the associations that know the person."""
    own = reports.associations_of(desk.reading(), desk.me())
    form.association.choices = {str(one.id): one.name for one in own}
    return cast("PageForm", form)


def _asked(section: Section, form: Any) -> Asked | None:  # noqa: ANN401 - a form of any section
    """Read the request, or say at the fields what is wrong."""
    studio = desk.port(PhotoStudio)
    change: Change
    picture = None
    if isinstance(form, PictureForm):
        framed = form.framed.data == "1"
        good = form.developed(
            partial(studio.portrait, framed=framed)
            if section is Section.PHOTO
            else studio.signature
        )
        change = PictureFacts(section)
        # The association looks at every corrected photo, so no finding refuses it.
        picture = getattr(form.made, "jpeg", form.made)
    else:
        good = cast("SectionForm", form).good(desk.today())
        good = good and _free(form)
        change = form.facts if good else PictureFacts(section)
    paper = _paper(form, studio)
    if not good or form.paper.errors:
        return None
    return Asked(change, form.reason.data, picture, paper)


def _free(form: Any) -> bool:  # noqa: ANN401 - a form of any section
    """Tell whether the number that is asked for is nobody else's."""
    if isinstance(form, IdentityForm):
        return id_is_free(form)
    return not isinstance(form, RegistrationForm) or number_is_free(form)


def _paper(form: Any, studio: PhotoStudio) -> bytes | None:  # noqa: ANN401 - a form of any section
    upload = uploaded(form.paper)
    if upload is None:
        return None
    try:
        return studio.paper(upload)
    except Refused as refused:
        blame(form.paper, refused.code)
        return None
