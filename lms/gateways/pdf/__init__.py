"""Certificates as PDF files. reportlab is imported when the first one is printed."""

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from lms.credentials.rules import CopyMark, Facts, Likeness, PrintedRegistration
from lms.gateways.drawing import diploma
from lms.gateways.drawing.fonts import Fonts
from lms.gateways.drawing.registration import written

if TYPE_CHECKING:
    from lms.gateways.pdf.certificate import Certificates
    from lms.gateways.pdf.registration import Registrations


class PdfPrinter:
    """Prints certificates: the port of `credentials`."""

    def __init__(self, cache_dir: Path, base_url: str) -> None:
        self._fonts = Fonts(cache_dir / "fonts")
        self._base_url = base_url
        self._ready: Certificates | None = None
        self._lock = Lock()

    def lacking(self, facts: Facts) -> str:
        """Name the characters that no font of the house can draw; "" when none."""
        return self._fonts.lacking("kai", diploma.written(facts) + facts.issuer)

    def print(self, facts: Facts, photo: bytes | None) -> bytes:
        """Draw the certificate. Units: `photo` is a JPEG.

        Raises: MissingGlyph.
        """
        return self._press().print(facts, photo)

    def _press(self) -> "Certificates":
        with self._lock:
            if self._ready is None:
                from lms.gateways.pdf.certificate import Certificates  # noqa: PLC0415

                self._ready = Certificates(self._fonts, self._base_url)
            return self._ready


class RegistrationPdfPrinter:
    """Prints registration certificates. A specimen says so across the page."""

    def __init__(self, cache_dir: Path, base_url: str, *, specimen: bool) -> None:
        self._fonts = Fonts(cache_dir / "fonts")
        self._base_url = base_url
        self._specimen = specimen
        self._ready: Registrations | None = None
        self._lock = Lock()

    def lacking(self, facts: PrintedRegistration) -> str:
        """Name the characters that no font of the house can draw; "" when none."""
        return self._fonts.lacking("kai", written(facts))

    def print(
        self,
        facts: PrintedRegistration,
        likeness: Likeness,
        copy: CopyMark | None = None,
    ) -> bytes:
        """Draw the certificate, or the use copy that `copy` marks.

        Raises: MissingGlyph.
        """
        return self._press().print(facts, likeness, copy)

    def _press(self) -> "Registrations":
        with self._lock:
            if self._ready is None:
                from lms.gateways.pdf.registration import (  # noqa: PLC0415
                    Registrations,
                )

                self._ready = Registrations(
                    self._fonts, self._base_url, specimen=self._specimen
                )
            return self._ready
