"""What compares a disk with its copy sees every byte, though it skips the holes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.medium import alike

SIZE = 64 * 2**20


@pytest.fixture
def images(tmp_path: Path) -> tuple[Path, Path]:
    """Two images of one content: the second holds zeros where the first has a hole."""
    one, other = tmp_path / "one.img", tmp_path / "other.img"
    for image in (one, other):
        with image.open("wb") as file:
            file.truncate(SIZE)
            file.seek(5 * 2**20 + 123)
            file.write(b"something")
    write(other, 40 * 2**20, bytes(4096))
    return one, other


def write(image: Path, at: int, data: bytes) -> None:
    with image.open("r+b") as file:
        file.seek(at)
        file.write(data)


def test_a_hole_is_as_good_as_zeros(images: tuple[Path, Path]) -> None:
    assert alike(*images)


@pytest.mark.parametrize("at", [0, 5 * 2**20 + 124, 40 * 2**20 + 9, SIZE - 1, SIZE])
@pytest.mark.parametrize("which", [0, 1])
def test_one_byte_more_tells_two_images_apart(
    images: tuple[Path, Path], which: int, at: int
) -> None:
    write(images[which], at, b"\1")

    assert not alike(*images)
