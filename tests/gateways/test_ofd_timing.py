"""A timestamp over a seal, with a real authority beside: an OFD outlasts its key."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from lms.credentials.rules.files import Trust
from lms.gateways.ofd import ses
from lms.gateways.ofd.archive import Package
from lms.gateways.ofd.parts import package, stored
from lms.gateways.ofd.reading import read
from lms.gateways.ofd.seal import VALUE
from lms.gateways.signing import der
from lms.gateways.stamping import TimeAuthority
from lms.kernel.errors import Refused, Unavailable
from lms.signing.rules import PublishedKey, Standing
from tests.gateways.ofd import ground
from tests.gateways.ofd.judging import finding
from tests.make import pki, stamps
from tests.make.stamps import Office

NOW = ground.AT


@pytest.fixture
def office() -> Iterator[Office]:
    with stamps.office() as made:
        made.tells = NOW
        yield made


def authority(office: Office) -> TimeAuthority:
    return TimeAuthority(office.url, (stamps.root().der,))


def trusting(key: PublishedKey | None = None) -> Trust:
    one = key or ground.published(ground.key())
    return Trust({one.kid: one}, (stamps.root().der,))


@pytest.fixture
def made(office: Office) -> bytes:
    return authority(office).seal(ground.issued(), NOW)


def test_nothing_of_the_file_changes_but_the_signatures_own_entry(made: bytes) -> None:
    before, after = Package(ground.issued()), Package(made)

    assert list(before.parts) == list(after.parts)
    changed = [name for name in before.parts if before.parts[name] != after.parts[name]]
    assert changed == [VALUE]
    was, now = ses.parse(before.content(VALUE)), ses.parse(after.content(VALUE))
    assert replace(now, stamp=None) == was
    assert now.stamp


def test_it_proves_everything_and_when(made: bytes) -> None:
    told = read(made, trusting())

    assert told.sound
    held = {one.code: one.holds for one in told.findings}
    assert held == dict.fromkeys(
        ("ofd.seal", "ofd.covered", "key.ours", "key.live", "time.stamp"), True
    )
    facts = finding(told, "time.stamp").facts
    assert datetime.fromisoformat(facts["at"]) == NOW.replace(microsecond=0)
    assert "Clerk" in facts["by"]


def test_a_stamp_before_the_key_was_lost_saves_what_it_sealed(made: bytes) -> None:
    def broken(at: datetime) -> PublishedKey:
        one = ground.published(ground.key())
        return replace(one, standing=Standing.COMPROMISED, broken_at=at)

    day = timedelta(days=1)
    assert read(made, trusting(broken(NOW + day))).sound
    assert not read(made, trusting(broken(NOW - day))).sound
    assert not read(ground.issued(), trusting(broken(NOW + day))).sound


def test_an_authority_that_nobody_here_believes_proves_no_time(made: bytes) -> None:
    bare = Trust(trusting().keys)

    told = read(made, bare)

    assert told.sound
    assert finding(told, "time.stamp").holds is None


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not here")
def test_openssl_believes_the_token_over_the_signatures_value(
    made: bytes, tmp_path: Path
) -> None:
    value = ses.parse(Package(made).content(VALUE))
    assert value.stamp
    files = {"token": value.stamp, "data": value.signature, "other": b"another"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "ca.pem").write_bytes(stamps.root().own.public_bytes(Encoding.PEM))

    def judged(data: str) -> int:
        command = (
            "openssl", "ts", "-verify", "-in", "token", "-token_in",
            "-data", data, "-CAfile", "ca.pem",
        )  # fmt: skip
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
        return done.returncode

    assert judged("data") == 0
    assert judged("other") != 0


def test_a_token_over_another_seal_does_not_count(made: bytes, office: Office) -> None:
    other = authority(office).seal(ground.registered(), NOW)
    token = ses.parse(Package(other).content(VALUE)).stamp or b""

    told = read(_with(made, token), trusting())

    assert finding(told, "time.stamp").holds is False
    assert not told.sound


@pytest.mark.parametrize(
    "token", [b"", b"\x30", b"\x30\x03\x02\x01\x01", b"x" * 70_000]
)
def test_what_is_no_token_breaks_nothing(made: bytes, token: bytes) -> None:
    assert not read(_with(made, token), trusting()).sound


def _with(data: bytes, token: bytes) -> bytes:
    opened = Package(data)
    parts = der.one(opened.content(VALUE)).items()[:4]
    over = der.explicit(0, der.bits(token))
    value = der.sequence(*(part.whole for part in parts), over)
    return package(
        stored(VALUE, value) if part.name == VALUE else part
        for part in opened.parts.values()
    )


def test_no_changed_byte_before_the_token_is_overlooked(made: bytes) -> None:
    value = Package(made).content(VALUE)
    start = made.index(value)
    stamp = ses.parse(value).stamp or b""
    token = range(made.index(stamp, start), made.index(stamp, start) + len(stamp))
    dice = random.Random(9)
    for _ in range(400):
        place = dice.randrange(len(made))
        if place in token:
            continue
        changed = bytearray(made)
        changed[place] ^= 1 << dice.randrange(8)
        assert not read(bytes(changed), trusting()).sound, place


def test_a_broken_time_or_imprint_in_the_token_is_noticed(made: bytes) -> None:
    value = ses.parse(Package(made).content(VALUE))
    assert value.stamp
    said = NOW.strftime("%Y%m%d%H%M%SZ").encode()
    at = made.index(said, made.index(value.stamp))
    changed = made[:at] + b"2025" + made[at + 4 :]

    assert not read(changed, trusting()).sound


def test_a_file_without_a_seal_or_with_a_stamp_is_refused(
    made: bytes, office: Office
) -> None:
    bare = ground.printer().print(ground.layer(), ground.variable(), ground.about())
    asked = office.asked
    for data in (bare, made, b"no package"):
        with pytest.raises(Refused, match=r"stamping\.unsigned"):
            authority(office).seal(data, NOW)
    assert office.asked == asked


@pytest.mark.parametrize("fault", ["broken", "garbles", "stranger", "late"])
def test_an_authority_out_of_order_gives_no_stamp(office: Office, fault: str) -> None:
    if fault == "stranger":
        office.by = pki.Authority("Some Other Root")
    elif fault == "late":
        office.tells = NOW + timedelta(hours=2)
    else:
        setattr(office, fault, True)

    with pytest.raises(Unavailable):
        authority(office).seal(ground.issued(), NOW)
