"""The lists of a desk in a province's years: how long the first page and the next take.

Each is asked for as a clerk would: plainly, by its tabs, narrowed, searched, and read
on. `python -m tests.bench.lists DATABASE_URL DATA_DIR` measures a database that
`tests.bench.growth` has filled; the growth bench does it as a part of its own.
"""

from __future__ import annotations

import re
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote, unquote, urlencode

from flask import Flask
from sqlalchemy import select

from lms.accounts.models import Account
from lms.kernel import pii
from lms.kernel.ids import AccountId
from lms.kernel.work import HOUSE, unit_of_work
from tests.bench import scene, server
from tests.bench.server import Server

GOAL = 300
TIMES = 5
PATHS = (
    "/console",
    "/console/people",
    "/console/people?specialty=building",
    "/console/people?study=none",
    "/console/people?study=open",
    "/console/people?certificate=no",
    "/console/people?ending=30",
    "/console/people?specialty=mining&study=done&ending=90",
    "/console/people?company=建筑",
    "/console/people?company=没有这一家",
    "/console/people?account=shut",
    "/console/people?account=bare",
    "/console/people?account=joined",
    "/console/people?certificate=yes",
    "/console/people?certificate=yes&company=建筑&study=done",
    "/console/orders",
    *(
        f"/console/orders?group={group}"
        for group in (
            "hand",
            "surplus",
            "pending",
            "paid",
            "company",
            "ended",
            "refunded",
        )
    ),
    "/console/orders?words=王伟",
    "/console/orders?words=欧阳",
    "/console/orders?group=pending&words=李",
    "/console/money/lines",
    "/console/money/invoices",
    "/console/money/books",
    "/console/companies",
    "/console/certificates",
    "/console/certificates?state=revoked",
    "/console/certificates?specialty=building&q=王伟",
    "/console/certificates?q=4711",
    "/console/certificates/paper",
    "/console/certificates/batches",
    "/console/people/corrections",
    "/console/claims",
    "/console/announcements",
    "/console/messages",
    "/console/deeds",
    "/console/exams",
    "/console/members",
    "/register",
    "/office",
    "/inspect",
)
WANTED = ("王", "王伟", "李英华", "欧阳修", "152801198001010011")
"""Whom a desk looks for: by POST, so that no name stands in an address."""


@dataclass(frozen=True)
class Told:
    """How long a list took. Units: milliseconds; CPU of server and database for one."""

    name: str
    median: float
    worst: float
    cpu: float


SEATS = {"console": "manager", "office": "office", "inspect": "inspector"}


def measure(env: dict[str, str], paths: Sequence[str] = PATHS) -> Iterator[Told]:
    """Ask a server for every list, each several times once it is warm."""
    with scene.house(env) as app:
        cookies = {
            seat: _signed_in(app, f"{name}@demo.example")
            for seat, name in SEATS.items()
        }
        csrf = scene.csrf(app)
    running = server.start("app:app", {**env, "LMS_PROXY_HOPS": "1"})
    try:
        reader = Reader(running, cookies, csrf)
        for path in paths:
            yield reader.told(path)
            more = reader.more()
            if more:
                yield reader.told(more)
        for one in WANTED:
            yield reader.told(SEARCH, {"wanted": one})
    finally:
        running.stop()


def _signed_in(app: Flask, mail: str) -> str:
    with unit_of_work(HOUSE) as work:
        found = work.session.scalars(
            select(Account.id).where(
                Account.email_index == pii.blind_index("account.email", mail)
            )
        ).one()
        return scene.cookie(app, work, AccountId(found))


SEARCH = "/console/people/search"


class Reader:
    """Whoever reads lists, by one kept connection."""

    def __init__(self, running: Server, cookies: dict[str, str], csrf: str) -> None:
        self._running, self._connection = running, running.connect()
        self._cookies, self._csrf = cookies, csrf
        self._shown, self._count = "", 0

    def told(self, path: str, fields: dict[str, str] | None = None) -> Told:
        """Ask so often, and give what it took."""
        took = []
        self._ask(path, fields)
        spent = self._running.cpu_ms()
        for _ in range(TIMES):
            begun = time.perf_counter()
            self._ask(path, fields)
            took.append((time.perf_counter() - begun) * 1000)
        name = unquote(path) + (f" {fields['wanted']}" if fields else "")
        each = (self._running.cpu_ms() - spent) / TIMES
        return Told(name, statistics.median(took), max(took), each)

    def more(self) -> str:
        """Give the address of the page after the one that was shown, if any."""
        found = re.search(r'rel="next"\s+href="([^"]+)"', self._shown)
        return unescape(found.group(1)) if found else ""

    def _ask(self, path: str, fields: dict[str, str] | None) -> None:
        self._count += 1
        headers = {
            "Cookie": self._cookies.get(path.split("?", 1)[0].split("/")[1], ""),
            "X-Forwarded-For": f"10.9.{self._count >> 8 & 255}.{self._count & 255}",
            "X-CSRFToken": self._csrf,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = urlencode(fields) if fields else None
        method = "POST" if fields else "GET"
        self._connection.request(method, quote(path, safe="/?=&%+"), body, headers)
        answer = self._connection.getresponse()
        self._shown = answer.read().decode()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {self._shown[:300]}")


def told(env: dict[str, str], paths: Sequence[str] = PATHS) -> bool:
    """Print what each list took; say whether all were in time."""
    print(f"\n{'list, the first page or the next':<70}{'ms':>8}{'worst':>8}{'CPU':>8}")
    good = True
    for one in measure(env, paths):
        mark = "" if one.median <= GOAL else "  over"
        good = good and not mark
        print(
            f"{one.name[:68]:<70}{one.median:>8.0f}{one.worst:>8.0f}{one.cpu:>8.0f}{mark}",
            flush=True,
        )
    return good


def main() -> int:
    """Measure the database and the folder that are named."""
    url, folder = sys.argv[1:3]
    env = {"LMS_DEMO": "1", "LMS_DATA_DIR": folder, "DATABASE_URL": url}
    return 0 if told(env) else 1


if __name__ == "__main__":
    sys.exit(main())
