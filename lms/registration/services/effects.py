"""What a granted application changes, and who is told what became of it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from uuid import UUID

from lms.accounts import queries as accounts
from lms.credentials import services as credentials
from lms.credentials.ports import RegistrationPrinter
from lms.credentials.queries import registered
from lms.credentials.rules import RegistrationFacts, Term
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.notify import services as notify
from lms.people import queries as people
from lms.people import services as people_services
from lms.people.rules import SpecialtyPeriod
from lms.policy.flow import Issue, Path
from lms.policy.flows import flow_of
from lms.policy.model import Application, Specialty
from lms.policy.verdict import Validity
from lms.registration.models import ApplicationRow
from lms.registration.queries import likeness, provenance
from lms.registration.queries.applications import card_of
from lms.registration.services import filing, practice, spending

_NEW = frozenset({Application.INITIAL, Application.RE_REGISTRATION})
_PRINTS_ONLY = frozenset({Application.LOST_REISSUE, Application.CHANGE})


def take(work: Work, row: ApplicationRow, printer: RegistrationPrinter) -> None:
    """Let a grant take effect: the registration, its certificate, its periods.

    Raises: Refused when the law gives no validity on the day of the grant, or when
        only the person says what is to be printed.
    """
    if row.path is Path.ABNORMAL:
        return
    flow = flow_of(row.flow)
    shown = likeness.handed(work.session, card_of(row))
    people_services.accept_pictures(work, PersonId(row.person_id), shown)
    spending.settle_grant(work, row)
    practice.settle(work, row, flow)
    if row.application is Application.CANCELLATION:
        _cancel(work, row, printer)
        return
    if "correction" in row.facts:
        people_services.grant_at_desk(work, UUID(row.facts["correction"]))
    if Issue.CERTIFICATE not in flow.gives:
        return  # A lost seal, or a record put right: the certificate is another matter.
    periods = _periods(work, row, legal_day(work.now))
    if not periods and row.path is Path.PERSONAL_INFORMATION:
        return  # Who is not registered has only a record here to be put right.
    _certify(work, row, periods, printer)


def _certify(
    work: Work,
    row: ApplicationRow,
    periods: tuple[SpecialtyPeriod, ...],
    printer: RegistrationPrinter,
) -> None:
    """Issue the certificate of these periods, and write them into the record."""
    known = provenance.provenance(work.session, PersonId(row.person_id))
    facts = RegistrationFacts(
        person_id=PersonId(row.person_id),
        province=row.province,
        terms=tuple(Term(p.specialty, p.valid_from, p.valid_until) for p in periods),
        employer=_employer(work, row),
        source=f"application:{row.id}",
        reason=f"application.{row.application}",
        # A number that only the person says is not printed; the province makes one.
        registration_no=known.number if known and known.proved else None,
        qualified_year=_qualified_year(work, row),
    )
    credentials.issue_registration(work, facts, printer=printer)
    card = registered(work.session, PersonId(row.person_id))
    if card is None:
        raise RuntimeError("a registration certificate was issued and is not there")
    people_services.write_granted(
        work,
        PersonId(row.person_id),
        card.facts.registration_no,
        row.province,
        periods,
    )


def drop(work: Work, row: ApplicationRow) -> None:
    """Let go what an application held that ended without a grant."""
    if "correction" in row.facts:
        people_services.drop_at_desk(work, UUID(row.facts["correction"]))


def _periods(
    work: Work, row: ApplicationRow, today: date
) -> tuple[SpecialtyPeriod, ...]:
    held = _held(work, PersonId(row.person_id))
    if filing.unproved(work, row):
        raise Refused("application.not_in_book")
    if row.application in _PRINTS_ONLY:
        return held
    found = filing.judged(work, row, on=row.filed_on or today, granted_on=today)
    granted = found.validity if found else None
    if not granted:
        raise Refused("application.no_validity")
    return merged(held, granted, anew=row.application in _NEW)


def _held(work: Work, person_id: PersonId) -> tuple[SpecialtyPeriod, ...]:
    """Give what is registered now.

    The days are those of the certificate in the book; a person's record, which may
    have been typed, only tells what has lapsed since, and which is the main one.
    """
    told = {p.specialty: p for p in people_services.periods_of(work, person_id)}
    card = registered(work.session, person_id)
    if card is None:
        return tuple(told.values())
    today = legal_day(work.now)
    held = tuple(
        SpecialtyPeriod(term.specialty, term.valid_from, term.valid_until)
        for term in card.facts.terms
        if term.valid_from
        and term.valid_until
        and (term.specialty in told or term.valid_until >= today)
    )
    said = next((one for one, p in told.items() if p.is_main), None)
    main = next((p for p in held if p.specialty is said), held[0] if held else None)
    marked = (replace(p, is_main=p is main) for p in held)
    return tuple(sorted(marked, key=lambda period: not period.is_main))


def merged(
    held: tuple[SpecialtyPeriod, ...],
    granted: tuple[Validity, ...],
    *,
    anew: bool,
) -> tuple[SpecialtyPeriod, ...]:
    """Put new validities among those held; the main specialty stays what it is.

    `anew` begins a registration: nothing held stays, the first granted is the main.
    """
    new = {each.specialty: each for each in granted}
    kept = () if anew else tuple(p for p in held if p.specialty not in new)
    main = next((p.specialty for p in held if p.is_main), None)
    if anew or main is None:
        main = granted[0].specialty
    fresh = tuple(
        SpecialtyPeriod(
            specialty=each.specialty,
            valid_from=each.valid_from,
            valid_until=each.valid_until,
            is_main=each.specialty is main,
        )
        for each in granted
    )
    return tuple(sorted((*kept, *fresh), key=lambda period: not period.is_main))


def _cancel(work: Work, row: ApplicationRow, printer: RegistrationPrinter) -> None:
    person_id = PersonId(row.person_id)
    left = without(work, person_id, {Specialty(each) for each in row.specialties})
    before = _registered(work, row)
    number = before.number if before else ""
    people_services.write_granted(work, person_id, number, row.province, left)
    if registered(work.session, person_id) is None:
        return  # Registered before this house kept certificates: there is none here.
    credentials.keep_only(
        work,
        person_id,
        [each.specialty for each in left],
        printer=printer,
        reason="registration.cancelled",
        source=f"application:{row.id}",
    )


def without(
    work: Work, person_id: PersonId, gone: Collection[Specialty]
) -> tuple[SpecialtyPeriod, ...]:
    """Give what stays registered when some specialties go; one of it is the main."""
    held = _held(work, person_id)
    left = tuple(each for each in held if each.specialty not in gone)
    if not left or any(each.is_main for each in left):
        return left
    oldest = min(left, key=lambda each: each.valid_from)
    return tuple(replace(each, is_main=each is oldest) for each in left)


def _registered(work: Work, row: ApplicationRow) -> people.RegistrationCard | None:
    try:
        return people.registration(work.session, PersonId(row.person_id))
    except NotFound:
        return None


def _employer(work: Work, row: ApplicationRow) -> str:
    if row.employer_id is not None:
        return people.company(work.session, row.employer_id).name
    said = people.employer(work.session, PersonId(row.person_id))
    return said.name if said else ""


def _qualified_year(work: Work, row: ApplicationRow) -> int | None:
    cards = people.qualifications(work.session, PersonId(row.person_id))
    return min((card.issued_on.year for card in cards), default=None)


def tell(
    work: Work, row: ApplicationRow, *, returned: bool = False, answer_by: str = ""
) -> None:
    """Owe the person, and who acts for the employer, a word on where it stands.

    `returned` tells that it went back to who began it; `answer_by` is the last day of
    a supplement that was asked for.
    """
    account_id = accounts.account_of(work.session, PersonId(row.person_id)).id
    told = [account_id]
    if row.employer_id is not None:
        told += [
            agent.account_id
            for agent in people.agents(work.session, row.employer_id)
            if agent.confirmed_at is not None
        ]
    for one in dict.fromkeys(told):
        notify.message(
            work,
            one,
            "application_moved",
            dedupe=f"application:{row.id}:{row.version}:{one}",
            number=row.number,
            matter=row.application.value,
            status=row.status.value,
            step=row.step.value,
            due=row.due_on.isoformat() if row.due_on and not answer_by else "",
            returned="yes" if returned else "",
            answer_by=answer_by,
        )
