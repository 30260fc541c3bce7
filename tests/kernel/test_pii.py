"""Sealed values open in their own place, for their own person, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kernel import pii
from lms.kernel.pii import Keyring, SealBroken


@pytest.fixture(autouse=True)
def ring() -> None:
    pii.install(Keyring(master=b"m" * 32, pepper=b"p" * 32))


def test_what_is_sealed_opens_where_it_was_sealed() -> None:
    key = pii.new_key()
    sealed = pii.seal(key, "150203196103150010", "persons|id_number|1")

    assert pii.unseal(key, sealed, "persons|id_number|1") == b"150203196103150010"
    assert b"150203196103150010" not in sealed


@pytest.mark.parametrize(
    "place", ["persons|id_number|2", "persons|birth_date|1", "accounts|id_number|1"]
)
def test_a_value_moved_to_another_place_does_not_open(place: str) -> None:
    key = pii.new_key()
    sealed = pii.seal(key, "150203196103150010", "persons|id_number|1")

    with pytest.raises(SealBroken):
        pii.unseal(key, sealed, place)


def test_another_persons_key_opens_nothing() -> None:
    sealed = pii.seal(pii.new_key(), "x", "a|b|c")

    with pytest.raises(SealBroken):
        pii.unseal(pii.new_key(), sealed, "a|b|c")


def test_a_wrapped_key_serves_its_owner_alone() -> None:
    key = pii.new_key()
    wrapped = pii.wrap(key, "one")

    assert pii.unwrap(wrapped, "one") == key
    with pytest.raises(SealBroken):
        pii.unwrap(wrapped, "two")


@given(st.binary(max_size=200), st.data())
def test_one_changed_byte_breaks_the_seal(value: bytes, data: st.DataObject) -> None:
    pii.install(Keyring(master=b"m" * 32, pepper=b"p" * 32))
    key = pii.new_key()
    sealed = bytearray(pii.seal(key, value, "a|b|c"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))

    with pytest.raises(SealBroken):
        pii.unseal(key, bytes(sealed), "a|b|c")


def test_the_blind_index_finds_but_does_not_tell() -> None:
    found = pii.blind_index("id_number", " 15020319600901001x")

    assert found == pii.blind_index("id_number", "15020319600901001X")
    assert found != pii.blind_index("phone", "15020319600901001X")
    assert len(found) == 32
    pii.install(Keyring(master=b"m" * 32, pepper=b"q" * 32))
    assert found != pii.blind_index("id_number", "15020319600901001X")


@pytest.mark.parametrize(
    ("shown", "wanted"),
    [
        (pii.mask_id("150203196103150010"), "1502**********0010"),
        (pii.mask_phone("13800000001"), "138****0001"),
        (pii.mask_email("learner@demo.example"), "l***@demo.example"),
        (pii.mask_name("欧阳建国"), "欧*"),
    ],
)
def test_masks_show_little(shown: str, wanted: str) -> None:
    assert shown == wanted
