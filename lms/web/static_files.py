"""Static files, the large ones packed for who can unpack them."""

import gzip
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue

_LARGE = 100_000
_PACKED = {".js", ".css"}


def register(app: Flask) -> None:
    """Send large scripts and sheets packed; all else as Flask does."""
    plain: Callable[..., Any] = app.view_functions["static"]
    folder = Path(app.static_folder or "")

    def static(filename: str) -> ResponseReturnValue:
        file = folder / filename
        response: Response = plain(filename=filename)
        packs = request.accept_encodings.quality("gzip") > 0
        large = (
            response.status_code == 200  # noqa: PLR2004 - not a part, not "unchanged"
            and file.suffix in _PACKED
            and (response.content_length or 0) > _LARGE
        )
        if not large or not packs:
            return response
        packed = Response(_packed(str(file)), 200, response.headers)
        packed.headers["Content-Encoding"] = "gzip"
        packed.headers["Content-Length"] = str(packed.content_length)
        packed.headers.add("Vary", "Accept-Encoding")
        response.close()
        return packed

    app.view_functions["static"] = static


@lru_cache(maxsize=16)
def _packed(file: str) -> bytes:
    # The file is one of ours and stays what it is while this process lives.
    return gzip.compress(Path(file).read_bytes(), 9, mtime=0)
