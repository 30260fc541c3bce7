"""Draw the first page of an OFD from the file itself, as SVG.

Nothing is taken from the book or from the scenes: shapes, the embedded fonts' outlines,
pictures and the seal are what the package holds. The drawing has no script, no style
and fetches nothing; pictures are data: addresses.
"""

import base64
import re
import struct
from collections import Counter
from collections.abc import Iterator
from html import escape
from typing import Any

from lms.gateways.drawing.faces import Face, Point
from lms.gateways.ofd.archive import NAMES, Package, Unreadable, text
from lms.gateways.signing import seals

_ROOT = "OFD.xml"
_DEEP = 16
_FAR = 1e6
_UNIT = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_SHAPE = re.compile(r"[SMLQBAC0-9eE+., -]*")
_TO_SVG = str.maketrans({"S": "M", "B": "C", "C": "Z"})
_KINDS = {b"\xff\xd8\xff": "jpeg", b"\x89PNG": "png"}
_CAPS = {"Round": "round", "Square": "square"}
_JOINS = {"Round": "round", "Bevel": "bevel"}
_Matrix = tuple[float, ...]
_BROKEN = (ValueError, LookupError, ArithmeticError, RecursionError, struct.error)
"""What fonts and numbers that nobody checked can lead to."""


def picture(data: bytes) -> str:
    """Draw page one of a file that was read as sound: its fonts are trusted so far.

    Units: the view box is in millimetres.

    The seal is an image of class `ofd-seal`, a little clear: ink does not hide ink.
    Raises: Unreadable when the package cannot be shown.
    """
    try:
        return _Drawing(Package(data)).svg()
    except Unreadable:
        raise
    except _BROKEN as error:
        raise Unreadable("picture") from error


class _Held(Face):
    """A font of the package."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._paths: dict[int, str] = {}

    def drawn(self, glyph: int) -> str:
        """Give a glyph as a path. Units: the font's, y upward."""
        found = self._paths.get(glyph)
        if found is None:
            found = " ".join(_contour(line) for line in self._contours(glyph))
            self._paths[glyph] = found
        return found


class _Drawing:
    """One page while it is drawn."""

    def __init__(self, opened: Package) -> None:
        self._opened = opened
        root = opened.xml(_ROOT)
        self._title = text(root, "DocBody/DocInfo/Title") or "OFD"
        self._signatures = text(root, "DocBody/Signatures")
        self._at = opened.place(_ROOT, text(root, "DocBody/DocRoot"))
        self._document = opened.xml(self._at)
        self._files: dict[str, str] = {}
        self._faces: dict[str, _Held] = {}
        self._known: dict[str, str] = {}
        self._shapes: Counter[str] = Counter()
        self._body: list[tuple[str, str, str]] = []
        """Each thing drawn: a shape (or ""), what places it, or it whole."""

        self._resources()

    def svg(self) -> str:
        """Draw all and join it."""
        page = self._one(self._document, "Pages/Page")
        place = self._opened.place(self._at, page.get("BaseLoc"))
        self._page(place, page.get("ID"))
        named = {
            shape: f"ofd-{number}"
            for number, (shape, count) in enumerate(self._shapes.items())
            if count > 1
        }
        kept = "".join(
            f'<path id="{name}" d="{shape}"/>' for shape, name in named.items()
        )
        drawn = "".join(
            whole
            or (
                f'<use href="#{named[shape]}"{how}/>'
                if shape in named
                else f'<path d="{shape}"{how}/>'
            )
            for shape, how, whole in self._body
        )
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" role="img" '
            f'viewBox="{" ".join(map(_n, self._box))}">'
            f"<title>{escape(self._title)}</title><defs>{kept}</defs>{drawn}</svg>"
        )

    @staticmethod
    def _one(element: Any, path: str) -> Any:  # noqa: ANN401 - lxml has no types
        found = element.find("/".join(NAMES + step for step in path.split("/")))
        if found is None:
            raise Unreadable("picture")
        return found

    # -- what the page refers to --------------------------------------------------

    def _resources(self) -> None:
        """List fonts and pictures by their number."""
        common = self._one(self._document, "CommonData")
        for kind in ("PublicRes", "DocumentRes"):
            for listed in common.findall(NAMES + kind):
                place = self._opened.place(self._at, listed.text)
                root = self._opened.xml(place)
                base = self._opened.place(place, root.get("BaseLoc"))
                for one in root.iter(f"{NAMES}Font", f"{NAMES}MultiMedia"):
                    file = text(one, "FontFile") or text(one, "MediaFile")
                    at = self._opened.place(f"{base}/", file)
                    self._files[one.get("ID") or ""] = at

    def _face(self, number: str) -> _Held:
        found = self._faces.get(number)
        if found is None:
            found = _Held(self._opened.content(self._files.get(number, "")))
            self._faces[number] = found
        return found

    # -- the page -----------------------------------------------------------------

    def _page(self, place: str, number: str | None) -> None:
        page = self._opened.xml(place)
        common = self._one(self._document, "CommonData")
        box = text(page, "Area/PhysicalBox") or text(common, "PageArea/PhysicalBox")
        self._box = _numbers(box, 4)
        templates = {
            one.get("ID"): self._opened.place(self._at, one.get("BaseLoc"))
            for one in common.findall(f"{NAMES}TemplatePage")
        }
        used = page.findall(f"{NAMES}Template")
        over = [one for one in used if one.get("ZOrder") == "Foreground"]
        for one in used:
            if one not in over:
                self._layers(self._opened.xml(templates.get(one.get("TemplateID"), "")))
        self._layers(page)
        for one in over:
            self._layers(self._opened.xml(templates.get(one.get("TemplateID"), "")))
        self._seals(number)

    def _layers(self, page: Any) -> None:  # noqa: ANN401 - lxml has no types
        for layer in page.iterfind(f"{NAMES}Content/{NAMES}Layer"):
            self._objects(layer, _DEEP)

    def _objects(self, block: Any, deep: int) -> None:  # noqa: ANN401 - lxml has no types
        for one in block.iterchildren(tag=f"{NAMES}*"):
            match one.tag.removeprefix(NAMES):
                case "PathObject":
                    self._path(one)
                case "TextObject":
                    self._text(one)
                case "ImageObject":
                    self._image(one)
                case "PageBlock" if deep:
                    self._objects(one, deep - 1)

    def _draw(self, shape: str, how: str) -> None:
        self._shapes[shape] += 1
        self._body.append((shape, how, ""))

    def _path(self, one: Any) -> None:  # noqa: ANN401 - lxml has no types
        told = (text(one, "AbbreviatedData") or "").strip()
        shape = self._known.get(told)
        if shape is None:
            if not _SHAPE.fullmatch(told):
                raise Unreadable("picture")
            shape = self._known[told] = told.translate(_TO_SVG)
        paint = ""
        fills, lines = one.get("Fill") == "true", one.get("Stroke") != "false"
        paint += f' fill="{_colour(one, "FillColor")}"' if fills else ' fill="none"'
        if one.get("Rule") == "Even-Odd":
            paint += ' fill-rule="evenodd"'
        if lines:
            wide = _n(_number(one.get("LineWidth"), 0.353))
            paint += f' stroke="{_colour(one, "StrokeColor")}" stroke-width="{wide}"'
            for name, words in (("Cap", _CAPS), ("Join", _JOINS)):
                if one.get(name) in words:
                    paint += f' stroke-line{name.lower()}="{words[one.get(name)]}"'
        self._draw(shape, _placed(_matrix(one)) + paint)

    # -- text ---------------------------------------------------------------------

    def _text(self, one: Any) -> None:  # noqa: ANN401 - lxml has no types
        face = self._face(one.get("Font") or "")
        size = _number(one.get("Size"), 0)
        scale = size / face.units
        wide = scale * _number(one.get("HScale"), 1)
        paint = f' fill="{_colour(one, "FillColor")}"'
        place = _matrix(one)
        glyphs = dict(_given(one))
        for code in one.findall(f"{NAMES}TextCode"):
            for x, y, character, at in _spots(code):
                glyph = glyphs.get(at) or face.glyph_of(character)
                shape = face.drawn(glyph)
                if shape:
                    moved = _times(place, (wide, 0.0, 0.0, -scale, x, y))
                    self._draw(shape, _placed(moved) + paint)

    # -- pictures -----------------------------------------------------------------

    def _image(self, one: Any) -> None:  # noqa: ANN401 - lxml has no types
        at = self._files.get(one.get("ResourceID") or "", "")
        self._show(self._opened.content(at), _matrix(one))

    def _show(self, data: bytes, place: _Matrix, cls: str = "") -> None:
        """Show a picture whose own box is one by one."""
        kind = next((k for sign, k in _KINDS.items() if data.startswith(sign)), None)
        if kind is None:
            return
        address = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
        whole = (
            f'<image{cls} width="1" height="1" preserveAspectRatio="none"'
            f'{_placed(place)} href="{address}"/>'
        )
        self._body.append(("", "", whole))

    def _seals(self, page: str | None) -> None:
        """Show each seal where its signature says."""
        if self._signatures is None:
            return
        listing = self._opened.place(_ROOT, self._signatures)
        for one in self._opened.xml(listing).findall(f"{NAMES}Signature"):
            place = self._opened.place(listing, one.get("BaseLoc"))
            root = self._opened.xml(place)
            sealed = text(root, "SignedInfo/Seal/BaseLoc")
            if sealed is None:
                continue
            seal = seals.read(
                self._opened.content(self._opened.place(place, sealed))
            ).picture
            for stamp in root.iter(f"{NAMES}StampAnnot"):
                if stamp.get("PageRef") == page:
                    x, y, wide, high = _numbers(stamp.get("Boundary"), 4)
                    box = (wide, 0.0, 0.0, high, x, y)
                    self._show(seal, box, ' class="ofd-seal" opacity="0.86"')


# -- words and numbers ------------------------------------------------------------


def _numbers(words: str | None, count: int) -> _Matrix:
    found = tuple(map(float, (words or "").split()))
    if len(found) != count or not all(abs(number) < _FAR for number in found):
        raise Unreadable("picture")
    return found


def _number(words: str | None, usual: float) -> float:
    return usual if words is None else _numbers(words, 1)[0]


def _n(value: float) -> str:
    return f"{value:.5g}"


def _colour(one: Any, name: str) -> str:  # noqa: ANN401 - lxml has no types
    found = one.find(NAMES + name)
    value = None if found is None else found.get("Value")
    parts = _numbers(value, 3) if value else (0.0, 0.0, 0.0)
    return "#" + "".join(f"{min(max(int(part), 0), 255):02x}" for part in parts)


def _matrix(one: Any) -> _Matrix:  # noqa: ANN401 - lxml has no types
    """Say where an object lies: its matrix, then its box."""
    x, y, _, _ = _numbers(one.get("Boundary"), 4)
    own = one.get("CTM")
    return _times((1.0, 0.0, 0.0, 1.0, x, y), _numbers(own, 6) if own else _UNIT)


def _times(outer: _Matrix, inner: _Matrix) -> _Matrix:
    """Give the matrix that does the inner one first."""
    a, b, c, d, e, f = outer
    g, h, i, j, k, m = inner
    return (
        a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j,
        a * k + c * m + e, b * k + d * m + f,
    )  # fmt: skip


def _placed(matrix: _Matrix) -> str:
    return f' transform="matrix({" ".join(f"{v:.6g}" for v in matrix)})"'


def _given(one: Any) -> Iterator[tuple[int, int]]:  # noqa: ANN401 - lxml has no types
    """Give the glyphs that are told by number: where (in UTF-16), and which."""
    for told in one.findall(f"{NAMES}CGTransform"):
        at = int(told.get("CodePosition") or 0)
        for place, glyph in enumerate((text(told, "Glyphs") or "").split()):
            yield at + place, int(glyph)


def _spots(code: Any) -> Iterator[tuple[float, float, str, int]]:  # noqa: ANN401 - lxml has no types
    """Give x, y, character and its place (in UTF-16) along a line."""
    x, y = _number(code.get("X"), 0), _number(code.get("Y"), 0)
    words = code.text or ""
    across = _steps(code.get("DeltaX"), len(words))
    down = _steps(code.get("DeltaY"), len(words))
    at = 0
    for place, character in enumerate(words):
        yield x, y, character, at
        x, y = x + across[place], y + down[place]
        at += len(character.encode("utf-16-le")) // 2


def _steps(words: str | None, count: int) -> list[float]:
    """Read distances, of which `g 3 1.5` says three of 1.5."""
    told, steps = iter((words or "").split()), []
    for word in told:
        if word == "g":
            many, value = next(told, "0"), next(told, "0")
            steps += [_number(value, 0)] * min(int(many), count)
        else:
            steps.append(_number(word, 0))
    return (steps + [0.0] * count)[:count]


def _contour(points: list[Point]) -> str:
    """Write a TrueType contour: lines, and curves with one control point."""
    full: list[Point] = []
    for n, (x, y, on) in enumerate(points):
        px, py, before = points[n - 1]
        if not on and not before:
            full.append(((px + x) / 2, (py + y) / 2, True))
        full.append((x, y, on))
    first = next((n for n, point in enumerate(full) if point[2]), 0)
    full = full[first:] + full[: first + 1]
    words, bent = [f"M{full[0][0]:g} {full[0][1]:g}"], False
    for x, y, on in full[1:]:
        words.append(f"{'' if bent else 'L' if on else 'Q'}{x:g} {y:g}")
        bent = not on
    return " ".join(words) + "Z"
