"""Films are what their bytes say, and stay where only the house finds them."""

from __future__ import annotations

import io
import struct
import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest

from lms.gateways.media import DiskStore
from lms.jobs.demo import content
from lms.kernel.errors import NotFound, Refused


@pytest.fixture
def store(tmp_path: Path) -> DiskStore:
    return DiskStore(tmp_path / "media")


def made(tmp_path: Path, name: str, *how: str) -> bytes:
    """Have ffmpeg make three seconds of grey."""
    target = tmp_path / name
    subprocess.run(
        (
            imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-f", "lavfi",
            "-i", "color=gray:s=64x64:d=3:r=5", *how, str(target),
        ),
        check=True,
    )  # fmt: skip
    return target.read_bytes()


def test_a_film_is_kept_whole_and_its_length_is_read(store: DiskStore) -> None:
    body = content.film_path("film-11").read_bytes()

    kept = store.put(io.BytesIO(body))
    assert (kept.codec, kept.duration_seconds, kept.size) == ("h264", 48, len(body))
    assert store.path(kept.key).read_bytes() == body
    assert kept.key != store.put(io.BytesIO(body)).key


def test_webm_is_a_film_too(store: DiskStore, tmp_path: Path) -> None:
    body = made(tmp_path, "a.webm", "-c:v", "libvpx-vp9")

    kept = store.put(io.BytesIO(body))
    assert (kept.codec, kept.duration_seconds) == ("vp9", 3)
    assert kept.key.endswith(".webm")


def test_a_head_that_claims_hours_earns_none(store: DiskStore, tmp_path: Path) -> None:
    """WebM tells its length in a number of its head, and nothing holds it to that."""
    body = bytearray(made(tmp_path, "a.webm", "-c:v", "libvpx-vp9"))
    place = body.index(b"\x44\x89\x88") + 3
    assert struct.unpack(">d", body[place : place + 8]) == (3000.0,)
    body[place : place + 8] = struct.pack(">d", 9_000_000.0)

    assert store.put(io.BytesIO(bytes(body))).duration_seconds <= 4


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"MZ\x90\x00" * 99, id="a program"),
        pytest.param(b"<html><script>1</script>", id="a page"),
        pytest.param(b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd", id="a playlist"),
        pytest.param(b"\x00\x00\x00\x18ftypmp42" + bytes(999), id="a head alone"),
        pytest.param(b"\x1a\x45\xdf\xa3" + bytes(999), id="another head alone"),
    ],
)
def test_what_is_no_film_leaves_nothing_behind(
    store: DiskStore, tmp_path: Path, body: bytes
) -> None:
    with pytest.raises(Refused, match=r"media\.not_a_film"):
        store.put(io.BytesIO(body))
    assert not list((tmp_path / "media").iterdir())


def test_sound_alone_and_old_codecs_are_refused(
    store: DiskStore, tmp_path: Path
) -> None:
    old = made(tmp_path, "old.mp4", "-c:v", "mpeg4")
    with pytest.raises(Refused, match=r"media\.codec"):
        store.put(io.BytesIO(old))
    sound = tmp_path / "sound.mp4"
    subprocess.run(
        (
            imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-f", "lavfi",
            "-i", "sine=d=2", str(sound),
        ),
        check=True,
    )  # fmt: skip
    with pytest.raises(Refused, match=r"media\.not_a_film"):
        store.put(io.BytesIO(sound.read_bytes()))
    assert not list((tmp_path / "media").iterdir())


@pytest.mark.parametrize(
    "key",
    ["../secrets.json", "a.mp4", f"{'0' * 32}.mp4", f"{'0' * 32}.mp4\n", "", "/etc"],
)
def test_only_keys_of_the_house_find_a_file(store: DiskStore, key: str) -> None:
    with pytest.raises(NotFound, match=r"media\.unknown"):
        store.path(key)
    store.drop(key)


def test_a_dropped_film_is_gone(store: DiskStore) -> None:
    kept = store.put(io.BytesIO(content.film_path("film-11").read_bytes()))
    store.drop(kept.key)
    store.drop(kept.key)
    with pytest.raises(NotFound):
        store.path(kept.key)
