"""The fonts of the house as reportlab knows them."""

from lms.gateways.drawing.fonts import FILES, Fonts
from lms.gateways.pdf.embedded import EmbeddedFont, register


class Registered(dict[str, EmbeddedFont]):
    """Fonts by their key, made known to reportlab when first used."""

    def __init__(self, fonts: Fonts, use: str) -> None:
        super().__init__()
        self._shelf, self._use = fonts, use
        self[next(iter(FILES))]  # reportlab asks every canvas for a first font

    def __missing__(self, key: str) -> EmbeddedFont:
        found = self[key] = register(f"{self._use}-{key}", self._shelf.face(key))
        return found
