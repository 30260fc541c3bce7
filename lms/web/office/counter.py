"""柜台办理: a person or a company comes in; a teller does what they cannot online."""

from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import PersonId
from lms.people import queries as people
from lms.people.queries import naming
from lms.people.rules import OnSite
from lms.policy.flow import Case, Flow, Party
from lms.policy.flows import flows_for
from lms.policy.model import Application, Specialty
from lms.policy.offices import Task
from lms.registration.queries import applications, provenance
from lms.registration.queries.desk import Desk
from lms.registration.queries.provenance import Origin
from lms.registration.services import Asked
from lms.registration.services import counter as services
from lms.web import application_words as said
from lms.web import desk
from lms.web.doors import staff
from lms.web.messages import words
from lms.web.office.blueprint import bp, here, why
from lms.web.office.forms import (
    CodeForm,
    CompanyForm,
    CompareForm,
    PersonForm,
    compare_form,
)
from lms.web.records import application_offers as offering


@bp.get("/counter")
@staff("teller")
def counter() -> ResponseReturnValue:
    """Ask who has come in: a person, or somebody for a company."""
    return _page(PersonForm.blank(), CodeForm.blank())


@bp.post("/counter/person")
@staff("teller")
def person() -> ResponseReturnValue:
    """Find who has come in by the ID card that they show; the look is noted."""
    form = PersonForm.sent()
    number = (form.number.data or "").strip().upper()
    if not form.validate():
        return _page(form, CodeForm.blank()), 422
    found = naming.person_with(desk.reading(), number)
    if found is None:
        form.number.errors = [words("desk.nobody", {})]
        return _page(form, CodeForm.blank()), 422
    with desk.begin() as work:
        services.came_in(work, here(), found)
    return person_page(found)


def seen_here(place: Desk, person_id: PersonId) -> None:
    """Show nothing of anybody whose ID card the visitor has not seen today.

    Raises: Refused.
    """
    with desk.begin() as work:
        services.present(work, place, person_id)


@bp.post("/counter/open")
@staff("teller")
def take_in() -> ResponseReturnValue:
    """Begin an application for the person at the counter."""
    place = here()
    try:
        person_id = PersonId(UUID(request.form.get("person", "")))
    except ValueError:
        raise NotFound("application.unknown") from None
    seen_here(place, person_id)
    chosen = [f for f in _flows(place) if f.key == request.form.get("flow")]
    specialties = [s for s in Specialty if s in request.form.getlist("specialties")]
    if not chosen:
        return person_page(person_id, words("application.no_such_way", {})), 422
    bond = people.employer_of(desk.reading(), person_id)
    asked = Asked(
        person_id,
        chosen[0].province
        if chosen[0].province in place.provinces
        else min(place.provinces),
        chosen[0].application,
        chosen[0].path,
        tuple(specialties),
        bond.company.id if bond else None,
        _cases(person_id, chosen[0]),
        _facts(chosen[0]),
    )
    try:
        with desk.begin() as work:
            application_id = services.begin(work, place, asked)
    except (Refused, Conflict) as no:
        return person_page(person_id, why(no)), 422
    flash(_("已代为登记。请本人核对、签署承诺后提交。"), "ok")
    return redirect(url_for("office.show", application_id=application_id), 303)


@bp.post("/counter/company")
@staff("teller")
def company() -> ResponseReturnValue:
    """Find a company by its code; show who acts for it and what it has proved."""
    form = CodeForm.sent()
    if not form.validate():
        return _page(PersonForm.blank(), form), 422
    code = (form.uscc.data or "").strip().upper()
    found = people.company_called(desk.reading(), code)
    if found is None:
        form.uscc.errors = [words("employer.unknown", {})]
        return _page(PersonForm.blank(), form), 422
    return _company(found.id)


@bp.post("/counter/companies/<uuid:employer_id>/prove")
@staff("teller")
def prove_company(employer_id: UUID) -> ResponseReturnValue:
    """Note that a company proved itself here, with licence and authorisation."""
    place, form = here(), CompanyForm.sent()
    people.company(desk.reading(), employer_id)
    try:
        agent_id = UUID(form.agent.data or "")
    except ValueError:
        return _company(employer_id, words("http.400", {})), 422
    shown = OnSite(
        place=place.office.name,
        licence=bool(form.licence.data),
        qualification=bool(form.qualification.data),
        authorisation=bool(form.authorisation.data),
        by_representative=bool(form.by_representative.data),
        name=form.name.data or "",
    )
    try:
        with desk.begin() as work:
            services.prove_company(work, place, employer_id, agent_id, shown)
    except Refused as no:
        return _company(employer_id, why(no)), 422
    flash(_("已记录现场认证，企业可以办理业务了。"), "ok")
    return redirect(url_for("office.counter"), 303)


@bp.post("/counter/companies/<uuid:employer_id>/unprove")
@staff("teller")
def unprove_company(employer_id: UUID) -> ResponseReturnValue:
    """Note that a company's papers will not do, or take its proof back."""
    place = here()
    people.company(desk.reading(), employer_id)
    try:
        with desk.begin() as work:
            services.unprove_company(work, place, employer_id)
    except Refused as no:
        return _company(employer_id, why(no)), 422
    flash(_("已记录，单位的经办人已收到通知。"), "ok")
    return redirect(url_for("office.counter"), 303)


def _flows(place: Desk) -> list[Flow]:
    """List what may be taken in here, at this counter."""
    return [
        flow
        for province in sorted(place.office.provinces(Task.INTAKE, place.today))
        for flow in flows_for(province, place.today)
        if Party.TELLER in flow.starters or flow.starts is Party.PERSON
    ]


def _cases(person_id: PersonId, flow: Flow) -> frozenset[Case]:
    """Take what the person said and the records tell; the counter asserts nothing."""
    told = set(request.form.getlist("cases"))
    said_now = {case for case in offering.asked_cases(flow) if case in told}
    session = desk.reading()
    who = offering.holder(session, person_id, flow.province, desk.today())
    judged = offering.judge(session, who, flow, offering.about(who, flow))
    return offering.known_cases(who, judged) | said_now


def _facts(flow: Flow) -> dict[str, str]:
    """Take the day on which a former registration ended, where that matters."""
    text = request.form.get("deregistered_on", "")
    if flow.application is not Application.RE_REGISTRATION:
        return {}
    try:
        return {"deregistered_on": date.fromisoformat(text).isoformat()}
    except ValueError:
        return {}


def _page(person: PersonForm, code: CodeForm) -> str:
    return render_template(
        "office/counter.html", place=here(), person=person, code=code
    )


def person_page(
    person_id: PersonId, failed: str = "", form: CompareForm | None = None
) -> str:
    """Show who is at the counter, what runs for them, and what may be begun."""
    session, place = desk.reading(), here()
    flows = _flows(place)
    asked = {case for flow in flows for case in offering.asked_cases(flow)}
    running = applications.open_of_person(session, person_id)
    known = provenance.provenance(session, person_id)
    typed = known is not None and known.origin is Origin.TYPED
    comparing = None
    if running and typed and services.serves_here(session, place, running):
        comparing = form or compare_form(known)
        comparing.seen.data = str(running.version)
    return render_template(
        "office/counter_person.html",
        place=place,
        person_id=person_id,
        name=people.name(session, person_id),
        running=running,
        comparing=comparing,
        known=known,
        bond=people.employer_of(session, person_id),
        qualifications=people.qualifications(session, person_id),
        flows=flows,
        cases=[case for case in Case if case in asked],
        again=any(f.application is Application.RE_REGISTRATION for f in flows),
        told=request.form,
        failed=failed,
        said=said,
    )


def _company(employer_id: UUID, failed: str = "") -> str:
    session = desk.reading()
    company = people.company(session, employer_id)
    return render_template(
        "office/counter_company.html",
        place=here(),
        company=company,
        agents=people.agents(session, employer_id),
        proofs=people.proofs(session, employer_id),
        form=CompanyForm.blank(name=company.name),
        failed=failed,
    )
