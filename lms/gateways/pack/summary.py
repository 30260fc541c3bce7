"""A plain document of titles and rows, page after page."""

from lms.gateways.drawing.fonts import Fonts
from lms.gateways.drawing.pen import Pen, Style
from lms.gateways.drawing.scene import Path, Scene, line
from lms.gateways.pdf.press import Press
from lms.gateways.pdf.registered import Registered

_SIZE = (210.0, 297.0)
_LEFT, _RIGHT, _TOP, _BOTTOM = 20.0, 190.0, 25.0, 277.0
_INK, _GREY = (0.1, 0.12, 0.16), (0.45, 0.48, 0.53)
_TITLE = Style("song", 5.2, _INK)
_LABEL = Style("song", 3.2, _GREY)
_VALUE = Style("song", 3.4, _INK)
_FOOT = Style("song", 2.8, _GREY)
_COLUMN = 62.0
_STEP = 6.4


class Sheet:
    """Rows under titles. Units: millimetres."""

    def __init__(self, fonts: Fonts, foot: str) -> None:
        self._fonts, self._foot = fonts, foot
        self._press = Press(_SIZE, Registered(fonts, "pack"))
        self._pages = 0
        self._begin()

    def _begin(self) -> None:
        self._scene = Scene()
        self._pen = Pen(self._scene, self._fonts)
        self._y = _TOP

    def _end(self) -> None:
        self._pages += 1
        self._pen.write(_LEFT, _BOTTOM + 9, f"{self._foot}    {self._pages}", _FOOT)
        self._press.draw(self._scene)

    def _room(self, height: float) -> None:
        if self._y + height > _BOTTOM:
            self._end()
            self._press.showPage()
            self._begin()

    def title(self, text: str) -> None:
        """Begin a part."""
        self._room(4 * _STEP)
        self._y += _STEP
        self._pen.write(_LEFT, self._y, self._plain(text), _TITLE)
        rule = line(_LEFT, self._y + 2.4, _RIGHT, self._y + 2.4)
        self._scene.add(Path(rule, stroke=_GREY, width=0.2))
        self._y += 1.5 * _STEP

    def row(self, label: str, text: str) -> None:
        """Write a label and what belongs to it, on as many lines as it needs."""
        rows = self._pen.wrap(self._plain(text), _VALUE, _RIGHT - _COLUMN, 0) or [""]
        self._room(len(rows) * _STEP)
        self._pen.write(_LEFT, self._y, self._plain(label), _LABEL)
        for row in rows:
            self._pen.write(_COLUMN, self._y, row, _VALUE)
            self._y += _STEP

    def _plain(self, text: str) -> str:
        """Leave out what no font of the house draws: the files beside it have all."""
        lacking = set(self._fonts.lacking("song", text))
        return "".join("〓" if one in lacking else one for one in text)

    def done(self) -> bytes:
        """End the last page and give the file."""
        self._end()
        return self._press.finish()
