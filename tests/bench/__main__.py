"""`make bench`: CPU for each operation, beside the floors of the same run.

CPU is what the kernel charged to the server's processes, and to PostgreSQL's where that
is the database; waiting costs nothing here. Each figure is a mean after a warm-up.
"""

from __future__ import annotations

import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from nacl.pwhash import argon2id

from lms.credentials.ports import Printer
from lms.credentials.rules import FileKind
from tests import engines
from tests.bench import (
    credential_cost,
    ofd_cost,
    pdf_cost,
    preview_cost,
    print_cost,
    scene,
    server,
)
from tests.bench.scene import Scene
from tests.bench.server import Server

GOALS = {
    "beat": 1.5,
    "catalogue of 24": 3.0,
    "learning centre": 6.0,
    "verification page": 2.0,
    "test submission of 20": 6.0,
    "sign-in": 25.0,
    "certificate in all forms": 45.0,
    "certificate PDF, signed": 8.0,
    "certificate OFD, sealed": 12.0,
    "a PDF judged": 30.0,
    "an OFD judged": 30.0,
    "credential and QR code": 1.0,
    "a design's preview": 300.0,
    "verification page, unknown": 2.0,
}


@dataclass(frozen=True)
class Row:
    """One line of the table. Units: milliseconds of CPU."""

    name: str
    cost: float
    floor: float | None = None


class Client:
    """One kept connection that sends what a browser would."""

    def __init__(self, running: Server, csrf: str) -> None:
        self._connection: HTTPConnection = running.connect()
        self._csrf = csrf
        self._count = 0

    def get(self, path: str, cookie: str = "") -> None:
        self._ask("GET", path, None, {"Cookie": cookie}, {200})

    def post(self, path: str) -> None:
        self._ask("POST", path, b"{}", {}, {200})

    def post_json(self, path: str, body: object, cookie: str) -> bytes:
        headers = {"Cookie": cookie, "Content-Type": "application/json"}
        return self._ask("POST", path, json.dumps(body).encode(), headers, {200})

    def post_form(self, path: str, fields: dict[str, str], cookie: str) -> None:
        headers = {
            "Cookie": cookie,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self._ask("POST", path, urlencode(fields).encode(), headers, {303})

    def post_file(self, path: str, data: bytes, cookie: str) -> None:
        head = (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
        )
        headers = {
            "Cookie": cookie,
            "Content-Type": "multipart/form-data; boundary=x",
        }
        told = self._ask("POST", path, head + data + b"\r\n--x--\r\n", headers, {200})
        if b'data-verdict="valid"' not in told:
            raise RuntimeError(f"{path}: a file of ours is not valid")

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None,
        headers: dict[str, str],
        expected: set[int],
    ) -> bytes:
        self._count += 1
        # Visitors come from many addresses; the limits for one are not measured here.
        address = (
            f"10.{self._count >> 16 & 255}.{self._count >> 8 & 255}.{self._count & 255}"
        )
        headers = {**headers, "X-Forwarded-For": address, "X-CSRFToken": self._csrf}
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        told = answer.read()
        if answer.status not in expected:
            raise RuntimeError(f"{method} {path}: {answer.status} {told[:300]!r}")
        return told


def measure(running: Server, times: int, act: Callable[[int], None]) -> float:
    """Charge `times` acts to the server, after enough of them to warm up.

    Ten at least: PostgreSQL prepares a statement at its sixth run on a connection.
    """
    warm = max(10, times // 10)
    for turn in range(warm):
        act(turn)
    before = running.cpu_ms()
    for turn in range(warm, warm + times):
        act(turn)
    return (running.cpu_ms() - before) / times


def operations(
    running: Server, made: Scene, only: set[str], reads: int = 200
) -> list[Row]:
    """Measure each operation once; pages by so many reads."""
    client = Client(running, made.csrf)

    def reading(path: str, cookie: str = "") -> Callable[[], float]:
        return lambda: measure(running, reads, lambda _: client.get(path, cookie))

    def checking(kind: FileKind) -> Callable[[], float]:
        data, cookie = made.files[kind], made.stranger
        return lambda: measure(
            running, 60, lambda _: client.post_file("/verify/file", data, cookie)
        )

    acts: dict[str, Callable[[], float]] = {
        "beat": lambda: _beats(running, client, made),
        "catalogue of 24": reading("/courses"),
        "catalogue of 24, signed in": reading("/courses", made.learner),
        "learning centre": reading("/learn", made.learner),
        "verification page": reading(f"/v/{made.token}"),
        # Who guesses codes learns nothing by the clock: both cost alike.
        "verification page, unknown": reading(f"/v/{'0' * 26}"),
        "PDF checked, whole page": checking(FileKind.PDF),
        "OFD checked, whole page": checking(FileKind.OFD),
        "JSON checked, whole page": checking(FileKind.CREDENTIAL),
        "test submission of 20": lambda: _papers(running, client, made),
        "sign-in": lambda: _sign_ins(running, client, made),
    }
    return [Row(name, act()) for name, act in acts.items() if not only or name in only]


def _beats(running: Server, client: Client, made: Scene) -> float:
    """Beat in turn, a second apart for each learner, so that time is earned."""

    def beat(turn: int) -> None:
        one = made.beating[turn % len(made.beating)]
        if turn % len(made.beating) == 0:
            time.sleep(1.0)
        one.seq += 1
        body = {
            "lease": str(one.lease),
            "seq": one.seq,
            "nonce": one.nonce,
            "media_from": one.position,
            "media_to": one.position + 1,
            "state": "playing",
        }
        told = json.loads(client.post_json("/study/beat", body, one.cookie))
        one.nonce, one.position = told["nonce"], told["position"]

    return measure(running, 540, beat)


def _papers(running: Server, client: Client, made: Scene) -> float:
    def submit(turn: int) -> None:
        cookie, attempt = made.papers[turn]
        fields = {f"q{place}": "0" for place in range(20)}
        client.post_form(f"/exams/attempts/{attempt}/submit", fields, cookie)

    return measure(running, 50, submit)


def _sign_ins(running: Server, client: Client, made: Scene) -> float:
    fields = {"known_as": "graduate@demo.example", "password": "xueshi-demo-2026"}
    return measure(
        running,
        40,
        lambda _: client.post_form("/account/sign-in", fields, made.stranger),
    )


def floors(folder: Path) -> dict[str, float]:
    """Measure what no application could go below, on this machine, now."""
    bare = server.start("tests.bench.floor:app")
    client = Client(bare, "")
    hello = measure(bare, 2000, lambda _: client.get("/healthz"))
    bare.stop()
    return {"server alone": hello, "commit": _commit(folder), "hash": _hash()}


def upsert_floor(database: str) -> float:
    """Charge one durable upsert by the bare driver to the same server."""
    env = {"FLOOR_DATABASE": database}
    if not database.endswith(".sqlite3"):
        env["DATABASE_URL"] = database
    bare = server.start("tests.bench.floor:app", env)
    client = Client(bare, "")
    cost = measure(bare, 1000, lambda turn: client.post(f"/floor?{turn % 60}"))
    bare.stop()
    return cost


def _commit(folder: Path) -> float:
    raw = sqlite3.connect(folder / "floor.sqlite3", isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    raw.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)")
    begun = time.process_time()
    for turn in range(500):
        raw.execute("INSERT INTO t (n) VALUES (?)", (turn,))
    return (time.process_time() - begun) * 1000 / 500


def _hash() -> float:
    kept = argon2id.str(b"xueshi-demo-2026", 2, 19_456 * 1024)
    costs = []
    for _ in range(10):
        begun = time.process_time()
        argon2id.verify(kept, b"xueshi-demo-2026")
        costs.append((time.process_time() - begun) * 1000)
    return statistics.median(costs)


def certificates() -> list[Row]:
    """Measure each form by itself, and the judging of it."""
    return [
        Row("certificate PDF, signed", *pdf_cost.of()),
        Row("certificate OFD, sealed", *ofd_cost.of()),
        Row("a PDF judged", pdf_cost.of_reading()),
        Row("an OFD judged", ofd_cost.of_reading()),
        Row("a design's preview", preview_cost.of()),
    ]


def run(name: str, env: dict[str, str], low: dict[str, float], only: set[str]) -> bool:
    """Measure everything on one engine and print the table."""
    upsert = upsert_floor(
        env.get("DATABASE_URL") or f"{env['LMS_DATA_DIR']}.floor.sqlite3"
    )
    scene.prepare(env)
    with scene.house(env) as app:
        made = scene.build(app)
        whole = print_cost.of(app.extensions["lms.ports"][Printer])
    running = server.start("app:app", {**env, "LMS_PROXY_HOPS": "1"})
    idle = running.pss_mib()
    try:
        rows = operations(running, made, only)
    finally:
        running.stop()
    rows.append(Row("certificate in all forms", whole))
    rows += certificates()
    rows.append(Row("credential and QR code", credential_cost.of()))
    floor = {
        "beat": upsert,
        "sign-in": low["server alone"] + low["hash"],
    }
    print(f"\n{name}: CPU ms for each request, server and database")
    print(f"{'operation':<30}{'ms':>8}{'goal':>8}{'floor':>8}{'ratio':>8}")
    good = True
    for row in rows:
        goal = GOALS.get(row.name)
        least = row.floor or floor.get(row.name, low["server alone"])
        mark = "" if goal is None or row.cost <= goal else "  over"
        good = good and not mark
        shown = f"{goal:.1f}" if goal else ""
        print(
            f"{row.name:<30}{row.cost:>8.2f}{shown:>8}{least:>8.3f}"
            f"{row.cost / least:>8.1f}{mark}"
        )
    print(f"{'web, one worker, idle, PSS':<30}{idle:>8.0f} MiB")
    return good


def main() -> int:
    """Measure on SQLite and on PostgreSQL with durable commits.

    Arguments name the only operations to measure.
    """
    only = set(sys.argv[1:])
    folder = Path(tempfile.mkdtemp(prefix="lms-bench-"))
    low = floors(folder)
    print("floors: " + ", ".join(f"{k} {v:.3f} ms" for k, v in low.items()))
    base = {"LMS_DEMO": "1"}
    good = run("SQLite", {**base, "LMS_DATA_DIR": str(folder / "sqlite")}, low, only)
    os.environ.pop("DATABASE_URL", None)
    postgresql = {
        **base,
        "LMS_DATA_DIR": str(folder / "postgresql"),
        "DATABASE_URL": engines.durable_postgresql_url(),
    }
    return 0 if run("PostgreSQL", postgresql, low, only) and good else 1


if __name__ == "__main__":
    sys.exit(main())
