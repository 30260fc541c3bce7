"""What must be so before an application moves on, and what filing it asks."""

from collections.abc import Iterable
from datetime import date

from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.people import queries as people
from lms.policy.assessment import assess
from lms.policy.facts import ChangeKind, Commitments
from lms.policy.flow import Issue, Need, Party, Path, Step, StepName
from lms.policy.flows import flow_of
from lms.policy.model import Application, Province, Specialty
from lms.policy.verdict import Assessment
from lms.registration.models import ApplicationRow
from lms.registration.queries import dossier, provenance
from lms.registration.queries.applications import card_of
from lms.registration.queries.eligibility import Matter, application_request
from lms.registration.rules.limits import cases_of

_APPLICANTS = frozenset({Party.PERSON, Party.EMPLOYER})
_BEGINS = frozenset({Application.INITIAL, Application.RE_REGISTRATION})
_PRINTS_NOTHING_HELD = _BEGINS | {Application.CANCELLATION}


def unmet(work: Work, row: ApplicationRow, needs: Iterable[str]) -> tuple[str, ...]:
    """List the needs of a step that are not met, each by its code.

    Some are met by an act and were noted; some are looked up now.
    """
    found: list[str] = []
    for need in needs:
        if need == Need.MATERIALS:
            found += dossier.wanting(work.session, card_of(row), legal_day(work.now))
        elif need == Need.EMPLOYER_PROVED:
            found += [] if _employer_proved(work, row) else [f"need.{need}"]
        elif need == Need.SIGNATURE:
            person_id = PersonId(row.person_id)
            signed = people.profile(work.session, person_id).signature
            found += [] if signed else [f"need.{need}"]
        else:
            found.append(f"need.{need}")
    return tuple(found)


def unproved(work: Work, row: ApplicationRow) -> bool:
    """Tell whether a grant would print what only the person says.

    What begins a registration prints nothing of an old one; a cancellation and a record
    put right print nothing at all.
    """
    if row.application in _PRINTS_NOTHING_HELD or row.path is Path.ABNORMAL:
        return False
    if Issue.CERTIFICATE not in flow_of(row.flow).gives:
        return False
    known = provenance.provenance(work.session, PersonId(row.person_id))
    return known is not None and not known.proved


def _employer_proved(work: Work, row: ApplicationRow) -> bool:
    if row.employer_id is None:
        return False
    try:
        return people.company(work.session, row.employer_id).proved
    except NotFound:
        return False


def filed(work: Work, row: ApplicationRow, step: Step, after: Step | None) -> None:
    """Judge an application as it leaves the applicant's hands, and note the day.

    Raises: Refused with every reason of the law.
    """
    if step.by not in _APPLICANTS:
        return
    employed(work, row)
    if after is not None and after.by in _APPLICANTS:
        return
    today = legal_day(work.now)
    agrees(work, PersonId(row.person_id), row.province, row.application)
    codes = _against(work, row, today)
    if codes:
        raise Refused("application.not_eligible", reasons=codes)
    row.filed_on = today


def employed(work: Work, row: ApplicationRow) -> None:
    """Check that the person still belongs to the company an application goes through.

    A cancellation is for who has left, too.

    Raises: Refused.
    """
    if row.employer_id is None or row.application is Application.CANCELLATION:
        return
    steps = flow_of(row.flow).steps_for(cases_of(row.cases))
    parties = {party for step in steps for party in (step.by, *step.also)}
    if Party.EMPLOYER in parties and not _bound(work, row):
        raise Refused("application.employer_left")


def _bound(work: Work, row: ApplicationRow) -> bool:
    bond = people.employer_of(work.session, row.person_id)
    return bond is not None and bond.company.id == row.employer_id


def stands(work: Work, row: ApplicationRow) -> None:
    """Check that what was filed may still be granted: things happen while it waits.

    What was studied may be withdrawn, a bar of this or another authority counts from
    its day, and a specialty is added to a registration that is there.

    Source: 行政许可法 第七十八、七十九条; 建设部令第153号 第十二条.
    Raises: Refused.
    """
    today = legal_day(work.now)
    filed_on = row.filed_on or today
    now = [code for code in _against(work, row, today) if code.startswith("bar.")]
    codes = tuple(dict.fromkeys((*_against(work, row, filed_on), *now)))
    if codes:
        raise Refused("application.not_eligible", reasons=codes)
    if row.application is Application.ADD_SPECIALTY:
        _added_to(work, PersonId(row.person_id), filed_on)


def _against(work: Work, row: ApplicationRow, on: date) -> tuple[str, ...]:
    """List what the law says against an application as of a day, each code once."""
    found = judged(work, row, on=on)
    waived = flow_of(row.flow).waives
    codes = (each.code for each in found.reasons) if found else ()
    return tuple(dict.fromkeys(code for code in codes if code not in waived))


def _added_to(work: Work, person_id: PersonId, on: date) -> None:
    """Check that something is registered on a day to which a specialty is added."""
    try:
        held = people.registration(work.session, person_id).specialties
    except NotFound:
        held = ()
    if all(each.valid_until < on for each in held):
        raise Refused("application.not_registered")


def agrees(
    work: Work, person_id: PersonId, province: Province, application: Application
) -> None:
    """Compare what is asked for with the registration that is held.

    A province touches no registration of another; nothing begins anew while
    anything of the old one is valid.

    Raises: Refused where the two do not go together.
    """
    today = legal_day(work.now)
    if application is Application.ADD_SPECIALTY:
        _added_to(work, person_id, today)
    try:
        held = people.registration(work.session, person_id)
    except NotFound:
        return
    if application not in _BEGINS:
        if held.province is not province:
            raise Refused("application.other_province")
        return
    if any(each.valid_until >= today for each in held.specialties):
        raise Refused("application.registered")


def matter_of(row: ApplicationRow) -> Matter:
    """Give an application as the law's matter, with the commitments it holds."""
    flow = flow_of(row.flow)
    asked = {need for step in flow.steps for need in step.needs}
    return Matter(
        person_id=PersonId(row.person_id),
        province=row.province,
        application=row.application,
        specialties=tuple(Specialty(each) for each in row.specialties),
        change_kind=(
            ChangeKind.EMPLOYER if row.path is Path.ORDINARY else ChangeKind.INFORMATION
        ),
        # Who passes a step that needs a commitment has signed it: `met` is per step.
        commitments=Commitments(
            person=Need.PERSON_COMMITMENT in asked,
            employer=Need.EMPLOYER_COMMITMENT in asked,
        ),
        deregistered_on=_day(row, "deregistered_on"),
    )


def judged(
    work: Work, row: ApplicationRow, *, on: date, granted_on: date | None = None
) -> Assessment | None:
    """Ask the law about an application; None while the birth date is unknown."""
    request = application_request(
        work.session, matter_of(row), on=on, granted_on=granted_on
    )
    return None if request is None else assess(request)


def compared(work: Work, row: ApplicationRow, step: Step) -> tuple[str, ...]:
    """Compare an application with what is registered; list what does not agree."""
    if step.name is not StepName.COMPARE:
        return ()
    faults: list[str] = []
    request = application_request(work.session, matter_of(row), on=legal_day(work.now))
    found = {each.code.value for each in request.specialties} if request else set()
    if row.application is not Application.CANCELLATION and found != set(
        row.specialties
    ):
        faults.append("compare.specialty")
    if row.employer_id is not None and not _bound(work, row):
        faults.append("compare.employer")
    if Need.BUSINESS_REGISTER in step.needs and not _renamed(work, row):
        faults.append("compare.business_register")
    return tuple(faults)


def _renamed(work: Work, row: ApplicationRow) -> bool:
    """Tell whether the company is proved under the name that is asked for."""
    if row.employer_id is None:
        return False
    company = people.company(work.session, row.employer_id)
    return company.proved and company.name == row.facts.get("employer_name")


def _day(row: ApplicationRow, name: str) -> date | None:
    text = row.facts.get(name)
    return date.fromisoformat(text) if text else None
