"""A real server under measurement: one granian worker, and the CPU that it used.

It starts as `make run` starts it: built once, frozen, then forked.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import psutil
import psycopg

from lms.jobs.serve import _PRELOADED
from tests.engines import free_port

ROOT = Path(__file__).parents[2]


@dataclass
class Server:
    """A running server. Units: CPU in milliseconds, of it and of the database."""

    port: int
    process: subprocess.Popen[bytes]
    database: psutil.Process | None = None

    def cpu_ms(self) -> float:
        """Add up what every process of the family used until now."""
        total = 0.0
        for process in self._family():
            times = process.cpu_times()
            total += 1000 * (times.user + times.system)
        return total

    def _family(self) -> list[psutil.Process]:
        mine = psutil.Process(self.process.pid)
        family = [mine, *mine.children(recursive=True)]
        if self.database:
            family += [self.database, *self.database.children()]
        return family

    def pss_mib(self) -> float:
        """Add up the memory of the server's own processes, shared parts shared."""
        mine = psutil.Process(self.process.pid)
        family = [mine, *mine.children(recursive=True)]
        return sum(p.memory_full_info().pss for p in family) / 2**20

    def connect(self) -> HTTPConnection:
        """Open a connection that is kept."""
        return HTTPConnection("127.0.0.1", self.port, timeout=30)

    def stop(self) -> None:
        """End the server."""
        self.process.terminate()
        self.process.wait(15)


def start(
    target: str, env: dict[str, str] | None = None, *, workers: int = 1
) -> Server:
    """Serve a WSGI target and wait until it answers."""
    port = free_port()
    ours = target == "app:app"
    command = (
        sys.executable, *(("-c", _PRELOADED) if ours else ("-m", "granian")),
        "--interface", "wsgi", target,
        "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers),
        "--blocking-threads", "2", "--no-ws", "--log-level", "error",
    )  # fmt: skip
    full = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        **(env or {}),
        "PORT": str(port),
    }
    if "LMS_DATA_DIR" in full:
        metrics = Path(full["LMS_DATA_DIR"]) / "metrics"
        metrics.mkdir(exist_ok=True)
        full["PROMETHEUS_MULTIPROC_DIR"] = str(metrics)
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=full,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = Server(port, process, _postmaster((env or {}).get("DATABASE_URL")))
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            connection = server.connect()
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            connection.close()
            return server
    server.stop()
    raise RuntimeError(f"{target} did not start")


def _postmaster(url: str | None) -> psutil.Process | None:
    """Find the database server at an address, and no other on this machine."""
    if url is None:
        return None
    with psycopg.connect(url) as connection:
        return psutil.Process(connection.info.backend_pid).parent()
