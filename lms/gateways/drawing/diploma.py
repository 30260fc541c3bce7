"""The certificate of continuing education: what is written where.

Two layers. The static one is the same for every certificate of an association and is
encoded once; the variable one is all that differs.
"""

from datetime import date

from lms.credentials.rules import Anchor, Facts, grouped
from lms.gateways.drawing import ornaments as o
from lms.gateways.drawing.fonts import Fonts
from lms.gateways.drawing.pen import Pen, Style
from lms.gateways.drawing.scene import Colour, Path, Photo, Scene, Squares, box, line
from lms.gateways.drawing.seal import seal
from lms.kernel.credit import Credit, hours_text
from lms.policy.model import Specialty

WIDTH, HEIGHT = 210.0, 297.0
INK: Colour = (0.11, 0.10, 0.09)
GREY: Colour = (0.37, 0.34, 0.30)
BRONZE: Colour = (0.52, 0.39, 0.18)

SPECIALTIES = {
    Specialty.BUILDING: "建筑工程",
    Specialty.HIGHWAY: "公路工程",
    Specialty.WATER: "水利水电工程",
    Specialty.MUNICIPAL: "市政公用工程",
    Specialty.MINING: "矿业工程",
    Specialty.MECHANICAL: "机电工程",
}
_SEXES = {"male": "男", "female": "女"}
_LABELS = ("姓名", "性别", "身份证号", "注册专业", "聘用企业", "证书编号")
_HEADS = ("专业", "必修课学时", "选修课学时", "合计学时", "考核成绩")
_COLUMNS = (40.0, 27.0, 27.0, 27.0, 27.0)

_LEFT, _RIGHT = 31.0, 179.0
_FIRST, _PITCH = 112.0, 9.6
_TABLE, _ROW = 201.5, 8.4
_CODE_X, _CODE_Y, _CODE_SIZE = 31.0, 230.5, 28.0
_SEAL_X, _SEAL_Y = 152.0, 246.5

_LABEL = Style("song", 4.3, GREY)
_VALUE = Style("kai", 4.8, INK)
_BODY = Style("kai", 4.9, INK)
_HEAD = Style("song", 3.8, GREY, align="centre")
_CELL = Style("kai", 4.5, INK, align="centre")
_SMALL = Style("song", 2.8, GREY)
_FIGURES = Style("kai", 2.9, INK)


def static(fonts: Fonts, issuer: str, address: str) -> Scene:
    """Draw what all certificates of an association share; `address` is to verify."""
    scene = Scene()
    pen = Pen(scene, fonts)
    scene.add(Path(box(0, 0, WIDTH, HEIGHT), fill=o.PAPER))
    o.rosette(scene, WIDTH / 2, 163)
    scene.add(*o.emblem(WIDTH / 2, 163, scale=2.0, faint=True))
    o.frame(scene, 10, 10, 200, 287)
    inset = o.BAND + 0.95
    o.fine_print(
        pen,
        "二级注册建造师继续教育合格证·学时·",
        (10 + inset, 10 + inset, 200 - inset, 287 - inset),
    )
    _title(pen)
    _fields(pen)
    _table_head(pen)
    _foot(pen, address)
    pen.fit(177, _SEAL_Y - 2.5, issuer, Style("song", 4.9, INK, align="right"), 58)
    return scene


def stamp(fonts: Fonts, issuer: str) -> Scene:
    """Draw the association's seal, which lies over the text."""
    scene = Scene()
    pen = Pen(scene, fonts)
    scene.add(*seal(pen, issuer, "继续教育专用章", _SEAL_X, _SEAL_Y))
    return scene


def variable(
    fonts: Fonts, facts: Facts, code: tuple[bytes, ...], photo: bytes | None
) -> Scene:
    """Draw what one certificate says.

    Raises: MissingGlyph.
    """
    scene = Scene()
    pen = Pen(scene, fonts)
    values = (
        facts.name,
        _SEXES.get(facts.sex, facts.sex),
        facts.id_masked,
        "、".join(_named(row.specialty, main=row.is_main) for row in facts.hours),
        facts.employer,
        facts.number,
    )
    for i, value in enumerate(values):
        style = Style("kai", 5.6, INK) if i == 0 else _VALUE
        pen.fit(57.5, _FIRST + i * _PITCH, value, style, 91 if i < 4 else 121)  # noqa: PLR2004
    if photo:
        scene.add(Photo(152.9, 104.4, 25, 35, photo))
    for i, text in enumerate(pen.wrap(_sentence(facts), _BODY, 148, indent=9.8)):
        pen.write(_LEFT + (9.8 if i == 0 else 0), 173.5 + i * 8.6, text, _BODY)
    _rows(pen, facts)
    scene.add(Squares(_CODE_X, _CODE_Y, _CODE_SIZE, code))
    pen.fit(75.5, 249.2, grouped(facts.token), _FIGURES, 41)
    pen.write(
        177,
        _SEAL_Y + 7.2,
        chinese_date(facts.issued_on),
        Style("kai", 4.9, INK, align="right"),
    )
    if facts.anchor:
        _anchor(pen, facts.anchor)
    return scene


def _anchor(pen: Pen, anchor: Anchor) -> None:
    """Print the checkpoint that fixes the evidence before this certificate."""
    text = f"学习证据检查点：{anchor.size} 条 · {anchor.root} · {plain_date(anchor.on)}"
    pen.write(WIDTH / 2, 268.6, text, Style("song", 2.45, GREY, align="centre"))


def written(facts: Facts) -> str:
    """Give every character that a certificate would print in its variable layer."""
    return "".join((facts.name, facts.employer, facts.id_masked, facts.number))


def _named(specialty: Specialty, *, main: bool) -> str:
    return SPECIALTIES[specialty] + ("（主项）" if main else "（增项）")


def _sentence(facts: Facts) -> str:
    names = "、".join(SPECIALTIES[s] for s in facts.specialties)
    return (
        f"在注册有效期（{plain_date(facts.period_from)}至{plain_date(facts.period_until)}）内"
        f"参加二级注册建造师（{names}专业）继续教育，完成规定的必修课和选修课学习，"
        "经考核合格，准予结业，特发此证。"
    )


def _title(pen: Pen) -> None:
    middle = WIDTH / 2
    pen.scene.add(*o.emblem(middle, 40))
    pen.write(
        middle, 62.5, "二级注册建造师继续教育",
        Style("song", 7.2, INK, spacing=1.5, align="centre"),
    )  # fmt: skip
    pen.write(
        middle, 85, "合格证",
        Style("black", 17.5, o.DEEP, spacing=10, align="centre"),
    )  # fmt: skip
    pen.write(
        middle, 93.4, "CERTIFICATE OF CONTINUING EDUCATION",
        Style("song", 3.0, BRONZE, spacing=0.75, align="centre"),
    )  # fmt: skip
    o.divider(pen.scene, middle, 98)


def _fields(pen: Pen) -> None:
    for i, label in enumerate(_LABELS):
        y = _FIRST + i * _PITCH - 0.2
        pen.spread(_LEFT, y, label, _LABEL, 20)
        pen.write(51.2, y, "：", _LABEL)
    pen.scene.add(
        Path(box(152.5, 104, 25.8, 35.8), fill=(1, 1, 1), stroke=o.GOLD, width=0.2)
    )


def _table_head(pen: Pen) -> None:
    scene, width = pen.scene, _RIGHT - _LEFT
    scene.add(Path(box(_LEFT, _TABLE, width, _ROW), fill=(0.985, 0.957, 0.905)))
    for y, thick in ((_TABLE, 0.3), (_TABLE + _ROW, 0.15)):
        scene.add(Path(line(_LEFT, y, _RIGHT, y), stroke=o.GOLD, width=thick))
    x = _LEFT
    for head, room in zip(_HEADS, _COLUMNS, strict=True):
        pen.write(x + room / 2, _TABLE + 5.6, head, _HEAD)
        x += room


def _rows(pen: Pen, facts: Facts) -> None:
    for i, row in enumerate(facts.hours):
        y = _TABLE + _ROW * (i + 1) + 5.8
        cells = (
            SPECIALTIES[row.specialty],
            f"{hours_text(row.required)} 学时",
            f"{hours_text(row.elective)} 学时",
            f"{hours_text(Credit(row.required + row.elective))} 学时",
            f"{facts.score} 分",
        )
        x = _LEFT
        for cell, room in zip(cells, _COLUMNS, strict=True):
            pen.write(x + room / 2, y, cell, _CELL)
            x += room
    bottom = _TABLE + _ROW * (len(facts.hours) + 1)
    pen.scene.add(Path(line(_LEFT, bottom, _RIGHT, bottom), stroke=o.GOLD, width=0.3))
    x = _LEFT
    for room in _COLUMNS[:-1]:
        x += room
        pen.scene.add(
            Path(line(x, _TABLE + 1.2, x, bottom - 1.2), stroke=o.GOLD, width=0.15)
        )


def _foot(pen: Pen, address: str) -> None:
    pen.write(
        _CODE_X + _CODE_SIZE / 2, 262.8, "扫码核验证书",
        Style("song", 3.0, GREY, align="centre"),
    )  # fmt: skip
    pen.write(63.5, 239.6, "核验网址", _SMALL)
    pen.fit(75.5, 239.6, address, _FIGURES, 44)
    pen.write(63.5, 244.4, "也可凭证书编号与姓名核验", _SMALL)
    pen.write(63.5, 249.2, "核验码", _SMALL)
    pen.write(
        WIDTH / 2,
        272.6,
        "本证书由系统按规定核发，编号唯一，签发后不可更改。请扫码或登录核验网址核对，以核验页面显示为准。",
        Style("song", 2.45, GREY, align="centre"),
    )


# -- dates ----------------------------------------------------------------------

_DIGITS = "〇一二三四五六七八九"


def plain_date(day: date) -> str:
    """Write a day as 2026年11月21日."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_date(day: date) -> str:
    """Write a day in Chinese numerals.

    >>> chinese_date(date(2026, 11, 21)), chinese_date(date(2030, 1, 10))
    ('二〇二六年十一月二十一日', '二〇三〇年一月十日')
    """
    year = "".join(_DIGITS[int(figure)] for figure in str(day.year))
    return f"{year}年{_counted(day.month)}月{_counted(day.day)}日"


def _counted(n: int) -> str:
    tens, ones = divmod(n, 10)
    ten = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return ten + (_DIGITS[ones] if ones else "")
