"""Draw the desk's letters and lists: plain A4, as offices write."""

from lms.gateways.drawing.fonts import Fonts
from lms.gateways.drawing.pen import Pen, Style
from lms.gateways.drawing.scene import Mark, Path, Scene, box, line
from lms.gateways.drawing.seal import RADIUS, seal
from lms.gateways.pdf.press import Press
from lms.gateways.pdf.registered import Registered
from lms.registration.rules.letters import Letter, Listing, day

_SIZE = (210.0, 297.0)
_LEFT, _RIGHT, _TOP, _BOTTOM = 26.0, 184.0, 37.0, 268.0
_INK = (0.07, 0.08, 0.1)
_GREY = (0.42, 0.45, 0.5)
_RED = (0.79, 0.07, 0.09)
_OFFICE = Style("black", 6.4, _RED, spacing=0.6, align="center")
_TITLE = Style("black", 7.2, _INK, spacing=1.2, align="center")
_NUMBER = Style("song", 4.0, _INK, align="center")
_TEXT = Style("song", 4.6, _INK)
_FACT = Style("song", 4.0, _GREY)
_RIGHTWARD = Style("song", 4.6, _INK, align="right")
_FOOT = Style("song", 3.0, _GREY)
_CELL = Style("song", 3.5, _INK)
_HEAD = Style("song", 3.5, _GREY)
_LINE = 8.2
_ROW = 7.6
_PURPOSE = "行政审批专用章"
_MOST_ON_SEAL = 26


class LetterRoom:
    """Draws letters and lists: the port of `registration`."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts

    def letter(self, letter: Letter) -> bytes:
        """Draw a letter."""
        page = Paper(self._fonts, f"{letter.title} {letter.number}")
        page.head(letter.signed, letter.title, letter.number)
        page.facts(letter.facts)
        page.text(f"{letter.to}：", indent=False)
        for paragraph in letter.paragraphs:
            page.text(paragraph)
        for place, item in enumerate(letter.items, 1):
            page.text(f"{place}．{item}")
        for paragraph in letter.after:
            page.text(paragraph)
        page.sign(letter.signed, day(letter.on))
        return page.done()

    def listing(self, listing: Listing) -> bytes:
        """Draw a list."""
        page = Paper(self._fonts, f"{listing.title} {listing.number}")
        page.head(listing.signed, listing.title, listing.number)
        for paragraph in listing.paragraphs:
            page.text(paragraph)
        page.table(listing.columns, listing.rows)
        page.sign(listing.signed, day(listing.on))
        return page.done()


class Paper:
    """One document, page after page. Units: millimetres."""

    def __init__(self, fonts: Fonts, foot: str) -> None:
        self._fonts, self._foot = fonts, foot
        self._press = Press(_SIZE, Registered(fonts, "letter"))
        self._press.setTitle(foot)
        self._pages = self._parts = 0
        self._begin()

    def _begin(self) -> None:
        self._scene = Scene()
        self._pen = Pen(self._scene, self._fonts)
        self._y = _TOP

    def _end(self) -> None:
        self._pages += 1
        self._scene.add(Mark())
        foot = self._plain(f"{self._foot}    第 {self._pages} 页")
        self._pen.write(_LEFT, _BOTTOM + 15, foot, _FOOT)
        self._press.draw(self._scene)

    def _part(self, *roles: str, alt: str = "") -> tuple[int, ...]:
        """Begin the next part of what is read; give its place."""
        self._parts += 1
        place = (self._parts,)
        if roles:
            self._scene.add(Mark(roles, place, alt))
        return place

    def _room(self, height: float) -> None:
        if self._y + height > _BOTTOM:
            self._end()
            self._press.showPage()
            self._begin()

    def head(self, office: str, title: str, number: str) -> None:
        """Write the red head, the title and the number."""
        middle = (_LEFT + _RIGHT) / 2
        self._part("P")
        self._pen.fit(middle, self._y, self._plain(office), _OFFICE, _RIGHT - _LEFT)
        rule = line(_LEFT, self._y + 5, _RIGHT, self._y + 5)
        self._scene.add(Mark(), Path(rule, stroke=_RED, width=0.7))
        self._y += 21
        title = self._plain(title)
        self._part("H1")
        self._pen.fit(middle, self._y, title, _TITLE, _RIGHT - _LEFT)
        self._y += 9
        self._part("P")
        self._pen.write(middle, self._y, self._plain(number), _NUMBER)
        self._y += 11

    def facts(self, pairs: tuple[tuple[str, str], ...]) -> None:
        """Write what it is about, in a frame."""
        rows = [
            (fact, label, row, place == 0)
            for fact, (label, value) in enumerate(pairs)
            for place, row in enumerate(self._rows(value, _FACT, 118))
        ]
        height = len(rows) * 6.6 + 5
        frame = box(_LEFT, self._y - 5, _RIGHT - _LEFT, height)
        self._scene.add(Mark(), Path(frame, stroke=_GREY))
        roles, (here,) = ("Div", "P", "Span"), self._part()
        self._y += 1.4
        ink = Style("song", 4.0, _INK)
        for fact, label, row, first in rows:
            if first:
                self._scene.add(Mark(roles, (here, fact, 0)))
                self._pen.write(_LEFT + 5, self._y, label, _FACT)
            self._scene.add(Mark(roles, (here, fact, 1)))
            self._pen.write(_LEFT + 32, self._y, row, ink)
            self._y += 6.6
        self._y += 8

    def text(self, words: str, *, indent: bool = True) -> None:
        """Write a paragraph."""
        lead = 2 * _TEXT.size if indent else 0.0
        here = self._part()
        for place, row in enumerate(self._rows(words, _TEXT, _RIGHT - _LEFT, lead)):
            self._room(_LINE)
            x = _LEFT + (lead if place == 0 else 0.0)
            self._scene.add(Mark(("P",), here))
            self._pen.write(x, self._y, row, _TEXT)
            self._y += _LINE

    def table(
        self, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]
    ) -> None:
        """Write a table whose head stands again on every page."""
        places = self.places(len(columns))
        self._y += 2
        (here,) = self._part()
        self._line(columns, places, _HEAD, (here, 0))
        for number, row in enumerate(rows, 1):
            high = self._height(row, places)
            if self._y + high > _BOTTOM:
                self._room(high)
                self._line(columns, places, _HEAD)
            self._line(row, places, _CELL, (here, number))
        self._y += 4

    @staticmethod
    def places(count: int) -> list[tuple[float, float]]:
        """Share the width: a narrow first column for the number, the rest alike."""
        first = 12.0
        wide = (_RIGHT - _LEFT - first) / (count - 1)
        starts = [_LEFT] + [_LEFT + first + wide * n for n in range(count - 1)]
        return [(x, (first if n == 0 else wide) - 3) for n, x in enumerate(starts)]

    def _height(self, row: tuple[str, ...], places: list[tuple[float, float]]) -> float:
        most = max(
            len(self._rows(cell, _CELL, wide))
            for cell, (_x, wide) in zip(row, places, strict=True)
        )
        return _ROW + (most - 1) * 4.8

    def _line(
        self,
        row: tuple[str, ...],
        places: list[tuple[float, float]],
        style: Style,
        number: tuple[int, int] | None = None,
    ) -> None:
        """Write a row. `number`: its table's and its own; a repeated head has none."""
        high = self._height(row, places)
        role = "TH" if style is _HEAD else "TD"
        for column, (cell, (x, wide)) in enumerate(zip(row, places, strict=True)):
            roles = ("Table", "TR", role) if number else ()
            self._scene.add(Mark(roles, (*number, column) if number else ()))
            for place, words in enumerate(self._rows(cell, style, wide)):
                self._pen.write(x, self._y + place * 4.8, words, style)
        rule = self._y + high - 5
        ruled = Path(line(_LEFT, rule, _RIGHT, rule), stroke=_GREY, width=0.12)
        self._scene.add(Mark(), ruled)
        self._y += high

    def sign(self, office: str, on: str, purpose: str = _PURPOSE) -> None:
        """Write who signs and when, and set the seal over it."""
        self._room(2 * RADIUS + 6)
        top = self._y
        self._y += RADIUS - 4
        self._part("P")
        self._pen.fit(_RIGHT - 4, self._y, self._plain(office), _RIGHTWARD, 120)
        self._part("P")
        self._pen.write(_RIGHT - 4, self._y + _LINE + 1, on, _RIGHTWARD)
        name = self._plain(office.partition("（")[0])[:_MOST_ON_SEAL]
        stamp = seal(self._pen, name, purpose, _RIGHT - 30, top + RADIUS)
        self._part("Figure", alt=f"{name}{purpose}")
        self._scene.add(*stamp)
        self._y = top + 2 * RADIUS + 6

    def _rows(
        self, words: str, style: Style, room: float, indent: float = 0.0
    ) -> list[str]:
        rows: list[str] = []
        for part in self._plain(words).split("\n"):
            rows += self._pen.wrap(part, style, room, indent) or [""]
        return rows

    def _plain(self, text: str) -> str:
        """Replace what no font of the house draws by a mark, as printers do."""
        bare = text.replace("\r", "")
        lacking = set(self._fonts.lacking("song", bare)) - {"\n"}
        return "".join("〓" if one in lacking else one for one in bare)

    def done(self) -> bytes:
        """End the last page and give the file."""
        self._end()
        return self._press.finish()
