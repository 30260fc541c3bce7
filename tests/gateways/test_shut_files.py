"""A shut file reads from anywhere, and not at all once a byte differs."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest

from lms.gateways.shut_files import PIECE, ShutReader, ShutWriter
from lms.kernel import pii

SIZES = (1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7)


def written(path: Path, data: bytes) -> bytes:
    """Write by uneven helpings; give the key."""
    key, dice = pii.new_key(), random.Random(1)
    with path.open("wb") as raw:
        out = ShutWriter(raw, key)
        rest = data
        while rest:
            most = dice.randrange(1, 50_000)
            out.write(rest[:most])
            rest = rest[most:]
        out.end()
    assert out.size == len(data)
    return key


def content(size: int) -> bytes:
    return random.Random(size).randbytes(size)


@pytest.mark.parametrize("size", SIZES)
def test_it_reads_as_it_was_written(tmp_path: Path, size: int) -> None:
    data, path = content(size), tmp_path / "a"
    key = written(path, data)

    with ShutReader(path, key, size) as file:
        assert io.BufferedReader(file).read() == data


def test_it_reads_from_anywhere(tmp_path: Path) -> None:
    data, path = content(3 * PIECE + 7), tmp_path / "a"
    key, dice = written(path, data), random.Random(2)

    with ShutReader(path, key, len(data)) as file:
        whole = io.BufferedReader(file)
        for _turn in range(50):
            place, most = dice.randrange(len(data)), dice.randrange(1, 2 * PIECE)
            whole.seek(place)
            assert whole.read(most) == data[place : place + most]
        assert whole.seek(-5, io.SEEK_END) == len(data) - 5


def test_nothing_of_it_can_be_read_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "a"
    written(path, b"name and number " * 9000)

    assert b"name" not in path.read_bytes()


@pytest.mark.parametrize("place", [0, PIECE, PIECE + 20, 2 * PIECE + 40])
def test_a_changed_byte_shuts_it(tmp_path: Path, place: int) -> None:
    data, path = content(2 * PIECE + 100), tmp_path / "a"
    key = written(path, data)
    raw = bytearray(path.read_bytes())
    raw[place] ^= 1
    path.write_bytes(raw)

    with ShutReader(path, key, len(data)) as file, pytest.raises(pii.SealBroken):
        io.BufferedReader(file).read()


def test_pieces_that_were_cut_off_or_swapped_shut_it(tmp_path: Path) -> None:
    data, path = content(3 * PIECE), tmp_path / "a"
    key, piece = written(path, data), PIECE + 16
    raw = path.read_bytes()

    path.write_bytes(raw[: 2 * piece])
    with ShutReader(path, key, 2 * PIECE) as file, pytest.raises(pii.SealBroken):
        io.BufferedReader(file).read()
    path.write_bytes(raw[piece : 2 * piece] + raw[:piece] + raw[2 * piece :])
    with ShutReader(path, key, len(data)) as file, pytest.raises(pii.SealBroken):
        file.read(1)
