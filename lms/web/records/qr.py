"""QR codes for pages."""

import zxingcpp

from lms.credentials import queries
from lms.credentials.ports import FileReader
from lms.credentials.queries import Holding
from lms.credentials.rules import FileKind
from lms.kernel.errors import NotFound
from lms.web import desk


def printed_words(held: Holding) -> str:
    """Give what stands behind the "#" of a certificate's printed code, with the "#".

    It is read from the sealed file itself, so that screen and paper say the same and
    whoever scans either can check it without a network. "" where none was printed.
    """
    try:
        body = queries.open_form(desk.reading(), held, FileKind.OFD)
    except NotFound:
        return ""
    address, mark, payload = desk.port(FileReader).code(body).partition("#")
    return mark + payload if address.endswith(f"/v/{held.token}") else ""


def qr_path(text: str) -> tuple[int, str]:
    """Draw a QR code as one SVG path; with it, how many modules a side has."""
    image = zxingcpp.create_barcode(
        text, zxingcpp.BarcodeFormat.QRCode, ec_level="M"
    ).to_image(scale=1, add_quiet_zones=False)
    view = memoryview(image)  # type: ignore[arg-type]  # an image of zxing is a buffer
    side, flat = view.shape[1], view.tobytes()  # type: ignore[index]  # of two dimensions
    path = "".join(
        f"M{i % side} {i // side}h1v1h-1z" for i, grey in enumerate(flat) if not grey
    )
    return side, path
