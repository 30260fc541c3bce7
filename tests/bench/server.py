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
    """A running server. Units: CPU in milliseconds, of it and of the database."""

    port: int
    process: subprocess.Popen[bytes]
    database: str | None = None

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
            family += [
                p
                for p in psutil.process_iter(["cmdline"])
                if p.info["cmdline"] and "postgres" in " ".join(p.info["cmdline"])
            ]
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


def start(target: str, env: dict[str, str] | None = None) -> Server:
    """Serve a WSGI target by one worker and wait until it answers."""
    port = free_port()
    command = (
        sys.executable, "-m", "granian", "--interface", "wsgi", target,
        "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
        "--blocking-threads", "2", "--no-ws", "--log-level", "error",
    )  # fmt: skip
    full = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {}), "PORT": str(port)}
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=full,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = Server(port, process, (env or {}).get("DATABASE_URL"))
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
