"""Take a company's list in: looked at, shown, and taken over whole or not at all."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from lms.accounts.queries import reaching
from lms.accounts.rules import Identifier, IdentifierKind
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.people import queries
from lms.people.models import EmployerLink, LinkAddress, RosterDraft, RosterEntry
from lms.people.queries.roster import RosterRow, known_people, rows_of, sealed_place
from lms.people.rules import Side
from lms.people.rules.roster import (
    ADDRESS_LIFE,
    DRAFT_LIFE,
    Checked,
    Roster,
    check_roster,
)
from lms.people.services.companies import company_stream, lock_company, may_act
from lms.people.services.inviting import Inviter, keep_addresses, tell


def draft_roster(work: Work, employer_id: UUID, roster: Roster) -> UUID:
    """Seal a list that was handed in, with what is wrong with each row.

    Raises: Refused for a company that is not proved, or whose agent is not confirmed.
    """
    may_import(work, employer_id)
    checked = known_people(work.session, employer_id, check_roster(roster))
    draft_id, key = new_id(), pii.new_key()
    told = json.dumps([_told(one) for one in checked], ensure_ascii=False)
    work.session.add(
        RosterDraft(
            id=draft_id,
            employer_id=employer_id,
            made_by=work.actor.account_id,
            made_at=work.now,
            rows=len(checked),
            bad=sum(not one.good for one in checked),
            known=sum(bool(one.known) for one in checked),
            wrapped=pii.wrap(key, sealed_place(draft_id)),
            sealed=pii.seal(key, told, sealed_place(draft_id)),
        )
    )
    work.session.flush()
    return draft_id


def _told(one: Checked) -> dict[str, object]:
    entry = one.entry
    return {
        "n": entry.n,
        "name": entry.name,
        "phone": entry.phone,
        "email": entry.email,
        "id_number": entry.id_number,
        "specialty": entry.specialty,
        "specialties": [each.value for each in one.specialties],
        "problems": list(one.problems),
        "known": one.known,
    }


def may_import(work: Work, employer_id: UUID) -> None:
    """Make sure that whoever acts may hand in a company's list.

    A clerk may, for a proved company with which the caller has seen dealings.

    Raises: Refused.
    """
    if "clerk" not in work.actor.roles:
        may_act(work, employer_id)
    elif not queries.company(work.session, employer_id).proved:
        raise Refused("employer.unproved")


def drop_roster(work: Work, employer_id: UUID, draft_id: UUID) -> None:
    """Throw a list away; what it said is gone at once.

    Raises: NotFound; Refused once it is taken over.
    """
    row = _locked(work, employer_id, draft_id)
    if row.taken_at is not None:
        raise Refused("roster.over")
    _empty(row, work.now)


def take_roster(work: Work, employer_id: UUID, draft_id: UUID, *, site: str) -> int:
    """Invite everybody of a list that is not known yet; say how many. Again: as many.

    Raises: NotFound; Refused (roster.bad_rows, roster.over).
    """
    may_import(work, employer_id)
    # One list of a company after the other: two that name one person invite once.
    lock_company(work, employer_id)
    draft = _locked(work, employer_id, draft_id)
    if draft.taken_at is not None:
        return draft.rows - draft.known
    if draft.sealed is None or draft.made_at + DRAFT_LIFE <= work.now:
        raise Refused("roster.over")
    if draft.bad:
        raise Refused("roster.bad_rows", count=draft.bad)
    fresh = _unknown(work, draft)
    draft.known, draft.taken_at = draft.rows - len(fresh), work.now
    draft.sealed = draft.wrapped = None
    _invite(work, draft, fresh, site)
    return len(fresh)


def _unknown(work: Work, draft: RosterDraft) -> list[RosterRow]:
    """Look once more who is known: somebody else may have invited meanwhile."""
    rows = rows_of(draft)
    entries = known_people(
        work.session, draft.employer_id, [one.checked for one in rows]
    )
    return [row for row, entry in zip(rows, entries, strict=True) if not entry.known]


def _invite(
    work: Work, draft: RosterDraft, rows: Sequence[RosterRow], site: str
) -> None:
    named = [(new_id(), row, row.checked.entry.contact) for row in rows]
    places = {link_id: place for link_id, _row, place in named if place is not None}
    indexes = {one: reaching.contact_index(place) for one, place in places.items()}
    links = [
        _link(work, draft, link_id, row, places[link_id])
        | {"contact_index": indexes[link_id]}
        for link_id, row, _place in named
    ]
    if links:
        work.session.execute(insert(EmployerLink), links)
        work.session.execute(
            insert(RosterEntry),
            [_entry(draft.id, link_id, row) for link_id, row, _place in named],
        )
    keep_addresses(work, places)
    company = queries.company(work.session, draft.employer_id).name
    told = tell(work, indexes, Inviter(company, site))
    digest = hashlib.sha256("".join(sorted(map(str, places))).encode()).hexdigest()
    evidence.note(
        work,
        company_stream(draft.employer_id),
        "roster.taken",
        draft=str(draft.id),
        invited=len(links),
        told=told,
        links_sha256=digest,
    )


def _link(
    work: Work, draft: RosterDraft, link_id: UUID, row: RosterRow, place: Identifier
) -> dict[str, object]:
    phone = place.kind is IdentifierKind.PHONE
    masked = (pii.mask_phone if phone else pii.mask_email)(place.value)
    return {
        "id": link_id,
        "employer_id": draft.employer_id,
        "person_id": None,
        "asked_by": Side.EMPLOYER,
        "asked_account": work.actor.account_id,
        "asked_at": work.now,
        "shown": masked[:60],
        "called": row.name[:60],
        "sent_at": work.now,
        "employer_agreed_at": work.now,
        "reason": "",
    }


def _entry(draft_id: UUID, link_id: UUID, row: RosterRow) -> dict[str, object]:
    number = row.checked.entry.id_number
    return {
        "link_id": link_id,
        "draft_id": draft_id,
        "n": row.n,
        "id_index": pii.blind_index("id_number", number) if number else None,
        "specialties": [one.value for one in row.checked.specialties],
    }


def _locked(work: Work, employer_id: UUID, draft_id: UUID) -> RosterDraft:
    row = work.session.scalar(
        select(RosterDraft)
        .where(
            RosterDraft.id == draft_id,
            RosterDraft.employer_id == employer_id,
            RosterDraft.made_by == work.actor.account_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("roster.unknown")
    return row


def _empty(row: RosterDraft, now: datetime) -> None:
    row.sealed = row.wrapped = None
    row.dropped_at = now


def forget_old(work: Work) -> int:
    """Empty lists that nobody confirmed, and forget addresses that nobody answered.

    Units: how many of both.
    """
    lists = work.session.execute(
        update(RosterDraft)
        .where(
            RosterDraft.sealed.is_not(None),
            RosterDraft.made_at <= work.now - DRAFT_LIFE,
        )
        .values(sealed=None, wrapped=None, dropped_at=work.now)
    )
    addresses = work.session.execute(
        delete(LinkAddress).where(LinkAddress.kept_at <= work.now - ADDRESS_LIFE)
    )
    return int(lists.rowcount) + int(addresses.rowcount)  # type: ignore[attr-defined]  # a DELETE has a count
