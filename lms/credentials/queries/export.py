"""A registration certificate as signed data, for other departments.

Source: GB/T 36903 to 36906 (a licence's metadata and their sharing);
内建行函〔2022〕508号 二(一): 配合推进电子证照跨地区、跨部门共享.
"""

import base64
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.credentials.models import RegistrationCertificate, RegistrationStanding
from lms.credentials.queries.registered import (
    RegistrationCertificateCard,
    card_of,
    drawn,
)
from lms.evidence.ports import Sealer
from lms.evidence.rules import canonical
from lms.kernel.clock import legal_day
from lms.policy.model import Province

FORM = "registration-certificate/1"
LIST_FORM = "registration-certificates/1"
"""Each begins what is signed, so that no such signature is good for anything else."""


def licence_data(card: RegistrationCertificateCard) -> dict[str, Any]:
    """Give what the licence says of itself: published facts, dates and standing."""
    facts = card.facts
    return {
        "licence_id": facts.licence_id,
        "kind": "中华人民共和国二级建造师注册证书",
        "number": facts.number,
        "registration_no": facts.registration_no,
        "version": card.version,
        "holder": {"name": facts.name, "sex": facts.sex},
        "employer": facts.employer,
        "specialties": [
            {
                "code": term.specialty.value,
                "valid_from": term.valid_from and term.valid_from.isoformat(),
                "valid_until": term.valid_until and term.valid_until.isoformat(),
            }
            for term in facts.terms
        ],
        "issuer": facts.issuer,
        "issuer_code": facts.licence_id.split(".")[-4],
        "issued_on": facts.issued_on.isoformat(),
        "state": card.state.value,
        "state_since": card.effective_on.isoformat(),
        "state_recorded_on": legal_day(card.changed_at).isoformat(),
        "file_sha256": card.file_sha256,
    }


def signed_export(card: RegistrationCertificateCard, sealer: Sealer) -> str:
    """Write a licence's data with the house's signature, as one JSON text.

    What is signed is `form`, a line end, and `data` as canonical JSON.
    """
    return _signed(FORM, licence_data(card), sealer)


def changed_since(
    session: Session, province: Province, since: datetime
) -> tuple[RegistrationCertificateCard, ...]:
    """List a province's certificates that were issued or changed from an instant on."""
    changed = select(RegistrationStanding.certificate_id).where(
        RegistrationStanding.changed_at >= since
    )
    rows = session.execute(
        drawn()
        .where(
            RegistrationCertificate.province == province,
            RegistrationCertificate.id.in_(changed),
        )
        .order_by(RegistrationStanding.changed_at, RegistrationCertificate.id)
    )
    return tuple(card_of(row) for row in rows)


def signed_list(
    province: Province,
    cards: Iterable[RegistrationCertificateCard],
    spans: tuple[datetime, datetime],
    sealer: Sealer,
) -> str:
    """Write many licences' data under one signature; `spans` from when until when."""
    data = {
        "province": province.value,
        "since": spans[0].isoformat(),
        "until": spans[1].isoformat(),
        "licences": [licence_data(card) for card in cards],
    }
    return _signed(LIST_FORM, data, sealer)


def _signed(form: str, data: dict[str, Any], sealer: Sealer) -> str:
    signature = sealer.sign(signed_bytes(data, form))
    whole = {
        "form": form,
        "data": data,
        "key": sealer.key.text,
        "signature": base64.b64encode(signature).decode(),
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def signed_bytes(data: dict[str, Any], form: str = FORM) -> bytes:
    """Give the bytes under the signature."""
    return f"{form}\n{canonical(data)}".encode()
