"""发起申报: where a province lets the company write the application first."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, StringField
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import PersonId
from lms.people import queries as people
from lms.policy.flow import Case, Flow, Party, Path
from lms.policy.flows import flows_for
from lms.policy.model import Province, Specialty
from lms.registration import services
from lms.registration.services import Asked
from lms.web import application_words, desk
from lms.web.doors import staff
from lms.web.employer.parts import acting_company, bp
from lms.web.filters import term
from lms.web.forms import PageForm
from lms.web.messages import words


class Boxes(SelectMultipleField):
    """Several of a list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class BeginForm(PageForm):
    """What the company writes when it files first."""

    specialties = Boxes(_l("专业"), description=_l("本次申请的专业，可多选。"))
    cases = Boxes(_l("有下列情形的请勾选"))
    employer_name = StringField(
        _l("变更后的企业名称"),
        validators=[Optional(), Length(max=100)],
        description=_l("须已在市场监管部门完成变更，并以认证的名称为准。"),
        render_kw={"maxlength": 100},
    )


def _offered(person_id: PersonId) -> tuple[Province, tuple[Flow, ...]]:
    """List what a company may begin for a person, in the person's province."""
    try:
        province = people.registration(desk.reading(), person_id).province
    except NotFound:
        wanted = request.args.get("province", "")
        known = wanted in set(Province) and wanted != Province.NATIONAL
        province = Province(wanted) if known else Province.NATIONAL
    flows = flows_for(province, desk.today())
    return province, tuple(f for f in flows if Party.EMPLOYER in f.starters)


def _cases(flow: Flow) -> tuple[Case, ...]:
    """List the circumstances that change the way or the papers of a flow."""
    asked = set(flow.only)
    told = [(step.case, step.unless) for step in flow.steps]
    told += [(material.case, material.unless) for material in flow.materials]
    for pair in told:
        asked |= {case for case in pair if case is not None}
    return tuple(case for case in Case if case in asked)


def _specialties(person_id: PersonId) -> list[tuple[str, str]]:
    held = people.qualifications(desk.reading(), person_id)
    named = dict.fromkeys(one.specialty for one in held)
    return [(one.value, str(term(one))) for one in named]


@bp.get("/people/<uuid:link_id>/apply")
@staff("employer")
def begin(link_id: UUID) -> ResponseReturnValue:
    """Offer what the company may begin for one of its people."""
    one = people.staff_one(desk.reading(), acting_company(), link_id)
    flow = _chosen(one.person_id)
    form = _filled(BeginForm.blank(), one.person_id, flow) if flow else None
    return _page(one, flow, form)


def _chosen(person_id: PersonId) -> Flow | None:
    key = request.args.get("flow", "")
    return next((f for f in _offered(person_id)[1] if f.key == key), None)


def _filled(form: BeginForm, person_id: PersonId, flow: Flow) -> BeginForm:
    form.specialties.choices = _specialties(person_id)
    form.cases.choices = [
        (case.value, str(application_words.CASES[case])) for case in _cases(flow)
    ]
    return form


def _page(one: people.StaffCard, flow: Flow | None, form: BeginForm | None) -> str:
    province, flows = _offered(one.person_id)
    return render_template(
        "employer/begin.html",
        one=one,
        province=province,
        provinces=[p for p in Province if p is not Province.NATIONAL],
        flows=flows,
        flow=flow,
        form=form,
        renames=flow is not None and flow.path is Path.ENTERPRISE_NAME,
        told=application_words,
    )


@bp.post("/people/<uuid:link_id>/apply")
@staff("employer")
def begin_save(link_id: UUID) -> ResponseReturnValue:
    """Begin the application, as the company's draft."""
    employer_id = acting_company()
    one = people.staff_one(desk.reading(), employer_id, link_id)
    flow = _chosen(one.person_id)
    if flow is None:
        raise Refused("application.no_such_way")
    form = _filled(BeginForm.sent(), one.person_id, flow)
    if not form.validate():
        return _page(one, flow, form), 422
    renamed = str(form.employer_name.data or "").strip()
    asked = Asked(
        person_id=one.person_id,
        province=_offered(one.person_id)[0],
        application=flow.application,
        path=flow.path,
        specialties=tuple(Specialty(s) for s in form.specialties.data or ()),
        employer_id=employer_id,
        cases=frozenset(Case(c) for c in form.cases.data or ()) | flow.only,
        facts={"employer_name": renamed} if renamed else {},
    )
    try:
        with desk.begin() as work:
            made = services.open_application(work, asked, Party.EMPLOYER)
    except (Refused, Conflict) as said:
        for code in (said.code, *said.reasons):
            form.specialties.errors = [*form.specialties.errors, words(code, {})]
        return _page(one, flow, form), 422
    return redirect(url_for("employer.application", application_id=made), 303)
