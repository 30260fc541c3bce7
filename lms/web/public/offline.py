"""Check a certificate's QR code without a network: a page that phones keep."""

import hashlib
import json
from functools import cache
from pathlib import Path

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    make_response,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from lms.web.doors import api, public
from lms.web.headers import PERMISSIONS

bp = Blueprint("offline", __name__)

LANGUAGES = ("zh", "en")
_NAMED = (
    "css/tokens.css", "css/base.css", "css/parts.css", "css/certificate.css",
    "css/offline.css",
    "img/favicon.svg", "img/mark.svg", "img/icons.svg", "js/offline.js",
)  # fmt: skip
"""What the page names, with the mark of its content."""
_IMPORTED = (
    "js/offline-code.js", "js/offline-keys.js", "js/offline-scan.js",
    "js/vendor/noble-ed25519.js", "js/vendor/qr-decode.js",
)  # fmt: skip
"""What scripts name, by its bare address."""
_SIZES = (192, 512)


@bp.get("/offline")
@public
def index() -> ResponseReturnValue:
    """Show the offline check; a browser keeps this page as it is."""
    language = _language()
    with force_locale(language):
        response = make_response(render_template("public/offline.html", lang=language))
    # It scans with the camera; beside it, only the player's page may ask for one.
    response.headers["Permissions-Policy"] = PERMISSIONS.replace(
        "camera=()", "camera=(self)"
    )
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/offline-worker.js")
@api
def worker() -> ResponseReturnValue:
    """Give the script that keeps the page, and what it has to keep."""
    files = [url_for("static", filename=name) for name in _NAMED]
    files += [f"{current_app.static_url_path}/{name}" for name in _IMPORTED]
    pages = {one: url_for("offline.index", lang=one) for one in LANGUAGES}
    shell = {"name": f"xueshi-offline-{_mark()}", "pages": pages, "files": files}
    text = (_static() / "js/offline-worker.js").read_text("utf-8")
    response = Response(
        f"const SHELL = {json.dumps(shell)};\n{text}", mimetype="text/javascript"
    )
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)


@bp.get("/offline.webmanifest")
@api
def manifest() -> ResponseReturnValue:
    """Tell a phone how to keep the check as an application."""
    asked = request.args.get("lang", "zh")
    language = asked if asked in LANGUAGES else "zh"
    with force_locale(language):
        said = {
            "id": "/offline",
            "name": _("证书离线核验"),
            "short_name": _("离线核验"),
            "lang": "zh-CN" if language == "zh" else language,
            "start_url": url_for("offline.index", lang=language),
            "scope": "/",
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": "#1d5fc4",
            "icons": [
                {
                    "src": url_for("static", filename=f"img/app-{size}.png"),
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                    "purpose": "any maskable",
                }
                for size in _SIZES
            ],
        }
    response = jsonify(said)
    response.mimetype = "application/manifest+json"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _static() -> Path:
    return Path(current_app.static_folder or "")


def _mark() -> str:
    """Name the whole shell by its content, so that a change of any part renews it."""
    return _digest(_static(), current_app.root_path)


@cache
def _digest(static: Path, root: str) -> str:
    templates = Path(root, str(current_app.template_folder))
    parts = [static / name for name in (*_NAMED, *_IMPORTED, "js/offline-worker.js")]
    parts += sorted((templates / "public").glob("offline*.html"))
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part.read_bytes()).digest())
    return whole.hexdigest()[:12]


def _language() -> str:
    """Read the language from the address; only then from the cookie, if one came."""
    asked = request.args.get("lang") or session.get("lang", "zh")
    return asked if asked in LANGUAGES else "zh"
