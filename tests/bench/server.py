"""A real server under measurement: one granian worker, and the CPU that it used."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import psutil

from tests.engines import free_port

ROOT = Path(__file__).parents[2]


@dataclass
class Server:
    """A running server. Units: CPU in milliseconds, of it and of all its children."""

    port: int
    process: subprocess.Popen[bytes]
    database: psutil.Process | None = None

    def cpu_ms(self) -> float:
        family = [psutil.Process(self.process.pid)]
        family += family[0].children(recursive=True)
        if self.database:
            family += [self.database, *self.database.children(recursive=True)]
        return sum(1000 * (t.user + t.system) for t in map(_times, family))

    def pss_mib(self) -> float:
        family = [psutil.Process(self.process.pid)]
        family += family[0].children(recursive=True)
        return sum(p.memory_full_info().pss for p in family) / 2**20

    def connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=30)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(15)


def _times(process: psutil.Process) -> psutil._common.pcputimes:
    times = process.cpu_times()
    # What ended children used is counted to their parent; the family keeps its total.
    return type(times)(
        times.user + times.children_user,
        times.system + times.children_system,
        0.0,
        0.0,
        0.0,
    )


def start(target: str, env: dict[str, str] | None = None) -> Server:
    """Serve a WSGI target and wait until it answers."""
    port = free_port()
    command = (
        sys.executable, "-m", "granian", "--interface", "wsgi", target,
        "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
        "--blocking-threads", "2", "--no-ws", "--log-level", "error",
    )  # fmt: skip
    full = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {}), "PORT": str(port)}
    process = subprocess.Popen(
        command, cwd=ROOT, env=full, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    server = Server(port, process)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            connection = server.connect()
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return server
    server.stop()
    raise RuntimeError(f"{target} did not start")
