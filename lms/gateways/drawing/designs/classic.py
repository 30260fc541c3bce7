"""The classic design: a guilloche frame around a page set in the middle."""

from dataclasses import replace

from lms.credentials.rules import Facts
from lms.credentials.rules.designs import Part
from lms.gateways.drawing import ornaments as o
from lms.gateways.drawing import reading
from lms.gateways.drawing.designs import pieces
from lms.gateways.drawing.designs.pieces import Checks, Hours, Room
from lms.gateways.drawing.pen import Style
from lms.gateways.drawing.scene import Path, box, line
from lms.gateways.drawing.sheet import WHITE, Sheet
from lms.gateways.drawing.words import BRONZE, HEIGHT, WIDTH, chinese_date

SEAL = (152.0, 244.5)

_MIDDLE = WIDTH / 2
_LEFT, _RIGHT = 31.0, 179.0
_FIRST, _SPAN, _PITCH = 112.0, 48.0, 11.0
_PHOTO = (152.9, 104.4, 25.0, 35.0)
_BELOW_PHOTO = 144.0
_ROOM = Room(_LEFT, 173.5, 148, 3, 8.6, indent=9.8)
_CODE = (31.0, 228.5, 28.0)
_FOOT = 273.0


def static(sheet: Sheet, issuer: str, address: str) -> None:
    """Draw what all certificates of an association share."""
    sheet.add(Path(box(0, 0, WIDTH, HEIGHT), fill=o.PAPER))
    o.rosette(sheet.scene, _MIDDLE, 163)
    sheet.add(*o.emblem(_MIDDLE, 163, scale=2.0, dark=o.FAINT, light=o.FAINT))
    o.frame(sheet.scene, (10, 10, 200, 287), sheet.accent)
    inset = o.BAND + 0.95
    o.fine_print(
        sheet.pen,
        "二级注册建造师继续教育合格证·学时·",
        (10 + inset, 10 + inset, 200 - inset, 287 - inset),
    )
    pieces.ghost(sheet, _MIDDLE, 172)
    _title(sheet)
    _labels(sheet)
    _table_head(sheet)
    _foot(sheet, address)
    sheet.add(reading.ISSUER)
    sheet.pen.fit(
        177, SEAL[1] - 2.5, issuer, Style("song", 4.9, sheet.ink, align="right"), 58
    )


def variable(
    sheet: Sheet, facts: Facts, code: tuple[bytes, ...], photo: bytes | None
) -> None:
    """Draw what one certificate says."""
    pen, said = sheet.pen, pieces.values(facts)
    for i, (key, y) in enumerate(_lines(sheet)):
        sheet.add(reading.value(i))
        size = 5.6 if key == "name" else 4.8
        room = 121 if y > _BELOW_PHOTO or not sheet.design.shows(Part.PHOTO) else 91
        style = Style("kai", size, sheet.ink)
        pieces.line_or_two(pen, (57.5, y, room), said[key], style, _pitch(sheet))
    pieces.portrait(sheet, _PHOTO, photo)
    body = Style("kai", 4.9, sheet.ink)
    pieces.paragraph(sheet, pieces.sentence(sheet.design, facts), body, _ROOM)
    _rows(sheet, facts)
    pieces.code_square(sheet, *_CODE, code)
    pieces.checks_free(sheet, _checks(sheet), facts)
    sheet.add(reading.DATE)
    pen.write(
        177,
        SEAL[1] + 7.2,
        chinese_date(facts.issued_on),
        Style("kai", 4.9, sheet.ink, align="right"),
    )
    pieces.anchored(sheet, facts.anchor, _MIDDLE, _FOOT - 3.4, _note(sheet))


def _note(sheet: Sheet) -> Style:
    return Style("song", 2.45, sheet.grey, align="centre")


def _title(sheet: Sheet) -> None:
    pen, design = sheet.pen, sheet.design
    pieces.demonstrated(sheet, _MIDDLE, 26.6)
    if not pieces.logo(sheet, (_MIDDLE - 30, 31, 60, 18.6)):
        sheet.add(*o.emblem(_MIDDLE, 40, dark=sheet.accent))
    sheet.add(reading.heading(0))
    style = Style("song", 7.2, sheet.ink, spacing=1.5, align="centre")
    pen.fit(_MIDDLE, 62.5, design.heading, style, 136)
    sheet.add(reading.heading(1))
    style = Style("black", 17.5, sheet.accent, spacing=10, align="centre")
    pen.fit(_MIDDLE, 85, design.title, style, 136)
    sheet.add(reading.SUBTITLE)
    style = Style("song", 3.0, BRONZE, spacing=0.75, align="centre")
    pen.fit(_MIDDLE, 93.4, design.subtitle, style, 136)
    sheet.add(reading.DECORATION)
    o.divider(sheet.scene, _MIDDLE, 98, sheet.accent)


def _lines(sheet: Sheet) -> list[tuple[str, float]]:
    """Give each field with its baseline."""
    shown, pitch = pieces.fields(sheet.design), _pitch(sheet)
    return [(key, _FIRST + i * pitch) for i, (key, _label) in enumerate(shown)]


def _pitch(sheet: Sheet) -> float:
    return min(_PITCH, _SPAN / (len(pieces.fields(sheet.design)) - 1))


def _labels(sheet: Sheet) -> None:
    style = Style("song", 4.3, sheet.grey)
    places = zip(pieces.fields(sheet.design), _lines(sheet), strict=True)
    for i, ((_key, label), (_same, y)) in enumerate(places):
        sheet.add(reading.label(i))
        sheet.pen.spread(_LEFT, y - 0.2, label, style, 20)
        sheet.pen.write(51.2, y - 0.2, "：", style)
    sheet.add(reading.DECORATION)
    if sheet.design.shows(Part.PHOTO):
        x, y, wide, high = _PHOTO
        frame = box(x - 0.4, y - 0.4, wide + 0.8, high + 0.8)
        sheet.add(Path(frame, fill=WHITE, stroke=o.GOLD, width=0.2))


def _table(sheet: Sheet) -> Hours:
    score = sheet.design.shows(Part.SCORE)
    return Hours(_LEFT, 197.6, _RIGHT - _LEFT, 7.8, 20.4, score)


def _table_head(sheet: Sheet) -> None:
    table = _table(sheet)
    shape = box(_LEFT, table.top, table.width, table.head)
    sheet.add(Path(shape, fill=(0.985, 0.957, 0.905)))
    for y, thick in ((table.top, 0.3), (table.top + table.head, 0.15)):
        sheet.add(Path(line(_LEFT, y, _RIGHT, y), stroke=o.GOLD, width=thick))
    pieces.table_head(sheet, table, Style("song", 3.8, sheet.grey, align="centre"))
    sheet.add(reading.DECORATION)


def _rows(sheet: Sheet, facts: Facts) -> None:
    table = _table(sheet)
    pieces.table_rows(sheet, table, facts, Style("kai", 4.5, sheet.ink, align="centre"))
    bottom = table.bottom(len(facts.hours))
    sheet.add(Path(line(_LEFT, bottom, _RIGHT, bottom), stroke=o.GOLD, width=0.3))
    for _head, x, _wide in table.columns[1:]:
        rule = line(x, table.top + 1.2, x, bottom - 1.2)
        sheet.add(Path(rule, stroke=o.GOLD, width=0.15))


def _checks(sheet: Sheet) -> Checks:
    return Checks(
        63.5, 237.6, 41, Style("song", 2.8, sheet.grey), Style("kai", 2.9, sheet.ink)
    )


def _foot(sheet: Sheet, address: str) -> None:
    x, y, size = _CODE
    note = _note(sheet)
    sheet.add(reading.check(0))
    caption = replace(note, size=3.0)
    sheet.pen.write(x + size / 2, y + size + 4, "扫码核验合格证", caption)
    pieces.checks_fixed(sheet, _checks(sheet), address)
    pieces.foot_notes(sheet, _MIDDLE, (_FOOT, _FOOT - 6.9), 150)
