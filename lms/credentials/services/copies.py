"""Use copies: an employer asks, the person agrees, a file is made for one purpose.

Source: 内建行函〔2022〕508号 二(二): 聘用企业调用证书信息时，需建造师本人确认实际情况后
进行相应授权操作.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts import queries as accounts
from lms.credentials import queries
from lms.credentials.models import UseCopy
from lms.credentials.ports import RegistrationPrinter
from lms.credentials.queries import RegistrationCertificateCard
from lms.credentials.rules import (
    CopyMark,
    CopyState,
    Verdict,
    copy_ends,
    new_code,
)
from lms.credentials.rules.files import FileKind
from lms.credentials.services import ahead
from lms.credentials.services.ahead import Wanted
from lms.credentials.services.book import sealed_by
from lms.credentials.services.register_book import likeness, sealed_file
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import EmployerId, PersonId, UseCopyId, new_id
from lms.kernel.work import Work
from lms.notify import services as notify
from lms.people import queries as people
from lms.policy.library import rules_for
from lms.policy.validity import last_birthday
from lms.signing import rules as signers

LONGEST_PURPOSE = 80
MOST_DAYS = 180


@dataclass(frozen=True, slots=True)
class CopyAsk:
    """What an employer asks for. `days` none: as long as the policy lets."""

    person_id: PersonId
    employer_id: EmployerId
    purpose: str
    days: int | None = None


def ask_use_copy(work: Work, ask: CopyAsk) -> UseCopyId:
    """Ask a person of one's own for a use copy; asking twice is asking once.

    Raises: NotFound when the person does not work there; Refused without a certificate
        that is good, and on a purpose or a length that cannot be.
    """
    employer = _employer(work, ask.person_id)
    if employer is None or employer.id != ask.employer_id:
        raise NotFound("use_copy.unknown")
    card = _usable(work, ask.person_id)
    if card is None:
        there = queries.registered(work.session, ask.person_id) is not None
        raise Refused("use_copy.not_valid" if there else "use_copy.no_certificate")
    purpose, days = ask.purpose.strip(), _days(card, ask.days)
    if not 2 <= len(purpose) <= LONGEST_PURPOSE:  # noqa: PLR2004 - a word at least
        raise Refused("use_copy.purpose")
    open_one = _asked(work, ask)
    if open_one is not None:
        open_one.purpose, open_one.days, open_one.asked_at = purpose, days, work.now
        open_one.certificate_id = card.id
        return UseCopyId(open_one.id)
    row = _blank(work, ask, card, employer.name)
    row.purpose, row.days = purpose, days
    work.session.add(row)
    _flush(work)
    copy_id = UseCopyId(row.id)
    _note(work, ask.person_id, "use_copy.asked", copy_id)
    notify.message(
        work,
        accounts.account_of(work.session, ask.person_id).id,
        "use_copy_asked",
        dedupe=f"use_copy:{copy_id}",
        employer=employer.name,
    )
    return copy_id


def _blank(
    work: Work, ask: CopyAsk, card: RegistrationCertificateCard, employer: str
) -> UseCopy:
    return UseCopy(
        id=new_id(),
        certificate_id=card.id,
        person_id=ask.person_id,
        employer_id=ask.employer_id,
        employer=employer,
        state=CopyState.ASKED,
        asked_at=work.now,
        asked_by=work.actor.account_id,
        decided_at=None,
        valid_from=None,
        valid_until=None,
        token=None,
    )


def _employer(
    work: Work, person_id: PersonId
) -> people.CompanyCard | people.EmployerCard | None:
    """Name whom a person works for: by the word of both, else by the profile's."""
    bond = people.employer_of(work.session, person_id)
    return bond.company if bond else people.employer(work.session, person_id)


def _usable(work: Work, person_id: PersonId) -> RegistrationCertificateCard | None:
    card = queries.registered(work.session, person_id)
    usable = card is not None and card.worth(legal_day(work.now)) is Verdict.VALID
    return card if usable else None


def _days(card: RegistrationCertificateCard, asked: int | None) -> int:
    most = card.law.copy_days if card.law else MOST_DAYS
    days = most if asked is None else asked
    if not 1 <= days <= most:
        raise Refused("use_copy.days", most=most)
    return days


def _asked(work: Work, ask: CopyAsk) -> UseCopy | None:
    return work.session.scalar(
        select(UseCopy)
        .where(
            UseCopy.person_id == ask.person_id,
            UseCopy.employer_id == ask.employer_id,
            UseCopy.state == CopyState.ASKED,
        )
        .with_for_update()
    )


def confirm_use_copy(
    work: Work,
    person_id: PersonId,
    copy_id: UseCopyId,
    *,
    printer: RegistrationPrinter,
) -> None:
    """Agree to a use copy: its file is made, and the one before it is void.

    Raises: NotFound; Refused when it was answered, the certificate is not good, or
        the person does not belong to the company any more.
    """
    row = _mine(work, person_id, copy_id, CopyState.ASKED)
    if not queries.still_bound(work.session, person_id, EmployerId(row.employer_id)):
        raise Refused("use_copy.left")
    card = _usable(work, person_id)
    if card is None:
        raise Refused("use_copy.certificate")
    begins = legal_day(work.now)
    ends = _ends(work, card, begins, row.days)
    if ends < begins:
        raise Refused("use_copy.over")
    for older in _of(work, person_id, CopyState.CONFIRMED):
        _move(work, older, CopyState.VOIDED)
    work.session.flush()
    mark = ahead.settled(CopyMark(new_code(), row.employer, row.purpose, begins, ends))
    row.certificate_id, row.token = card.id, mark.token
    row.valid_from, row.valid_until = begins, ends
    _move(work, row, CopyState.CONFIRMED)
    _flush(work)
    data = _lent(work, card, mark, printer)
    work.session.add(sealed_file(work, person_id, card.id, FileKind.PDF, data, row.id))
    _flush(work)


def _lent(
    work: Work,
    card: RegistrationCertificateCard,
    mark: CopyMark,
    printer: RegistrationPrinter,
) -> bytes:
    """Print and seal a use copy."""
    shown = likeness(work, card.person_id)
    try:
        return ahead.sealed(
            sealed_by(work, signers.office(card.facts.province)),
            Wanted(mark, (card.facts, shown)),
            lambda seals: printer.lend(card.facts, shown, mark, seals),
        )
    except ValueError as error:
        raise Refused("use_copy.characters") from error


def _ends(
    work: Work, card: RegistrationCertificateCard, begins: date, days: int
) -> date:
    """Find the last day: cut where a specialty ends, and at the 65th birthday."""
    law, province = card.law, card.facts.province
    ends = [
        term.valid_until
        for term in card.facts.terms
        if term.valid_until and term.valid_until >= begins
    ]
    born_on = people.born_on(work.session, card.person_id)
    cap = last_birthday(rules_for(province, begins), born_on) if born_on else None
    counts = law.copy_first_day_counts if law else True
    return copy_ends(begins, days, (*ends, cap), first_day_counts=counts)


def refuse_use_copy(work: Work, person_id: PersonId, copy_id: UseCopyId) -> None:
    """Say no to a use copy.

    Raises: NotFound; Refused when it was answered.
    """
    _move(work, _mine(work, person_id, copy_id, CopyState.ASKED), CopyState.REFUSED)


def withdraw_use_copy(work: Work, person_id: PersonId, copy_id: UseCopyId) -> None:
    """Take back a use copy that one agreed to; its scan says so at once.

    Raises: NotFound; Refused when it is not in use.
    """
    _move(work, _mine(work, person_id, copy_id, CopyState.CONFIRMED), CopyState.VOIDED)


def void_copies(work: Work, person_id: PersonId) -> None:
    """Void what was lent or asked of a certificate that no longer stands."""
    for state in (CopyState.CONFIRMED, CopyState.ASKED):
        for row in _of(work, person_id, state):
            _move(work, row, CopyState.VOIDED)


def _of(work: Work, person_id: PersonId, state: CopyState) -> list[UseCopy]:
    return list(
        work.session.scalars(
            select(UseCopy)
            .where(UseCopy.person_id == person_id, UseCopy.state == state)
            .with_for_update()
        )
    )


def _mine(
    work: Work, person_id: PersonId, copy_id: UseCopyId, state: CopyState
) -> UseCopy:
    row = work.session.scalar(
        select(UseCopy)
        .where(UseCopy.id == copy_id, UseCopy.person_id == person_id)
        .with_for_update()
    )
    if row is None:
        raise NotFound("use_copy.unknown")
    if row.state is not state:
        raise Refused("use_copy.decided")
    return row


def _move(work: Work, row: UseCopy, state: CopyState) -> None:
    row.state, row.decided_at = state, work.now
    work.session.flush()
    _note(work, PersonId(row.person_id), f"use_copy.{state.value}", UseCopyId(row.id))


def _note(work: Work, person_id: PersonId, kind: str, copy_id: UseCopyId) -> None:
    evidence.note(work, f"person:{person_id}", kind, copy=copy_id)


def _flush(work: Work) -> None:
    try:
        work.session.flush()
    except IntegrityError as error:
        # Two clicks: the partial indexes let one through.
        raise Conflict("use_copy.decided") from error
