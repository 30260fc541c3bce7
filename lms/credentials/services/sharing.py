"""Show a certificate to others, and stop it: links for anybody, grants for a company.

Whoever reads by a link is counted when they ask to see it, which is a deed of theirs
(POST): a messenger that fetches an address for its preview sees no name, and is no
reader.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.exc import IntegrityError

from lms.accounts import services as accounts
from lms.credentials import queries
from lms.credentials.models import (
    CertificateGrant,
    CertificateShare,
    GrantOpening,
    SealingQueue,
    ShareReads,
)
from lms.credentials.queries.sharing import token_digest, token_place
from lms.credentials.rules import (
    FOR_EVER,
    GRANT_DAYS,
    MOST_LINKS,
    NOTE_LENGTH,
    SHARE_DAYS,
    FileKind,
    HoldingKind,
    Verdict,
    grant_ends,
    new_code,
    share_ends,
)
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.db import inserting
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import EmployerId, GrantId, PersonId, ShareId, new_id
from lms.kernel.work import Work
from lms.people import queries as people


@dataclass(frozen=True, slots=True)
class ShareAsk:
    """A link as its maker wants it. Units: `days`; none ends only by hand.

    PII: `note`, in the holder's words.
    """

    certificate_id: UUID
    days: int
    note: str = ""
    whole_name: bool = True
    with_file: bool = False


def share(work: Work, person_id: PersonId, ask: ShareAsk) -> ShareId:
    """Make a link to one of a person's own certificates.

    Raises: NotFound for another's; Refused on days that are not offered, for a file
        that would tell the name, for what is revoked, and while too many links are
        open.
    """
    held = queries.holding(
        work.session, person_id, ask.certificate_id, legal_day(work.now)
    )
    if ask.days not in {*SHARE_DAYS, FOR_EVER}:
        raise Refused("certificate_share.days")
    if ask.with_file and not ask.whole_name:
        raise Refused("certificate_share.file_names")
    if held.verdict in {Verdict.REVOKED, Verdict.VOIDED}:
        raise Refused("certificate_share.revoked")
    accounts.lock_person(work, person_id)
    if _open_links(work, held) >= MOST_LINKS:
        raise Refused("certificate_share.many", most=MOST_LINKS)
    share_id = _link(work, held, ask)
    _note(
        work,
        person_id,
        "certificate.shared",
        share=share_id,
        certificate=held.id,
        days=ask.days,
        whole_name=ask.whole_name,
        with_file=ask.with_file,
    )
    return share_id


def _link(work: Work, held: queries.Holding, ask: ShareAsk) -> ShareId:
    key = accounts.ensure_key(work, held.person_id)
    share_id, token = ShareId(new_id()), new_code()
    work.session.add(
        CertificateShare(
            id=share_id,
            person_id=held.person_id,
            **_which(held),
            token_sha256=token_digest(token),
            token=pii.seal(key, token, token_place(share_id)),
            note=ask.note.strip()[:NOTE_LENGTH],
            whole_name=ask.whole_name,
            with_file=ask.with_file,
            made_at=work.now,
            until=share_ends(work.now, ask.days),
            ended_at=None,
        )
    )
    work.session.flush()
    return share_id


def _which(held: queries.Holding) -> dict[str, UUID | None]:
    of_study = held.kind is HoldingKind.COMPLETION
    return {
        "certificate_id": held.id if of_study else None,
        "registration_id": None if of_study else held.id,
    }


def _open_links(work: Work, held: queries.Holding) -> int:
    found = work.session.scalar(
        select(func.count())
        .select_from(CertificateShare)
        .where(
            CertificateShare.person_id == held.person_id,
            or_(
                CertificateShare.certificate_id == held.id,
                CertificateShare.registration_id == held.id,
            ),
            *_open(work.now),
        )
    )
    return found or 0


def _open(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        CertificateShare.ended_at.is_(None),
        or_(CertificateShare.until.is_(None), CertificateShare.until > at),
    )


def end_share(work: Work, person_id: PersonId, share_id: UUID) -> UUID:
    """Switch a link off for good, and name the certificate; twice is once.

    Raises: NotFound.
    """
    row = work.session.scalar(
        select(CertificateShare)
        .where(CertificateShare.id == share_id, CertificateShare.person_id == person_id)
        .with_for_update()
    )
    if row is None:
        raise NotFound("certificate_share.unknown")
    if row.ended_at is None:
        row.ended_at, row.token = work.now, None
        work.session.flush()
        _note(work, person_id, "certificate.share_ended", share=share_id)
    found = row.certificate_id or row.registration_id
    assert found is not None  # noqa: S101 - a CHECK sees to it
    return found


def open_share(work: Work, token: str) -> queries.Shared:
    """Open a link for a reader, and count them.

    Raises: NotFound, for one that never was, is over, or is off, alike.
    """
    on = legal_day(work.now)
    found = queries.shared(work.session, token, work.now, on)
    if found is None:
        raise NotFound("certificate_share.unknown")
    new = inserting(work.session, ShareReads).values(
        share_id=found.id, on=on, count=1, last_at=work.now
    )
    work.session.execute(
        new.on_conflict_do_update(
            index_elements=[ShareReads.share_id, ShareReads.on],
            set_={"count": ShareReads.count + 1, "last_at": work.now},
        )
    )
    return found


# -- grants ---------------------------------------------------------------------


def grant(work: Work, person_id: PersonId, certificate_id: UUID, days: int) -> GrantId:
    """Let the company that a person belongs to see a certificate; a new one replaces.

    Raises: NotFound for another's certificate; Refused on days that are not offered,
        or who belongs to no company; Conflict when it was done twice at once.
    """
    on = legal_day(work.now)
    held = queries.holding(work.session, person_id, certificate_id, on)
    bond = people.employer_of(work.session, person_id)
    if bond is None:
        raise Refused("certificate_grant.no_employer")
    if days not in {*GRANT_DAYS, FOR_EVER}:
        raise Refused("certificate_grant.days")
    for older in _running(work, bond.company.id, held):
        _end(work, older)
    grant_id = GrantId(new_id())
    work.session.add(
        CertificateGrant(
            id=grant_id,
            person_id=person_id,
            employer_id=bond.company.id,
            employer=bond.company.name,
            link_id=bond.link_id,
            **_which(held),
            made_at=work.now,
            valid_until=grant_ends(on, days),
            ended_at=None,
        )
    )
    _flush(work)
    _note(
        work,
        person_id,
        "certificate.granted",
        grant=grant_id,
        certificate=held.id,
        employer=bond.company.id,
        days=days,
    )
    return grant_id


def _running(
    work: Work, employer_id: EmployerId, held: queries.Holding
) -> list[CertificateGrant]:
    return list(
        work.session.scalars(
            select(CertificateGrant)
            .where(
                CertificateGrant.employer_id == employer_id,
                or_(
                    CertificateGrant.certificate_id == held.id,
                    CertificateGrant.registration_id == held.id,
                ),
                CertificateGrant.ended_at.is_(None),
            )
            .with_for_update()
        )
    )


def end_grant(work: Work, person_id: PersonId, grant_id: UUID) -> UUID:
    """Withdraw a grant at once, and name the certificate; twice is once.

    Raises: NotFound.
    """
    row = work.session.scalar(
        select(CertificateGrant)
        .where(CertificateGrant.id == grant_id, CertificateGrant.person_id == person_id)
        .with_for_update()
    )
    if row is None:
        raise NotFound("certificate_grant.unknown")
    if row.ended_at is None:
        _end(work, row)
    found = row.certificate_id or row.registration_id
    assert found is not None  # noqa: S101 - a CHECK sees to it
    return found


def _end(work: Work, row: CertificateGrant) -> None:
    row.ended_at = work.now
    work.session.flush()
    _note(work, PersonId(row.person_id), "certificate.grant_withdrawn", grant=row.id)


def open_granted(
    work: Work, employer_id: EmployerId, grant_id: UUID, kind: FileKind
) -> tuple[queries.GrantCard, bytes]:
    """Open a file for the company that may see it; the person learns of it.

    Raises: NotFound, for another company's, a withdrawn and an old grant alike.
    """
    found = queries.granted(work.session, employer_id, grant_id, legal_day(work.now))
    body = queries.open_form(work.session, found.holding, kind)
    work.session.add(
        GrantOpening(
            grant_id=found.id,
            account_id=work.actor.account_id,
            kind=kind.value,
            at=work.now,
        )
    )
    _note(
        work,
        found.person_id,
        "certificate.opened_by_employer",
        grant=found.id,
        certificate=found.holding.id,
        employer=employer_id,
        form=kind.value,
    )
    return found, body


# -- the end --------------------------------------------------------------------


def forget(work: Work, person_id: PersonId) -> None:
    """End all that a person showed, and drop their words; lines with ids stay."""
    for one in work.session.scalars(
        select(CertificateShare).where(CertificateShare.person_id == person_id)
    ):
        one.note, one.token = "", None
        one.ended_at = one.ended_at or work.now
    for other in work.session.scalars(
        select(CertificateGrant).where(CertificateGrant.person_id == person_id)
    ):
        other.ended_at = other.ended_at or work.now
    work.session.execute(
        delete(SealingQueue).where(SealingQueue.person_id == person_id)
    )
    work.session.flush()


def _note(work: Work, person_id: PersonId, kind: str, **facts: object) -> None:
    evidence.note(work, f"person:{person_id}", kind, **facts)


def _flush(work: Work) -> None:
    try:
        work.session.flush()
    except IntegrityError as error:
        # Two clicks: the partial index lets one through.
        raise Conflict("certificate_grant.done") from error
