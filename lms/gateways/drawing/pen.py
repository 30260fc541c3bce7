"""Write lines of text into a scene."""

from dataclasses import dataclass, replace

from lms.gateways.drawing.fonts import Fonts
from lms.gateways.drawing.scene import Colour, Matrix, Scene, Step, Text

_NEVER_FIRST = "，。；：、）》”！？"


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks. Units: millimetres."""

    manner: str
    size: float
    colour: Colour
    spacing: float = 0.0
    align: str = "left"


class Pen:
    """Writes into one scene with the fonts of the house."""

    def __init__(self, scene: Scene, fonts: Fonts) -> None:
        self.scene = scene
        self.fonts = fonts

    def width(self, text: str, style: Style) -> float:
        """Measure a line, without the space after its last character."""
        inside = style.spacing * max(0, len(text) - 1)
        return self.fonts.width(style.manner, text, style.size) + inside

    def write(self, x: float, y: float, text: str, style: Style) -> None:
        """Write one line with its baseline at `y`.

        Raises: MissingGlyph.
        """
        if style.align != "left":
            total = self.width(text, style)
            x -= total if style.align == "right" else total / 2
        for key, piece in self.fonts.runs(style.manner, text):
            self.scene.add(
                Text(key, style.size, x, y, piece, style.colour, style.spacing)
            )
            x += self.fonts.width(style.manner, piece, style.size)
            x += style.spacing * len(piece)

    def spread(self, x: float, y: float, text: str, style: Style, room: float) -> None:
        """Write a line whose characters are spread over a width."""
        bare = self.fonts.width(style.manner, text, style.size)
        gap = (room - bare) / max(1, len(text) - 1)
        self.write(
            x, y, text, Style(style.manner, style.size, style.colour, spacing=gap)
        )

    def fit(self, x: float, y: float, text: str, style: Style, room: float) -> None:
        """Write a line no wider than a width: a long one is written smaller."""
        total = self.width(text, style)
        scale = min(1.0, room / total) if total else 1.0
        small = replace(style, size=style.size * scale, spacing=style.spacing * scale)
        self.write(x, y, text, small)

    def wrap(self, text: str, style: Style, room: float, indent: float) -> list[str]:
        """Break a paragraph into lines; no line begins with a closing mark."""
        lines, line, used = [], "", indent
        for character in text:
            advance = self.fonts.width(style.manner, character, style.size)
            if used + advance > room and character not in _NEVER_FIRST:
                lines.append(line)
                line, used = "", 0.0
            line += character
            used += advance
        return [*lines, line]

    def outline(self, character: str, manner: str, place: Matrix) -> tuple[Step, ...]:
        """Give a character as a shape; `place` takes an em of 1 (y up) to the page.

        Raises: MissingGlyph.
        """
        ((key, _),) = self.fonts.runs(manner, character)
        face = self.fonts.face(key)
        a, b, c, d, e, f = place
        scale = 1 / face.units
        steps: list[Step] = []
        for contour in face.outline(character):
            steps.extend(
                _quadratic(
                    [
                        (
                            (a * x + c * y) * scale + e,
                            (b * x + d * y) * scale + f,
                            on,
                        )
                        for x, y, on in contour
                    ]
                )
            )
        return tuple(steps)


def _quadratic(points: list[tuple[float, float, bool]]) -> list[Step]:
    """Turn a TrueType contour into cubic steps."""
    full: list[tuple[float, float, bool]] = []
    for i, (x, y, on) in enumerate(points):
        px, py, before = points[i - 1]
        if not on and not before:
            full.append(((px + x) / 2, (py + y) / 2, True))
        full.append((x, y, on))
    first = next((i for i, point in enumerate(full) if point[2]), None)
    if first is None:
        return []
    full = full[first:] + full[:first]
    x0, y0, _ = full[0]
    steps: list[Step] = [("M", (x0, y0))]
    here, control = (x0, y0), None
    for x, y, on in [*full[1:], full[0]]:
        if not on:
            control = (x, y)
        elif control is None:
            steps.append(("L", (x, y)))
            here = (x, y)
        else:
            steps.append(_cubic(here, control, (x, y)))
            here, control = (x, y), None
    return [*steps, ("Z", ())]


def _cubic(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]
) -> Step:
    first = (a[0] + 2 / 3 * (b[0] - a[0]), a[1] + 2 / 3 * (b[1] - a[1]))
    second = (c[0] + 2 / 3 * (b[0] - c[0]), c[1] + 2 / 3 * (b[1] - c[1]))
    return ("C", (*first, *second, *c))
