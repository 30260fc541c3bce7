"""Doors of the house itself: language, health, figures, policy reports."""

import shutil

from flask import Blueprint, Response, current_app, jsonify, redirect, request, session
from flask.typing import ResponseReturnValue
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    generate_latest,
    multiprocess,
)
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound

from lms.web import desk
from lms.web.account.redirects import own_path
from lms.web.doors import api, public
from lms.web.limits import limiter
from lms.web.logs import log

bp = Blueprint("house", __name__)

LANGUAGES = ("zh", "en")
_LEAST_FREE = 0.1
_ENOUGH_BYTES = 4 * 1024**3
_STALE_SECONDS = 180


@bp.post("/language")
@public
def language() -> ResponseReturnValue:
    """Remember the language in the cookie and go back."""
    wanted = request.form.get("lang", "zh")
    session["lang"] = wanted if wanted in LANGUAGES else "zh"
    return redirect(own_path(request.form.get("next", "")) or "/", 303)


@bp.get("/healthz")
@api
def healthz() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@api
def readyz() -> ResponseReturnValue:
    """Say whether the house can serve: database, disk, and the clock's work."""
    checks = {"database": _database(), "disk": _disk(), "jobs": _jobs()}
    # A stopped job process is told, but pages are still worth serving.
    ready = checks["database"] and checks["disk"]
    return jsonify(status="ready" if ready else "unready", checks=checks), (
        200 if ready else 503
    )


def _database() -> bool:
    try:
        desk.reading().execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _disk() -> bool:
    total, _used, free = shutil.disk_usage(desk.settings().data_dir)
    # A tenth of a large disk is a month's films: a house with room is not unready.
    return free > min(total * _LEAST_FREE, _ENOUGH_BYTES)


def _jobs() -> bool:
    beat = desk.settings().data_dir / "jobs.alive"
    if not beat.exists():
        return False
    return desk.now().timestamp() - beat.stat().st_mtime < _STALE_SECONDS


_CARRIED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
"""What a proxy adds for somebody who is not on this machine."""


@bp.get("/metrics")
@api
def metrics() -> ResponseReturnValue:
    """Give Prometheus its figures; to this machine alone."""
    carried = any(name in request.headers for name in _CARRIED)
    if carried or request.remote_addr not in {"127.0.0.1", "::1"}:
        raise NotFound
    registry = REGISTRY
    if current_app.config["METRICS_SHARED"]:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the client's types lack it
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


@bp.post("/csp-reports")
@api
@limiter.limit("30/minute")
def csp_reports() -> ResponseReturnValue:
    """Note that a browser refused something on one of our pages."""
    sent = request.get_json(force=True, silent=True)
    report = sent.get("csp-report") if isinstance(sent, dict) else None
    if not isinstance(report, dict):
        return "", 204
    log.warning(
        "csp",
        directive=str(report.get("effective-directive", ""))[:80],
        blocked=str(report.get("blocked-uri", ""))[:80],
    )
    return "", 204
