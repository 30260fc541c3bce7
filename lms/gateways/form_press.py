"""Official forms as PDF: a port of the dossier. reportlab comes with the first one."""

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from lms.gateways.drawing.fonts import Fonts
from lms.registration.rules.dossier_forms import Sheet

if TYPE_CHECKING:
    from lms.gateways.pdf.forms import SheetPress


class PdfFormPress:
    """`FormPress` on this machine."""

    def __init__(self, cache_dir: Path) -> None:
        self._fonts = Fonts(cache_dir / "fonts")
        self._ready: SheetPress | None = None
        self._lock = Lock()

    def print(self, sheet: Sheet) -> bytes:
        """Draw a form; one at a time, since fonts are counted while they are drawn."""
        with self._lock:
            if self._ready is None:
                from lms.gateways.pdf.forms import SheetPress  # noqa: PLC0415 - slow to import, seldom wanted

                self._ready = SheetPress(self._fonts)
            return self._ready.print(sheet)
