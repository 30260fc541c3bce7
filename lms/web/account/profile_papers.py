"""Identity, qualification, registration, employer: forms that read papers."""

from typing import cast
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.errors import Refused
from lms.people import queries, services
from lms.people.rules import Section, folded
from lms.registration.queries import provenance
from lms.registration.services import comparing as registering
from lms.web import desk
from lms.web.account.profile_forms import (
    EmployerForm,
    IdentityForm,
    QualificationForm,
    RegistrationForm,
    blame,
)
from lms.web.account.profile_parts import (
    bp,
    by_account,
    card,
    consents,
    keep_consent,
    own_form,
    page,
    saved,
)
from lms.web.doors import learner
from lms.web.limits import limiter
from lms.web.messages import words


@bp.get("/identity")
@learner
def identity() -> ResponseReturnValue:
    """Show name and ID number."""
    return page(Section.IDENTITY)


@bp.post("/identity")
@learner
@limiter.limit("20/hour", key_func=by_account)
def identity_save() -> ResponseReturnValue:
    """Save name and ID number."""
    form = cast("IdentityForm", own_form(Section.IDENTITY, card()))
    good = form.good(desk.today())
    if not consents(form) or not good or not id_is_free(form):
        return page(Section.IDENTITY, form), 422
    with desk.begin() as work:
        keep_consent(work)
        services.save_identity(work, desk.me(), form.facts.name, form.facts.id_number)
    return saved(Section.IDENTITY)


def id_is_free(form: IdentityForm) -> bool:
    """Tell whether nobody else uses the number; the field says no more than that."""
    number = folded(form.id_number.data or "")
    if not number:
        return True  # a correction that leaves the number as it is
    if queries.id_free(desk.reading(), desk.me(), number):
        return True
    blame(form.id_number, "id_number.taken")
    return False


@bp.get("/qualification")
@learner
def qualification() -> ResponseReturnValue:
    """List the qualifications, with a form for one more."""
    return page(Section.QUALIFICATION)


@bp.post("/qualification")
@learner
def qualification_save() -> ResponseReturnValue:
    """Save a qualification; one of the same specialty is replaced."""
    form = cast("QualificationForm", own_form(Section.QUALIFICATION, card()))
    if not form.good(desk.today()):
        return page(Section.QUALIFICATION, form), 422
    with desk.begin() as work:
        services.save_qualification(work, desk.me(), form.facts)
    flash(_("资格证书已保存。有多本的，可以继续添加。"), "success")
    return redirect(url_for("me.qualification"), 303)


@bp.post("/qualification/<uuid:qualification_id>/remove")
@learner
def qualification_remove(qualification_id: UUID) -> ResponseReturnValue:
    """Take a qualification away."""
    with desk.begin() as work:
        services.remove_qualification(work, desk.me(), qualification_id)
    flash(_("已删除。"), "success")
    return redirect(url_for("me.qualification"), 303)


@bp.get("/registration")
@learner
def registration() -> ResponseReturnValue:
    """Show number, province and specialties; what the authority ended nobody types."""
    ended = queries.written_here(desk.reading(), desk.me())
    if ended and card().registration is None:
        flash(words("registration.granted", {}), "warn")
        return redirect(url_for("applications.index"), 303)
    return page(Section.REGISTRATION)


@bp.post("/registration")
@learner
def registration_save() -> ResponseReturnValue:
    """Save the registration."""
    form = cast("RegistrationForm", own_form(Section.REGISTRATION, card()))
    if not form.good(desk.today()) or not number_is_free(form):
        return page(Section.REGISTRATION, form), 422
    with desk.begin() as work:
        registering.save_registration(work, desk.me(), form.facts)
    return saved(Section.REGISTRATION)


def number_is_free(form: RegistrationForm) -> bool:
    """Tell whether the number is nobody else's, by the book or an office's look."""
    number = folded(form.number.data or "")
    if not provenance.anothers(desk.reading(), number, desk.me()):
        return True
    blame(form.number, "registration.number_taken")
    return False


@bp.get("/employer")
@learner
def employer() -> ResponseReturnValue:
    """Show the company."""
    return page(Section.EMPLOYER)


@bp.post("/employer")
@learner
def employer_save() -> ResponseReturnValue:
    """Save the company."""
    form = cast("EmployerForm", own_form(Section.EMPLOYER, card()))
    if not form.good(desk.today()):
        return page(Section.EMPLOYER, form), 422
    try:
        with desk.begin() as work:
            services.save_employer(work, desk.me(), form.facts)
    except Refused as refused:
        if refused.code != "employer.bound":
            raise
        blame(form.uscc, refused.code)
        return page(Section.EMPLOYER, form), 422
    return saved(Section.EMPLOYER)
