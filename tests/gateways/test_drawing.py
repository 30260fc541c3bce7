"""Fonts, their fallbacks, and the scene, seen by a reader of fonts that is not ours."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from lms.gateways.drawing import fonts as shelf
from lms.gateways.drawing.fonts import CHAINS, FILES, Fonts, MissingGlyph
from lms.gateways.drawing.pen import Pen, Style
from lms.gateways.drawing.scene import Scene, Squares, Text

INK = (0.0, 0.0, 0.0)


@pytest.fixture(scope="session")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Fonts:
    return Fonts(tmp_path_factory.mktemp("fonts"))


@pytest.mark.parametrize("character", "张安㛃𬀩䶮㐂彧珺堃喆𠅤𪚥𡈽𨭎𫍯·A9")
def test_a_name_as_people_bear_it_finds_a_font(fonts: Fonts, character: str) -> None:
    assert fonts.lacking("kai", character) == ""


def test_a_character_of_no_font_is_named_and_never_drawn(fonts: Fonts) -> None:
    pen = Pen(Scene(), fonts)

    assert fonts.lacking("kai", "张𱁬三") == "𱁬"
    with pytest.raises(MissingGlyph, match=r"U\+3106C"):
        pen.write(0, 0, "张𱁬三", Style("kai", 5, INK))
    assert pen.scene.items == []


@pytest.mark.parametrize("key", ["black", "song", "kai"])
def test_our_reader_agrees_with_fonttools(fonts: Fonts, key: str) -> None:
    face = fonts.face(key)
    other = TTFont(io.BytesIO((fonts._unpack(FILES[key])).read_bytes()), lazy=True)
    cmap, metrics = other.getBestCmap(), other["hmtx"]

    for character in "合格证二级注册建造师：，。（）09AZaz·":
        glyph = cmap[ord(character)]
        assert face.glyph_of(character) == other.getGlyphID(glyph)
        assert face.width(character) == pytest.approx(metrics[glyph][0] / face.units)


def test_a_subset_is_a_font_that_others_can_read(fonts: Fonts) -> None:
    text = "欧阳𬀩证"
    subset = fonts.face("kai").subset(text)
    read = TTFont(io.BytesIO(subset.data))

    assert read["maxp"].numGlyphs >= 1 + len(text)
    assert len(subset.widths) == 1 + len(text)
    assert len(subset.data) < 20_000
    for name in read.getGlyphOrder()[1 : 1 + len(text)]:
        assert read["glyf"][name].numberOfContours != 0


def test_two_processes_may_unpack_at_once(tmp_path: Path) -> None:
    first, second = Fonts(tmp_path), Fonts(tmp_path)

    assert first.face("black").has("合")
    assert second.face("black").has("合")
    assert [p.suffix for p in tmp_path.iterdir()] == [".ttf"]


def test_fonts_stay_small_enough_to_commit() -> None:
    packed = sum(f.stat().st_size for f in shelf.PACKED.glob("*.xz"))

    assert packed <= 22 * 2**20
    assert {key for chain in CHAINS.values() for key in chain} == set(FILES)


def test_a_line_falls_apart_where_the_font_changes(fonts: Fonts) -> None:
    pen = Pen(Scene(), fonts)

    pen.write(10, 10, "欧阳𠂀", Style("kai", 5, INK))

    texts = [item for item in pen.scene.items if isinstance(item, Text)]
    assert [(t.font, t.text) for t in texts] == [("kai", "欧阳"), ("rare", "𠂀")]
    assert texts[1].x == pytest.approx(20, abs=0.1)


def test_no_line_begins_with_a_closing_mark(fonts: Fonts) -> None:
    pen = Pen(Scene(), fonts)

    lines = pen.wrap("一二三四五，六七八九十。", Style("kai", 10, INK), 50, indent=0)

    assert lines == ["一二三四五，", "六七八九十。"]


def test_a_long_employer_is_written_smaller(fonts: Fonts) -> None:
    pen = Pen(Scene(), fonts)
    style = Style("kai", 5, INK)

    pen.fit(0, 0, "内蒙古" * 20, style, room=100)

    (text,) = [item for item in pen.scene.items if isinstance(item, Text)]
    assert text.size == pytest.approx(5 * 100 / 300, rel=0.01)


def test_runs_of_a_code_cover_its_black_modules() -> None:
    code = Squares(0, 0, 3, (b"\1\1\0", b"\0\0\0", b"\1\0\1"))

    assert list(code.runs()) == [(0, 0, 2), (0, 2, 1), (2, 2, 1)]
