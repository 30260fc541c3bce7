"""Recordings, known by their bytes; and the old system's locks."""

from __future__ import annotations

import csv
import io
import math
import struct
import wave
from pathlib import Path

import pytest

from lms.gateways.locks import FileLocks, scrypt
from lms.gateways.recordings import LocalRecordings, form_of
from lms.kernel.errors import Refused, Unavailable
from lms.people.ports import LockFacts


def tone(seconds: int = 3) -> bytes:
    """A short tone, as a recorder writes it."""
    held = io.BytesIO()
    with wave.open(held, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        frames = (
            struct.pack("<h", int(9000 * math.sin(i / 9)))
            for i in range(8000 * seconds)
        )
        out.writeframes(b"".join(frames))
    return held.getvalue()


def test_a_sound_says_how_long_it_is() -> None:
    found = LocalRecordings().recording(tone(3))

    assert (found.media, found.seconds, found.has_sound) == ("audio/wav", 3, True)


@pytest.mark.parametrize(
    "upload",
    [b"", b"%PDF-1.7 paper", b"MZ" + b"\0" * 64, b"\xff\xd8\xff picture", b"GIF89a"],
)
def test_what_is_no_recording_is_refused(upload: bytes) -> None:
    with pytest.raises(Refused, match=r"recording\.format"):
        LocalRecordings().recording(upload)


@pytest.mark.parametrize(
    "upload", [b"RIFF\0\0\0\0WAVEbroken", b"ID3" + b"\0" * 200, b"OggS" + b"x" * 300]
)
def test_a_broken_recording_is_refused(upload: bytes) -> None:
    with pytest.raises(Refused, match=r"recording\.unreadable"):
        LocalRecordings().recording(upload)


def test_the_name_of_a_file_says_nothing() -> None:
    assert form_of(b"\xff\xd8\xff\xe0 a picture called film.mp4") is None


def test_a_film_is_told_from_a_sound() -> None:
    film = next(Path("lms/jobs/demo/films").glob("*.mp4"), None)
    if film is None:
        pytest.skip("no film lies beside the house")

    found = LocalRecordings().recording(film.read_bytes())

    assert found.media == "video/mp4"
    assert found.seconds > 0


@pytest.fixture
def listed(tmp_path: Path) -> FileLocks:
    """One lock of the old system, as it was exported."""
    file = tmp_path / "locks.csv"
    salt = b"salted"
    with file.open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened).writerow(
            ["LOCK-1", "91150203MA0N00000G", salt.hex(), scrypt("口令", salt).hex()]
        )
    return FileLocks(file)


def test_a_lock_names_its_company(listed: FileLocks) -> None:
    assert listed.connected
    assert listed.read(" LOCK-1 ", "口令") == LockFacts("91150203MA0N00000G")


@pytest.mark.parametrize(("lock", "secret"), [("LOCK-1", "错"), ("LOCK-2", "口令")])
def test_a_wrong_secret_and_an_unknown_lock_look_alike(
    listed: FileLocks, lock: str, secret: str
) -> None:
    assert listed.read(lock, secret) is None


def test_without_the_list_the_old_system_cannot_be_asked(tmp_path: Path) -> None:
    locks = FileLocks(tmp_path / "locks.csv")

    assert not locks.connected
    with pytest.raises(Unavailable, match=r"lock\.not_connected"):
        locks.read("LOCK-1", "口令")
