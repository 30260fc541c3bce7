"""Makers: an application in its applicant's hands, and papers ready to be handed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from lms.kernel.clock import legal_day
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.policy.flow import Case, MaterialKind, Party, Path
from lms.policy.model import Application, Province, Specialty
from lms.registration import services as desk
from lms.registration.queries import applications
from lms.registration.queries import dossier as queries
from lms.registration.rules.dossier import FILMS, Given
from lms.registration.services import dossier as services
from lms.registration.services.dossier import Ready
from lms.registration.services.opening import Asked


def application(
    work: Work,
    person_id: PersonId,
    *,
    province: Province = Province.SHANDONG,
    kind: Application = Application.RENEWAL,
    path: Path = Path.ORDINARY,
    cases: frozenset[Case] = frozenset(),
    by: Party = Party.PERSON,
    **over: Any,
) -> UUID:
    """An application that was just begun."""
    asked = Asked(
        person_id=person_id,
        province=province,
        application=kind,
        path=path,
        specialties=(Specialty.BUILDING,),
        cases=cases,
        **over,
    )
    return desk.open_application(work, asked, by)


def ready(kind: MaterialKind, *, body: bytes = b"%PDF-1.4 paper", **over: Any) -> Ready:
    """A material as the gateways would have made it."""
    media = "video/mp4" if kind in FILMS else "application/pdf"
    told: dict[str, Any] = {
        "name": f"{kind}.pdf",
        "media": media,
        "body": body,
        "sent_sha256": b"\1" * 32,
        "pages": None if kind in FILMS else 2,
        "millis": 6000 if kind in FILMS else None,
        "given": Given(),
    }
    return Ready(kind, **{**told, **over})


WHOLE = Given(
    open_ended=True,
    insurance_months=6,
    hand_signed=True,
    sealed=True,
    practice_sealed=True,
)
"""Said of any paper, this satisfies the checks that days do not decide."""


def fill(work: Work, application_id: UUID, by: Party = Party.PERSON) -> None:
    """Hand in all that an application asks of somebody, so that nothing is wrong."""
    today = legal_day(work.now)
    card = applications.application(work.session, application_id)
    left = date(today.year, today.month, 1) - timedelta(days=20)
    given = replace(
        WHOLE,
        contract_from=left + timedelta(days=10),
        dismissed_on=left,
        insured_until=today,
    )
    found = queries.dossier(work.session, card, today)
    for row in found.rows:
        if row.done or row.material.by not in {by, Party.PERSON}:
            continue
        services.hand_in(
            work, application_id, ready(row.material.kind, given=given), by
        )
