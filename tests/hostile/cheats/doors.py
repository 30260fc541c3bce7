"""Requests that the person's browser would not send: forged, cross-site, smuggled."""

from __future__ import annotations

import gzip
import json
import re
import socket
import time
from urllib.parse import urlsplit

from tests.hostile.cheats.registry import cheat
from tests.hostile.table import BEAT, LEASE, NotTried, Table
from tests.hostile.visitor import Visitor


@cheat("beats without the page's token", "X31")
def tokenless(table: Table) -> str:
    seat = table.sit()
    time.sleep(1.05)
    body = seat.body(seat.at, seat.at + 1)
    strange = table.me.stranger()
    strange.get("/account/sign-in")
    for token in ("", "x", table.me.token[:-3] + "AAA", strange.token):
        reply = seat.visitor.json(BEAT, body, {"X-CSRFToken": token})
        table.refused(reply, "a beat with a wrong token", 400, 403)
    table.refused(table.me.json(LEASE, {}, {"X-CSRFToken": ""}), "a lease without")
    return "none, wrong, broken, another visitor's"


@cheat("let another site's page send the beat", "X31")
def cross_site(table: Table) -> str:
    seat = table.sit()
    time.sleep(1.05)
    headers = {
        "Origin": "https://evil.example",
        "Referer": "https://evil.example/",
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "no-cors",
        "X-CSRFToken": "",
        "Content-Type": "text/plain",
    }
    body = seat.body(seat.at, seat.at + 1)
    table.refused(seat.visitor.json(BEAT, body, headers), "a foreign page", 400, 403)
    reply = seat.visitor.json(BEAT, body, {**headers, "Origin": "null"})
    table.refused(reply, "a page of no origin", 400, 403)
    return "foreign origin, no-cors, no token (a foreign page cannot read it)"


@cheat("beats of a session that was signed out", "X29")
def signed_out(table: Table) -> str:
    spare = table.me.stranger()
    if not spare.sign_in(table.ground.name, table.ground.password):
        raise NotTried("a second session was refused")
    kept, token = dict(spare.jar), spare.token
    seat = table.sit(visitor=spare)
    spare.form("/account/sign-out", {})
    time.sleep(1.05)
    thief = table.me.stranger()
    thief.jar, thief.token = kept, token
    reply = thief.json(BEAT, seat.body(seat.at, seat.at + 1))
    table.refused(reply, "the cookie of an ended session", 400, 401)
    return "the cookie was kept, the session ended, the beat sent"


@cheat("beats with a cookie that was touched, or none", "X29")
def touched(table: Table) -> str:
    seat = table.sit()
    time.sleep(1.05)
    body = seat.body(seat.at, seat.at + 1)
    for name, value in table.me.jar.items():
        for broken in ("", value[:-2], value[::-1], f"{value}x"):
            thief = table.me.twin()
            thief.jar[name] = broken
            table.refused(thief.json(BEAT, body), "a broken cookie", 400, 401)
    return f"{4 * len(table.me.jar)} broken cookies"


@cheat("headers that pretend to be a proxy", "X27")
def proxies(table: Table) -> str:
    seat = table.sit()
    headers = {
        "X-Forwarded-For": "127.0.0.1",
        "X-Real-IP": "127.0.0.1",
        "X-Original-URL": "/study/beat",
        "X-Rewrite-URL": "/study/beat",
        "Forwarded": "for=127.0.0.1",
        "X-HTTP-Method-Override": "PUT",
        "X-User-Id": "1",
        "X-Elapsed": "60",
    }
    for _ in range(3):
        seat.send(seat.body(seat.at, seat.at + 2), headers)
    table.entitle(int(seat.age()))
    foreign = {**headers, "X-Forwarded-Host": "evil.example", "Host": "evil.example"}
    reply = seat.visitor.json(BEAT, seat.body(seat.at, seat.at + 1), foreign)
    table.refused(reply, "another host's name", 400, 404, 421)
    return "eight headers, three hurried claims; then a foreign host"


@cheat("other methods and other addresses", "X10")
def methods(table: Table) -> str:
    seat = table.sit()
    raw = json.dumps(seat.body(0, seat.lesson.film)).encode()
    sent = {"Content-Type": "application/json", "X-CSRFToken": table.me.token}
    for method in ("GET", "PUT", "PATCH", "DELETE", "TRACE", "beat"):
        reply = table.me.ask(method, BEAT, raw, sent)
        table.refused(reply, f"{method} {BEAT}", 400, 404, 405, 501)
    for path in (
        "/study/complete", "/study/progress", "/api/v1/progress", "/api/v1/hours",
        "/xapi/statements", "/scorm/commit", "/study/beat/", "/study//beat",
        "/study/../study/finish", f"{seat.lesson.path}/complete",
        f"{seat.lesson.path}/finish", "/learn/hours", "/study/beat;done=1",
    ):  # fmt: skip
        reply = table.me.json(path, {"progress": 100, "lesson_status": "completed"})
        if reply.status < 300 or reply.status >= 500:
            table.foul(f"POST {path}: HTTP {reply.status}")
    return "6 methods, 13 addresses that other systems have"


@cheat("beats in a compressed or chunked wrapper", "X33")
def wrapped(table: Table) -> str:
    seat = table.sit()
    time.sleep(1.05)
    raw = json.dumps(seat.body(0, seat.lesson.film)).encode()
    for kind in ("gzip", "deflate", "br"):
        body = gzip.compress(raw) if kind == "gzip" else raw[::-1]
        reply = seat.visitor.json(BEAT, body, {"Content-Encoding": kind})
        table.refused(reply, f"content encoding {kind}", 400, 415)
    return "gzip, deflate, br: not one is unpacked"


@cheat("pipeline beats down one connection", "X01")
def pipeline(table: Table) -> str:
    seat = table.sit()
    time.sleep(1.05)
    table.entitle(1)
    requests = b""
    for place in range(30):
        body = seat.body(seat.at + place, seat.at + place + 1)
        body["seq"] += place % 3
        requests += _raw(table, json.dumps(body).encode())
    heard = _pour(table.me, requests)
    return f"30 beats in one write, {heard} answered 200: one second at most"


def _raw(table: Table, body: bytes) -> bytes:
    head = {
        "Host": urlsplit(table.me.base).netloc,
        "Content-Type": "application/json",
        "X-CSRFToken": table.me.token,
        "Content-Length": str(len(body)),
        **table.me.cookies(),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"POST {BEAT} HTTP/1.1\r\n{lines}\r\n".encode() + body


def _pour(visitor: Visitor, requests: bytes) -> int:
    """Write all at once, and count the good answers within two seconds."""
    line = visitor.connect()
    line.connect()
    assert isinstance(line.sock, socket.socket)
    line.sock.sendall(requests)
    line.sock.settimeout(1)
    heard = b""
    until = time.monotonic() + 2
    try:
        while time.monotonic() < until and (more := line.sock.recv(65_536)):
            heard += more
    except (TimeoutError, ConnectionError):
        pass
    line.close()
    return len(re.findall(rb"HTTP/1\.1 200", heard))
