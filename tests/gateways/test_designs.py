"""The four designs, drawn with the hardest facts: on the page, apart, read in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import pytest

from lms.credentials.rules.designs import SEAL_ACROSS, SEAL_DOWN, Design, Layout, Part
from lms.gateways.drawing import diploma
from lms.gateways.drawing.fonts import Fonts, MissingGlyph
from lms.gateways.drawing.previews import Previews, specimen
from lms.gateways.drawing.scene import Ink, Mark, Photo, Scene, Squares, Text
from lms.gateways.drawing.seal import RADIUS
from tests.gateways.specimens import (
    EVERYTHING,
    GHOST,
    HOST,
    ISSUER,
    Drawn,
    drawn,
    logo,
)

each = pytest.mark.parametrize("layout", list(Layout))


@pytest.fixture(scope="session")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Fonts:
    return Fonts(tmp_path_factory.mktemp("fonts"))


@pytest.fixture(scope="session")
def previews(tmp_path_factory: pytest.TempPathFactory) -> Previews:
    return Previews(tmp_path_factory.mktemp("previews"), HOST)


@dataclass(frozen=True)
class Box:
    """Where something is drawn."""

    what: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 0.3 and down > 0.3


def boxes(fonts: Fonts, one: Drawn) -> list[Box]:
    """Give the box of each text and picture; pieces of a line count as one each."""
    found = []
    for item in one.items():
        if isinstance(item, Text) and item.text.strip():
            wide = fonts.face(item.font)
            long = sum(wide.width(c) * item.size + item.spacing for c in item.text)
            top = item.y - 0.80 * item.size
            right = item.x + long - item.spacing
            bottom = item.y + 0.08 * item.size
            found.append(Box(item.text, item.x, top, right, bottom))
        elif isinstance(item, Photo | Ink):
            right, bottom = item.x + item.width, item.y + item.height
            found.append(Box("picture", item.x, item.y, right, bottom))
        elif isinstance(item, Squares):
            right, bottom = item.x + item.size, item.y + item.size
            found.append(Box("code", item.x, item.y, right, bottom))
    return found


def collisions(found: list[Box]) -> list[tuple[str, str]]:
    return [(a.what, b.what) for a, b in combinations(found, 2) if a.meets(b)]


LONG: dict[str, Any] = {
    "heading": "内蒙古自治区二级注册建造师继续教育培训",
    "title": "继续教育合格证书",
    "sentence": "兹证明{name}（{sex}，{id_number}）于{period_from}至{period_until}"
    "参加二级注册建造师（{specialties}专业）继续教育网络培训，必修{required}学时、"
    "选修{elective}学时，共{hours}学时，成绩{score}分，{passed_on}考核合格，特发此证。",
    "subtitle": "CERTIFICATE OF COMPLETION OF CONTINUING EDUCATION, 2026",
    "extra": "凭本证书办理延续注册，请妥善保存电子件；"
    "遗失可随时重新下载，无须登报声明。",
}


def variants() -> Iterator[tuple[str, Design, int]]:
    """Give designs at their fullest and barest, with one row of hours or three."""
    for rows in (1, 2, 3):
        yield f"usual {rows}", Design(), rows
        yield f"full {rows}", Design(shown=EVERYTHING, logo=logo(), **LONG), rows
        yield f"bare {rows}", Design(shown=frozenset(), subtitle=""), rows
    yield "demonstration", Design(demonstration=True, logo=logo(60, 300)), 3
    for part in Part:
        yield f"without {part}", Design(shown=EVERYTHING - {part}), 3


# -- on the page, and apart ----------------------------------------------------


@each
def test_nothing_leaves_the_page_or_lies_upon_another(
    fonts: Fonts, layout: Layout
) -> None:
    wrong: list[tuple[str, ...]] = []
    for name, design, rows in variants():
        facts = specimen(ISSUER)
        facts = replace(facts, hours=facts.hours[:rows])
        one = drawn(fonts, replace(design, layout=layout), facts)
        found = boxes(fonts, replace_ghost(one))
        wrong += [
            (name, box.what)
            for box in found
            if not (box.left >= 10 and box.right <= 200)
            or not (box.top >= 8 and box.bottom <= 289)
        ]
        wrong += [(name, *pair) for pair in collisions(found)]
    assert not wrong


def replace_ghost(one: Drawn) -> Drawn:
    """Leave out what is written large behind all."""
    page = Scene(symbols=one.page.symbols)
    page.items = [
        item
        for item in one.page.items
        if not (isinstance(item, Text) and item.size > GHOST)
    ]
    return Drawn(page, one.stamp, one.free)


def test_the_watch_for_collisions_sees_one(fonts: Fonts) -> None:
    one = drawn(fonts, Design())
    one.free.add(Text("kai", 5, 60, 112.5, "压住了", (0, 0, 0)))

    assert collisions(boxes(fonts, one))


@each
def test_wherever_it_is_moved_the_seal_leaves_code_and_photo_free(
    fonts: Fonts, layout: Layout
) -> None:
    for seal in ((x, y) for x in (*SEAL_ACROSS, 0) for y in (*SEAL_DOWN, 0)):
        design = Design(layout=layout, seal=seal)
        x, y = diploma.seal_place(design)
        stamp = Box("seal", x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS)
        assert stamp.right <= 200
        assert stamp.bottom <= 285
        pictures_of = [
            one
            for one in boxes(fonts, drawn(fonts, design))
            if one.what in {"code", "picture"}
        ]
        assert len(pictures_of) == 2
        assert not any(stamp.meets(one) for one in pictures_of)


# -- what is said --------------------------------------------------------------


def said(one: Drawn) -> str:
    return "".join(item.text for item in one.items() if isinstance(item, Text))


@each
def test_every_fact_is_on_the_certificate(fonts: Fonts, layout: Layout) -> None:
    facts = specimen(ISSUER)
    text = said(drawn(fonts, Design(layout=layout, shown=EVERYTHING)))

    for words in (
        "合格证", "二级注册建造师继续教育", "CERTIFICATE OF CONTINUING EDUCATION",
        facts.name, "女", facts.id_masked, facts.registration_no, facts.number,
        "市政公用工程（主项）", "水利水电工程（增项）", "机电工程（增项）",
        facts.employer, "2024年1月1日至2026年12月31日", "60学时", "30.5学时",
        "90.5学时", "92分", ISSUER, "二〇二六年十一月二十一日", f"{HOST}/verify",
        "1200345条", "c9ecc52be8ff4ede",
    ):  # fmt: skip
        assert squeezed(words) in squeezed(text), words


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@each
@pytest.mark.parametrize(
    ("part", "words"),
    [
        (Part.SEX, "性别"),
        (Part.ID_NUMBER, "1501**********002X"),
        (Part.EMPLOYER, "呼和浩特分公司"),
        (Part.REGISTRATION_NO, "蒙215020210149"),
        (Part.SCORE, "考核成绩"),
        (Part.ANCHOR, "检查点"),
    ],
)
def test_what_is_left_off_leaves_no_trace(
    fonts: Fonts, layout: Layout, part: Part, words: str
) -> None:
    design = Design(layout=layout, shown=EVERYTHING - {part})

    assert words in said(drawn(fonts, replace(design, shown=EVERYTHING)))
    assert words not in said(drawn(fonts, design))


@each
def test_without_a_photo_there_is_no_frame_for_one(
    fonts: Fonts, layout: Layout
) -> None:
    with_it = drawn(fonts, Design(layout=layout, shown=EVERYTHING))
    without = drawn(fonts, Design(layout=layout, shown=EVERYTHING - {Part.PHOTO}))

    assert any(isinstance(item, Photo) for item in with_it.items())
    assert not any(isinstance(item, Photo) for item in without.items())
    assert without.page.items != with_it.page.items


@each
def test_no_design_takes_off_what_kind_of_paper_it_is(
    fonts: Fonts, layout: Layout
) -> None:
    """Whatever an association calls it, the house says what it is, and is not."""
    bare = Design(
        layout=layout, heading="", title="荣誉证书", subtitle="", shown=frozenset()
    )
    one = drawn(fonts, bare)
    notes = [
        item
        for item in one.items()
        if isinstance(item, Text) and "继续教育合格证，不是注册证书" in item.text
    ]

    assert len(notes) == 1
    assert notes[0].size > 2.2
    assert "扫码核验合格证" in said(one)


@each
def test_a_demonstration_says_so(fonts: Fonts, layout: Layout) -> None:
    usual = said(drawn(fonts, Design(layout=layout)))
    shown = said(drawn(fonts, Design(layout=layout, demonstration=True)))

    assert "不得用于执业、注册或任何申报" in shown
    assert "演示" not in usual


@each
def test_a_logo_takes_the_place_of_the_emblem(fonts: Fonts, layout: Layout) -> None:
    for size in ((640, 100), (100, 640), (400, 400)):
        one = drawn(fonts, Design(layout=layout, logo=logo(*size)))
        (mark,) = [item for item in one.items() if isinstance(item, Ink)]
        assert mark.width / mark.height == pytest.approx(size[0] / size[1], rel=0.01)


def test_a_sign_without_a_glyph_is_never_drawn(
    fonts: Fonts, previews: Previews
) -> None:
    strange = Design(title="合格证𱁬")

    assert previews.lacking(strange, ISSUER) == "𱁬"
    with pytest.raises(MissingGlyph):
        previews.preview(strange, ISSUER)


# -- for who cannot see --------------------------------------------------------


@each
def test_everything_written_is_marked_and_read_in_order(
    fonts: Fonts, layout: Layout
) -> None:
    one = drawn(fonts, Design(layout=layout, shown=EVERYTHING, extra="附加一行"))
    parts = read(one)
    text = "".join(words for _order, words in parts)

    assert "二级注册建造师继续教育合格证" in text[:40]
    places = [
        text.index(words)
        for words in (
            "教育合格证", "CERTIFICATE", "姓名", "欧阳", "性别", "女", "证书编号",
            "SAMPLE", "在注册有效期", "必修课学时", "市政公用工程60 学时",
            "示例自治区建筑业协会二〇二六年", "附加一行", "本证书是二级",
        )
    ]  # fmt: skip
    assert places == sorted(places)


def read(one: Drawn) -> list[tuple[tuple[int, ...], str]]:
    """Gather what is marked, in the order of reading; nothing written is unmarked."""
    parts: dict[tuple[int, ...], str] = {}
    for scene in (one.page, one.free):
        here = Mark()
        for item in scene.items:
            if isinstance(item, Mark):
                here = item
                assert len(item.roles) == len(item.order)
            elif isinstance(item, Text) and item.size < GHOST:
                assert here.roles, item.text
                parts[here.order] = parts.get(here.order, "") + item.text
    return sorted(parts.items())


@each
def test_pictures_say_what_they_show(fonts: Fonts, layout: Layout) -> None:
    one = drawn(fonts, Design(layout=layout))
    alts = []
    for scene in (one.page, one.free, one.stamp):
        here = Mark()
        for item in scene.items:
            if isinstance(item, Mark):
                here = item
            elif isinstance(item, Photo | Squares):
                assert here.roles == ("Figure",)
                alts.append(here.alt)
    assert all(alts)
    assert len(alts) == 2
    first = one.stamp.items[0]
    assert isinstance(first, Mark)
    assert ISSUER in first.alt
