"""What a granted claim does. Nothing else in the house calls these."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from lms.claims import queries
from lms.claims.queries import ClaimCard
from lms.claims.rules import TAKEN_BACK, ClaimKind, Grounds, Inherited
from lms.claims.services import reviewing
from lms.credentials import services as credentials
from lms.credentials.ports import Printer
from lms.exams import services as exams
from lms.hours import queries as ledger
from lms.hours import services as hours
from lms.hours.rules import EntryKind
from lms.kernel.clock import legal_day, start_of
from lms.kernel.credit import Credit
from lms.kernel.errors import Conflict, Refused
from lms.kernel.work import Work

_ENTRIES = {
    ClaimKind.SUBSTITUTION: EntryKind.SUBSTITUTION,
    ClaimKind.TRANSFER: EntryKind.TRANSFER,
    ClaimKind.ADJUSTMENT: EntryKind.ADJUSTMENT,
}


@dataclass(frozen=True, slots=True)
class Done:
    """A claim that was granted, by which question, and who prints."""

    claim: ClaimCard
    approval_id: UUID
    printer: Printer


def apply(work: Work, done: Done) -> None:
    """Do what was asked.

    Raises: Conflict when it is not possible any more.
    """
    try:
        match done.claim.kind:
            case ClaimKind.UNLOCK:
                _unlock(work, done)
            case ClaimKind.EXTRA_TIME:
                _give_time(work, done)
            case ClaimKind.REISSUE:
                _reissue(work, done)
            case ClaimKind.REVOCATION:
                _revoke(work, done)
            case _:
                _post(work, done, done.claim.credit)
    except Refused as refused:
        reasons = refused.reasons or (refused.code,)
        raise Conflict("claim.stale", reasons=reasons) from refused


def inherit(work: Work, lines: Sequence[Inherited]) -> None:
    """Post what was earned on the old platform; the same again changes nothing."""
    came = [_posting(one, "legacy:", one.credit, EntryKind.TRANSFER) for one in lines]
    hours.post_all(work, came)


def disinherit(work: Work, lines: Sequence[Inherited]) -> None:
    """Answer each line by its opposite, on the day on which it was earned."""
    kind = EntryKind.ADJUSTMENT
    gone = [_posting(one, TAKEN_BACK, -one.credit, kind) for one in lines]
    hours.post_all(work, gone)


def _posting(
    line: Inherited, prefix: str, credit: int, kind: EntryKind
) -> hours.Posting:
    return hours.Posting(
        line.person_id,
        line.specialty,
        line.track,
        Credit(credit),
        line.association_id,
        f"{prefix}{line.id}",
        kind,
        start_of(line.earned_on),
    )


def undo(work: Work, done: Done) -> None:
    """Take back what went against somebody whose appeal was heard.

    A revoked certificate is never revived: a new one is issued.

    Raises: Conflict when it is not possible any more.
    """
    claim = done.claim
    if claim.kind is ClaimKind.ADJUSTMENT:
        _post(work, done, Credit(-claim.credit))
        return
    try:
        credentials.issue(
            work,
            claim.person_id,
            claim.specialty,
            printer=done.printer,
            association_id=claim.association_id,
            approvals=(done.approval_id,),
        )
    except Refused as refused:
        reasons = refused.reasons or (refused.code,)
        raise Conflict("claim.stale", reasons=reasons) from refused


def _post(work: Work, done: Done, credit: Credit) -> None:
    claim = done.claim
    assert claim.track is not None  # noqa: S101 - the rules saw to it
    assert claim.occurred_on is not None  # noqa: S101 - the rules saw to it
    if credit < 0:
        _enough(work, claim, credit)
    hours.post(
        work,
        claim.person_id,
        specialty=claim.specialty,
        track=claim.track,
        credit=credit,
        association_id=claim.association_id,
        source=f"approval:{done.approval_id}",
        kind=_ENTRIES[claim.kind],
        earned_at=start_of(claim.occurred_on),
    )
    if credit < 0:
        reviewing.doubt(work, claim)


def _grounds(work: Work, claim: ClaimCard) -> Grounds:
    on = legal_day(work.now)
    return queries.grounds(work.session, claim.person_id, claim.specialty, on)


def _enough(work: Work, claim: ClaimCard, credit: Credit) -> None:
    """Never take more than a person has."""
    grounds = _grounds(work, claim)
    done = ledger.tally(
        work.session,
        claim.person_id,
        since=grounds.since,
        until=grounds.until,
        association_id=claim.association_id,
    )
    assert claim.track is not None  # noqa: S101 - the rules saw to it
    if done.get((claim.specialty, claim.track), 0) + credit < 0:
        raise Conflict("claim.below_zero")


def _unlock(work: Work, done: Done) -> None:
    claim = done.claim
    exams.unlock(
        work,
        claim.person_id,
        queries.sitting(claim.association_id, _grounds(work, claim)),
        reason=f"claim.{claim.kind}",
        approvals=(done.approval_id,),
    )


def _give_time(work: Work, done: Done) -> None:
    claim = done.claim
    exams.grant_time(
        work,
        claim.person_id,
        claim.association_id,
        percent=claim.wanted.percent,
        until=_grounds(work, claim).until,
        approvals=(done.approval_id,),
    )


def _reissue(work: Work, done: Done) -> None:
    assert done.claim.certificate_id is not None  # noqa: S101 - asking saw to it
    if queries.revoking(work.session, done.claim.certificate_id):
        raise Conflict("claim.revoking")
    credentials.supersede(
        work,
        done.claim.certificate_id,
        printer=done.printer,
        reason=f"claim.{done.claim.kind}",
        approvals=(done.approval_id,),
    )


def _revoke(work: Work, done: Done) -> None:
    assert done.claim.certificate_id is not None  # noqa: S101 - asking saw to it
    if reviewing.moot(work, done.claim):
        raise Conflict("claim.hours_back")
    credentials.revoke(
        work,
        done.claim.certificate_id,
        reason=f"claim.{done.claim.kind}",
        approvals=(done.approval_id,),
    )
