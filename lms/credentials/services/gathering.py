"""Gather what certificates say: of many in as many trips as of one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from lms.accounts.queries import keys as accounts
from lms.catalogue import queries as catalogue
from lms.credentials.ports import Printer
from lms.credentials.queries import Standing, designs
from lms.credentials.rules import Anchor, Facts, HoursRow
from lms.credentials.rules.designs import Design
from lms.evidence import queries as chain
from lms.kernel.clock import legal_day
from lms.kernel.errors import LmsError, NotFound, Refused
from lms.kernel.ids import AccountId, AssociationId, PersonId
from lms.people import queries as people
from lms.people.queries import CertificateFacts


@dataclass(frozen=True, slots=True)
class Entry:
    """What a new certificate is about. `supersedes` is the one it corrects."""

    person_id: PersonId
    association_id: AssociationId
    standing: Standing
    supersedes: UUID | None = None


@dataclass(frozen=True, slots=True)
class Issuer:
    """What all certificates say that an association issues at a moment."""

    association_id: AssociationId
    code: str
    name: str
    design: Design
    anchor: Anchor | None
    on: date


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that a certificate says, but for its number and its code.

    PII: `facts`, `photo`; `data_key` is the holder's.
    """

    entry: Entry
    issuer: Issuer
    facts: Facts
    photo: bytes = field(repr=False)
    account_id: AccountId
    data_key: bytes = field(repr=False)


def gather(
    session: Session, now: datetime, entries: Sequence[Entry], printer: Printer
) -> list[Gathered | LmsError]:
    """Read what certificates of one association say, or why one cannot be printed."""
    if not entries:
        return []
    issuer = _issuer(session, entries[0].association_id, legal_day(now))
    persons = [entry.person_id for entry in entries]
    keys = accounts.data_keys(session, persons)
    printed = people.certificate_facts(session, keys)
    owners = accounts.accounts_of(session, persons)
    found: list[Gathered | LmsError] = []
    for entry in entries:
        who = entry.person_id
        if who not in keys or who not in owners:
            found.append(NotFound("person.unknown"))
        elif who not in printed:
            found.append(NotFound("person.incomplete"))
        else:
            facts, photo = _facts(issuer, entry, printed[who]), printed[who].photo_jpeg
            one = Gathered(entry, issuer, facts, photo, owners[who], keys[who])
            found.append(_lacks(printer, facts) or one)
    return found


def _lacks(printer: Printer, facts: Facts) -> Refused | None:
    """Say which characters no font draws; None when all are there."""
    lacking, code = printer.lacking(facts), "certificate.needs_hand"
    return Refused(code, reasons=(code,), characters=lacking) if lacking else None


def _issuer(session: Session, association_id: AssociationId, on: date) -> Issuer:
    association = catalogue.association(session, association_id)
    return Issuer(
        association_id,
        association.code,
        association.name,
        designs.current_design(session, association_id),
        _anchor(session),
        on,
    )


def _anchor(session: Session) -> Anchor | None:
    """Take the newest checkpoint: on paper, it fixes all the evidence before it."""
    newest = chain.checkpoint(session)
    if newest is None:
        return None
    return Anchor(newest.size, newest.root.hex()[:16], legal_day(newest.at))


def _facts(issuer: Issuer, entry: Entry, person: CertificateFacts) -> Facts:
    standing = entry.standing
    hours = HoursRow(
        standing.specialty, standing.is_main, standing.required, standing.elective
    )
    return Facts(
        number="",
        token="",
        name=person.name,
        sex=person.sex.value,
        id_masked=person.id_masked,
        employer=person.employer,
        registration_no=person.registration_no,
        hours=(hours,),
        score=standing.score or 0,
        passed_on=standing.passed_on or issuer.on,
        period_from=standing.period_from,
        period_until=standing.period_until,
        issuer=issuer.name,
        issued_on=issuer.on,
        anchor=issuer.anchor,
        design=issuer.design.version,
    )
