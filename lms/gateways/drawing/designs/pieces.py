"""What every design has, to be set where it likes: fields, paragraph, table, code."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from lms.credentials.rules import Anchor, Facts, grouped
from lms.credentials.rules.designs import Design, Part, filled
from lms.gateways.drawing import reading
from lms.gateways.drawing.pen import Pen, Style
from lms.gateways.drawing.scene import Ink, Path, Photo, Squares, rounded
from lms.gateways.drawing.sheet import Sheet, mixed, png_size
from lms.gateways.drawing.words import (
    SEXES,
    SPECIALTIES,
    plain_date,
)
from lms.kernel.credit import Credit, hours_text

NOTE = (
    "本证书是二级建造师继续教育合格证，不是注册证书。"
    "编号唯一，不可更改，请扫码或登录核验网址核对。"
)
"""What it is, in the house's words: no design leaves them off."""

DEMONSTRATION = "演示证书 · 由演示系统生成，不得用于执业、注册或任何申报"

_LABELS = {
    "name": "姓名",
    "sex": "性别",
    "id_number": "身份证号",
    "specialties": "注册专业",
    "employer": "聘用企业",
    "registration_no": "注册编号",
    "number": "证书编号",
}


# -- fields ---------------------------------------------------------------------


@lru_cache(maxsize=64)
def fields(design: Design) -> tuple[tuple[str, str], ...]:
    """Give the fields that a design shows, as keys and labels in order."""
    return tuple(
        (key, label)
        for key, label in _LABELS.items()
        if key not in set(Part) or Part(key) in design.shown
    )


def values(facts: Facts) -> Mapping[str, str]:
    """Give each field's value as printed."""
    return {
        "name": facts.name,
        "sex": SEXES.get(facts.sex, facts.sex),
        "id_number": facts.id_masked,
        "specialties": "、".join(
            SPECIALTIES[row.specialty] + ("（主项）" if row.is_main else "（增项）")
            for row in facts.hours
        ),
        "employer": facts.employer,
        "registration_no": facts.registration_no,
        "number": facts.number,
    }


def sentence(design: Design, facts: Facts) -> str:
    """Put the facts into the design's sentence."""
    required = sum(row.required for row in facts.hours)
    elective = sum(row.elective for row in facts.hours)
    said = {
        **values(facts),
        "specialties": "、".join(SPECIALTIES[one] for one in facts.specialties),
        "period_from": plain_date(facts.period_from),
        "period_until": plain_date(facts.period_until),
        "passed_on": plain_date(facts.passed_on),
        "issued_on": plain_date(facts.issued_on),
        "required": hours_text(Credit(required)),
        "elective": hours_text(Credit(elective)),
        "hours": hours_text(Credit(required + elective)),
        "score": str(facts.score),
        "issuer": facts.issuer,
    }
    return filled(design.sentence, said)


_CROWDED = 1.22
"""A line this many times too long is broken in two rather than made tiny."""


def line_or_two(
    pen: Pen, place: tuple[float, float, float], text: str, style: Style, pitch: float
) -> None:
    """Write a value on its line; one much too long takes two smaller lines.

    Units: `place` is left edge, baseline and room, `pitch` to the next value, in
    millimetres.
    """
    x, y, room = place
    if pen.width(text, style) <= room * _CROWDED:
        pen.fit(x, y, text, style, room)
        return
    small = replace(style, size=min(style.size * 0.8, pitch * 0.4))
    for i, line in enumerate(_halves(pen, text, small, room)):
        pen.fit(x, y + (1.18 * i - 0.6) * small.size, line, small, room)


def _halves(pen: Pen, text: str, style: Style, room: float) -> tuple[str, str]:
    """Break a text in two; a list breaks after an item."""
    cut = next(i for i in range(len(text), 0, -1) if pen.width(text[:i], style) <= room)
    item = text.rfind("、", 0, cut) + 1
    # What does not fit twice is written smaller: then both halves are alike.
    cut = item or max(cut, len(text) // 2)
    return text[:cut], text[cut:]


# -- paragraph ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Room:
    """Where a paragraph goes: first baseline, width, and how many lines fit.

    Units: millimetres; `indent` and `pitch` belong to the style's full size.
    """

    x: float
    y: float
    width: float
    lines: int
    pitch: float
    indent: float = 0.0


def paragraph(sheet: Sheet, text: str, style: Style, room: Room) -> None:
    """Write a paragraph; one too long for its room is written smaller."""
    sheet.add(reading.SENTENCE)
    scale = 1.0
    while True:
        lines = _wrapped(sheet.pen, text, style, room, scale)
        if len(lines) * scale <= room.lines or scale < 0.4:  # noqa: PLR2004 - smaller cannot be read
            break
        scale -= 0.04
    small = replace(style, size=style.size * scale)
    for i, line in enumerate(lines):
        x = room.x + (room.indent * scale if i == 0 else 0)
        sheet.pen.write(x, room.y + i * room.pitch * scale, line, small)


def _wrapped(pen: Pen, text: str, style: Style, room: Room, scale: float) -> list[str]:
    small = replace(style, size=style.size * scale)
    return pen.wrap(text, small, room.width, indent=room.indent * scale)


# -- the table of hours ---------------------------------------------------------


@dataclass(frozen=True)
class Hours:
    """Where the table of hours lies. Units: millimetres; `room` is below its head."""

    left: float
    top: float
    width: float
    head: float
    room: float
    score: bool
    tallest: float = 8.4

    @cached_property
    def columns(self) -> tuple[tuple[str, float, float], ...]:
        """Give each column's head, left edge and width."""
        shares = [("专业", 40), ("必修课学时", 27), ("选修课学时", 27)]
        shares += [("合计学时", 27), *([("考核成绩", 27)] if self.score else [])]
        unit = self.width / sum(share for _head, share in shares)
        found, x = [], self.left
        for head, share in shares:
            found.append((head, x, share * unit))
            x += share * unit
        return tuple(found)

    def high(self, rows: int) -> float:
        """Say how high each of so many rows is."""
        return min(self.tallest, self.room / max(1, rows))

    def bottom(self, rows: int) -> float:
        """Say where the table ends."""
        return self.top + self.head + rows * self.high(rows)


def table_head(sheet: Sheet, table: Hours, style: Style) -> None:
    """Write the heads."""
    y = table.top + table.head / 2 + style.size * 0.36
    for i, (head, x, wide) in enumerate(table.columns):
        sheet.add(reading.head(i))
        sheet.pen.fit(x + wide / 2, y, head, style, wide - 2)


def table_rows(sheet: Sheet, table: Hours, facts: Facts, style: Style) -> None:
    """Write a row for each specialty."""
    high = table.high(len(facts.hours))
    style = replace(style, size=min(style.size, high * 0.62))
    for i, row in enumerate(facts.hours):
        cells = (
            SPECIALTIES[row.specialty],
            f"{hours_text(row.required)} 学时",
            f"{hours_text(row.elective)} 学时",
            f"{hours_text(Credit(row.required + row.elective))} 学时",
            f"{facts.score} 分",
        )
        y = table.top + table.head + (i + 0.5) * high + style.size * 0.36
        for j, (_head, x, wide) in enumerate(table.columns):
            sheet.add(reading.cell(i + 1, j))
            sheet.pen.fit(x + wide / 2, y, cells[j], style, wide - 2)
    sheet.add(reading.DECORATION)


# -- pictures -------------------------------------------------------------------


def logo(
    sheet: Sheet, room: tuple[float, float, float, float], *, left: bool = False
) -> float:
    """Set the association's own logo into a box: its middle, or its left edge.

    Give how wide the logo is; 0 when there is none.
    """
    png = sheet.design.logo
    if not png:
        return 0.0
    (x, y, wide, high), (across, down) = room, png_size(png)
    scale = min(wide / across, high / down)
    w, h = across * scale, down * scale
    aside = 0.0 if left else (wide - w) / 2
    sheet.add(Ink(x + aside, y + (high - h) / 2, w, h, png))
    return w


def portrait(
    sheet: Sheet, box: tuple[float, float, float, float], photo: bytes | None
) -> None:
    """Set the photo, if there is one and the design shows it."""
    if photo and sheet.design.shows(Part.PHOTO):
        sheet.add(reading.PHOTO, Photo(*box, photo), reading.DECORATION)


def code_square(
    sheet: Sheet, x: float, y: float, size: float, code: tuple[bytes, ...]
) -> None:
    """Set the QR code."""
    sheet.add(reading.CODE, Squares(x, y, size, code), reading.DECORATION)


# -- how to verify --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checks:
    """The lines beside the code. `room` is for the values, in millimetres."""

    x: float
    y: float
    room: float
    small: Style
    figures: Style
    pitch: float = 4.8
    values: float = 12.0


def checks_fixed(sheet: Sheet, lines: Checks, address: str) -> None:
    """Write where and by what a certificate is verified."""
    pen, x, y = sheet.pen, lines.x, lines.y
    sheet.add(reading.check(1))
    pen.write(x, y, "核验网址", lines.small)
    sheet.add(reading.check(1, 1))
    pen.fit(x + lines.values, y, address, lines.figures, lines.room + 3)
    sheet.add(reading.check(2))
    pen.write(x, y + lines.pitch, "也可凭证书编号与姓名核验", lines.small)
    sheet.add(reading.check(3))
    pen.write(x, y + 2 * lines.pitch, "核验码", lines.small)
    sheet.add(reading.DECORATION)


def checks_free(sheet: Sheet, lines: Checks, facts: Facts) -> None:
    """Write the code to type in."""
    sheet.add(reading.check(3, 1))
    sheet.pen.fit(
        lines.x + lines.values,
        lines.y + 2 * lines.pitch,
        grouped(facts.token),
        lines.figures,
        lines.room,
    )
    sheet.add(reading.DECORATION)


def anchored(
    sheet: Sheet, anchor: Anchor | None, x: float, y: float, style: Style
) -> None:
    """Print the checkpoint that fixes the evidence before this certificate."""
    if anchor is None or not sheet.design.shows(Part.ANCHOR):
        return
    text = f"学习证据检查点：{anchor.size} 条 · {anchor.root} · {plain_date(anchor.on)}"
    sheet.add(reading.ANCHOR)
    sheet.pen.write(x, y, text, style)
    sheet.add(reading.DECORATION)


def foot_notes(
    sheet: Sheet, x: float, baselines: tuple[float, float], room: float
) -> None:
    """Write the house's note and, above it, the association's own line."""
    note, extra = baselines
    style = Style("song", 2.45, sheet.grey, align="centre")
    if sheet.design.extra:
        sheet.add(reading.EXTRA)
        own = replace(style, size=2.9, colour=sheet.ink)
        sheet.pen.fit(x, extra, sheet.design.extra, own, room)
    sheet.add(reading.NOTE)
    sheet.pen.fit(x, note, NOTE, style, room)
    sheet.add(reading.DECORATION)


# -- what is no certificate -----------------------------------------------------

_GHOST = 0.075


def ghost(sheet: Sheet, x: float, y: float) -> None:
    """Write large and pale across the page that it is no certificate."""
    if sheet.word:
        pale = mixed(sheet.ink, _GHOST)
        sheet.pen.write(x, y, sheet.word, Style("black", 46, pale, 22, align="centre"))


def demonstrated(sheet: Sheet, x: float, y: float) -> None:
    """Say in a line above all else that it is a demonstration."""
    if not sheet.design.demonstration:
        return
    style = Style("song", 2.9, sheet.accent, spacing=0.15, align="centre")
    half = sheet.pen.width(DEMONSTRATION, style) / 2 + 3.2
    sheet.add(
        reading.DECORATION,
        Path(rounded(x - half, y - 4.1, 2 * half, 6.0, 3.0), fill=sheet.tint(0.07)),
        Path(
            rounded(x - half, y - 4.1, 2 * half, 6.0, 3.0),
            stroke=sheet.accent,
            width=0.2,
        ),
        reading.NOTICE,
    )
    sheet.pen.write(x, y, DEMONSTRATION, style)
    sheet.add(reading.DECORATION)
