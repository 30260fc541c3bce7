"""How a check ends by a decision: revoked, or let stand. Never by who began it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from lms.credentials import services as credentials
from lms.credentials.ports import RegistrationPrinter
from lms.credentials.queries import registered
from lms.kernel.clock import legal_day
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId, new_id
from lms.kernel.work import Work
from lms.notify import services as notify
from lms.people import queries as people
from lms.people import services as people_services
from lms.people.queries import many
from lms.people.rules import SpecialtyPeriod
from lms.policy.model import Application, BarCause, Specialty
from lms.registration.models import ApplicationRow, AuditCase, AuditDraw, BarRow
from lms.registration.queries import applications, offices
from lms.registration.rules.audits import (
    AuditState,
    Ground,
    finding_problem,
    unheard,
)
from lms.registration.rules.letters import LetterKind, Matter, appeal_to
from lms.registration.rules.revocations import Taken, revocation
from lms.registration.rules.standings import EndCause
from lms.registration.rules.states import Status
from lms.registration.services import effects
from lms.registration.services.audit_cases import (
    concerned,
    locked,
    not_own,
    note,
    release,
    tell_sound,
)
from lms.registration.services.desk import keep_letter
from lms.registration.services.lapsing import write_ended

_BEGINS = (Application.INITIAL, Application.RE_REGISTRATION)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an office decides of a proposal, and why; without a ground it stands."""

    office_id: UUID
    words: str
    revoke: Ground | None = None


def decide(
    work: Work,
    case_id: UUID,
    answer: Answer,
    *,
    printer: RegistrationPrinter,
) -> None:
    """Revoke what was granted on a ground, or let it stand.

    A revocation ends the registration and its certificate at once, where they still go
    back to the grant; for fraud alone it bars the person. It is not decided before the
    last day on which they may be heard.

    Raises: NotFound; Refused for who drew or proposed, without words, when nothing
        waits, and before they could be heard.

    Source: 行政许可法 第七、六十九、七十九条; 建设部令第153号 第三十四条.
    """
    case = locked(work, case_id)
    not_own(work, case)
    if case.state is not AuditState.PROPOSED:
        raise Refused("audit.not_now")
    drew = work.session.get_one(AuditDraw, case.draw_id).account_id
    if case.found_by == work.actor.person_id or drew == work.actor.account_id:
        raise Refused("audit.second_person")
    if finding_problem(AuditState.ASKED, answer.words):
        raise Refused("audit.no_words")
    revoke = answer.revoke
    if revoke and unheard(case.due_on, legal_day(work.now)):
        raise Refused("audit.unheard", until=case.due_on)
    case.decided_by, case.decided_at = work.actor.person_id, work.now
    case.answer = answer.words.strip()
    case.state = AuditState.REVOKED if revoke else AuditState.SOUND
    note(work, case, "audit.decided", words=case.answer)
    if revoke:
        taken = _revoke(work, case, revoke, printer)
        _write(work, case, answer.office_id, revoke, taken)
    else:
        tell_sound(work, case)
    release(work, case)


def _revoke(
    work: Work, case: AuditCase, ground: Ground, printer: RegistrationPrinter
) -> Taken:
    """Take back what rests on the grant; say how much of it there still was."""
    person_id, source = PersonId(case.person_id), f"audit:{case.id}"
    held = many.registrations(work.session, [person_id]).get(person_id)
    taken = Taken.NOTHING
    number = work.session.get_one(ApplicationRow, case.application_id).number
    if held is not None and _rests(work, case, held):
        number = held.number
        taken = _take_back(work, case, held, printer)
    if ground is Ground.FRAUD:
        _bar(work, person_id, source)
    work.session.flush()
    for account_id in concerned(work, case.person_id, case.employer_id):
        notify.message(
            work,
            account_id,
            "audit_revoked",
            dedupe=f"audit-revoked:{case.id}:{account_id}",
            number=number,
            taken=taken.value,
        )
    return taken


def _take_back(
    work: Work,
    case: AuditCase,
    held: people.RegistrationCard,
    printer: RegistrationPrinter,
) -> Taken:
    """End the specialties that were granted; what another grant gave stays."""
    person_id, source = PersonId(case.person_id), f"audit:{case.id}"
    row = work.session.get_one(ApplicationRow, case.application_id)
    gone = {Specialty(each) for each in row.specialties}
    left = effects.without(work, person_id, gone)
    periods = [
        SpecialtyPeriod(e.code, e.valid_from, e.valid_until, is_main=e.is_main)
        for e in held.specialties
        if e.code in gone
    ]
    write_ended(work, person_id, held, periods, EndCause.REVOKED)
    people_services.write_granted(work, person_id, held.number, case.province, left)
    if not left:
        today = legal_day(work.now)
        credentials.void_registration(work, person_id, source, today, revoked=True)
    elif registered(work.session, person_id) is not None:
        stays = [each.specialty for each in left]
        credentials.keep_only(
            work, person_id, stays, printer=printer, reason=source, source=source
        )
    return Taken.PART if left else Taken.ALL


def _rests(work: Work, case: AuditCase, held: people.RegistrationCard) -> bool:
    """Tell whether what is registered now goes back to the grant that was checked.

    What another province granted since does not, nor what was begun anew.
    """
    if held.province is not case.province:
        return False
    granted = work.session.get_one(ApplicationRow, case.application_id)
    anew = select(ApplicationRow.id).where(
        ApplicationRow.person_id == case.person_id,
        ApplicationRow.id != granted.id,
        ApplicationRow.application.in_(_BEGINS),
        ApplicationRow.status == Status.GRANTED,
        ApplicationRow.closed_at > granted.closed_at,
    )
    return work.session.scalar(anew.limit(1)) is None


def _bar(work: Work, person_id: PersonId, document: str) -> None:
    work.session.add(
        BarRow(
            id=new_id(),
            person_id=person_id,
            cause=BarCause.FRAUD,
            decided_on=legal_day(work.now),
            document=document,
            account_id=work.actor.account_id,
            noted_at=work.now,
        )
    )


def _write(
    work: Work, case: AuditCase, office_id: UUID, ground: Ground, taken: Taken
) -> None:
    """Write the decision that person and company can take away."""
    session = work.session
    card = applications.application(session, case.application_id)
    office = offices.office(session, office_id)
    company = people.company(session, case.employer_id) if case.employer_id else None
    matter = Matter(
        number=card.number,
        name=people.name(session, card.person_id),
        employer=company.name if company else "",
        application=card.application,
        path=card.path,
        specialties=card.specialties,
        filed_on=card.filed_on,
        due_on=None,
        office=office.name,
        on=legal_day(work.now),
        appeal_to=appeal_to(card.province, office.kind, office.name),
    )
    made = revocation(matter, card.decided_on, case.answer, ground, taken)
    # The application has ended: no act of its own takes this place any more.
    keep_letter(work, card.id, card.version + 1, LetterKind.REVOCATION, made)
