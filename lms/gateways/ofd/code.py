"""Read the QR code that an OFD of this house shows, from its drawing alone."""

import re

import zxingcpp

from lms.gateways.ofd.archive import NAMES, Package, Unreadable

_PAGE = "Doc_0/Pages/Page_0/Content.xml"
_RUN = re.compile(r"M (\d+) (\d+) L (\d+) \d+ L \d+ \d+ L \d+ \d+ C ?")
_SMALLEST, _LARGEST = 21, 177
"""Of a QR code. Units: modules a side."""

_QUIET = 4


def code(data: bytes) -> str:
    """Give the words of the code on page one; "" where there is none.

    The file is one that the house issued; what it shows is what was printed.
    """
    try:
        page = Package(data).xml(_PAGE)
    except Unreadable:
        return ""
    for shape in page.iter(f"{NAMES}AbbreviatedData"):
        found = _read(shape.text or "")
        if found:
            return found
    return ""


def _read(shape: str) -> str:
    """Read one shape as rows of black modules; "" for what is no code."""
    runs = [tuple(map(int, one)) for one in _RUN.findall(shape)]
    side = max((right for _, _, right in runs), default=0)
    if not _SMALLEST <= side <= _LARGEST or _RUN.sub("", shape):
        return ""
    whole = side + 2 * _QUIET
    rows = [bytearray(b"\xff" * whole) for _ in range(whole)]
    for left, top, right in runs:
        if top >= side or right <= left:
            return ""
        rows[top + _QUIET][left + _QUIET : right + _QUIET] = bytes(right - left)
    picture = memoryview(b"".join(rows)).cast("B", (whole, whole))
    kind = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    found = zxingcpp.read_barcodes(picture, kind, is_pure=True)
    return str(found[0].text) if found else ""
