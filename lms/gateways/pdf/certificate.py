"""Print certificates: the layers of an association once, the facts each time."""

from functools import lru_cache

import zxingcpp

from lms.credentials.rules import Facts
from lms.gateways.drawing import diploma
from lms.gateways.drawing.fonts import FILES, Fonts
from lms.gateways.pdf.embedded import EmbeddedFont, register
from lms.gateways.pdf.press import Layer, Press

_BLACK_IS_ONE = bytes(1 if grey < 128 else 0 for grey in range(256))  # noqa: PLR2004
_SIZE = (diploma.WIDTH, diploma.HEIGHT)


class Certificates:
    """Prints certificates of any association."""

    def __init__(self, fonts: Fonts, base_url: str) -> None:
        self._fonts = fonts
        self._base_url = base_url
        # The same face embeds twice: as part of the fixed layer, and for the facts.
        self._fixed = Registered(fonts, "fixed")
        self._free = Registered(fonts, "free")
        self._layers = lru_cache(maxsize=32)(self._encode)

    def _encode(self, issuer: str) -> tuple[Layer, ...]:
        press = Press(_SIZE, self._fixed)
        address = f"{self._base_url}/verify"
        return (
            press.encode("page", diploma.static(self._fonts, issuer, address)),
            press.encode("seal", diploma.stamp(self._fonts, issuer)),
        )

    def print(self, facts: Facts, photo: bytes | None) -> bytes:
        """Draw one certificate.

        Raises: MissingGlyph.
        """
        code = qr_rows(f"{self._base_url}/v/{facts.token}")
        scene = diploma.variable(self._fonts, facts, code, photo)
        layers = self._layers(facts.issuer)
        press = Press(_SIZE, self._free)
        press.take(layers)
        press.setTitle(f"继续教育合格证 {facts.number}")
        press.setAuthor(facts.issuer)
        press.setSubject(f"{self._base_url}/v/{facts.token}")
        press.setKeywords(facts.number)
        press.setCreator("Xueshi")
        press.setViewerPreference("DisplayDocTitle", "true")
        press.dated(f"D:{facts.issued_on:%Y%m%d}000000+08'00'")
        press.doForm(layers[0].form)
        press.draw(scene)
        press.setBlendMode("Multiply")  # ink over ink, as a stamp does
        press.doForm(layers[1].form)
        return press.finish()


class Registered(dict[str, EmbeddedFont]):
    """Fonts by their key, made known to reportlab when first used."""

    def __init__(self, fonts: Fonts, use: str) -> None:
        super().__init__()
        self._shelf, self._use = fonts, use
        self[next(iter(FILES))]  # reportlab asks every canvas for a first font

    def __missing__(self, key: str) -> EmbeddedFont:
        found = self[key] = register(f"{self._use}-{key}", self._shelf.face(key))
        return found


def qr_rows(text: str) -> tuple[bytes, ...]:
    """Encode a text as a QR code; 1 is black."""
    image = zxingcpp.create_barcode(
        text, zxingcpp.BarcodeFormat.QRCode, ec_level="M"
    ).to_image(scale=1, add_quiet_zones=False)
    view = memoryview(image)  # type: ignore[arg-type]
    side, flat = view.shape[1], view.tobytes()  # type: ignore[index]
    rows = (flat[i : i + side] for i in range(0, len(flat), side))
    return tuple(row.translate(_BLACK_IS_ONE) for row in rows)
