"""The floor: what the server itself costs when the application does nothing."""

from collections.abc import Callable, Iterable
from typing import Any

BODY = b"ok"


def app(_environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answer at once."""
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [BODY]
