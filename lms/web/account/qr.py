"""Draw a QR code that a page can carry inside itself."""

from typing import Any
from urllib.parse import quote

import zxingcpp

_QUIET = 4


def picture(text: str) -> str:
    """Draw a text as a data URI of an SVG, with the quiet zone that cameras need."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    rows = _modules(code)
    size = len(rows) + 2 * _QUIET
    dark = "".join(
        f"M{x + _QUIET} {y + _QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        f'shape-rendering="crispEdges"><rect width="{size}" height="{size}" '
        f'fill="#fff"/><path d="{dark}"/></svg>'
    )
    return "data:image/svg+xml," + quote(svg)


def _modules(code: "zxingcpp.Barcode") -> list[list[bool]]:
    """Read the matrix back, one value for each module, without margins."""
    # The binding does not tell type checkers that its image is a buffer.
    raw: Any = code.to_image(scale=1, add_quiet_zones=False)
    rows: Any = memoryview(raw).tolist()
    return [[shade == 0 for shade in row] for row in rows]
