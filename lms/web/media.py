"""Send what the media store keeps: a file of this machine, or the way to another."""

from flask import Response, send_file

from lms.catalogue.ports import MediaStore
from lms.web import desk

ADDRESS_SECONDS = 4 * 3600
"""How long an address outside this house is good: a film, and a pause in it."""


def sent(key: str, cache: str, *, seconds: int = ADDRESS_SECONDS) -> Response:
    """Answer with a stored file, by ranges. `cache` says who may keep it.

    From another machine the browser fetches it itself, by an address that expires; that
    address is nobody's to keep.

    Raises: NotFound.
    """
    store = desk.port(MediaStore)  # a Protocol, named as a key
    place = store.place(key, seconds)
    if isinstance(place, str):
        response = Response(status=302, headers={"Location": place})
        response.headers["Cache-Control"] = "private, no-store"
        return response
    response = send_file(place, conditional=True, etag=key)
    response.headers["Cache-Control"] = cache
    return response
