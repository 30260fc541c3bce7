"""The book of raw beats on a disk."""

from pathlib import Path
from shutil import rmtree

from lms.gateways.beats import BeatFiles


def test_a_line_is_kept_though_its_folder_was_removed_meanwhile(tmp_path: Path) -> None:
    book = BeatFiles(tmp_path)
    book.write("one")
    (day,) = tmp_path.iterdir()
    rmtree(day)

    book.write("two")

    (file,) = tmp_path.glob("*/*.jsonl")
    assert file.read_text() == "two\n"
