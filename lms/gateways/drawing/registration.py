"""The registration certificate: what is written where, on an upright A4.

Source: 内建行函〔2022〕508号 附件1, 附件2 for the fields and their order.
"""

from datetime import date

from lms.credentials.rules import CopyMark, Likeness, PrintedRegistration, Term, grouped
from lms.gateways.drawing import ornaments as o
from lms.gateways.drawing import reading
from lms.gateways.drawing.fonts import Fonts
from lms.gateways.drawing.pen import Pen, Style
from lms.gateways.drawing.scene import (
    Colour,
    Ink,
    Path,
    Photo,
    Scene,
    Squares,
    box,
    line,
)
from lms.gateways.drawing.seal import seal
from lms.gateways.drawing.words import (
    BRONZE,
    GREY,
    HEIGHT,
    INK,
    SEXES,
    SPECIALTIES,
    WIDTH,
    plain_date,
)
from lms.policy.licences import Licence

_LABELS = ("姓名", "性别", "出生日期", "注册编号", "聘用企业")
_LEFT, _VALUES, _RIGHT = 31.0, 58.0, 179.0
_FIRST, _PITCH, _ROW = 100.0, 10.4, 8.6
_TERMS = _FIRST + len(_LABELS) * _PITCH
_SIGN = 213.0
_SIGNATURE = 20
"""The place of the signature among the fields that are read aloud."""

_CHECKS = ("核验网址", "上传本文件可核对是否原件", "核验码", "证书号", "证照标识")
_CODE_X, _CODE_Y, _CODE_SIZE = 31.0, 236.0, 27.0
SEAL = _SEAL_X, _SEAL_Y = 150.5, 226.0
"""The middle of the seal. Units: millimetres."""
_PHOTO = (152.9, 92.4, 25.0, 35.0)

_LABEL = Style("song", 4.3, GREY)
_VALUE = Style("kai", 4.8, INK)
_SMALL = Style("song", 2.8, GREY)
_FIGURES = Style("kai", 2.9, INK)
_NOTE = Style("song", 2.6, GREY, align="centre")
_GHOST: Colour = (0.93, 0.93, 0.92)


def static(fonts: Fonts, law: Licence, address: str, *, specimen: bool) -> Scene:
    """Draw what all certificates of a province share; `address` is to verify.

    A specimen says so across the page: no demonstration looks like the real one.
    """
    scene = Scene()
    pen = Pen(scene, fonts)
    scene.add(Path(box(0, 0, WIDTH, HEIGHT), fill=o.PAPER))
    o.rosette(scene, WIDTH / 2, 158)
    if specimen:
        pen.write(
            WIDTH / 2, 172, "样本", Style("black", 46, _GHOST, 22, align="centre")
        )
    o.frame(scene, (10, 10, 200, 287))
    inset = o.BAND + 0.95
    o.fine_print(
        pen,
        "中华人民共和国二级建造师注册证书·",
        (10 + inset, 10 + inset, 200 - inset, 287 - inset),
    )
    _title(pen)
    for i, label in enumerate(_LABELS):
        _label(pen, i, _FIRST + i * _PITCH, label)
    _label(pen, len(_LABELS), _TERMS, "注册专业")
    x, y, wide, high = _PHOTO
    frame = box(x - 0.4, y - 0.4, wide + 0.8, high + 0.8)
    scene.add(Path(frame, fill=(1, 1, 1), stroke=o.GOLD, width=0.2))
    _signing(pen, law)
    _foot(pen, law, address, specimen=specimen)
    return scene


def stamp(fonts: Fonts, law: Licence) -> Scene:
    """Draw the authority's seal, which lies over the text."""
    scene = Scene()
    drawing = seal(Pen(scene, fonts), law.authority, law.seal, _SEAL_X, _SEAL_Y)
    scene.add(reading.seal(f"{law.authority}{law.seal}"), *drawing)
    return scene


def variable(
    fonts: Fonts,
    facts: PrintedRegistration,
    likeness: Likeness,
    code: tuple[bytes, ...],
    copy: CopyMark | None,
) -> Scene:
    """Draw what one certificate says.

    Raises: MissingGlyph.
    """
    scene = Scene()
    pen = Pen(scene, fonts)
    born = plain_date(likeness.born_on) if likeness.born_on else ""
    sex = SEXES.get(facts.sex, facts.sex)
    values = (facts.name, sex, born, facts.registration_no, facts.employer)
    for i, value in enumerate(values):
        style = Style("kai", 5.6, INK) if i == 0 else _VALUE
        scene.add(reading.value(i))
        room = 90 if _FIRST + i * _PITCH < 132 else _RIGHT - _VALUES  # noqa: PLR2004 - beside the photo
        pen.fit(_VALUES, _FIRST + i * _PITCH, value, style, room)
    for i, term in enumerate(facts.terms):
        y = _TERMS + i * _ROW
        scene.add(reading.value(len(_LABELS) + i))
        pen.write(_VALUES, y, SPECIALTIES[term.specialty], _VALUE)
        pen.write(88, y, _period(term), Style("kai", 4.4, INK))
    _likeness(pen, facts, likeness)
    scene.add(reading.DATE)
    pen.write(
        177, _SEAL_Y + 7.2, f"签发日期：{plain_date(facts.issued_on)}",
        Style("kai", 4.4, INK, align="right"),
    )  # fmt: skip
    _codes(pen, facts, code, copy)
    if copy:
        _lent(pen, copy)
    return scene


def _likeness(pen: Pen, facts: PrintedRegistration, likeness: Likeness) -> None:
    """Set photo and signature, with the day on which it was given."""
    if likeness.photo_jpeg:
        pen.scene.add(reading.PHOTO, Photo(*_PHOTO, likeness.photo_jpeg))
    if likeness.signature_png:
        ink = Ink(_VALUES, _SIGN - 9.2, 40, 12, likeness.signature_png)
        pen.scene.add(reading.signature(_SIGNATURE), ink)
    if facts.signed and facts.signed_on:
        pen.scene.add(reading.value(_SIGNATURE + 1))
        pen.write(_VALUES, _SIGN + 9.4, plain_date(facts.signed_on), _VALUE)


def _codes(
    pen: Pen,
    facts: PrintedRegistration,
    code: tuple[bytes, ...],
    copy: CopyMark | None,
) -> None:
    pen.scene.add(reading.CODE, Squares(_CODE_X, _CODE_Y, _CODE_SIZE, code))
    token = grouped(copy.token if copy else facts.token)
    small = Style("kai", 2.3, INK)
    for place, y, value, style, room in (
        (3, 252.4, token, _FIGURES, 41),
        (4, 257.2, facts.number, _FIGURES, 41),
        (5, 262.0, facts.licence_id, small, 101),
    ):
        pen.scene.add(reading.check(place, 1))
        pen.fit(75.5, y, value, style, room)


def _lent(pen: Pen, copy: CopyMark) -> None:
    """Print for whom and for what a use copy is, where nobody can overlook it."""
    shape = box(_LEFT, 77.2, _RIGHT - _LEFT, 10.6)
    frame = Path(shape, fill=(0.985, 0.957, 0.905), stroke=o.DEEP, width=0.3)
    pen.scene.add(reading.DECORATION, frame, reading.NOTICE)
    pen.write(33.5, 84, "使用件", Style("black", 5.2, o.DEEP))
    pen.fit(
        54, 81.5, f"仅限{copy.employer}用于：{copy.purpose}",
        Style("song", 3.4, INK), 122,
    )  # fmt: skip
    period = f"{plain_date(copy.valid_from)}至{plain_date(copy.valid_until)}"
    pen.write(54, 86, f"使用期限：{period}，逾期无效", Style("song", 3.1, INK))


def written(facts: PrintedRegistration) -> str:
    """Give every character that is not known beforehand to have a glyph."""
    return "".join((facts.name, facts.employer, facts.registration_no))


def _period(term: Term) -> str:
    if term.valid_from is None or term.valid_until is None:
        return ""
    return f"（有效期：{_iso(term.valid_from)}至{_iso(term.valid_until)}）"


def _iso(day: date) -> str:
    return day.isoformat()


def _label(pen: Pen, place: int, y: float, label: str) -> None:
    pen.scene.add(reading.label(place))
    pen.spread(_LEFT, y - 0.2, label, _LABEL, 20)
    pen.write(51.2, y - 0.2, "：", _LABEL)
    pen.scene.add(reading.DECORATION)


def _title(pen: Pen) -> None:
    middle = WIDTH / 2
    pen.scene.add(reading.heading(0))
    pen.write(
        middle, 42.5, "中华人民共和国",
        Style("song", 8.0, INK, spacing=2.6, align="centre"),
    )  # fmt: skip
    pen.scene.add(reading.heading(1))
    pen.write(
        middle, 60, "二级建造师注册证书",
        Style("black", 12.6, o.DEEP, spacing=1.9, align="centre"),
    )  # fmt: skip
    pen.scene.add(reading.SUBTITLE)
    pen.write(
        middle, 68.2, "REGISTRATION CERTIFICATE · SECOND-CLASS CONSTRUCTOR",
        Style("song", 2.8, BRONZE, spacing=0.6, align="centre"),
    )  # fmt: skip
    pen.scene.add(reading.DECORATION)
    o.divider(pen.scene, middle, 73)


def _signing(pen: Pen, law: Licence) -> None:
    _label(pen, _SIGNATURE, _SIGN, "个人签名")
    _label(pen, _SIGNATURE + 1, _SIGN + 9.4, "签名日期")
    pen.scene.add(
        Path(line(_VALUES, _SIGN + 2.2, 100, _SIGN + 2.2), stroke=o.GOLD, width=0.15)
    )
    pen.scene.add(reading.ISSUER)
    pen.fit(
        177, _SEAL_Y - 1.8, law.authority, Style("song", 4.6, INK, align="right"), 66
    )
    if law.hand_signed_print:
        pen.scene.add(reading.label(_SIGNATURE + 2))
        pen.write(_LEFT, _SIGN + 17.4, "打印件手写签名：", _SMALL)
        pen.write(92, _SIGN + 17.4, "日期：", _SMALL)
        pen.scene.add(reading.DECORATION)
        for left, right in ((54, 88), (100, 116)):
            y = _SIGN + 17.8
            pen.scene.add(Path(line(left, y, right, y), stroke=GREY, width=0.15))


def _foot(pen: Pen, law: Licence, address: str, *, specimen: bool) -> None:
    middle = _CODE_X + _CODE_SIZE / 2
    pen.scene.add(reading.check(0))
    pen.write(middle, 266.6, "扫码核验证书", Style("song", 2.8, GREY, align="centre"))
    for i, label in enumerate(_CHECKS):
        pen.scene.add(reading.check(i + 1))
        pen.write(63.5, 242.8 + i * 4.8, label, _SMALL)
    pen.scene.add(reading.check(1, 1))
    pen.fit(75.5, 242.8, address, _FIGURES, 44)
    pen.scene.add(reading.NOTE)
    for i, text in enumerate(reminders(law, specimen=specimen)):
        pen.fit(WIDTH / 2, 270.9 + i * 3.5, text, _NOTE, 160)


def reminders(law: Licence, *, specimen: bool = False) -> tuple[str, ...]:
    """Say what a print of this province must carry, in two lines at most."""
    if law.hand_signed_print:
        first = (
            "打印本证书后须在个人签名处手写本人签名；"
            "未手写签名或与签名图像笔迹不一致的，打印件无效。"
        )
    elif law.black_print_equal:
        first = "电子注册证书文件与其打印件（黑白或彩色）具有同等法律效力。"
    else:
        first = "电子证书与纸质证书信息不一致的，以电子证书信息为准。"
    where = f"也可通过{law.checked_at}核验。" if law.checked_at else ""
    if specimen:
        return first, "样本：由演示系统生成，签章为示意图，不得用于执业或任何申报。"
    return first, f"注册信息以核验页面实时显示为准。{where}"
