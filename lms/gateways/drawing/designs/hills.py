"""The design with hills: a title written downward, and ridges drawn in lines."""

import math
from dataclasses import replace

from lms.credentials.rules import Facts
from lms.credentials.rules.designs import Part
from lms.gateways.drawing import ornaments as o
from lms.gateways.drawing import reading
from lms.gateways.drawing.designs import pieces
from lms.gateways.drawing.designs.pieces import Checks, Hours, Room
from lms.gateways.drawing.pen import Style
from lms.gateways.drawing.scene import Colour, Path, Step, box, circle, line
from lms.gateways.drawing.sheet import WHITE, Sheet, mixed
from lms.gateways.drawing.words import HEIGHT, WIDTH, chinese_date

SEAL = (152.0, 240.5)

PAPER: Colour = (0.996, 0.992, 0.98)
SUN: Colour = (0.965, 0.86, 0.80)

_LEFT, _RIGHT = 29.0, 181.0
_COLUMN = 138.0
_FIRST, _LAST, _PITCH = 60.0, 146.0, 13.5
_TITLE_X, _TITLE_TOP, _TITLE_HIGH = 169.6, 29.0, 78.0
_HEADING_X = 151.5
_PHOTO = (155.5, 113.0, 25.0, 35.0)
_ROOM = Room(_LEFT, 164.0, _RIGHT - _LEFT, 3, 8.8, indent=9.8)
_CODE = (29.0, 225.0, 27.0)
_FOOT = 270.5
_SUN = (108.0, 247.0, 17.0)
_FRAME = (11.0, 11.0, 199.0, 286.0)


def static(sheet: Sheet, issuer: str, address: str) -> None:
    """Draw what all certificates of an association share."""
    sheet.add(Path(box(0, 0, WIDTH, HEIGHT), fill=PAPER))
    sheet.add(Path(circle(*_SUN), fill=mixed(SUN, 0.5, PAPER)))
    _hills(sheet)
    pieces.ghost(sheet, 88, 150)
    _frame(sheet)
    _title(sheet)
    _labels(sheet)
    table = _table(sheet)
    for y, thick in ((table.top, 0.5), (table.top + table.head, 0.18)):
        rule = line(_LEFT, y, _RIGHT, y)
        sheet.add(Path(rule, stroke=sheet.accent, width=thick))
    pieces.table_head(sheet, table, Style("song", 3.7, sheet.grey, align="centre"))
    sheet.add(reading.check(0))
    x, y, size = _CODE
    caption = Style("song", 3.0, sheet.grey, align="centre")
    sheet.pen.write(x + size / 2, y + size + 4, "扫码核验合格证", caption)
    pieces.checks_fixed(sheet, _checks(sheet), address)
    sheet.add(reading.ISSUER)
    style = Style("song", 4.9, sheet.ink, align="right")
    sheet.pen.fit(178, SEAL[1] - 2.2, issuer, style, 60)
    pieces.foot_notes(sheet, WIDTH / 2, (_FOOT, _FOOT - 6.8), 148)


def variable(
    sheet: Sheet, facts: Facts, code: tuple[bytes, ...], photo: bytes | None
) -> None:
    """Draw what one certificate says."""
    pen, said = sheet.pen, pieces.values(facts)
    for i, (key, y) in enumerate(_lines(sheet)):
        sheet.add(reading.value(i))
        style = Style("kai", 6.0 if key == "name" else 4.8, sheet.ink)
        place = (57.0, y, _COLUMN - 57.0)
        pieces.line_or_two(pen, place, said[key], style, _pitch(sheet))
    pieces.portrait(sheet, _PHOTO, photo)
    body = Style("kai", 4.9, sheet.ink)
    pieces.paragraph(sheet, pieces.sentence(sheet.design, facts), body, _ROOM)
    table = _table(sheet)
    pieces.table_rows(sheet, table, facts, Style("kai", 4.5, sheet.ink, align="centre"))
    bottom = table.bottom(len(facts.hours))
    rule = line(_LEFT, bottom, _RIGHT, bottom)
    sheet.add(Path(rule, stroke=sheet.accent, width=0.5))
    pieces.code_square(sheet, *_CODE, code)
    pieces.checks_free(sheet, _checks(sheet), facts)
    sheet.add(reading.DATE)
    style = Style("kai", 4.9, sheet.ink, align="right")
    pen.write(178, SEAL[1] + 7.6, chinese_date(facts.issued_on), style)
    note = Style("song", 2.45, sheet.grey, align="centre")
    pieces.anchored(sheet, facts.anchor, WIDTH / 2, _FOOT - 3.4, note)


# -- the picture ------------------------------------------------------------------


def _frame(sheet: Sheet) -> None:
    """Draw two lines around the page, with corners cut inward."""
    for x in (_FRAME[0] + 1.8, _FRAME[2] - 1.8):
        # The hills end at the line, also where it turns inward.
        sheet.add(Path(circle(x, _FRAME[3] - 1.8, 6.2), fill=PAPER))
    for inset, width, cut in ((0.0, 0.7, 7.0), (1.8, 0.22, 6.2)):
        shape = _cut_box(inset, cut)
        sheet.add(Path(shape, stroke=sheet.accent, width=width))
    left, top, right, bottom = _FRAME
    for x in (left + 2.6, right - 2.6):
        for y in (top + 2.6, bottom - 2.6):
            sheet.add(Path(circle(x, y, 0.9), fill=sheet.accent))
            sheet.add(Path(circle(x, y, 1.9), stroke=sheet.accent, width=0.22))


def _cut_box(inset: float, r: float) -> tuple[Step, ...]:
    """Give a rectangle whose corners are quarter circles turned inward."""
    left, top, right, bottom = _FRAME
    left, top, right, bottom = left + inset, top + inset, right - inset, bottom - inset
    k = r * 0.5523
    return (
        ("M", (left + r, top)),
        ("L", (right - r, top)),
        ("C", (right - r, top + k, right - k, top + r, right, top + r)),
        ("L", (right, bottom - r)),
        ("C", (right - k, bottom - r, right - r, bottom - k, right - r, bottom)),
        ("L", (left + r, bottom)),
        ("C", (left + r, bottom - k, left + k, bottom - r, left, bottom - r)),
        ("L", (left, top + r)),
        ("C", (left + k, top + r, left + r, top + k, left + r, top)),
        ("Z", ()),
    )


_RIDGES = (
    # height of the ridge's line, swings as (reach, period, phase), tone, line tone
    (247.0, ((9.0, 118.0, 0.4), (4.2, 47.0, 1.9), (1.1, 17.0, 0.3)), 0.045, 0.16),
    (259.0, ((7.0, 96.0, 2.6), (3.6, 39.0, 0.2), (0.9, 15.0, 1.0)), 0.085, 0.24),
    (272.5, ((4.6, 82.0, 5.0), (2.4, 33.0, 3.1), (0.7, 13.0, 2.0)), 0.16, 0.36),
    (279.5, ((3.0, 66.0, 1.2), (1.6, 27.0, 4.4), (0.5, 11.0, 0.6)), 0.30, 0.55),
)


def _hills(sheet: Sheet) -> None:
    """Draw ridge before ridge, each paler the farther it lies, with lines along it."""
    for height, swings, tone, lines in _RIDGES:
        ridge = _ridge(height, swings)
        shape: list[Step] = [("M", ridge[0])]
        shape += [("L", point) for point in ridge[1:]]
        shape += [("L", (197.2, 284.2)), ("L", (12.8, 284.2)), ("Z", ())]
        sheet.add(Path(tuple(shape), fill=mixed(sheet.accent, tone, PAPER)))
        for i in range(5):
            steps = _contour(ridge, 1.1 * i * (1 + 0.12 * i))
            pale = lines * (1 - 0.17 * i)
            colour = mixed(sheet.accent, pale, PAPER)
            sheet.add(Path(steps, stroke=colour, width=0.2 if i == 0 else 0.12))


def _ridge(
    height: float, swings: tuple[tuple[float, float, float], ...]
) -> list[tuple[float, float]]:
    """Follow a ridge from the left edge of the frame to the right."""
    points = []
    for i in range(124):
        x = 12.8 + i * 184.4 / 123
        y = height - sum(
            reach * math.sin(2 * math.pi * x / period + phase)
            for reach, period, phase in swings
        )
        points.append((round(x, 2), round(min(y, 283.8), 2)))
    return points


def _contour(ridge: list[tuple[float, float]], down: float) -> tuple[Step, ...]:
    """Repeat a ridge below itself, where the ground still is."""
    steps: list[Step] = []
    drawing = False
    for x, y in ridge:
        inside = y + down < 284.0  # noqa: PLR2004 - the foot of the picture
        if inside:
            steps.append(("L" if drawing else "M", (x, y + down)))
        drawing = inside
    return tuple(steps)


# -- the text ---------------------------------------------------------------------


def _title(sheet: Sheet) -> None:
    design = sheet.design
    pieces.demonstrated(sheet, 88, 21.5)
    wide = pieces.logo(sheet, (_LEFT, 26.0, 46, 16), left=True)
    if not wide:
        sheet.add(*o.emblem(_LEFT + 8, 34, scale=0.82, dark=sheet.accent))
    start = _LEFT + (wide or 16.0) + 4
    sheet.add(reading.heading(0))
    style = Style("song", 5.8, sheet.ink)
    _downward(sheet, design.heading, (_HEADING_X, _TITLE_TOP), style, (7.1, 76.0))
    sheet.add(reading.heading(1))
    style = Style("black", 22.0, sheet.accent)
    _downward(sheet, design.title, (_TITLE_X, _TITLE_TOP), style, (26.0, _TITLE_HIGH))
    sheet.add(reading.SUBTITLE)
    style = Style("song", 2.7, sheet.grey, spacing=0.4)
    sheet.pen.fit(start, 35.2, design.subtitle, style, _COLUMN - start + 4)
    sheet.add(reading.DECORATION)


def _downward(
    sheet: Sheet,
    text: str,
    place: tuple[float, float],
    style: Style,
    room: tuple[float, float],
) -> None:
    """Write signs below each other. Units: `room` is the pitch and the height."""
    (x, top), (pitch, high) = place, room
    scale = min(1.0, high / (pitch * max(1, len(text))))
    small = replace(style, size=style.size * scale, align="centre")
    for i, sign in enumerate(text):
        y = top + (i + 0.5) * pitch * scale + small.size * 0.37
        sheet.pen.write(x, y, sign, small)


def _pitch(sheet: Sheet) -> float:
    return min(_PITCH, (_LAST - _FIRST) / (len(pieces.fields(sheet.design)) - 1))


def _lines(sheet: Sheet) -> list[tuple[str, float]]:
    """Give each field with its baseline."""
    shown, pitch = pieces.fields(sheet.design), _pitch(sheet)
    return [(key, _FIRST + i * pitch) for i, (key, _label) in enumerate(shown)]


def _labels(sheet: Sheet) -> None:
    style = Style("song", 4.2, sheet.grey)
    places = zip(pieces.fields(sheet.design), _lines(sheet), strict=True)
    for i, ((_key, label), (_same, y)) in enumerate(places):
        sheet.add(reading.label(i))
        sheet.pen.spread(_LEFT, y - 0.2, label, style, 19.5)
        sheet.add(reading.DECORATION)
        rule = line(56.0, y + 3.1, _COLUMN, y + 3.1)
        sheet.add(Path(rule, stroke=mixed(sheet.accent, 0.3, PAPER), width=0.15))
    if sheet.design.shows(Part.PHOTO):
        x, y, wide, high = _PHOTO
        frame = box(x - 0.5, y - 0.5, wide + 1, high + 1)
        sheet.add(Path(frame, fill=WHITE, stroke=sheet.accent, width=0.25))


def _table(sheet: Sheet) -> Hours:
    score = sheet.design.shows(Part.SCORE)
    return Hours(_LEFT, 190.0, _RIGHT - _LEFT, 7.8, 20.6, score)


def _checks(sheet: Sheet) -> Checks:
    return Checks(
        61.0, 233.5, 41, Style("song", 2.8, sheet.grey), Style("kai", 2.9, sheet.ink)
    )
