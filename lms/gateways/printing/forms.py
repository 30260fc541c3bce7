"""Print one scene in both forms: PDF and OFD, signed and sealed."""

from dataclasses import dataclass
from datetime import datetime

from lms.credentials.rules.files import Printed
from lms.gateways.drawing.diploma import HEIGHT, WIDTH
from lms.gateways.drawing.fonts import Fonts
from lms.gateways.drawing.scene import Scene
from lms.gateways.drawing.seal import RADIUS
from lms.gateways.ofd.seal import Sealing
from lms.gateways.ofd.writer import About, OfdPrinter
from lms.gateways.ofd.writer import Layer as OfdLayer
from lms.gateways.pdf.enclosing import Attachment
from lms.gateways.pdf.pades import Seal, Signing
from lms.gateways.pdf.press import Layer as PdfLayer
from lms.gateways.pdf.press import Press
from lms.gateways.pdf.registered import Registered
from lms.signing.rules import Key, Ring

_SIZE = (WIDTH, HEIGHT)
_SEAL = "seal"
_ACROSS = 2 * RADIUS
_MIME = "application/vc"


@dataclass(frozen=True, slots=True)
class Shared:
    """What many certificates share, encoded for both forms.

    Units: `seal` is the middle of the seal, in millimetres.
    """

    pdf: tuple[PdfLayer, ...]
    ofd: OfdLayer
    seal: tuple[float, float]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Give the box of the seal: left, top, width, height."""
        return self.seal[0] - RADIUS, self.seal[1] - RADIUS, _ACROSS, _ACROSS


@dataclass(frozen=True, slots=True)
class Sheet:
    """One certificate, ready to print. `attach` is its credential: name and bytes."""

    shared: Shared
    scene: Scene
    about: About
    attach: tuple[str, bytes] | None = None


class Forms:
    """Prints sheets in both forms with the fonts of the house."""

    def __init__(self, fonts: Fonts, use: str) -> None:
        # The same face embeds twice: as part of the fixed layer, and for the facts.
        self._fixed = Registered(fonts, f"{use}-fixed")
        self._free = Registered(fonts, f"{use}-free")
        self._ofd = OfdPrinter(fonts)

    def share(self, page: Scene, stamp: Scene, seal: tuple[float, float]) -> Shared:
        """Encode what many certificates share; keep it, for this takes a while."""
        press = Press(_SIZE, self._fixed)
        layers = (press.encode("page", page), press.encode(_SEAL, stamp))
        return Shared(layers, self._ofd.encode(page), seal)

    def sealed(self, sheet: Sheet, ring: Ring, at: datetime, token: bytes) -> Printed:
        """Print a sheet in all forms; `token` says the same as what is attached.

        Raises: MissingGlyph; Unavailable when a key lies outside.
        """
        return Printed(
            pdf=self.pdf(sheet, ring.document, at),
            ofd=self.ofd(sheet, ring.seal, at),
            credential=sheet.attach[1] if sheet.attach else b"",
            token=token,
        )

    def pdf(self, sheet: Sheet, key: Key, at: datetime) -> bytes:
        """Print a PDF, signed as it is written; the seal is the signature's picture.

        Raises: MissingGlyph; Unavailable when the key lies outside.
        """
        shared, about = sheet.shared, sheet.about
        press = Press(_SIZE, self._free)
        press.take(shared.pdf)
        press.setTitle(about.title)
        press.setAuthor(about.author)
        press.setSubject(about.link)
        press.setKeywords(about.number)
        press.setCreator("Xueshi")
        press.setViewerPreference("DisplayDocTitle", "true")
        press.dated(f"D:{about.made_on:%Y%m%d}000000+08'00'")
        press.doForm(shared.pdf[0].form)
        press.draw(sheet.scene)
        seal = Seal(_SEAL, *shared.box, alt=f"{about.author}电子签章")
        signing = Signing(key, at, about.title, about.author, seal=seal)
        return press.finish(_attachments(sheet), signing)

    def ofd(self, sheet: Sheet, key: Key, at: datetime) -> bytes:
        """Print an OFD, sealed over every entry of the package.

        Raises: MissingGlyph; Unavailable when the key lies outside.
        """
        sealing = Sealing(key, at, sheet.shared.box)
        return self._ofd.print(
            sheet.shared.ofd, sheet.scene, sheet.about, sealing, sheet.attach
        )


def _attachments(sheet: Sheet) -> tuple[Attachment, ...]:
    if sheet.attach is None:
        return ()
    name, data = sheet.attach
    return (Attachment(name, _MIME, data, "可验证凭证"),)
