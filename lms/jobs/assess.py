"""The operator asks what the API asks: `flask --app app assess FILE.json`."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

Answer = Callable[[bytes], str]
"""Turns the text of one request, or of a list of them, into the text of the answer."""


def run(path: Path, answer: Answer, *, out: TextIO = sys.stdout) -> None:
    """Answer a file of questions, `-` for standard input. Nothing is stored."""
    asked = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    out.write(answer(asked) + "\n")
