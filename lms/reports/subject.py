"""Everything that the house holds about one person, for that person.

Rows come out of the tables as they are, but what is sealed is opened or left out, and
what is a secret of the house (tokens, hashes, keys of questions) never leaves.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, Table, select
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.accounts.queries import merging
from lms.accounts.queries.keys import accounts_of
from lms.commerce.queries import invoices
from lms.commerce.queries.wishes import KIND as WISH
from lms.credentials import queries as credentials
from lms.evidence import queries as evidence
from lms.kernel.db import Table as Base
from lms.kernel.errors import NotFound
from lms.kernel.ids import AccountId, PersonId
from lms.legacy.queries import records as legacy
from lms.people import queries as people
from lms.people.queries import naming
from lms.people.rules import PaperKind, Side
from lms.registration.queries import applications, audit_papers, audits, dossier
from lms.threads import queries as threads

OF_PERSON = (
    "applications", "archive_files", "attempts", "audit_cases",
    "cart_items", "carts", "class_choices", "class_places", "class_waits",
    "coupon_uses",
    "certificate_grants", "certificate_print_queue", "certificate_sealing_queue",
    "certificate_shares", "certificate_standings", "certificate_uses",
    "certificates", "claims",
    "corrections", "credit_records", "employer_links", "employments",
    "ended_specialties", "enrolments", "exam_times", "exam_unlocks", "hours_entries",
    "invoices", "issue_batch_lines", "learners", "leases", "legacy_people",
    "legacy_withdrawn",
    "looks", "nudges", "number_cases", "orders", "paper_copies",
    "person_files",
    "practice_records", "presence_checks", "presence_pictures", "qualifications",
    "registered_specialties", "registration_certificates", "registration_standings",
    "registration_bars", "registrations", "reminders", "revocation_effects",
    "seat_steps", "seats",
    "standings", "study_heads",
    "study_proofs", "threads", "use_copies",
)  # fmt: skip
OF_ACCOUNT = (
    "announcement_receipts", "consents", "counter_slips", "employer_agents",
    "employer_proofs", "grants", "known_devices", "message_refusals", "sessions",
    "staff_invitations",
)  # fmt: skip
UNDER: Mapping[str, tuple[str, str]] = {
    "order_lines": ("order_id", "orders"),
    "order_states": ("order_id", "orders"),
    "payment_attempts": ("order_id", "orders"),
    "payments": ("order_id", "orders"),
    "refunds": ("order_id", "orders"),
    "transfers": ("order_id", "orders"),
    "invoice_files": ("invoice_id", "invoices"),
    "invoice_orders": ("invoice_id", "invoices"),
    "invoice_reds": ("invoice_id", "invoices"),
    "application_commitments": ("application_id", "applications"),
    "application_events": ("application_id", "applications"),
    "application_materials": ("application_id", "applications"),
    "audit_deliveries": ("case_id", "audit_cases"),
    "studies": ("enrolment_id", "enrolments"),
    "claim_files": ("claim_id", "claims"),
    "thread_files": ("thread_id", "threads"),
    "certificate_files": ("certificate_id", "certificates"),
    "certificate_openings": ("grant_id", "certificate_grants"),
    "certificate_share_reads": ("share_id", "certificate_shares"),
    "certificate_states": ("certificate_id", "certificates"),
    "registration_files": ("certificate_id", "registration_certificates"),
    "registration_states": ("certificate_id", "registration_certificates"),
    "roster_entries": ("link_id", "employer_links"),
    "legacy_hours": ("record_id", "legacy_people"),
    "legacy_certificates": ("record_id", "legacy_people"),
}
WITHHELD: Mapping[str, str] = {
    "accounts": "opened under `contact`",
    "persons": "opened under `identity`",
    "person_keys": "a key that only opens; what it opens is in the file",
    "recovery_codes": "secrets of signing in",
    "totp_factors": "secrets of signing in",
    "verification_codes": "secrets of signing in, gone within a day",
    "evidence_lines": "given whole, by stream, under `evidence`",
    "audit_draws": "how many were drawn and by whom; one's own is in `audit_cases`",
    "inspection_samples": "who is drawn is not warned; what was found is in `evidence`",
    "inspection_findings": "the words of an inspector; the line is in `evidence`",
    "question_imports": "questions of the bank; who brought them is in `evidence`",
    "signing_key_lines": "acts upon an association's keys, which are nobody's data",
    "exam_answers": "what was chosen is in `attempts`, the mark in `evidence`; which "
    "answers were right would tell the keys",
    "thread_messages": "opened under `questions`; what the staff noted for themselves "
    "is theirs, and that they did stands in `evidence`",
    "thread_holders": "which colleagues had a matter; that they took it or were handed "
    "it stands in `evidence`",
    "account_pairs": "guesses of the house about two persons; that staff saw they are "
    "two stands in `evidence`",
    "approval_decisions": "the words of staff, given with the person's own claims",
}
"""Tables that name persons or accounts and are given otherwise, or not at all."""

_SECRET = frozenset({"password_hash", "nonce", "answer", "paper", "cookie"})


def everything(
    session: Session, account_id: AccountId, person_id: PersonId, on: date
) -> dict[str, bytes]:
    """Gather a person's data. Shape: names of files to their contents.

    PII: all of it, opened.
    """
    persons = merging.all_of(session, person_id)
    owned = tuple(accounts_of(session, persons).values())
    rows = {
        **{name: _rows(session, name, "person_id", persons) for name in OF_PERSON},
        **{name: _rows(session, name, "account_id", owned) for name in OF_ACCOUNT},
        **{name: _under(session, name, persons) for name in UNDER},
    }
    rows["outbox"] = _sent(session, account_id)
    rows["members"] = _memberships(session, persons)
    rows["refund_wishes"] = _wished(session, person_id)
    told = {
        "contact": _contact(session, account_id),
        "identity": _identity(session, person_id),
        "said_in_checks": _said(session, person_id),
        "invoiced_to": _titles(session, person_id),
        "questions": _questions(session, person_id),
        "old_platforms": legacy.told_of(session, person_id),
        "records": {name: found for name, found in rows.items() if found},
        "evidence": [
            {"at": line.at, "kind": line.kind, "facts": json.loads(line.facts)}
            for stream in (
                *(f"person:{one}" for one in persons),
                *(f"account:{one}" for one in owned),
            )
            for line in evidence.whole(session, stream)
        ],
    }
    text = json.dumps(told, ensure_ascii=False, indent=1, default=_plain)
    return {"data.json": text.encode(), **_files(session, person_id, on)}


def _sent(session: Session, account_id: AccountId) -> list[dict[str, Any]]:
    """Give what was sent to the account; the words of codes are long forgotten."""
    table = Base.metadata.tables["outbox"]
    return _select(session, table, table.c["to_account"] == account_id)


def _memberships(session: Session, persons: Collection[UUID]) -> list[dict[str, Any]]:
    """Give what associations noted under the person's own ID number."""
    table = Base.metadata.tables["members"]
    indexes = {naming.number_index(session, one) for one in persons} - {None}
    return _select(session, table, table.c["id_index"].in_(indexes))


def _wished(session: Session, person_id: PersonId) -> list[dict[str, Any]]:
    """Give what the person asked to have back, and why; the orders stand beside."""
    table = Base.metadata.tables["approvals"]
    own = (table.c["kind"] == WISH) & (table.c["asked_person_id"] == person_id)
    return _select(session, table, own)


def _said(session: Session, person_id: PersonId) -> list[dict[str, object]]:
    """Give what the person has said in checks, opened; a company's word is its own."""
    return [
        {"id": one.id, "at": one.at, "words": one.words}
        for card in audits.of_person(session, person_id)
        for one in audit_papers.deliveries(session, card)
        if one.side is Side.PERSON and one.words
    ]


def _questions(session: Session, person_id: PersonId) -> list[dict[str, object]]:
    """Give what the person asked associations, and what they answered, opened."""
    return [
        {
            "number": card.number,
            "subject": card.subject,
            "said": [
                {
                    "at": one.at,
                    "by": one.side,
                    "words": one.body,
                    "interim": one.interim,
                }
                for one in card.said
            ],
        }
        for card in threads.of_person(session, person_id)
    ]


def _titles(session: Session, person_id: PersonId) -> list[dict[str, object]]:
    """Give what stands on the person's invoices, opened."""
    return [
        {"serial": card.serial, **asdict(card.title)}
        for card in invoices.invoices(session, person_id)
    ]


def _rows(
    session: Session, name: str, column: str, values: Collection[UUID]
) -> list[dict[str, Any]]:
    table = Base.metadata.tables[name]
    return _select(session, table, table.c[column].in_(values))


def _under(
    session: Session, name: str, persons: Collection[UUID]
) -> list[dict[str, Any]]:
    """Give the rows that hang on a row of the person's."""
    column, parent = UNDER[name]
    table, above = Base.metadata.tables[name], Base.metadata.tables[parent]
    mine = select(above.c.id).where(above.c.person_id.in_(persons))
    return _select(session, table, table.c[column].in_(mine))


def _select(
    session: Session, table: Table, condition: ColumnElement[bool]
) -> list[dict[str, Any]]:
    shown = [
        column
        for column in table.columns
        if not isinstance(column.type, LargeBinary) and column.name not in _SECRET
    ]
    order = list(table.primary_key.columns)
    found = session.execute(select(*shown).where(condition).order_by(*order))
    return [dict(row) for row in found.mappings()]


def _contact(session: Session, account_id: AccountId) -> dict[str, object]:
    card = accounts.contact(session, account_id)
    return {"phone": card.phone, "email": card.email, "language": card.locale}


def _identity(session: Session, person_id: PersonId) -> dict[str, object]:
    try:
        profile = people.profile(session, person_id)
    except NotFound:
        return {}
    try:
        number: str | None = people.open_id_number(session, person_id)
    except NotFound:
        number = None
    return {
        "name": profile.name,
        "id_number": number,
        "sex": profile.sex,
        "born_on": people.born_on(session, person_id),
        "locked_at": profile.locked_at,
    }


def _files(session: Session, person_id: PersonId, on: date) -> dict[str, bytes]:
    """Give pictures and certificates as they are kept."""
    files = {}
    for kind in PaperKind:
        try:
            body = people.picture(session, person_id, kind)
        except NotFound:
            continue
        tail = "png" if body.startswith(b"\x89PNG") else "jpg"
        files[f"pictures/{kind.value}.{tail}"] = body
    for held in credentials.holdings(session, person_id, on):
        for form in credentials.forms(session, held):
            name = f"certificates/{held.card.facts.number}.{form.kind.value}"
            files[name] = credentials.open_form(session, held, form.kind)
    files.update(_archive(session, person_id))
    files.update(_materials(session, person_id))
    files.update(_invoices(session, person_id))
    files.update(_attached(session, person_id))
    return files


def _attached(session: Session, person_id: PersonId) -> dict[str, bytes]:
    """Give what the person attached to questions and complaints."""
    found = {}
    for card in threads.of_person(session, person_id):
        for file in (file for one in card.said for file in one.files):
            media, body = threads.open_file(session, card, file.id)
            tail = media.rpartition("/")[2]
            found[f"questions/{card.number}/{file.id}.{tail}"] = body
    return found


def _archive(session: Session, person_id: PersonId) -> dict[str, bytes]:
    """Give the papers that the person keeps for a later check."""
    shelf = people.Shelf(Side.PERSON, person_id)
    found = {}
    for card in people.archive(session, shelf):
        tail = card.media.rpartition("/")[2]
        name = f"archive/{card.period.since}/{card.kind.value}-{card.id}.{tail}"
        found[name] = people.open_file(session, shelf, card.id).body
    return found


def _materials(session: Session, person_id: PersonId) -> dict[str, bytes]:
    """Give what was handed in with the person's applications, every version kept."""
    found = {}
    for card in applications.all_of_person(session, person_id):
        for one in dossier.history(session, card.id, person_id):
            if one.kept:
                tail = one.media.rpartition("/")[2]
                name = f"applications/{card.number}/{one.kind}-{one.version}.{tail}"
                found[name] = dossier.opened(session, person_id, one)
    return found


def _invoices(session: Session, person_id: PersonId) -> dict[str, bytes]:
    """Give the invoices as the tax system made them."""
    found = {}
    for card in invoices.invoices(session, person_id):
        for one in card.files:
            form, body = invoices.file(session, card, one.id)
            found[f"invoices/{card.serial}-{one.id}.{form.value}"] = body
    return found


def _plain(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return repr(value)
