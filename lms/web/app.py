"""Build the Flask application."""

import hashlib
import importlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, session
from flask_babel import Babel
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.commerce import queries as commerce
from lms.kernel.clock import Clock, system_clock
from lms.kernel.db import db, prepare_sqlite
from lms.kernel.settings import Settings
from lms.web import (
    desk,
    doors,
    errors,
    filters,
    forms,
    headers,
    hosts,
    law_texts,
    logs,
    speech,
    static_files,
)
from lms.web import session as browser_session
from lms.web.limits import limiter
from lms.web.study import lane

ROOT = Path(__file__).parents[2]

BLUEPRINTS = (
    "lms.web.public.house",
    "lms.web.public.home",
    "lms.web.account.views",
    "lms.web.account.profile",
    "lms.web.account.unit",
    "lms.web.account.notices",
    "lms.web.public.leave",
    "lms.web.console.announcements",
    "lms.web.console.message_log",
    "lms.web.console.wordings",
    "lms.web.public.help",
    "lms.web.records.threads",
    "lms.web.console.threads",
    "lms.web.console.replies",
    "lms.web.account.own_archive",
    "lms.web.employer.views",
    "lms.web.api.views",
    "lms.web.api.verifications",
    "lms.web.api.keys",
    "lms.web.records.renewal",
    "lms.web.public.assess",
    "lms.web.study.views",
    "lms.web.records.hours",
    "lms.web.study.exams",
    "lms.web.console.exams",
    "lms.web.console.bank",
    "lms.web.console.bank_files",
    "lms.web.console.plans",
    "lms.web.console.analysis",
    "lms.web.public.verify",
    "lms.web.public.did",
    "lms.web.public.offline",
    "lms.web.public.register",
    "lms.web.public.transparency",
    "lms.web.public.keys",
    "lms.web.records.certificates",
    "lms.web.records.licences",
    "lms.web.records.wallet_pack",
    "lms.web.records.present",
    "lms.web.public.shared",
    "lms.web.records.claims",
    "lms.web.records.dossier",
    "lms.web.records.applications",
    "lms.web.console.certificates",
    "lms.web.console.batches",
    "lms.web.console.batch_files",
    "lms.web.shop.views",
    "lms.web.shop.webhooks",
    "lms.web.console.orders",
    "lms.web.console.refunds",
    "lms.web.console.companies",
    "lms.web.console.company_desk",
    "lms.web.console.statements",
    "lms.web.console.legacy",
    "lms.web.console.legacy_back",
    "lms.web.console.legacy_records",
    "lms.web.records.legacy",
    "lms.web.console.lines",
    "lms.web.console.line_returns",
    "lms.web.console.invoices",
    "lms.web.console.reds",
    "lms.web.console.invoice_layout",
    "lms.web.console.books",
    "lms.web.console.revenue",
    "lms.web.console.deeds",
    "lms.web.shop.invoices",
    "lms.web.study.classes",
    "lms.web.console.people",
    "lms.web.console.standing",
    "lms.web.console.merges",
    "lms.web.console.counter",
    "lms.web.console.claims",
    "lms.web.public.courses",
    "lms.web.public.portal",
    "lms.web.console.setup",
    "lms.web.console.staff",
    "lms.web.console.terms",
    "lms.web.console.domain",
    "lms.web.console.home",
    "lms.web.console.today",
    "lms.web.console.trends",
    "lms.web.console.cohorts",
    "lms.web.console.province",
    "lms.web.console.exports",
    "lms.web.console.courses",
    "lms.web.console.course_lessons",
    "lms.web.console.course_films",
    "lms.web.console.course_documents",
    "lms.web.console.course_bundles",
    "lms.web.console.course_beside",
    "lms.web.pieces",
    "lms.web.console.course_covers",
    "lms.web.console.teachers",
    "lms.web.console.teacher_papers",
    "lms.web.console.teaching",
    "lms.web.console.packages",
    "lms.web.console.classes",
    "lms.web.console.class_roll",
    "lms.web.console.person_tables",
    "lms.web.console.office_tables",
    "lms.web.console.staff_tables",
    "lms.web.console.offers",
    "lms.web.console.members",
    "lms.web.console.refund_rules",
    "lms.web.console.designs",
    "lms.web.console.calendar",
    "lms.web.console.offices",
    "lms.web.console.keys",
    "lms.web.console.key_trust",
    "lms.web.public.lists",
    "lms.web.office.views",
    "lms.web.inspector.views",
)
"""Modules whose `bp` is registered, in this order."""

DEMO_BLUEPRINTS = ("lms.web.demo",)
"""Registered in demo mode alone: elsewhere these pages do not exist."""

_POSTGRES = (
    "-c lock_timeout=3000 -c statement_timeout=15000 "
    "-c idle_in_transaction_session_timeout=30000 -c jit=off"
)


def create_app(
    settings: Settings,
    ports: Mapping[type[Any], Any],
    *,
    clock: Clock = system_clock,
    limits: bool = True,
) -> Flask:
    """Join settings, rooms and doors into one application."""
    app = Flask(
        "lms",
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    # Before anything asks for the templates' environment, which is then fixed.
    app.jinja_options = {**app.jinja_options, "undefined": StrictUndefined}
    app.json = forms.StrictJson(app)
    app.extensions["lms.clock"] = clock
    app.extensions["lms.settings"] = settings
    app.extensions["lms.ports"] = dict(ports)
    _configure(app, settings, limits=limits)
    _database(app, settings)
    logs.register(app)
    _visitors(app, settings)
    filters.register(app)
    law_texts.register(app)
    errors.register(app)
    _templates(app, settings)
    names = BLUEPRINTS + (DEMO_BLUEPRINTS if settings.demo else ())
    for name in names:
        app.register_blueprint(importlib.import_module(name).bp)
    static_files.register(app)
    doors.close(app)
    _exempt(app)
    headers.register(app, settings)
    lane.before(app, headers.fixed_for(settings))
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # as Werkzeug is used
    return app


def _configure(app: Flask, settings: Settings, *, limits: bool) -> None:
    app.config.update(
        MAX_CONTENT_LENGTH=2 * 2**20,
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=400,
        TRUSTED_HOSTS=hosts.KnownHosts(app, settings.hosts),
        WTF_CSRF_TIME_LIMIT=8 * 3600,
        WTF_CSRF_SSL_STRICT=False,
        RATELIMIT_ENABLED=limits,
        RATELIMIT_STORAGE_URI=settings.redis_url or "counts://",
        METRICS_SHARED="PROMETHEUS_MULTIPROC_DIR" in os.environ,
        BABEL_DEFAULT_LOCALE="zh",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "lms" / "web" / "translations"),
    )
    browser_session.configure(
        app, secret=settings.secrets.cookie, secure=settings.secure
    )


def _database(app: Flask, settings: Settings) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    sqlite = settings.database_url.startswith("sqlite")
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = (
        {"pool_size": 20, "hide_parameters": True}
        if sqlite
        else {
            "pool_size": 20,
            "hide_parameters": True,
            "connect_args": {"options": _POSTGRES},
        }
    )
    db.init_app(app)
    if sqlite:
        with app.app_context():
            prepare_sqlite(db.engine)


def _visitors(app: Flask, settings: Settings) -> None:
    login = LoginManager(app)
    login.session_protection = None
    login.user_loader(browser_session.visitor)
    CSRFProtect(app)
    # Its decorated views ask it themselves: without hooks, no other view pays for it.
    app.extensions.setdefault("limiter", set()).add(limiter)
    limiter.init_app(app)
    Babel(app, locale_selector=lambda: session.get("lang", "zh"))


def _exempt(app: Flask) -> None:
    """Free the cookieless doors from CSRF: a cookie counts for nothing there."""
    guard: CSRFProtect = app.extensions["csrf"]
    for endpoint, view in app.view_functions.items():
        door = doors.door_of(app, endpoint)
        if door is not None and door.cookieless:
            guard.exempt(view)


def _templates(app: Flask, settings: Settings) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    speech.register(app)
    marks = _marks(ROOT / "static")

    @app.url_defaults
    def _version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values:
            mark = marks.get(values["filename"])
            if mark:
                values.setdefault("v", mark)

    @app.context_processor
    def _shared() -> dict[str, Any]:
        return {
            "visitor": desk.visitor(),
            "demo": settings.demo,
            "lang": speech.language(),
            "host_face": hosts.face(),
            "cart_count": _cart_count,
            "unread_count": _unread_count,
        }


def _marks(folder: Path) -> dict[str, str]:
    """Name each static file by its content, so that browsers may keep it for good."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()[
            :10
        ]
        for file in folder.rglob("*")
        if file.is_file()
    }


def _unread_count() -> int:
    from lms.web.account.notices import unread_count  # noqa: PLC0415 - as the cart's

    return unread_count()


def _cart_count() -> int:
    found = desk.visitor()
    if found is None or found.is_staff:
        return 0
    return commerce.cart_count(desk.reading(), found.person_id)
