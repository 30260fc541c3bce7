"""The house as a person starts it: `python -m lms.jobs.serve`, on an empty folder."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_START_SECONDS = 180
_STOP_SECONDS = 30
_OURS = ("LMS_", "DATABASE_URL", "PORT", "PROMETHEUS_", "WEB_", "HOST")


@dataclass(frozen=True)
class RunningHouse:
    url: str
    env: dict[str, str]
    log: Path

    def backstage(self, *command: str) -> Any:
        """Do what no page may, with the house's own services: see backstage.py."""
        done = subprocess.run(
            (sys.executable, "-m", "tests.journeys.backstage", *command),
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def faults(self) -> list[str]:
        """Find what the log holds against the house: bugs, policy reports."""
        return [
            line
            for line in self.log.read_text("utf-8").splitlines()
            if '"rule": "/csp-reports"' in line or '"level": "error"' in line
        ]


@contextmanager
def running(folder: Path) -> Iterator[RunningHouse]:
    port = _free_pair()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(_OURS)}
    env = {
        **kept,
        "LMS_DATA_DIR": str(folder / "var"),
        "LMS_DEMO": "1",
        "PORT": str(port),
    }
    house = RunningHouse(f"http://127.0.0.1:{port}", env, folder / "house.log")
    with house.log.open("wb") as log:
        process = subprocess.Popen(
            (sys.executable, "-m", "lms.jobs.serve"),
            env=env,
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _await_ready(house, process)
        yield house
    finally:
        _stop(process)


def _free_pair() -> int:
    """Find a port that is free together with the next, where the stand-in will be."""
    while True:
        with closing(socket.socket()) as first, closing(socket.socket()) as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def _await_ready(house: RunningHouse, process: subprocess.Popen[bytes]) -> None:
    for _try in range(_START_SECONDS * 4):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{house.url}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            threading.Event().wait(0.25)
    raise RuntimeError(f"the house did not start:\n{house.log.read_text('utf-8')}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(_STOP_SECONDS)
