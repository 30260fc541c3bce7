"""Addresses under which films are fetched: signed, for one session, and soon over.

A playlist is written for who asks, after the door that shows the film has let them in;
its addresses then let the same session fetch, piece by piece, and nobody else. Where
films lie with another machine the addresses are that machine's, signed by its rules.
"""

import hashlib
import hmac
from collections.abc import Iterator
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.catalogue.ports import MediaStore
from lms.catalogue.queries import PlayCard, QualityCard
from lms.kernel.errors import Forbidden, NotFound
from lms.web import desk, media
from lms.web.doors import signed_in

bp = Blueprint("pieces", __name__, url_prefix="/media")

_PLAYLIST = "application/vnd.apple.mpegurl"
_GIB = 2**30


@bp.get("/<key>")
@signed_in
def piece(key: str) -> ResponseReturnValue:
    """Send a stored file, by ranges, to the session that its address was made for."""
    until = request.args.get("until", "")
    mark = request.args.get("mark", "")
    if not hmac.compare_digest(mark.encode(), _mark(key, until).encode()):
        # Somebody else's address looks like none.
        raise NotFound("media.unknown")
    if int(until) < desk.now().timestamp():
        raise Forbidden("media.expired")
    left = int(until) - int(desk.now().timestamp())
    return media.sent(key, f"private, max-age={left}", seconds=max(60, left))


@bp.app_template_filter("media_address")
def address(key: str, seconds: int = media.ADDRESS_SECONDS) -> str:
    """Give an address of a stored file that is good for this session, for so long."""
    store = desk.port(MediaStore)  # a Protocol, named as a key
    place = store.place(key, seconds)
    if isinstance(place, str):
        return place
    until = str(int(desk.now().timestamp()) + seconds)
    return url_for("pieces.piece", key=key, until=until, mark=_mark(key, until))


def _mark(key: str, until: str) -> str:
    """Sign a key, an end and the session. A key of its own: `cookie` signs cookies."""
    secret = hmac.digest(desk.settings().secrets.cookie, b"media addresses", "sha256")
    session_id: UUID = current_user.card.session_id
    told = f"{key}\n{until}\n{session_id}"
    return hmac.new(secret, told.encode(), hashlib.sha256).hexdigest()


@bp.app_template_filter("gib")
def gib(size: int) -> str:
    """Write a size as people count films.

    >>> gib(3 * 2**30)
    '3.0 GB'
    """
    return f"{size / _GIB:.1f} GB" if size >= _GIB // 10 else f"{size / 2**20:.0f} MB"


# -- playlists ---------------------------------------------------------------------


def master(play: PlayCard, place: str) -> Response:
    """Answer with the list of qualities; `place` leads to each, by its lines.

    A browser that plays lists by itself asks for one quality by `?lines=`.
    """
    wanted = request.args.get("lines", "")
    chosen = [q for q in play.qualities if str(q.lines) == wanted] or play.qualities
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for one in chosen:
        size = f"RESOLUTION={one.width}x{one.height}"
        told = f'BANDWIDTH={one.bandwidth},{size},CODECS="{one.codecs}"'
        lines += [f"#EXT-X-STREAM-INF:{told}", place.replace("LINES", str(one.lines))]
    return _listed(lines)


def playlist(play: PlayCard, lines: int) -> Response:
    """Answer with the pieces of one quality, each under a signed address.

    Raises: NotFound.
    """
    found = next((q for q in play.qualities if q.lines == lines), None)
    if found is None:
        raise NotFound("film.unknown")
    return _listed(_pieces(found, _life(play)))


def _pieces(quality: QualityCard, seconds: int) -> Iterator[str]:
    place = address(quality.key, seconds)
    longest = max(length for length, _at, _size in quality.pieces)
    yield from ("#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-PLAYLIST-TYPE:VOD")
    yield f"#EXT-X-TARGETDURATION:{-(-longest // 1000)}"
    yield "#EXT-X-INDEPENDENT-SEGMENTS"
    yield f'#EXT-X-MAP:URI="{place}",BYTERANGE="{quality.head_bytes}@0"'
    for length, at, size in quality.pieces:
        yield f"#EXTINF:{length / 1000:.3f},"
        yield f"#EXT-X-BYTERANGE:{size}@{at}"
        yield place
    yield "#EXT-X-ENDLIST"


def thumbnails(play: PlayCard) -> Response:
    """Answer with where each small picture stands on its sheet, as WebVTT.

    Raises: NotFound.
    """
    sheet = play.sprite
    if play.sprite_key is None or not sheet:
        raise NotFound("film.unknown")
    place = address(play.sprite_key, _life(play))
    lines = ["WEBVTT", ""]
    for n in range(sheet["count"]):
        row, column = divmod(n, sheet["columns"])
        box = (
            f"{column * sheet['width']},{row * sheet['height']},"
            f"{sheet['width']},{sheet['height']}"
        )
        since, until = (_stamp(m * sheet["every"]) for m in (n, n + 1))
        lines += [f"{since} --> {until}", f"{place}#xywh={box}", ""]
    return _fresh("\n".join(lines), "text/vtt")


def _stamp(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.000"


def _life(play: PlayCard) -> int:
    """Say how long addresses live: a sitting, or twice a longer film."""
    return max(media.ADDRESS_SECONDS, 2 * play.seconds)


def _listed(lines: list[str] | Iterator[str]) -> Response:
    return _fresh("\n".join(lines) + "\n", _PLAYLIST)


def _fresh(text: str, kind: str) -> Response:
    response = Response(text, mimetype=kind)
    response.headers["Cache-Control"] = "private, no-store"
    return response
