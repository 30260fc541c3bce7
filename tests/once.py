"""What a run makes once for all of its workers, in the folder that they share."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache


def compile_templates(app: Flask, factory: pytest.TempPathFactory) -> None:
    """Let the first worker that shows a page translate its templates for the others."""
    folder = run_folder(factory) / "templates"
    folder.mkdir(exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(folder))


def run_folder(factory: pytest.TempPathFactory) -> Path:
    """Give the folder that all workers of a run have in common, and no other run."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextmanager
def held(folder: Path) -> Iterator[Path]:
    """Have a folder to oneself; others wait."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
