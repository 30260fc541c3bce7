"""Sealed OFD files to look at, made as the house makes them."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from uuid import uuid4

from lms.credentials.rules import (
    Facts,
    HoursRow,
    Likeness,
    PrintedRegistration,
    Term,
    certificate_number,
    licence_id,
    number,
    registration_no,
)
from lms.credentials.rules.designs import DEFAULT
from lms.credentials.rules.files import Trust
from lms.gateways.drawing import diploma, registration
from lms.gateways.drawing.codes import qr_rows
from lms.gateways.drawing.fonts import Fonts
from lms.gateways.drawing.scene import Scene
from lms.gateways.ofd.seal import Sealing
from lms.gateways.ofd.writer import About, Layer, OfdPrinter
from lms.gateways.signing.keys import HouseKeyMaker
from lms.kernel.credit import Credit
from lms.policy.licences import LICENCES
from lms.policy.model import Province, Specialty
from lms.signing.ports import Authority, Subject
from lms.signing.rules import Key, PublishedKey, Purpose, Standing, kid_of
from tests.make import pictures

CACHE = Path(tempfile.gettempdir()) / "xueshi-test-fonts"
"""Fonts are unpacked once for all runs."""

HOST = "https://xueshi.example"
ISSUER = "示例自治区建筑业协会"
AT = datetime(2026, 11, 21, 2, 5, 7, tzinfo=UTC)
SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
ATTACHED = ("credential.json", b'{"type": ["VerifiableCredential"]}\n')

FACTS = Facts(
    number=number("BTJX", 2026, 149),
    token="7K3M9PX2QW8RT4HD",
    name="欧阳𬀩",
    sex="male",
    id_masked="1502**********0010",
    employer="内蒙古示例建设集团有限责任公司",
    registration_no="蒙215020210149",
    hours=(HoursRow(Specialty.BUILDING, True, Credit(6000), Credit(6150)),),
    score=92,
    passed_on=date(2026, 11, 20),
    period_from=date(2024, 1, 1),
    period_until=date(2026, 12, 31),
    issuer=ISSUER,
    issued_on=date(2026, 11, 21),
)


@cache
def fonts() -> Fonts:
    return Fonts(CACHE / "fonts")


@cache
def printer() -> OfdPrinter:
    return OfdPrinter(fonts())


@cache
def maker() -> HouseKeyMaker:
    return HouseKeyMaker(CACHE)


@cache
def authority() -> Authority:
    return maker().found(SINCE, demonstration=False)


@cache
def key(name: str = ISSUER) -> Key:
    subject = Subject(f"association:{uuid4()}", name, SINCE, UNTIL)
    made = maker().make(Purpose.SEAL, subject, authority())
    return Key(
        kid=kid_of(made.public),
        purpose=made.purpose,
        owner=subject.owner,
        public=made.public,
        chain=made.chain,
        valid_from=made.valid_from,
        valid_until=made.valid_until,
        material=made.material,
        secret=made.secret,
    )


def published(one: Key) -> PublishedKey:
    return PublishedKey(
        one.kid, one.purpose, one.owner, ISSUER, one.public, one.chain,
        one.valid_from, one.valid_until, Standing.ACTIVE,
    )  # fmt: skip


def trusting(*keys: PublishedKey) -> Trust:
    return Trust({one.kid: one for one in keys})


@cache
def trust() -> Trust:
    return trusting(published(key()))


# -- certificates -------------------------------------------------------------------


@cache
def static() -> Scene:
    return diploma.static(fonts(), DEFAULT, ISSUER, f"{HOST}/verify")


def variable(facts: Facts = FACTS) -> Scene:
    code = qr_rows(f"{HOST}/v/{facts.token}")
    return diploma.variable(fonts(), DEFAULT, facts, code, pictures.inch_jpeg())


@cache
def layer() -> Layer:
    return printer().encode(static())


def about(facts: Facts = FACTS) -> About:
    return About(
        title=f"继续教育合格证 {facts.number}",
        author=facts.issuer,
        number=facts.number,
        code=facts.token,
        made_on=facts.issued_on,
        link=f"{HOST}/v/{facts.token}",
        said={"姓名": facts.name, "专业": "建筑工程"},
    )


def seal_box() -> tuple[float, float, float, float]:
    x, y = diploma.seal_place(DEFAULT)
    return x - 20.5, y - 20.5, 41, 41


def sealing(one: Key | None = None) -> Sealing:
    return Sealing(one or key(), AT, seal_box())


def certificate(name: str = FACTS.name, one: Key | None = None) -> bytes:
    facts = replace(FACTS, name=name)
    return printer().print(
        layer(), variable(facts), about(facts), sealing(one), ATTACHED
    )


@cache
def issued() -> bytes:
    return certificate()


@cache
def registered() -> bytes:
    """A registration certificate, with a photo and a signature by hand."""
    law = LICENCES[Province.INNER_MONGOLIA]
    mine = registration_no(law, 2021, 2026, 12)
    facts = PrintedRegistration(
        number=certificate_number(mine, 2),
        token="7K3M9PX2QW8RT4HD",
        registration_no=mine,
        licence_id=licence_id(law.issuer_code, uuid4(), 2),
        province=Province.INNER_MONGOLIA,
        name="欧阳建国",
        sex="male",
        employer="内蒙古示例建设集团有限责任公司",
        terms=(Term(Specialty.BUILDING, date(2026, 11, 21), date(2029, 11, 20)),),
        issuer=law.authority,
        issued_on=date(2026, 11, 21),
        signed=True,
        signed_on=date(2026, 11, 20),
    )
    likeness = Likeness(
        date(1985, 7, 4), pictures.inch_jpeg(), pictures.signature_png()
    )
    page = registration.static(fonts(), law, f"{HOST}/verify", specimen=True)
    scene = registration.variable(
        fonts(), facts, likeness, qr_rows(f"{HOST}/v/{facts.token}"), None
    )
    told = replace(about(), number=facts.number, title="二级建造师注册证书")
    box = (130.0, 205.5, 41.0, 41.0)
    return printer().print(printer().encode(page), scene, told, Sealing(key(), AT, box))
