"""The plain design: the issuer's name in red at the head, as of an official letter."""

from dataclasses import replace

from lms.credentials.rules import Facts
from lms.credentials.rules.designs import Part
from lms.gateways.drawing import reading
from lms.gateways.drawing.designs import pieces
from lms.gateways.drawing.designs.pieces import Checks, Hours, Room
from lms.gateways.drawing.pen import Style
from lms.gateways.drawing.scene import Path, Step, box, line
from lms.gateways.drawing.sheet import WHITE, Sheet
from lms.gateways.drawing.words import HEIGHT, WIDTH, chinese_date

SEAL = (151.0, 243.5)

_MIDDLE = WIDTH / 2
_LEFT, _RIGHT = 27.0, 183.0
_VALUES = 54.0
_GRID, _LEAST, _PICTURED = 109.0, 9.8, 41.0
_PHOTO_LEFT = _RIGHT - 32.0
_SEX = (110.0, 128.0)
_ROOM = Room(_LEFT, 169.5, _RIGHT - _LEFT, 3, 8.8, indent=10.0)
_CODE = (27.0, 228.0, 27.0)
_FOOT = 276.0


def static(sheet: Sheet, issuer: str, address: str) -> None:
    """Draw what all certificates of an association share."""
    sheet.add(Path(box(0, 0, WIDTH, HEIGHT), fill=WHITE))
    pieces.ghost(sheet, _MIDDLE, 170)
    _letterhead(sheet, issuer)
    _title(sheet)
    _grid(sheet)
    _labels(sheet)
    table = _table(sheet)
    shape = box(table.left, table.top, table.width, table.head)
    sheet.add(Path(shape, fill=sheet.tint(0.05)))
    pieces.table_head(sheet, table, Style("song", 3.9, sheet.grey, align="centre"))
    sheet.add(reading.check(0))
    x, y, size = _CODE
    caption = Style("song", 3.0, sheet.grey, align="centre")
    sheet.pen.write(x + size / 2, y + size + 4.2, "扫码核验合格证", caption)
    pieces.checks_fixed(sheet, _checks(sheet), address)
    sheet.add(reading.ISSUER)
    style = Style("song", 5.0, sheet.ink, align="right")
    sheet.pen.fit(180, SEAL[1] - 2.0, issuer, style, 64)
    pieces.foot_notes(sheet, _MIDDLE, (_FOOT, _FOOT - 6.8), 156)
    _rules(sheet, 279.6, 281.1)


def variable(
    sheet: Sheet, facts: Facts, code: tuple[bytes, ...], photo: bytes | None
) -> None:
    """Draw what one certificate says."""
    pen, said = sheet.pen, pieces.values(facts)
    order = [key for key, _label in pieces.fields(sheet.design)]
    for key, x, y, room in _places(sheet):
        sheet.add(reading.value(order.index(key)))
        style = Style("kai", 5.4 if key == "name" else 4.8, sheet.ink)
        pieces.line_or_two(pen, (x, y, room), said[key], style, _high(sheet))
    sheet.add(reading.value(order.index("number")))
    style = Style("kai", 4.2, sheet.ink, align="right")
    pen.fit(_RIGHT, 60.2, facts.number, style, 90)
    pieces.portrait(sheet, _photo(sheet), photo)
    body = Style("kai", 5.0, sheet.ink)
    pieces.paragraph(sheet, pieces.sentence(sheet.design, facts), body, _ROOM)
    _rows(sheet, facts)
    pieces.code_square(sheet, *_CODE, code)
    pieces.checks_free(sheet, _checks(sheet), facts)
    sheet.add(reading.DATE)
    style = Style("kai", 5.0, sheet.ink, align="right")
    pen.write(180, SEAL[1] + 8.0, chinese_date(facts.issued_on), style)
    note = Style("song", 2.45, sheet.grey, align="centre")
    pieces.anchored(sheet, facts.anchor, _MIDDLE, _FOOT - 3.4, note)


def _letterhead(sheet: Sheet, issuer: str) -> None:
    pieces.demonstrated(sheet, _MIDDLE, 13.0)
    has_logo = pieces.logo(sheet, (_MIDDLE - 30, 15.5, 60, 14.5))
    sheet.add(reading.LETTERHEAD)
    style = Style("black", 13.2, sheet.accent, spacing=1.6, align="centre")
    sheet.pen.fit(_MIDDLE, 44.5 if has_logo else 38.5, issuer, style, 156)
    sheet.add(reading.DECORATION)
    _rules(sheet, 51.0, 52.7)
    sheet.add(reading.label(len(pieces.fields(sheet.design)) - 1))
    sheet.pen.write(_LEFT, 60.2, "证书编号", Style("song", 3.9, sheet.grey))
    sheet.add(reading.DECORATION)


def _rules(sheet: Sheet, thick: float, thin: float) -> None:
    """Draw the two red lines of a letterhead."""
    for y, width in ((thick, 1.05), (thin, 0.3)):
        rule = line(_LEFT, y, _RIGHT, y)
        sheet.add(Path(rule, stroke=sheet.accent, width=width))


def _title(sheet: Sheet) -> None:
    pen, design = sheet.pen, sheet.design
    sheet.add(reading.heading(0))
    style = Style("song", 6.4, sheet.ink, spacing=1.2, align="centre")
    pen.fit(_MIDDLE, 75.0, design.heading, style, 150)
    sheet.add(reading.heading(1))
    style = Style("black", 14.0, sheet.ink, spacing=9.0, align="centre")
    pen.fit(_MIDDLE, 93.5, design.title, style, 150)
    sheet.add(reading.SUBTITLE)
    style = Style("song", 2.8, sheet.grey, spacing=0.55, align="centre")
    pen.fit(_MIDDLE, 101.0, design.subtitle, style, 150)
    sheet.add(reading.DECORATION)


# -- the grid of fields -----------------------------------------------------------


def _kept(sheet: Sheet) -> list[str]:
    """Name the fields that have a row: the sex shares the name's, the number none."""
    return [
        key
        for key, _label in pieces.fields(sheet.design)
        if key not in {"sex", "number"}
    ]


def _high(sheet: Sheet) -> float:
    """Say how high each row is: together they reach as far as a photo."""
    count = len(_kept(sheet))
    if not sheet.design.shows(Part.PHOTO):
        return max(_LEAST, min(12.0, 49.0 / count))
    return max(_LEAST, _PICTURED / count)


def _bottom(sheet: Sheet) -> float:
    return _GRID + _high(sheet) * len(_kept(sheet))


def _beside(sheet: Sheet, row: int) -> float:
    """Say where a row ends: at the photo, or at the margin."""
    reach = _GRID + row * _high(sheet) < _GRID + _PICTURED - 1
    return _PHOTO_LEFT if sheet.design.shows(Part.PHOTO) and reach else _RIGHT


def _places(sheet: Sheet) -> list[tuple[str, float, float, float]]:
    """Give each field's key, left edge, baseline and room."""
    high, found = _high(sheet), []
    for row, key in enumerate(_kept(sheet)):
        y = _GRID + (row + 0.5) * high + 1.7
        end = _beside(sheet, row)
        if key == "name" and sheet.design.shows(Part.SEX):
            found.append((key, _VALUES + 3, y, _SEX[0] - _VALUES - 5))
            found.append(("sex", _SEX[1] + 3, y, end - _SEX[1] - 5))
        else:
            found.append((key, _VALUES + 3, y, end - _VALUES - 5))
    return found


def _photo(sheet: Sheet) -> tuple[float, float, float, float]:
    rows = [i for i in range(len(_kept(sheet))) if _beside(sheet, i) < _RIGHT]
    high = len(rows) * _high(sheet)
    return (_PHOTO_LEFT + 3.5, _GRID + (high - 35) / 2, 25.0, 35.0)


def _grid(sheet: Sheet) -> None:
    kept, high, bottom = _kept(sheet), _high(sheet), _bottom(sheet)
    pale = sheet.tint(0.05)
    shaded = box(_LEFT, _GRID, _VALUES - _LEFT, bottom - _GRID)
    sheet.add(Path(shaded, fill=pale))
    steps: list[Step] = []
    if sheet.design.shows(Part.SEX):
        sheet.add(Path(box(_SEX[0], _GRID, _SEX[1] - _SEX[0], high), fill=pale))
        for x in _SEX:
            steps += line(x, _GRID, x, _GRID + high)
    steps += line(_VALUES, _GRID, _VALUES, bottom)
    below = _GRID
    for row in range(1, len(kept)):
        y, end = _GRID + row * high, _beside(sheet, row)
        steps += line(_LEFT, y, end, y)
    for row in range(len(kept)):
        if _beside(sheet, row) < _RIGHT:
            below = _GRID + (row + 1) * high
    if below > _GRID:
        steps += line(_PHOTO_LEFT, _GRID, _PHOTO_LEFT, below)
        steps += line(_PHOTO_LEFT, below, _RIGHT, below)
    sheet.add(Path(tuple(steps), stroke=sheet.grey, width=0.15))
    frame = box(_LEFT, _GRID, _RIGHT - _LEFT, bottom - _GRID)
    sheet.add(Path(frame, stroke=sheet.ink, width=0.35))


def _labels(sheet: Sheet) -> None:
    shown = pieces.fields(sheet.design)
    words, order = dict(shown), [key for key, _label in shown]
    style = Style("song", 4.2, sheet.grey)
    for key, x, y, _room in _places(sheet):
        sheet.add(reading.label(order.index(key)))
        if key == "sex":
            middle = sum(_SEX) / 2
            sheet.pen.write(middle, y - 0.1, "性别", replace(style, align="centre"))
        else:
            sheet.pen.spread(_LEFT + 3.5, y - 0.1, words[key], style, x - _LEFT - 10)
    sheet.add(reading.DECORATION)


# -- hours, code ------------------------------------------------------------------


def _table(sheet: Sheet) -> Hours:
    score = sheet.design.shows(Part.SCORE)
    return Hours(_LEFT, 193.6, _RIGHT - _LEFT, 7.8, 20.4, score)


def _rows(sheet: Sheet, facts: Facts) -> None:
    table, count = _table(sheet), len(facts.hours)
    pieces.table_rows(sheet, table, facts, Style("kai", 4.5, sheet.ink, align="centre"))
    bottom, steps = table.bottom(count), list[Step]()
    for _head, x, _wide in table.columns[1:]:
        steps += line(x, table.top, x, bottom)
    for row in range(count):
        y = table.top + table.head + row * table.high(count)
        steps += line(_LEFT, y, _RIGHT, y)
    sheet.add(Path(tuple(steps), stroke=sheet.grey, width=0.15))
    frame = box(_LEFT, table.top, table.width, bottom - table.top)
    sheet.add(Path(frame, stroke=sheet.ink, width=0.35))


def _checks(sheet: Sheet) -> Checks:
    return Checks(
        58.0, 236.8, 41, Style("song", 2.8, sheet.grey), Style("kai", 2.9, sheet.ink)
    )
