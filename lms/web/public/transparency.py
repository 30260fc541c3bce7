"""What the book of evidence held, and when: open to anybody who wants to check."""

import re
import unicodedata

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired

from lms.evidence import queries
from lms.evidence.ports import Sealer
from lms.evidence.rules.notes import read_key
from lms.kernel.errors import NotFound
from lms.web import desk
from lms.web.doors import api, public
from lms.web.forms import PageForm
from lms.web.limits import limiter

bp = Blueprint("transparency", __name__, url_prefix="/transparency")

WIDTH = 256
_PAGE = 50
_PRINTED = re.compile(r"[0-9a-f]{16,64}")
_BETWEEN = re.compile(r"[\s,，:：\u00b7-]")
_FIGURE = re.compile(r"[0-9]{1,15}")
_TILE = re.compile(r"((?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/([0-9]{1,3}))?")

_each = limiter.shared_limit("120/minute", scope="transparency")


class PrintedForm(PageForm):
    """A checkpoint as a certificate or a mail shows it."""

    size = StringField(
        _l("证据条数"),
        validators=[InputRequired()],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    root = StringField(
        _l("根哈希（前 16 位即可）"),
        validators=[InputRequired()],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "off",
            "spellcheck": "false",
        },
    )


@bp.get("/")
@public
@_each
def index() -> ResponseReturnValue:
    """Explain the book, show the newest checkpoint, compare one that was kept."""
    typed = {name: request.args.get(name, "").strip() for name in ("size", "root")}
    size, root = _figures(typed["size"]), _digits(typed["root"])
    said = _compared(size, root) if any(typed.values()) else None
    return render_template(
        "public/transparency.html",
        newest=queries.checkpoint(desk.reading()),
        keys=_keys(),
        form=PrintedForm.blank(size=typed["size"][:20], root=typed["root"][:140]),
        said=said,
    )


@bp.get("/checkpoints")
@public
@_each
def checkpoints() -> ResponseReturnValue:
    """List the checkpoints, newest first."""
    before = _figure("before")
    cards = queries.checkpoints(desk.reading(), before=before, limit=_PAGE + 1)
    return render_template(
        "public/transparency_checkpoints.html",
        cards=cards[:_PAGE],
        more=cards[_PAGE - 1].size if len(cards) > _PAGE else None,
        later=before is not None,
    )


@bp.get("/checkpoint")
@bp.get("/checkpoint/<int:size>")
@api
@_each
def checkpoint(size: int | None = None) -> ResponseReturnValue:
    """Give a signed checkpoint as a note: the newest, or that of a size."""
    if size is not None and not _FIGURE.fullmatch(str(size)):
        return _nothing()
    session = desk.reading()
    found = (
        queries.checkpoint(session)
        if size is None
        else queries.checkpoint_of(session, size)
    )
    return _text(found.note) if found else _nothing()


@bp.get("/key")
@api
@_each
def key() -> ResponseReturnValue:
    """List the keys, the newest first, one a line."""
    return _text("".join(f"{line}\n" for line in _keys()))


@bp.get("/inclusion")
@api
@_each
def inclusion() -> ResponseReturnValue:
    """Prove that a leaf stands at its place."""
    place, size = _figure("place"), _figure("size")
    if place is None:
        return _nothing()
    try:
        found = queries.inclusion(desk.reading(), place, size)
    except NotFound:
        return _nothing()
    return jsonify(
        place=found.place,
        leaf=found.leaf.hex(),
        size=found.size,
        root=found.root.hex(),
        proof=[part.hex() for part in found.proof],
    )


@bp.get("/consistency")
@api
@_each
def consistency() -> ResponseReturnValue:
    """Prove that the book has only grown from one size to another."""
    old, new = _figure("from"), _figure("to")
    if old is None or new is None:
        return _nothing()
    try:
        proof = queries.consistency(desk.reading(), old, new)
    except NotFound:
        return _nothing()
    return jsonify({"from": old, "to": new, "proof": [part.hex() for part in proof]})


@bp.get("/tile/<int:level>/<path:which>")
@api
@_each
def tile(level: int, which: str) -> ResponseReturnValue:
    """Give a tile of hashes, named as C2SP's tlog-tiles does."""
    found = _TILE.fullmatch(which)
    if found is None:
        return _nothing()
    number = int(found[1].replace("x", "").replace("/", ""))
    try:
        width = int(found[2] or WIDTH)
        data = queries.tile(desk.reading(), level, number, width)
    except NotFound:
        return _nothing()
    response = Response(data, mimetype="application/octet-stream")
    # A tile never changes, whole or not.
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _compared(size: str, root: str) -> str:
    """Say how a kept checkpoint stands to the book: same, other, unknown, unread."""
    if not (_FIGURE.fullmatch(size) and _PRINTED.fullmatch(root)):
        return "unread"
    found = queries.checkpoint_of(desk.reading(), int(size))
    if found is None:
        return "unknown"
    return "same" if found.root.hex().startswith(root) else "other"


def _figures(typed: str) -> str:
    """Read a number as people copy it: "1,268 条" is 1268."""
    plain = unicodedata.normalize("NFKC", typed)
    return _BETWEEN.sub("", plain).removesuffix("条").removesuffix("lines")


def _digits(typed: str) -> str:
    """Read a hash as people copy it: in groups, in capitals, cut by an ellipsis."""
    plain = unicodedata.normalize("NFKC", typed.rstrip("…")).lower()
    return _BETWEEN.sub("", plain).rstrip(".")


def _keys() -> list[str]:
    """List the keys that have sealed, or the one that will."""
    listed = [card.text for card in queries.keys(desk.reading())]
    known = [line for line in listed if read_key(line) is not None]
    return known or [desk.port(Sealer).key.text]


def _figure(name: str) -> int | None:
    word = request.args.get(name, "")
    return int(word) if _FIGURE.fullmatch(word) else None


def _text(words: str) -> Response:
    response = Response(words, mimetype="text/plain")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _nothing() -> tuple[Response, int]:
    return jsonify(code="transparency.unknown"), 404
