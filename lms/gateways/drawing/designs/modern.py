"""The modern design: a band of colour with photo and code, the text set to the left."""

from dataclasses import replace

from lms.credentials.rules import Facts, grouped
from lms.credentials.rules.designs import Part
from lms.gateways.drawing import ornaments as o
from lms.gateways.drawing import reading
from lms.gateways.drawing.designs import pieces
from lms.gateways.drawing.designs.pieces import Hours, Room
from lms.gateways.drawing.pen import Style
from lms.gateways.drawing.scene import Path, Step, box, line, polygon, rounded
from lms.gateways.drawing.sheet import WHITE, Sheet, mixed
from lms.gateways.drawing.words import HEIGHT, WIDTH, chinese_date

SEAL = (165.0, 251.0)

_BAND = 60.0
_BAND_MIDDLE = _BAND / 2
_LEFT, _RIGHT = 74.0, 194.0
_WIDE = _RIGHT - _LEFT
_FIELDS, _FIELDS_END = 97.0, 160.0
_PHOTO = (15.0, 68.0, 30.0, 42.0)
_ROOM = Room(_LEFT, 172.0, _WIDE, 4, 7.6)
_CODE = (16.5, 152.0, 27.0)
_FOOT = 284.5

_HALF = {"sex", "id_number", "registration_no", "number"}
"""Fields short enough to stand two on a line."""


def static(sheet: Sheet, issuer: str, address: str) -> None:
    """Draw what all certificates of an association share."""
    sheet.add(Path(box(0, 0, WIDTH, HEIGHT), fill=WHITE))
    pieces.ghost(sheet, _LEFT + _WIDE / 2, 160)
    _band(sheet)
    _title(sheet)
    style = Style("song", 3.1, sheet.grey)
    order = [key for key, _label in pieces.fields(sheet.design)]
    words = dict(pieces.fields(sheet.design))
    for key, x, y, _room in _places(sheet):
        sheet.add(reading.label(order.index(key)))
        sheet.pen.write(x, y - 6.4 - 3.0 * (key == "name"), words[key], style)
    _table_head(sheet)
    _verification(sheet, address)
    sheet.add(reading.ISSUER)
    style = Style("song", 4.9, sheet.ink, align="right")
    sheet.pen.fit(_RIGHT - 3, SEAL[1] - 2.2, issuer, style, 74)
    middle = _LEFT + _WIDE / 2
    pieces.foot_notes(sheet, middle, (_FOOT, _FOOT - 6.8), _WIDE)


def variable(
    sheet: Sheet, facts: Facts, code: tuple[bytes, ...], photo: bytes | None
) -> None:
    """Draw what one certificate says."""
    pen, said = sheet.pen, pieces.values(facts)
    order = [key for key, _label in pieces.fields(sheet.design)]
    for key, x, y, room in _places(sheet):
        sheet.add(reading.value(order.index(key)))
        size = 8.6 if key == "name" else 4.6
        style = Style("kai", size, sheet.ink)
        pieces.line_or_two(pen, (x, y, room), said[key], style, 10.0)
    pieces.portrait(sheet, _PHOTO, photo)
    body = Style("kai", 4.7, sheet.ink)
    pieces.paragraph(sheet, pieces.sentence(sheet.design, facts), body, _ROOM)
    _rows(sheet, facts)
    pieces.code_square(sheet, *_CODE, code)
    sheet.add(reading.check(3, 1))
    x, y = _BAND_MIDDLE, _CODE[1] + _CODE[2] + 26.5
    style = Style("kai", 2.9, WHITE, align="centre")
    pen.fit(x, y, grouped(facts.token), style, _BAND - 21)
    sheet.add(reading.DATE)
    style = Style("kai", 4.8, sheet.ink, align="right")
    pen.write(_RIGHT - 3, SEAL[1] + 7.5, chinese_date(facts.issued_on), style)
    note = Style("song", 2.45, sheet.grey, align="centre")
    middle = _LEFT + _WIDE / 2
    pieces.anchored(sheet, facts.anchor, middle, _FOOT - 3.4, note)


# -- the band ---------------------------------------------------------------------


def _band(sheet: Sheet) -> None:
    sheet.add(Path(box(0, 0, _BAND, HEIGHT), fill=sheet.accent))
    _skyline(sheet)
    if sheet.design.logo:
        panel = rounded(10, 22, _BAND - 20, 28, 2.5)
        sheet.add(Path(panel, fill=WHITE))
        pieces.logo(sheet, (13, 24.5, _BAND - 26, 23))
    else:
        light = sheet.tint(0.45)
        sheet.add(*o.emblem(_BAND_MIDDLE, 38, scale=1.35, dark=WHITE, light=light))
    if sheet.design.shows(Part.PHOTO):
        x, y, wide, high = _PHOTO
        frame = rounded(x - 1.6, y - 1.6, wide + 3.2, high + 3.2, 1.4)
        sheet.add(Path(frame, fill=WHITE))


def _skyline(sheet: Sheet) -> None:
    """Draw houses and a crane at the foot of the band, in lines as of a plan."""
    tone = mixed(sheet.accent, 0.76)
    steps: list[Step] = []
    for left, top, wide, floors in (
        (5, 244, 12, 13), (19, 226, 10, 19), (31, 258, 11, 10), (44, 238, 11, 15),
    ):  # fmt: skip
        steps += box(left, top, wide, HEIGHT - top)
        for floor in range(1, floors):
            y = top + floor * (HEIGHT - top) / floors
            steps += line(left, y, left + wide, y)
        for column in range(1, 4):
            x = left + column * wide / 4
            steps += line(x, top, x, HEIGHT)
    mast, boom, foot = 35.5, 219.0, 258.0
    for x in (mast, mast + 1.8):
        steps += line(x, foot, x, boom)
    for i in range(int((foot - boom) / 1.95)):
        y = foot - i * 1.95
        steps += line(mast + 1.8 * (i % 2), y, mast + 1.8 * ((i + 1) % 2), y - 1.95)
    steps += polygon(((mast - 9, boom), (mast + 20, boom), (mast + 0.9, boom - 7)))
    steps += line(mast + 16, boom, mast + 16, boom + 10)
    steps += box(mast - 9, boom, 4, 2.6)
    sheet.add(Path(tuple(steps), stroke=tone, width=0.22))


def _verification(sheet: Sheet, address: str) -> None:
    x, y, size = _CODE
    pen, middle = sheet.pen, _BAND_MIDDLE
    panel = rounded(x - 3.0, y - 3.0, size + 6.0, size + 6.0, 1.6)
    sheet.add(Path(panel, fill=WHITE))
    small = Style("song", 2.8, sheet.tint(0.14), align="centre")
    figures = Style("kai", 2.9, WHITE, align="centre")
    below = y + size
    for place, part, down, text, style in (
        (0, 0, 7.8, "扫码核验合格证", replace(small, size=3.2, colour=WHITE)),
        (1, 0, 13.0, "核验网址", small),
        (1, 1, 17.0, address, figures),
        (3, 0, 22.6, "核验码", small),
    ):
        sheet.add(reading.check(place, part))
        pen.fit(middle, below + down, text, style, _BAND - 12)
    sheet.add(reading.DECORATION)


# -- the text ---------------------------------------------------------------------


def _title(sheet: Sheet) -> None:
    pen, design = sheet.pen, sheet.design
    pieces.demonstrated(sheet, _LEFT + _WIDE / 2, 19)
    sheet.add(reading.heading(0))
    style = Style("song", 5.6, sheet.ink, spacing=0.9)
    pen.fit(_LEFT, 38, design.heading, style, _WIDE)
    sheet.add(reading.heading(1))
    style = Style("black", 19.0, sheet.accent, spacing=4.5)
    pen.fit(_LEFT - 1, 61, design.title, style, _WIDE)
    sheet.add(reading.SUBTITLE)
    style = Style("song", 3.0, sheet.grey, spacing=0.5)
    pen.fit(_LEFT, 70.5, design.subtitle, style, _WIDE)
    sheet.add(reading.DECORATION, Path(box(_LEFT, 76.5, 22, 1.3), fill=sheet.accent))


def _places(sheet: Sheet) -> list[tuple[str, float, float, float]]:
    """Give each field's key, left edge, baseline and room; short ones share a line."""
    lines: list[list[str]] = []
    for key, _label in pieces.fields(sheet.design):
        beside = lines and len(lines[-1]) == 1 and lines[-1][0] in _HALF
        if key in _HALF and beside:
            lines[-1].append(key)
        else:
            lines.append([key])
    pitch = min(15.0, (_FIELDS_END - _FIELDS) / max(1, len(lines) - 1))
    return [
        (key, x, _FIELDS + row * pitch, room)
        for row, keys in enumerate(lines)
        for key, x, room in _beside(keys)
    ]


def _beside(keys: list[str]) -> list[tuple[str, float, float]]:
    if len(keys) == 1:
        return [(keys[0], _LEFT, _WIDE)]
    short = 28.0 if keys[0] == "sex" else 52.0
    return [
        (keys[0], _LEFT, short - 4),
        (keys[1], _LEFT + short, _WIDE - short),
    ]


def _table(sheet: Sheet) -> Hours:
    return Hours(_LEFT, 200.5, _WIDE, 7.6, 19.8, sheet.design.shows(Part.SCORE), 8.0)


def _table_head(sheet: Sheet) -> None:
    table = _table(sheet)
    shape = box(_LEFT, table.top, table.width, table.head)
    sheet.add(reading.DECORATION, Path(shape, fill=sheet.tint(0.08)))
    rule = line(_LEFT, table.top, _RIGHT, table.top)
    sheet.add(Path(rule, stroke=sheet.accent, width=0.7))
    pieces.table_head(sheet, table, Style("song", 3.3, sheet.grey, align="centre"))
    sheet.add(reading.DECORATION)


def _rows(sheet: Sheet, facts: Facts) -> None:
    table, count = _table(sheet), len(facts.hours)
    pieces.table_rows(sheet, table, facts, Style("kai", 4.2, sheet.ink, align="centre"))
    for row in range(1, count + 1):
        y = table.top + table.head + row * table.high(count)
        tone = sheet.accent if row == count else sheet.tint(0.3)
        rule = line(_LEFT, y, _RIGHT, y)
        sheet.add(Path(rule, stroke=tone, width=0.3 if row == count else 0.15))
