"""Issue certificates: number, facts and files in one transaction, or nothing.

There is one way for one and for many: read, print, hold the row of numbers, look
again, write.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.accounts.services import merging as accounts
from lms.credentials import queries
from lms.credentials.models import PrintQueue, SealingQueue
from lms.credentials.ports import Printer
from lms.credentials.queries import Standing, Wanted
from lms.credentials.queries.held import CertificateCard
from lms.credentials.queries.standing import valid_one, valid_periods
from lms.credentials.rules import REVOKED_BEFORE
from lms.credentials.services.book import last_number, locked_counter, put
from lms.credentials.services.gathering import Entry, Gathered, gather
from lms.credentials.services.proofs import Proofs
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, LmsError, NotFound, Refused
from lms.kernel.ids import AssociationId, CertificateId, PersonId, new_id
from lms.kernel.work import Work
from lms.policy.model import Specialty

Answer = CertificateId | LmsError
"""The certificate that is there now, or why there is none."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is about to be issued: read and printed, while nobody waits.

    `answers` stand already where nothing is to be issued; all others are `gathered`.
    Both by their places in what was `wanted`, which one association issues.
    """

    wanted: tuple[Wanted, ...]
    answers: dict[int, Answer]
    gathered: dict[int, Gathered]
    proofs: Proofs | None


def issue(
    work: Work,
    person_id: PersonId,
    specialty: Specialty,
    *,
    printer: Printer,
    association_id: AssociationId | None = None,
    approvals: tuple[UUID, ...] = (),
) -> CertificateId:
    """Issue the certificate of one specialty, or say all that is missing.

    Asking again gives the certificate that is there. Where one was revoked, only
    `approvals` of two persons give another. An association that asks is never given
    what another has issued.

    Raises: Refused with every reason, or `certificate.needs_hand` with the characters
        that no font draws; NotFound (registration); Conflict.
    """
    one = Wanted(person_id, specialty, association_id, again=bool(approvals))
    keep(work, [one])
    (answer,) = settle(work, draft(work.session, work.now, [one], printer))
    if isinstance(answer, LmsError):
        raise answer
    return answer


def keep(work: Work, wanted: Sequence[Wanted]) -> None:
    """Let nobody take hours from persons, or merge them, until this work ends.

    Asked before `draft` by whoever settles it: what was read is so when it is written.
    """
    accounts.keep_all(work, {one.person_id for one in wanted})


def draft(
    session: Session,
    now: datetime,
    wanted: Sequence[Wanted],
    printer: Printer,
    *,
    first: int | None = None,
    proofs: Proofs | None = None,
) -> Draft:
    """Decide by the rule who is issued to, and print; nothing is held or written.

    The numbers are guessed: they begin with `first`, or follow on the last that was
    given. What fresh `proofs` hold already is not printed again.

    Raises: what the printer raises.
    """
    on = legal_day(now)
    found = queries.standings_of(session, wanted, on)
    answers, entries = _judged(wanted, found)
    read = gather(session, now, list(entries.values()), printer)
    gathered: dict[int, Gathered] = {}
    for n, one in zip(entries, read, strict=True):
        if isinstance(one, LmsError):
            answers[n] = one
        else:
            gathered[n] = one
    if gathered:
        there = next(iter(entries.values())).association_id
        if proofs is None or not proofs.fresh(now):
            proofs = Proofs(printer, there, session, now)
        first = first or last_number(session, there, on.year) + 1
        proofs.prepare(list(gathered.values()), first)
    return Draft(tuple(wanted), answers, gathered, proofs)


def _judged(
    wanted: Sequence[Wanted], found: Sequence[Standing | None]
) -> tuple[dict[int, Answer], dict[int, Entry]]:
    """Part those who have an answer already from those who are issued to."""
    answers: dict[int, Answer] = {}
    entries: dict[int, Entry] = {}
    for n, (one, standing) in enumerate(zip(wanted, found, strict=True)):
        if standing is None:
            answers[n] = NotFound("registration.unknown")
        elif standing.certificate is not None:
            answers[n] = _own(standing.certificate, one)
        else:
            waived = {REVOKED_BEFORE} if one.again else set()
            missing = tuple(code for code in standing.missing if code not in waived)
            if standing.association_id is None or missing:
                answers[n] = Refused("certificate.not_ready", reasons=missing)
            else:
                entries[n] = Entry(one.person_id, standing.association_id, standing)
    return answers, entries


def settle(work: Work, drafted: Draft) -> list[Answer]:
    """Hold the row of numbers, look again, and write: of many askers one issues.

    Raises: what the printer raises; Conflict when two associations issue at once.
    """
    answers, proofs = dict(drafted.answers), drafted.proofs
    if drafted.gathered and proofs:
        issuer = next(iter(drafted.gathered.values())).issuer
        counter = locked_counter(work, issuer.association_id, issuer.on.year)
        answers |= _issued_meanwhile(work, drafted)
        left = {n: one for n, one in drafted.gathered.items() if n not in answers}
        made = put(work, counter, proofs, list(left.values()))
        answers |= dict(zip(left, made, strict=True))
        for one in left.values():
            if one.entry.standing.in_print_queue:
                _solve(work, one.entry.person_id, one.entry.standing.specialty)
    return [answers[n] for n in range(len(drafted.wanted))]


def _issued_meanwhile(work: Work, drafted: Draft) -> dict[int, Answer]:
    """Give those that somebody else has issued since they were read."""
    session, found = work.session, dict[int, Answer]()
    persons = {one.entry.person_id for one in drafted.gathered.values()}
    there = valid_periods(session, persons)
    for n, one in drafted.gathered.items():
        standing = one.entry.standing
        who = one.entry.person_id, standing.specialty, standing.period_from
        card = valid_one(session, *who, one.issuer.on) if who in there else None
        if card is not None:
            found[n] = _own(card, drafted.wanted[n])
    return found


def _own(there: CertificateCard, wanted: Wanted) -> Answer:
    """Give the certificate that is there, unless an association asks for another's."""
    if wanted.association_id not in {None, there.association_id}:
        return Conflict("certificate.exists")
    return there.id


def wait_for_hand(
    work: Work, person_id: PersonId, specialty: Specialty, characters: str
) -> None:
    """Lay a certificate that cannot be printed by itself on the association's desk.

    Asking twice is asking once.
    """
    standing = queries.standing(work.session, person_id, specialty, legal_day(work.now))
    if standing.association_id is None or standing.in_print_queue:
        return
    work.session.add(
        PrintQueue(
            id=new_id(),
            person_id=person_id,
            association_id=standing.association_id,
            specialty=specialty,
            period_from=standing.period_from,
            characters=characters[:80],
            asked_at=work.now,
            solved_at=None,
        )
    )


def wait_for_sealing(work: Work, person_id: PersonId, specialty: Specialty) -> None:
    """Let a certificate wait for keys that lie elsewhere and do not answer.

    Asking twice is asking once; who does not qualify waits for nothing.
    """
    standing = queries.standing(work.session, person_id, specialty, legal_day(work.now))
    known = work.session.get(SealingQueue, (person_id, specialty))
    if standing.association_id is None or not standing.ready or known is not None:
        return
    work.session.add(
        SealingQueue(
            person_id=person_id,
            specialty=specialty,
            association_id=standing.association_id,
            asked_at=work.now,
        )
    )


def seal_no_more(work: Work, person_id: PersonId, specialty: Specialty) -> None:
    """Let a certificate wait no longer: it is issued, or cannot be."""
    work.session.execute(
        delete(SealingQueue).where(
            SealingQueue.person_id == person_id, SealingQueue.specialty == specialty
        )
    )


def _solve(work: Work, person_id: PersonId, specialty: Specialty) -> None:
    for row in work.session.scalars(
        select(PrintQueue).where(
            PrintQueue.person_id == person_id,
            PrintQueue.specialty == specialty,
            PrintQueue.solved_at.is_(None),
        )
    ):
        row.solved_at = work.now
