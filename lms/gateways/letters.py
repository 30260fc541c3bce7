"""The desk's letters and lists as PDF. reportlab is imported when one is drawn."""

from pathlib import Path
from typing import TYPE_CHECKING

from lms.gateways.drawing.fonts import Fonts
from lms.registration.rules.letters import Letter, Listing

if TYPE_CHECKING:
    from lms.gateways.pdf.letters import LetterRoom


class PdfLetters:
    """Prints the desk's letters and lists: a port of `registration`."""

    def __init__(self, cache_dir: Path) -> None:
        self._fonts = Fonts(cache_dir / "fonts")

    def letter(self, letter: Letter) -> bytes:
        """Draw a letter."""
        return self._room().letter(letter)

    def listing(self, listing: Listing) -> bytes:
        """Draw a published list."""
        return self._room().listing(listing)

    def _room(self) -> "LetterRoom":
        from lms.gateways.pdf.letters import LetterRoom  # noqa: PLC0415 - slow to import, seldom wanted

        return LetterRoom(self._fonts)
