"""Certificates as files. What draws and seals them is imported with the first."""

from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from lms.credentials.rules import CopyMark, Facts, Likeness, PrintedRegistration
from lms.credentials.rules.designs import Design
from lms.credentials.rules.files import Printed, Seals
from lms.gateways.drawing import diploma
from lms.gateways.drawing.fonts import Fonts
from lms.gateways.drawing.registration import written

if TYPE_CHECKING:
    from lms.gateways.printing.completion import Certificates
    from lms.gateways.printing.registration import Registrations


class CertificatePrinter:
    """Prints certificates of continuing education. A specimen says that it is one."""

    def __init__(self, cache_dir: Path, base_url: str, *, specimen: bool) -> None:
        self._fonts = Fonts(cache_dir / "fonts")
        self._base_url = base_url
        self._specimen = specimen
        self._ready: Certificates | None = None
        self._lock = Lock()

    def lacking(self, facts: Facts) -> str:
        """Name the characters that no font of the house can draw; "" when none."""
        return self._fonts.lacking("kai", diploma.written(facts) + facts.issuer)

    def print(
        self, facts: Facts, photo: bytes | None, design: Design, seals: Seals
    ) -> Printed:
        """Draw the certificate in all forms. Units: `photo` is a JPEG.

        Raises: MissingGlyph; Refused("signing.no_keys"); Unavailable.
        """
        chosen = replace(design, demonstration=self._specimen)
        return self._press().print(facts, photo, chosen, seals)

    def _press(self) -> "Certificates":
        with self._lock:
            if self._ready is None:
                from lms.gateways.printing.completion import (  # noqa: PLC0415 - slow to import, seldom wanted
                    Certificates,
                )

                self._ready = Certificates(self._fonts, self._base_url)
            return self._ready


class RegistrationCertificatePrinter:
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
        self, facts: PrintedRegistration, likeness: Likeness, seals: Seals
    ) -> Printed:
        """Draw the certificate in all forms.

        Raises: MissingGlyph; Refused("signing.no_keys"); Unavailable.
        """
        return self._press().print(facts, likeness, seals)

    def lend(
        self,
        facts: PrintedRegistration,
        likeness: Likeness,
        copy: CopyMark,
        seals: Seals,
    ) -> bytes:
        """Draw the use copy that `copy` marks, as a signed PDF.

        Raises: MissingGlyph; Refused("signing.no_keys"); Unavailable.
        """
        return self._press().lend(facts, likeness, copy, seals)

    def _press(self) -> "Registrations":
        with self._lock:
            if self._ready is None:
                from lms.gateways.printing.registration import (  # noqa: PLC0415 - slow to import, seldom wanted
                    Registrations,
                )

                self._ready = Registrations(
                    self._fonts, self._base_url, specimen=self._specimen
                )
            return self._ready
