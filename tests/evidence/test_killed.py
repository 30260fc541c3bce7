"""kill -9 while sealing: a sealing is whole or absent, and the next one goes on.

On SQLite alone: the transaction is the same on a server, which outlives its clients.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import Result

from lms.assembly import assemble
from lms.evidence.rules.notes import notes_in
from lms.kernel.db import db
from lms.kernel.settings import from_env

ROOT = Path(__file__).parents[2]
KILLED = 137


def at(folder: Path) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LMS_")}
    return {**clean, "LMS_DATA_DIR": str(folder), "LMS_DEMO": "1"}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house with an empty book, as the command leaves it."""
    folder = tmp_path_factory.mktemp("fresh")
    assert flask(at(folder), "migrate").returncode == 0
    return folder


@pytest.fixture
def env(fresh: Path, tmp_path: Path) -> dict[str, str]:
    shutil.copytree(fresh, tmp_path, dirs_exist_ok=True)
    return at(tmp_path)


def flask(
    env: dict[str, str], *words: str, point: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "flask", "--app", "app", *words),
        cwd=ROOT,
        env={**env, "LMS_FAILPOINT": point},
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def begun_again(env: dict[str, str]) -> Iterator[Callable[[str], Result]]:
    """Build the house anew over what the killed one left, and hand on its commands."""
    app = assemble(from_env(env), limits=False)
    runner = app.test_cli_runner()
    with app.app_context():
        yield lambda command: runner.invoke(args=["evidence", command])
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(
    ("point", "stays"), [("evidence.sealed:1", False), ("work.after_commit:1", True)]
)
def test_a_killed_sealing_is_whole_or_absent(
    env: dict[str, str], point: str, stays: bool
) -> None:
    """The first sealing of an empty book: the line of its key, and a checkpoint."""
    assert flask(env, "evidence", "seal", point=point).returncode == KILLED
    with begun_again(env) as evidence:
        kept, told = evidence("checkpoint"), evidence("verify")
        after = evidence("seal").output

    assert (kept.exit_code == 0) is stays
    assert told.exit_code == 0, told.output
    assert ("Nothing is new" in after) is stays
    assert stays or notes_in(after)[0].checkpoint.size == 1
