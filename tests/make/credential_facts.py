"""Facts of certificates and keys that sign their credentials, for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lms.credentials.rules import Anchor, Facts, HoursRow, PrintedRegistration, Term
from lms.credentials.rules.files import Trust
from lms.kernel.credit import Credit
from lms.policy.model import Province, Specialty
from lms.signing import rules as signing
from lms.signing.rules import Key, PublishedKey, Purpose, Standing

BASE = "https://jxjy.example.org.cn"
OWNER = signing.association(UUID("5f1c0b6a-ee2f-4e0c-9c0a-8b8e1d2c3b4a"))
OFFICE = signing.office(Province.INNER_MONGOLIA)

# Good for long: others' verifiers look at the machine's clock.
FACTS = Facts(
    number="BTJX-JXJY-2026-0000149-7",
    token="8F3KQ7ZD2M6X00000000000001",
    name="欧阳建国",
    sex="male",
    id_masked="1502**********0010",
    employer="内蒙古“示例”建设集团有限责任公司",
    registration_no="蒙2152022202320004",
    hours=(HoursRow(Specialty.BUILDING, True, Credit(6000), Credit(6150)),),
    score=92,
    passed_on=date(2026, 11, 20),
    period_from=date(2024, 3, 1),
    period_until=date(2099, 2, 28),
    issuer="包头建筑业协会（演示）",
    issued_on=date(2026, 11, 21),
    anchor=Anchor(1268, "0123456789abcdef", date(2026, 11, 20)),
)
TWO = replace(
    FACTS,
    name='买买提·"a\\b" 𬀩',
    hours=(
        HoursRow(Specialty.BUILDING, True, Credit(6000), Credit(6000)),
        HoursRow(Specialty.MECHANICAL, False, Credit(3000), Credit(3000)),
    ),
    anchor=None,
)
REGISTRATION = PrintedRegistration(
    number="蒙2152021202600001-002",
    token="8F3KQ7ZD2M6X00000000000002",
    registration_no="蒙2152021202600001",
    licence_id="1.2.156.3005.2.11100000000013338W001.11150000MB0000000X.5F.001.Q",
    province=Province.INNER_MONGOLIA,
    name="欧阳建国",
    sex="male",
    employer="内蒙古示例建设集团有限责任公司",
    terms=(
        Term(Specialty.BUILDING, date(2026, 11, 21), date(2099, 11, 20)),
        Term(Specialty.MUNICIPAL, date(2026, 11, 21), date(2098, 11, 20)),
    ),
    issuer="内蒙古自治区住房和城乡建设厅（演示）",
    issued_on=date(2026, 11, 21),
    signed_on=None,
    signed=True,
)
UNDATED = replace(REGISTRATION, terms=(Term(Specialty.BUILDING, None, None),))
OF_OLD = replace(REGISTRATION, number="蒙建215-001", registration_no="蒙建215")


def key(owner: str = OWNER, seed: bytes = b"a") -> Key:
    """A key of credentials, drawn from a seed."""
    secret = (seed * 32)[:32]
    private = Ed25519PrivateKey.from_private_bytes(secret)
    return Key(
        kid=f"ed-{seed.hex()}",
        purpose=Purpose.CREDENTIAL,
        owner=owner,
        public=private.public_key().public_bytes_raw(),
        chain=(),
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        valid_until=datetime(2029, 1, 1, tzinfo=UTC),
        secret=secret,
    )


def published(one: Key, standing: Standing = Standing.ACTIVE) -> PublishedKey:
    """The public half, as anybody may fetch it."""
    return PublishedKey(
        kid=one.kid,
        purpose=one.purpose,
        owner=one.owner,
        owner_name=FACTS.issuer,
        public=one.public,
        chain=(),
        valid_from=one.valid_from,
        valid_until=one.valid_until,
        standing=standing,
    )


def trust(*keys: Key, standing: Standing = Standing.ACTIVE) -> Trust:
    return Trust({one.kid: published(one, standing) for one in keys})
