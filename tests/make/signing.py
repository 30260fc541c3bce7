"""Keys for tests: whole rings, made as a demonstration makes them."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from lms.credentials.rules.files import Seals
from lms.gateways.signing import x509
from lms.gateways.signing.keys import HouseKeyMaker, pem
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from lms.signing import queries
from lms.signing import services as signing
from lms.signing.models import SigningKey
from lms.signing.ports import MadeKey, Subject, Upload
from lms.signing.rules import Key, Owner, Purpose, Ring, Standing, association, kid_of
from lms.signing.services import Answer, Brought, Wish
from tests.make import claims

SINCE = datetime(2020, 1, 1, tzinfo=UTC)
YES, NO = Answer(True, "已核对"), Answer(False, "来源不明，不同意")
WHY = "年度更换密钥"
FONTS = Path(tempfile.gettempdir()) / "xueshi-test-fonts"


@lru_cache(maxsize=1)
def maker() -> HouseKeyMaker:
    """The house's own maker; its fonts are unpacked once for all runs."""
    return HouseKeyMaker(FONTS)


def ring(work: Work, owner: str, name: str = "示例自治区建筑业协会") -> Ring:
    """All three keys of an owner, good from 2020 to 2031."""
    return signing.equip(work, maker(), owner, name, SINCE, demonstration=True)


def owner(here: AssociationId, *, demonstration: bool = False) -> Owner:
    """An association as the owner of keys, looked after by its managers."""
    return Owner(
        association(here),
        "示例自治区建筑业协会",
        association_id=here,
        demonstration=demonstration,
    )


def manager(work: Work, here: AssociationId) -> Work:
    """The same work in the hands of one more manager."""
    return claims.staff(work, "manager", here)


def operator(work: Work) -> Work:
    """The same work in the hands of one more operator of the platform."""
    return claims.operator(work)


def brought(
    work: Work, purpose: Purpose, *, until: datetime | None = None
) -> tuple[Upload, MadeKey]:
    """A key that another authority certified, as files of a manager."""
    other = maker().found(work.now, demonstration=True)
    subject = Subject(
        "association:elsewhere",
        "示例自治区建筑业协会",
        work.now - timedelta(days=1),
        until or work.now + timedelta(days=365),
    )
    made = maker().make(purpose, subject, other)
    if purpose is Purpose.CREDENTIAL:
        return Upload(key=made.secret.hex().encode()), made
    key = pem("PRIVATE KEY", made.secret)
    chain = b"".join(pem("CERTIFICATE", one) for one in made.chain)
    return Upload(key=key, certificates=chain), made


def certified(work: Work, whose: Owner, kid: str) -> Brought:
    """The certificates that another authority gave for a key of an owner."""
    (row,) = work.session.scalars(select(SigningKey).where(SigningKey.kid == kid))
    key = queries.lent(row)
    other = maker().found(work.now, demonstration=True)
    subject = Subject(
        whose.key, whose.name, work.now - timedelta(days=1), SINCE + timedelta(3000)
    )
    leaf = x509.leaf(x509.private_of(key.secret), subject, other.document)
    chain = pem("CERTIFICATE", leaf) + pem("CERTIFICATE", other.document.certificate)
    return Brought(key.purpose, Upload(certificates=chain), "机构颁发了证书")


def asked(work: Work, mine: Owner, purpose: Purpose = Purpose.DOCUMENT) -> UUID:
    assert mine.association_id is not None
    one = manager(work, AssociationId(mine.association_id))
    return signing.generate(one, mine, Wish(purpose, WHY))


def said(work: Work, mine: Owner, question: UUID, answer: Answer = YES) -> object:
    assert mine.association_id is not None
    other = manager(work, AssociationId(mine.association_id))
    return signing.decide(other, maker(), mine, question, answer)


def settled(work: Work, mine: Owner, *purposes: Purpose) -> None:
    for purpose in purposes or tuple(Purpose):
        said(work, mine, asked(work, mine, purpose))


def in_use(work: Work, mine: Owner, purpose: Purpose = Purpose.DOCUMENT) -> str:
    found = [
        card.published
        for card in queries.keys_of(work.session, mine.key)
        if card.published.purpose is purpose
        and card.published.standing is Standing.ACTIVE
    ]
    assert len(found) == 1
    return found[0].kid


@lru_cache(maxsize=8)
def loose(whose: str = "association:tests") -> Ring:
    """A ring that lies in no database."""
    by = maker().found(SINCE, demonstration=True)
    subject = Subject(
        whose, "示例自治区建筑业协会", SINCE, SINCE + timedelta(days=4000)
    )
    keys = {one: maker().make(one, subject, by) for one in Purpose}
    return Ring(
        whose,
        *(
            Key(
                kid=kid_of(keys[one].public),
                purpose=one,
                owner=whose,
                public=keys[one].public,
                chain=keys[one].chain,
                valid_from=keys[one].valid_from,
                valid_until=keys[one].valid_until,
                material=keys[one].material,
                secret=keys[one].secret,
            )
            for one in (Purpose.DOCUMENT, Purpose.SEAL, Purpose.CREDENTIAL)
        ),
    )


def seals(at: datetime = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)) -> Seals:
    """Seal with a ring that lies in no database."""
    return Seals(at, loose)
