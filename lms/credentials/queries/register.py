"""The public register: who is registered, with which number, where, until when.

Published facts alone: no birth date, no ID number, no picture.

Source: 重庆市二级建造师电子注册证书样式和使用规则 二(三)1: 注册人员信息查询.
"""

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from lms.credentials.models import RegistrationCertificate, RegistrationStanding
from lms.credentials.queries.registered import (
    RegistrationCertificateCard,
    card_of,
    drawn,
)
from lms.credentials.rules import (
    RegistrationState,
    Term,
    Verdict,
    read_certificate_number,
    read_registration_no,
)
from lms.kernel.pii import mask_name
from lms.policy.model import Province

ROWS = 20
FARTHEST = 50
"""Pages; who wants the whole register asks the authority."""


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One line of the public register. The name is masked unless it was asked for."""

    verdict: Verdict
    name: str
    registration_no: str
    province: Province
    employer: str
    terms: tuple[Term, ...]
    issuer: str
    issued_on: date
    changed_on: date


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """A page of the register. Units: `number` from 1."""

    rows: tuple[RegisterRow, ...]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """Count the pages."""
        return min(FARTHEST, max(1, -(-self.total // ROWS)))


def public_register(
    session: Session, asked: str, on: date, *, page: int = 1
) -> RegisterPage:
    """Search by a whole name, a whole registration number or a whole employer's name.

    Nothing is found by a part of one: this is for checking, not for collecting. By
    number also what is void is told, by its newest certificate; else who is in the
    register now.
    """
    words = re.sub(r"\s", "", asked)
    one = read_certificate_number(words)
    number = one[0] if one else read_registration_no(words)
    if number is not None:
        return _by_number(session, number, on)
    page = min(max(1, page), FARTHEST)
    if len(words) < 2:  # noqa: PLR2004 - no name is shorter
        return RegisterPage((), 0, 1)
    now = (
        (RegistrationCertificate.name == words)
        | (RegistrationCertificate.employer == words),
        RegistrationStanding.state == RegistrationState.VALID,
    )
    total = session.scalar(_counted(*now)) or 0
    rows = session.execute(
        drawn()
        .where(*now)
        .order_by(RegistrationCertificate.registration_no)
        .limit(ROWS)
        .offset((page - 1) * ROWS)
    )
    found = tuple(_row(card_of(row), on, asked=words) for row in rows)
    return RegisterPage(found, total, page)


def _counted(*where: ColumnElement[bool]) -> Select[int]:
    return (
        select(func.count())
        .select_from(RegistrationCertificate)
        .join(
            RegistrationStanding,
            RegistrationStanding.certificate_id == RegistrationCertificate.id,
        )
        .where(*where)
    )


def _by_number(session: Session, number: str, on: date) -> RegisterPage:
    row = session.execute(
        drawn()
        .where(RegistrationCertificate.registration_no == number)
        .order_by(RegistrationCertificate.version.desc())
        .limit(1)
    ).first()
    if row is None:
        return RegisterPage((), 0, 1)
    return RegisterPage((_row(card_of(row), on),), 1, 1)


def _row(card: RegistrationCertificateCard, on: date, asked: str = "") -> RegisterRow:
    facts = card.facts
    return RegisterRow(
        verdict=card.worth(on),
        name=facts.name if facts.name == asked else mask_name(facts.name),
        registration_no=facts.registration_no,
        province=facts.province,
        employer=facts.employer,
        terms=facts.terms,
        issuer=facts.issuer,
        issued_on=facts.issued_on,
        changed_on=card.effective_on,
    )
