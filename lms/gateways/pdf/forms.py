"""Print the official forms: tables, promises and signatures, page after page.

All that is written is marked for who cannot see it: headings, tables whose labels head
their rows, promises, and what is pictured. Rules, shades and page numbers are not.
"""

from collections.abc import Iterable

from lms.gateways.drawing.fonts import Fonts, MissingGlyph
from lms.gateways.drawing.pen import Pen, Style
from lms.gateways.drawing.scene import Colour, Ink, Mark, Path, Scene, box, line
from lms.gateways.pdf.press import Press
from lms.gateways.pdf.registered import Registered
from lms.kernel.errors import Refused
from lms.registration.rules.dossier_forms import Sheet, Signing, Table

WIDTH, HEIGHT = 210.0, 297.0
_LEFT, _RIGHT, _BOTTOM = 20.0, 190.0, 276.0
_ROW, _LINE, _LABEL_ROOM = 9.2, 6.0, 27.0
_NARROW = 20.0
"""The label's room where three stand in a row."""

_SQUEEZE = 0.78
"""How much smaller a value may be written before it is broken into lines."""

_PHOTO = (29.0, 39.0)
_INK: Colour = (0.09, 0.13, 0.2)
_GREY: Colour = (0.36, 0.4, 0.46)
_RULE: Colour = (0.45, 0.5, 0.57)
_SHADE: Colour = (0.95, 0.96, 0.975)

_TITLE = Style("black", 7.4, _INK, spacing=1.2, align="centre")
_SMALL = Style("song", 3.0, _GREY)
_HEAD = Style("black", 4.2, _INK)
_LABEL = Style("song", 3.7, _GREY)
_VALUE = Style("kai", 4.3, _INK)
_BODY = Style("song", 4.1, _INK)
_SIGNED = Style("kai", 4.6, _INK)


class SheetPress:
    """Lays one form out and prints it."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        self._embedded = Registered(fonts, "form")

    def print(self, sheet: Sheet) -> bytes:
        """Draw a form.

        Raises: Refused when no font of the house draws a character.
        """
        try:
            pages = _Layout(self._fonts).lay(sheet)
        except MissingGlyph as missing:
            raise Refused("form.glyph", signs=missing.characters) from missing
        press = Press((WIDTH, HEIGHT), self._embedded)
        press.setTitle(f"{sheet.title} {sheet.number}")
        press.setCreator("Xueshi")
        press.setViewerPreference("DisplayDocTitle", "true")
        for place, page in enumerate(pages):
            if place:
                press.showPage()
            press.draw(page)
        return press.finish()


class _Layout:
    """Writes from the top down; what does not fit goes to the next page."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        self._pages: list[Scene] = []
        self._parts = 0
        self._turn()

    def _turn(self) -> None:
        self._pages.append(Scene())
        self._pen = Pen(self._page, self._fonts)
        self._y = 22.0

    @property
    def _page(self) -> Scene:
        return self._pages[-1]

    def _part(self, *roles: str, alt: str = "") -> int:
        """Begin the next part of what is read; give its place."""
        self._parts += 1
        if roles:
            self._page.add(Mark(roles, (self._parts,), alt))
        return self._parts

    def lay(self, sheet: Sheet) -> list[Scene]:
        """Lay a whole form out."""
        self._part("H1")
        self._pen.write(WIDTH / 2, 28.5, sheet.title, _TITLE)
        number = Style("song", 3.2, _GREY, align="right")
        self._part("P")
        self._pen.write(_RIGHT, 38, f"申请编号：{sheet.number}", number)
        self._y = 41.0
        for place, table in enumerate(sheet.tables):
            self._table(table, sheet.photo if place == 0 else None, first=place == 0)
        for signing in sheet.signings:
            self._signing(signing)
        self._feet(sheet)
        return self._pages

    def _feet(self, sheet: Sheet) -> None:
        for place, page in enumerate(self._pages, start=1):
            page.add(Mark())
            pen = Pen(page, self._fonts)
            pen.fit(_LEFT, 287, sheet.foot, _SMALL, 140)
            count = f"第 {place} 页，共 {len(self._pages)} 页"
            pen.write(_RIGHT, 287, count, Style("song", 3.0, _GREY, align="right"))

    # -- tables -------------------------------------------------------------------

    def _table(self, table: Table, photo: bytes | None, *, first: bool) -> None:
        wants_photo = first and (photo is not None or len(table.rows) > 3)  # noqa: PLR2004 - a shorter table has no room for it
        room = _RIGHT - _LEFT - (_PHOTO[0] if wants_photo else 0)
        least = _ROW
        if wants_photo:
            least = max(_ROW, _PHOTO[1] / len(table.rows))
        heights = [self._height(row, room, least) for row in table.rows]
        self._room_for(heights[0] + 9)
        if table.title:
            self._y += 7.8
            self._part("H2")
            self._pen.write(_LEFT, self._y - 1.8, table.title, _HEAD)
        top, here = self._y, self._part()
        for place, (row, high) in enumerate(zip(table.rows, heights, strict=True)):
            if self._y + high > _BOTTOM:
                self._turn()
                top = self._y
            self._row(row, room, high, (here, place))
        if wants_photo:
            self._photo(top, photo)

    def _photo(self, top: float, photo: bytes | None) -> None:
        x, high = _RIGHT - _PHOTO[0], self._y - top
        self._rule(box(x, top, _PHOTO[0], high))
        if photo is None:
            style = Style("song", 3.4, _GREY, align="centre")
            self._part("P")
            self._pen.write(x + _PHOTO[0] / 2, top + high / 2, "一寸白底照片", style)
            return
        self._part("Figure", alt="申请人照片")
        self._page.add(Ink(x + 2, top + (high - 35) / 2, _PHOTO[0] - 4, 35.0, photo))

    def _height(
        self, row: tuple[tuple[str, str], ...], room: float, least: float
    ) -> float:
        lines = max(
            len(self._lines(value, inside))
            for (_label, value), (_x, _shade, inside) in zip(
                row, _cells(len(row), room), strict=True
            )
        )
        return max(least, lines * _LINE + 4)

    def _lines(self, value: str, inside: float) -> list[str]:
        if self._pen.width(value, _VALUE) * _SQUEEZE <= inside:
            return [value]
        return self._pen.wrap(value, _VALUE, inside, 0)

    def _row(
        self,
        row: tuple[tuple[str, str], ...],
        room: float,
        high: float,
        number: tuple[int, int],
    ) -> None:
        """Write a row; `number` is its table's and its own. A label heads its value."""
        y, middle = self._y, self._y + high / 2
        cells = _cells(len(row), room)
        for n, (label, value) in enumerate(row):
            x, shade, inside = cells[n]
            ground = box(x, y, shade, high)
            self._page.add(Mark(), Path(ground, fill=_SHADE, stroke=_RULE, width=0.2))
            self._rule(box(x + shade, y, inside + 4, high))
            self._page.add(Mark(("Table", "TR", "TH"), (*number, 2 * n)))
            self._pen.fit(x + 2, middle + 1.3, label, _LABEL, shade - 4)
            self._page.add(Mark(("Table", "TR", "TD"), (*number, 2 * n + 1)))
            self._value(x + shade + 2, middle, value, inside)
        self._y += high

    def _value(self, x: float, middle: float, value: str, inside: float) -> None:
        lines = self._lines(value, inside)
        first = middle + 1.5 - (len(lines) - 1) * _LINE / 2
        for n, text in enumerate(lines):
            self._pen.fit(x, first + n * _LINE, text, _VALUE, inside)

    def _rule(self, steps: Iterable[tuple[str, tuple[float, ...]]]) -> None:
        """Draw what is nothing to read."""
        self._page.add(Mark(), Path(tuple(steps), stroke=_RULE, width=0.2))

    # -- promises -----------------------------------------------------------------

    def _signing(self, signing: Signing) -> None:
        lines = [
            text
            for part in signing.words.splitlines()
            for text in self._pen.wrap(part, _BODY, _RIGHT - _LEFT - 10, 8.2)
        ]
        high = 12 + len(lines) * 6.6 + 26
        self._room_for(min(high, _BOTTOM - 22))
        self._y += 5
        top = self._y
        self._part("H2")
        self._pen.write(_LEFT + 4, self._y + 7.5, signing.title, _HEAD)
        self._y += 14.5
        here = self._part()
        for n, text in enumerate(lines):
            if self._y > _BOTTOM:
                self._rule(box(_LEFT, top, _RIGHT - _LEFT, self._y - top - 3))
                self._turn()
                top, self._y = self._y, self._y + 6
            self._page.add(Mark(("P",), (here,)))
            indent = 8.2 if n == 0 else 0
            self._pen.write(_LEFT + 5 + indent, self._y, text, _BODY)
            self._y += 6.6
        self._sign_here(signing)
        self._rule(box(_LEFT, top, _RIGHT - _LEFT, self._y - top))

    def _sign_here(self, signing: Signing) -> None:
        y = self._y + 10
        right = Style("song", 4.1, _INK, align="right")
        here = self._part()
        self._page.add(Mark(("P", "Span"), (here, 0)))
        self._pen.write(112, y, f"{signing.label}：", right)
        self._rule(line(113, y + 1.5, 160, y + 1.5))
        if signing.picture is not None:
            self._page.add(Mark(("P", "Figure"), (here, 1), f"{signing.label}：手写"))
            self._page.add(Ink(114, y - 12, 44.0, 13.0, signing.picture))
        elif signing.name:
            self._page.add(Mark(("P", "Span"), (here, 1)))
            self._pen.fit(115, y, signing.name, _SIGNED, 44)
        when = signing.day or "　　年　　月　　日"
        self._part("P")
        self._pen.write(_RIGHT - 5, y + 8, when, right)
        if signing.seal:
            self._part("P")
            self._pen.write(_LEFT + 5, y + 8, signing.seal, _LABEL)
        self._y = y + 11.5

    def _room_for(self, high: float) -> None:
        if self._y + high > _BOTTOM:
            self._turn()


def _cells(count: int, room: float) -> list[tuple[float, float, float]]:
    """Place the cells of a row: left edge, room of the label, room of the value."""
    shade = _LABEL_ROOM if count < 3 else _NARROW  # noqa: PLR2004 - a third makes them narrow
    each = room / count
    return [(_LEFT + n * each, shade, each - shade - 4) for n in range(count)]
