"""What a file proves, and that nothing else passes for it."""

from __future__ import annotations

import base64
import random
import re
import struct
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lms.credentials.rules.files import FileKind
from lms.gateways.ofd import seal, ses, writer
from lms.gateways.ofd.archive import Package
from lms.gateways.ofd.parts import DEFLATED, Part, deflated, package, stored
from lms.gateways.ofd.reading import read
from lms.gateways.ofd.seal import Sealing
from lms.gateways.signing import der, sm2
from lms.signing.rules import Purpose, Standing
from tests.gateways.ofd import ground
from tests.gateways.ofd.judging import finding, parts, repacked, seen, why

SIGN = "Doc_0/Signs/Sign_0"
PAGE = "Doc_0/Pages/Page_0/Content.xml"
FLIPS = 1000


# -- what holds ---------------------------------------------------------------------


def test_a_file_of_ours_proves_itself() -> None:
    reading = seen(ground.issued())

    assert reading.kind is FileKind.OFD
    assert reading.sound
    held = {one.code: one.holds for one in reading.findings}
    assert held == dict.fromkeys(
        ("ofd.seal", "ofd.covered", "key.ours", "key.live"), True
    ) | {"time.stamp": None}
    assert reading.number == ground.FACTS.number
    assert reading.code == ground.FACTS.token
    assert reading.kid == ground.key().kid
    assert reading.said == {"姓名": "欧阳𬀩", "专业": "建筑工程"}
    facts = finding(reading, "ofd.seal").facts
    assert datetime.fromisoformat(facts["at"]) == ground.AT
    assert ground.ISSUER in facts["seal"]


def test_a_registration_certificate_proves_itself() -> None:
    assert seen(ground.registered()).sound


def test_a_file_without_a_seal_proves_nothing() -> None:
    bare = ground.printer().print(ground.layer(), ground.variable(), ground.about())

    reading = seen(bare)

    assert finding(reading, "ofd.seal").holds is None
    assert not reading.sound
    assert reading.number == ground.FACTS.number


def test_a_stranger_s_seal_is_no_seal_of_ours() -> None:
    reading = seen(ground.certificate(one=ground.key("某某协会")))

    assert finding(reading, "ofd.seal").holds
    assert finding(reading, "key.ours").holds is False
    assert reading.kid == ""
    assert not reading.sound


def test_a_key_of_another_purpose_seals_nothing() -> None:
    other = replace(ground.published(ground.key()), purpose=Purpose.DOCUMENT)

    reading = read(ground.issued(), ground.trusting(other))

    assert finding(reading, "key.ours").holds is False


@pytest.mark.parametrize("standing", list(Standing))
def test_a_compromised_key_does_not_live_and_a_retired_one_does(
    standing: Standing,
) -> None:
    mine = replace(ground.published(ground.key()), standing=standing)

    reading = read(ground.issued(), ground.trusting(mine))

    assert finding(reading, "key.live").holds is (standing != Standing.COMPROMISED)
    assert finding(reading, "ofd.seal").holds


@pytest.mark.parametrize(
    ("after", "lives"), [(timedelta(days=-2), False), (timedelta(0), True)]
)
def test_a_key_that_was_retired_seals_nothing_after_that_day(
    after: timedelta, lives: bool
) -> None:
    mine = replace(
        ground.published(ground.key()),
        standing=Standing.RETIRED,
        changed_at=ground.AT + after,
    )

    reading = read(ground.issued(), ground.trusting(mine))

    assert finding(reading, "key.live").holds is lives


def test_a_seal_set_outside_its_time_does_not_hold() -> None:
    late = Sealing(ground.key(), datetime(2031, 1, 1, tzinfo=UTC), ground.seal_box())
    data = ground.printer().print(
        ground.layer(), ground.variable(), ground.about(), late
    )

    assert why(seen(data), "ofd.seal") == "period"


def test_certificates_must_hang_on_the_published_root() -> None:
    """A file's own certificate, but below another root than the one published."""
    mine = ground.key()
    root = _with_point(mine.chain[-1], ground.key("另一协会").public[-64:])
    forged = replace(ground.published(mine), chain=(mine.chain[0], root))

    assert why(read(ground.issued(), ground.trusting(forged)), "ofd.seal") == "chain"


def _with_point(root: bytes, point: bytes) -> bytes:
    """A certificate of the same name with another key."""
    start = root.index(b"\x03\x42\x00\x04") + 4
    return root[:start] + point + root[start + 64 :]


# -- one byte -----------------------------------------------------------------------


def test_no_flipped_bit_leaves_a_file_sound() -> None:
    _flip(FLIPS, 1)


@pytest.mark.long
def test_ten_thousand_flipped_bits_leave_no_file_sound() -> None:
    _flip(10_000, 2)


def _flip(times: int, seed: int) -> None:
    """Flip one bit anywhere in the file, each time in a fresh copy."""
    dice, data = random.Random(seed), ground.issued()
    for _ in range(times):
        place = dice.randrange(len(data))
        changed = bytearray(data)
        changed[place] ^= 1 << dice.randrange(8)
        assert not seen(bytes(changed)).sound, place


def test_no_flipped_bit_of_a_head_or_of_the_listing_leaves_it_sound() -> None:
    """Names, flags, clocks, sizes: what unpacking programs look past."""
    data = ground.issued()
    spots = [
        at for m in re.finditer(rb"PK\x03\x04", data) for at in _head(data, m.start())
    ]
    spots += range(data.index(b"PK\1\2"), len(data))
    dice = random.Random(7)

    for place in dice.sample(spots, 400):
        changed = bytearray(data)
        changed[place] ^= 1 << dice.randrange(8)
        assert not seen(bytes(changed)).sound, place


def _head(data: bytes, at: int) -> range:
    return range(at, at + 30 + struct.unpack_from("<H", data, at + 26)[0])


def test_the_same_content_pressed_otherwise_is_noticed() -> None:
    """A stream can differ and unpack to the same bytes: digests of contents agree."""

    def press(found: dict[str, Part]) -> None:
        content = zlib.decompress(found[PAGE].packed, -15)
        found[PAGE] = deflated(PAGE, content, level=1)

    changed = repacked(press)

    assert why(seen(changed)) == "packing"


def test_bits_after_the_end_of_a_stream_are_noticed() -> None:
    """The last byte of a pressed entry may hold bits that nobody reads."""
    loose = []
    for name, part in parts().items():
        if part.method != DEFLATED:
            continue
        for bit in range(1, 8):
            tail = part.packed[-1] ^ (0x100 >> bit)
            packed = part.packed[:-1] + bytes((tail,))
            try:
                same = zlib.decompress(packed, -15) == zlib.decompress(part.packed, -15)
            except zlib.error:
                same = False
            if same:
                loose.append((name, packed))
    assert loose

    for name, packed in loose:
        found = parts()
        found[name] = replace(found[name], packed=packed)
        assert why(seen(package(found.values()))) == "packing"


# -- entries ------------------------------------------------------------------------


def test_an_entry_that_was_added_is_not_covered() -> None:
    extra = stored("Doc_0/Extra.xml", b"<x/>")

    def add(found: dict[str, Part]) -> None:
        last = [found.pop(f"{SIGN}/{n}") for n in ("Signature.xml", "SignedValue.dat")]
        found["extra"] = extra
        found.update({part.name: part for part in last})

    reading = seen(repacked(add))

    assert why(reading) == "added"
    assert finding(reading, "ofd.covered").facts["part"] == "Doc_0/Extra.xml"


def test_an_entry_that_was_taken_away_is_missed() -> None:
    assert why(seen(repacked(lambda f: f.pop("Doc_0/Attachs/credential.json")))) == (
        "removed"
    )


def test_a_changed_word_is_found_and_its_entry_named() -> None:
    def change(found: dict[str, Part]) -> None:
        content = zlib.decompress(found[PAGE].packed, -15)
        assert "92 分".encode() in content
        found[PAGE] = deflated(
            PAGE, content.replace("92 分".encode(), "99 分".encode())
        )

    reading = seen(repacked(change))

    assert why(reading) == "changed"
    assert finding(reading, "ofd.covered").facts["part"] == PAGE
    assert finding(reading, "ofd.seal").holds


def test_entries_in_another_order_are_noticed() -> None:
    def move(found: dict[str, Part]) -> None:
        order = sorted(found)
        order = [n for n in order if "Sign_0/Sign" not in n]
        order += [f"{SIGN}/Signature.xml", f"{SIGN}/SignedValue.dat"]
        moved = [found[n] for n in order]
        found.clear()
        found.update({part.name: part for part in moved})
        first = found.pop("OFD.xml")
        rest = dict(found)
        found.clear()
        found.update({"OFD.xml": first, **rest})

    assert why(seen(repacked(move))) == "packing"


def test_a_forger_who_renews_the_digests_still_lacks_the_key() -> None:
    def forge(found: dict[str, Part]) -> None:
        page = zlib.decompress(found[PAGE].packed, -15)
        page = page.replace("92 分".encode(), "99 分".encode())
        changed = deflated(PAGE, page)
        signature = found[f"{SIGN}/Signature.xml"].packed
        old = base64.b64encode(found[PAGE].digest)
        signature = signature.replace(old, base64.b64encode(changed.digest))
        found[PAGE] = changed
        found[f"{SIGN}/Signature.xml"] = stored(f"{SIGN}/Signature.xml", signature)

    assert why(seen(repacked(forge)), "ofd.seal") == "digest"


def test_a_seal_that_was_lent_to_another_key_does_not_hold() -> None:
    """Sealed with a stranger's key, but with our seal in it."""
    ours, theirs = ground.key(), ground.key("某某协会")
    mixed = replace(theirs, material=ours.material)

    reading = seen(ground.certificate(one=mixed))

    assert why(reading, "ofd.seal") == "owner"


def test_a_seal_that_its_maker_did_not_make_does_not_hold() -> None:
    mine = ground.key()
    renamed = mine.material.replace("继续教育".encode(), "继续教肓".encode(), 1)
    assert renamed != mine.material

    reading = seen(ground.certificate(one=replace(mine, material=renamed)))

    assert why(reading, "ofd.seal") == "maker"


def test_what_was_signed_is_this_very_statement() -> None:
    """All as it was, but the signature is one that the key gave for something else."""
    name = f"{SIGN}/SignedValue.dat"
    found = parts()
    value = ses.parse(found[name].packed)
    forged = der.sequence(
        value.tbs,
        der.octets(value.certificate),
        der.oid(sm2.WITH_SM3),
        der.bits(sm2.sign(ground.key(), b"something else")),
    )
    found[name] = stored(name, forged)

    assert why(seen(package(found.values())), "ofd.seal") == "signature"


def test_another_seal_beside_the_one_that_was_signed_is_noticed() -> None:
    """Seal.esl replaced, and the seal set anew by the owner's own key."""
    mine = ground.key()
    written = seal._seal_part
    try:
        seal._seal_part = lambda _: deflated(seal.SEAL, b"another")  # type: ignore[assignment]  # stands in for it
        data = ground.certificate(one=mine)
    finally:
        seal._seal_part = written

    assert why(seen(data), "ofd.seal") == "seal"


def test_a_signature_in_the_place_of_another_s_does_not_hold() -> None:
    """The value of one certificate's seal, put into another's package."""
    name = f"{SIGN}/SignedValue.dat"
    other = Package(ground.certificate("王五")).parts[name]

    assert (
        why(seen(repacked(lambda f: f.update({name: other}))), "ofd.seal") == "digest"
    )


def test_the_names_that_are_found_in_a_broken_file_are_those_that_are_written() -> None:
    assert (writer.NUMBER, writer.CODE) == ("Number", "Code")
