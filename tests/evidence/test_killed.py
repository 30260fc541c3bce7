"""kill -9 while sealing: a sealing is whole or absent, and the next one goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lms.evidence.rules.notes import notes_in

ROOT = Path(__file__).parents[2]
KILLED = 137


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    if os.environ.get("LMS_TEST_ENGINE") == "postgresql":
        pytest.skip("the transaction is the same; the server is everybody's")
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LMS_")}
    found = {**clean, "LMS_DATA_DIR": str(tmp_path), "LMS_DEMO": "1"}
    assert flask(found, "migrate").returncode == 0
    return found


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


@pytest.mark.parametrize(
    ("point", "stays"), [("evidence.sealed:1", False), ("work.after_commit:1", True)]
)
def test_a_killed_sealing_is_whole_or_absent(
    env: dict[str, str], point: str, stays: bool
) -> None:
    """The first sealing of an empty book: the line of its key, and a checkpoint."""
    assert flask(env, "evidence", "seal", point=point).returncode == KILLED
    kept = flask(env, "evidence", "checkpoint")
    told = flask(env, "evidence", "verify")

    assert (kept.returncode == 0) is stays
    assert told.returncode == 0, told.stdout
    after = flask(env, "evidence", "seal").stdout
    assert ("Nothing is new" in after) is stays
    assert stays or notes_in(after)[0].checkpoint.size == 1
