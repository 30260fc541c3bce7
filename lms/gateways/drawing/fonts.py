"""The fonts of the house, and which of them draws a character."""

import lzma
import os
from functools import lru_cache
from pathlib import Path
from threading import Lock

from lms.gateways.drawing.faces import Face

PACKED = Path(__file__).parent / "fonts"

FILES = {
    "black": "noto-serif-sc-black-1",
    "song": "noto-serif-sc-semibold-1",
    "kai": "xueshi-kai-1",
    "rare": "xueshi-rare-song-1",
}
CHAINS = {
    "black": ("black", "song", "kai", "rare"),
    "song": ("song", "kai", "rare"),
    "kai": ("kai", "song", "rare"),
}
"""For each manner of writing, the fonts that are asked in turn."""


class MissingGlyph(ValueError):
    """No font of the house draws these characters."""

    def __init__(self, characters: str) -> None:
        super().__init__(" ".join(f"U+{ord(c):04X}" for c in characters))
        self.characters = characters


class Fonts:
    """The shelf of fonts: unpacked once into a cache folder, mapped when touched."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._faces: dict[str, Face] = {}
        self._lock = Lock()
        self.find = lru_cache(maxsize=16384)(self._find)

    def face(self, key: str) -> Face:
        """Give a font."""
        found = self._faces.get(key)
        if found is None:
            with self._lock:
                found = self._faces.get(key) or Face(self._unpack(FILES[key]))
                self._faces[key] = found
        return found

    def _unpack(self, name: str) -> Path:
        """Unpack a font unless it is there; two processes may try at once."""
        path = self._cache / f"{name}.ttf"
        if not path.exists():
            self._cache.mkdir(parents=True, exist_ok=True)
            raw = lzma.decompress((PACKED / f"{name}.ttf.xz").read_bytes())
            draft = path.with_suffix(f".{os.getpid()}.part")
            draft.write_bytes(raw)
            draft.replace(path)
        return path

    def _find(self, manner: str, character: str) -> tuple[str, float] | None:
        """Give the font that draws a character, and how far it advances there."""
        for key in CHAINS[manner]:
            face = self.face(key)
            if face.has(character):
                return key, face.width(character)
        return None

    def lacking(self, manner: str, text: str) -> str:
        """Name the characters that none of a manner's fonts draws."""
        return "".join(c for c in dict.fromkeys(text) if self.find(manner, c) is None)

    def runs(self, manner: str, text: str) -> list[tuple[str, str]]:
        """Cut a text into pieces of one font each.

        Raises: MissingGlyph.
        """
        pieces: list[tuple[str, str]] = []
        for character in text:
            found = self.find(manner, character)
            if found is None:
                raise MissingGlyph(self.lacking(manner, text))
            if pieces and pieces[-1][0] == found[0]:
                pieces[-1] = (found[0], pieces[-1][1] + character)
            else:
                pieces.append((found[0], character))
        return pieces

    def width(self, manner: str, text: str, size: float) -> float:
        """Measure a text. Units: those of `size`.

        Raises: MissingGlyph.
        """
        advance = 0.0
        for character in text:
            found = self.find(manner, character)
            if found is None:
                raise MissingGlyph(self.lacking(manner, text))
            advance += found[1]
        return size * advance
