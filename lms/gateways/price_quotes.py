"""Quotes as PDF. reportlab is imported when one is drawn."""

from pathlib import Path

from lms.commerce.rules.seats import QuotePaper
from lms.gateways.drawing.fonts import Fonts


class PdfQuotes:
    """Prints quotes: a port of `commerce`."""

    def __init__(self, cache_dir: Path, *, specimen: bool) -> None:
        self._fonts = Fonts(cache_dir / "fonts")
        self._specimen = specimen

    def quote(self, paper: QuotePaper) -> bytes:
        """Draw a quote, with the seller's seal over its name."""
        from lms.gateways.pdf.quotes import draw  # noqa: PLC0415 - slow to import, seldom wanted

        return draw(self._fonts, paper, specimen=self._specimen)
