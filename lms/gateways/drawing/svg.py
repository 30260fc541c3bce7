"""Draw scenes as SVG: letters as shapes, each drawn once and used again.

There is no font, no script and nothing fetched in it, so it may stand in any page.
"""

from base64 import b64encode
from collections.abc import Iterable
from functools import lru_cache

from lms.gateways.drawing.faces import Face, Point
from lms.gateways.drawing.fonts import Fonts
from lms.gateways.drawing.scene import (
    Colour,
    Ink,
    Item,
    Mark,
    Matrix,
    Path,
    Photo,
    Scene,
    Squares,
    Step,
    Text,
    Use,
)

_GRID = 200
"""Whole numbers are short: places are counted in so many parts of a millimetre."""

_VEIL = 0.86
"""How much of a stamp covers what lies below: ink does not hide ink."""


def svg(
    fonts: Fonts,
    scenes: Iterable[Scene],
    size: tuple[float, float],
    over: Iterable[Scene] = (),
) -> str:
    """Draw scenes upon each other, then those that lie `over` them like a stamp.

    Units: `size` in millimetres.
    """
    drawing = _Drawing(fonts)
    layers = [drawing.layer(scene) for scene in scenes]
    layers += [f'<g opacity="{_VEIL}">{drawing.layer(one)}</g>' for one in over]
    wide, high = size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {_g(wide)} {_g(high)}" '
        f'width="{_n(wide)}mm" height="{_n(high)}mm">'
        f"<defs>{''.join(drawing.defs)}</defs>{''.join(layers)}</svg>"
    )


class _Drawing:
    """One picture while it is drawn: what was defined so far, by name."""

    def __init__(self, fonts: Fonts) -> None:
        self.defs: list[str] = []
        self._fonts = fonts
        self._glyphs: dict[tuple[str, str], str] = {}
        self._layers = 0

    def layer(self, scene: Scene) -> str:
        """Draw one scene. Its symbols carry its number: two scenes may share names."""
        self._layers += 1
        for name, paths in scene.symbols.items():
            shapes = "".join(map(_path, paths))
            self.defs.append(f'<g id="{self._symbol(name)}">{shapes}</g>')
        return "".join(map(self._one, scene.items))

    def _symbol(self, name: str) -> str:
        return f"s{self._layers}{name}"

    def _one(self, item: Item) -> str:
        match item:
            case Path():
                return _path(item)
            case Text():
                return self._text(item)
            case Use():
                name = self._symbol(item.symbol)
                return "".join(
                    f'<use href="#{name}" transform="{_matrix(one)}"/>'
                    for one in item.placings
                )
            case Squares():
                return _squares(item)
            case Photo() | Ink():
                return _image(item)
            case Mark():
                return ""

    def _text(self, item: Text) -> str:
        face = self._fonts.face(item.font)
        scale, at, uses = item.size / face.units, 0.0, []
        shrunk = _n(scale * _GRID, 5)
        for character in item.text:
            name = self._glyph(item.font, face, character)
            if name:
                place = f' x="{round(at)}"' if at else ""
                uses.append(f'<use href="#{name}"{place}/>')
            at += face.width(character) * face.units + item.spacing / scale
        place = f"translate({_g(item.x)} {_g(item.y)})scale({shrunk} -{shrunk})"
        return (
            f'<g transform="{place}" fill="{_colour(item.colour)}">{"".join(uses)}</g>'
        )

    def _glyph(self, font: str, face: Face, character: str) -> str:
        """Define a letter's shape when it is first met; "" for one without ink."""
        found = self._glyphs.get((font, character))
        if found is None:
            shape = _letter(face, character)
            found = f"g{len(self._glyphs)}" if shape else ""
            self._glyphs[font, character] = found
            if shape:
                self.defs.append(f'<path id="{found}" d="{shape}"/>')
        return found


@lru_cache(maxsize=4096)
def _letter(face: Face, character: str) -> str:
    """Give a letter's outline in the units of its font."""
    contours = map(_contour, face.outline(character))
    return _strokes([step for steps in contours for step in steps], 1)


def _contour(points: list[Point]) -> list[Step]:
    """Follow a closed TrueType contour: between two controls lies a point."""
    full: list[Point] = []
    for i, (x, y, on) in enumerate(points):
        px, py, before = points[i - 1]
        if not on and not before:
            full.append(((px + x) / 2, (py + y) / 2, True))
        full.append((x, y, on))
    first = next((i for i, point in enumerate(full) if point[2]), None)
    if first is None:
        return []
    full = [*full[first:], *full[:first], full[first]]
    steps: list[Step] = [("M", (full[0][0], full[0][1]))]
    control: tuple[float, ...] = ()
    for x, y, on in full[1:]:
        if on:
            steps.append(("Q" if control else "L", (*control, x, y)))
        control = () if on else (x, y)
    return [*steps, ("Z", ())]


def _path(path: Path) -> str:
    fill = _colour(path.fill) if path.fill else "none"
    stroke = (
        f' stroke="{_colour(path.stroke)}" stroke-width="{_n(path.width * _GRID, 1)}"'
        if path.stroke
        else ""
    )
    return f'<path fill="{fill}"{stroke} d="{_strokes(path.steps, _GRID)}"/>'


def _strokes(steps: Iterable[Step], grid: int) -> str:
    """Write each stroke from where the last one ended, in whole numbers."""
    written, here, start = [], (0, 0), (0, 0)
    for letter, numbers in steps:
        if letter == "Z":
            written.append("z")
            here = start
            continue
        ends = [round(number * grid) for number in numbers]
        shifts = (end - here[i % 2] for i, end in enumerate(ends))
        written.append(letter.lower() + " ".join(map(str, shifts)).replace(" -", "-"))
        here = (ends[-2], ends[-1])
        if letter == "M":
            start = here
    return "".join(written)


def _squares(item: Squares) -> str:
    unit = item.size / len(item.rows) * _GRID
    runs = "".join(f"M{x} {y}h{n}v1h-{n}z" for x, y, n in item.runs())
    place = f"translate({_g(item.x)} {_g(item.y)})scale({_n(unit, 4)})"
    return f'<path transform="{place}" fill="#141414" d="{runs}"/>'


def _image(item: Photo | Ink) -> str:
    kind, data, ratio = (
        ("jpeg", item.jpeg, "none")
        if isinstance(item, Photo)
        else ("png", item.png, "xMinYMid")
    )
    return (
        f'<image x="{_g(item.x)}" y="{_g(item.y)}" width="{_g(item.width)}" '
        f'height="{_g(item.height)}" preserveAspectRatio="{ratio}" '
        f'href="data:image/{kind};base64,{b64encode(data).decode()}"/>'
    )


def _matrix(placing: Matrix) -> str:
    a, b, c, d, x, y = placing
    turn = " ".join(_n(one, 5) for one in (a, b, c, d))
    return f"matrix({turn} {_g(x)} {_g(y)})"


def _colour(colour: Colour) -> str:
    return "#" + "".join(f"{round(share * 255):02x}" for share in colour)


def _g(millimetres: float) -> int:
    return round(millimetres * _GRID)


def _n(value: float, places: int = 3) -> str:
    """Write a number shortly."""
    text = f"{value:.{places}f}"
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if short == "-0" else short
