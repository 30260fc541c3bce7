"""A person's film: measured by what was drawn of it, kept small and clean."""

from __future__ import annotations

import io
import subprocess
import tempfile
from pathlib import Path

import imageio_ffmpeg
import pytest

from lms.gateways import clips
from lms.gateways.clips import LocalFilmRoom
from lms.kernel.errors import Refused


def film(
    folder: Path, seconds: float, *, sound: str = "sine", kind: str = "mp4"
) -> bytes:
    place = folder / f"film.{kind}"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error"]
    command += ["-f", "lavfi", "-i", f"testsrc=d={seconds}:s=320x240:r=10"]
    if sound:
        command += ["-f", "lavfi", "-i", f"{sound}=d={seconds}", "-shortest"]
    subprocess.run([*command, str(place)], check=True)
    return place.read_bytes()


@pytest.mark.parametrize("kind", ["mp4", "mov", "webm"])
def test_what_phones_record_is_taken_and_becomes_one_small_kind(
    tmp_path: Path, kind: str
) -> None:
    clip = LocalFilmRoom().clip(io.BytesIO(film(tmp_path, 5, kind=kind)))
    assert (clip.millis, clip.has_sound) == (5000, True)
    assert clip.mp4[4:8] == b"ftyp"


@pytest.mark.parametrize("sound", ["", "anullsrc"])
def test_a_film_without_a_sound_or_with_silence_is_not_heard(
    tmp_path: Path, sound: str
) -> None:
    clip = LocalFilmRoom().clip(io.BytesIO(film(tmp_path, 5, sound=sound)))
    assert not clip.has_sound


def test_what_hangs_on_a_film_does_not_come_along(tmp_path: Path) -> None:
    raw = film(tmp_path, 1) + b"PK\x03\x04<script>alert(1)</script>"
    assert b"<script>" not in LocalFilmRoom().clip(io.BytesIO(raw)).mp4


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xd8\xff" + b"0" * 99,
        b"\0\0\0\x18ftypmp42" + b"\0" * 5000,
        b"\x1a\x45\xdf\xa3" + b"\0" * 5000,
        b"#EXTM3U\nfile:///etc/passwd",
    ],
)
def test_what_is_no_film_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused, match=r"dossier\.not_a_film"):
        LocalFilmRoom().clip(io.BytesIO(raw))


def test_an_empty_file_is_told_to_be_empty() -> None:
    with pytest.raises(Refused, match=r"upload\.empty"):
        LocalFilmRoom().clip(io.BytesIO(b""))


def test_a_torn_film_is_refused(tmp_path: Path) -> None:
    raw = film(tmp_path, 5)
    with pytest.raises(Refused, match=r"dossier\.(not_a_film|film_unreadable)"):
        LocalFilmRoom().clip(io.BytesIO(raw[: len(raw) // 2]))


def test_a_sound_alone_is_no_film(tmp_path: Path) -> None:
    place = tmp_path / "sound.m4a"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error"]
    command += ["-f", "lavfi", "-i", "sine=d=6", str(place)]
    subprocess.run(command, check=True)
    with pytest.raises(Refused, match=r"dossier\.not_a_film"):
        LocalFilmRoom().clip(io.BytesIO(place.read_bytes()))


def test_a_film_is_bounded_in_bytes_and_seconds_and_leaves_nothing_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    raw = film(tmp_path, 4)
    monkeypatch.setattr(clips, "SECONDS", 2)
    with pytest.raises(Refused, match=r"dossier\.film_long"):
        LocalFilmRoom().clip(io.BytesIO(raw))
    monkeypatch.setattr(clips, "UPLOAD_BYTES", 1000)
    with pytest.raises(Refused, match=r"dossier\.film_too_big"):
        LocalFilmRoom().clip(io.BytesIO(raw))
    assert not list((tmp_path / "temp").iterdir())
