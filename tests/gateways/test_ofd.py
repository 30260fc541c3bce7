"""OFD files as other programs read them: structure, text, fonts, pictures."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import ofdkit
import pytest
from fontTools.ttLib import TTFont
from lxml import etree

from lms.credentials.rules.designs import DEFAULT, Layout
from lms.gateways.drawing import diploma
from lms.gateways.drawing.codes import qr_rows
from lms.gateways.drawing.designs import DRAWINGS
from lms.gateways.drawing.scene import Scene, Text, Use
from lms.gateways.ofd.fonts import cut
from lms.gateways.ofd.reading import read
from lms.gateways.ofd.writer import OfdPrinter
from tests.gateways.ofd import grammar, ground
from tests.make import pictures

FILES = {"certificate": ground.issued, "registration": ground.registered}
NAMES = {"o": "http://www.ofdspec.org/2016"}


def opened(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def parsed(data: bytes) -> dict[str, Any]:
    return {
        name: etree.fromstring(content)
        for name, content in opened(data).items()
        if name.endswith(".xml")
    }


# -- structure ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", FILES)
def test_every_part_is_built_as_the_standard_wants(kind: str) -> None:
    parts = parsed(FILES[kind]())

    assert len(parts) >= 8
    for name, root in parts.items():
        assert (name, grammar.faults(root)) == (name, [])


def test_the_grammar_finds_what_is_wrong() -> None:
    """The negative control: elements out of order, strange ones, wrong values."""
    page = parsed(ground.issued())["Doc_0/Pages/Page_0/Content.xml"]
    page.append(page.find("o:Template", NAMES))
    info = parsed(ground.issued())["OFD.xml"].find(".//o:DocInfo", NAMES)
    info.insert(1, info.find("o:Author", NAMES))
    assert any("DocInfo has" in fault for fault in grammar.faults(info))
    text = page.find(".//o:TextObject", NAMES)
    text.set("Size", "big")
    del text.attrib["Font"]
    etree.SubElement(text, f"{grammar.SPACE}Marquee")

    found = grammar.faults(page)

    assert any("Page has" in fault for fault in found)
    assert "TextObject: no Font" in found
    assert "TextObject: Size is 'big'" in found
    assert "TextObject/Marquee is not known" in found


@pytest.mark.parametrize("kind", FILES)
def test_numbers_are_given_once_and_what_they_name_is_there(kind: str) -> None:
    parts = parsed(FILES[kind]())
    whole = [root for name, root in parts.items() if "Sign" not in name]

    given = [one.get("ID") for root in whole for one in root.iter() if one.get("ID")]
    numbers = [int(one) for one in given if one.isdigit()]
    assert len(given) == len(set(given))
    most = parts["Doc_0/Document.xml"].findtext(".//o:MaxUnitID", namespaces=NAMES)
    assert max(numbers) <= int(most)
    for root in whole:
        for one in root.iter():
            for name in ("Font", "ResourceID", "TemplateID"):
                if one.get(name):
                    assert int(one.get(name)) in numbers


@pytest.mark.parametrize("kind", FILES)
def test_every_file_that_is_named_lies_in_the_package(kind: str) -> None:
    data = FILES[kind]()
    names = set(opened(data))
    parts = parsed(data)

    listed = {"OFD.xml", "Doc_0/Signs/Sign_0/SignedValue.dat"}
    for name, root in parts.items():
        base = name.rpartition("/")[0]
        inner = f"{base}/Res" if root.tag.endswith("}Res") else base
        for one in root.iter():
            kinds = {"DocRoot", "PublicRes", "DocumentRes", "FontFile", "MediaFile"}
            kinds |= {"FileLoc", "SignedValue", "BaseLoc"}
            words = one.text if etree.QName(one).localname in kinds else None
            words = words or (one.get("BaseLoc") if one is not root else None)
            if words:
                place = words[1:] if words[0] == "/" else f"{inner}/{words}".lstrip("/")
                assert place in names
                listed.add(place)
    listed |= {"Doc_0/Signs/Signatures.xml", "Doc_0/Attachs/Attachments.xml"}
    assert names <= listed


# -- what it says -------------------------------------------------------------------


def test_another_reader_finds_every_word() -> None:
    said = re.sub(r"\s", "", ofdkit.extract_text(ground.issued()))

    for words in (
        "二级注册建造师继续教育", "合格证", "姓名：欧阳𬀩", "性别：男",
        "身份证号：1502**********0010", "注册专业：建筑工程（主项）",
        "聘用企业：内蒙古示例建设集团有限责任公司", ground.FACTS.number,
        "在注册有效期（2024年1月1日至2026年12月31日）内",
        "60学时", "61.5学时", "121.5学时", ground.ISSUER, "二〇二六年十一月二十一日",
        f"{ground.HOST}/verify",
    ):  # fmt: skip
        assert words in said


@pytest.mark.parametrize("name", ["㛃𬀩䶮", "阿·𠅤𪚥", "𡈽𨭎𫍯"])
def test_rare_characters_are_read_as_themselves(name: str) -> None:
    assert name in re.sub(r"\s", "", ofdkit.extract_text(ground.certificate(name)))


def test_words_stand_where_the_scene_put_them() -> None:
    """Baselines by another reader, against the scene that the PDF is drawn from too."""
    drawn = [i for i in ground.variable().items if isinstance(i, Text)]
    with ofdkit.open(ground.issued()) as document:
        runs = [run for run in document.pages[0].runs if not run.from_template]

    for item in drawn:
        first = item.text[0]
        assert any(
            run.text[0] == first
            and abs(run.x - item.x) < 0.02
            and abs(run.y - item.y) < 0.02
            and abs(run.size - item.size) < 0.01
            for run in runs
        ), item
    assert len(runs) >= len(drawn)


def test_a_line_ends_where_its_fonts_say() -> None:
    """Distances between characters are the font's own, so lines are as in the PDF."""
    with ofdkit.open(ground.issued()) as document:
        runs = document.pages[0].runs
    line = next(run for run in runs if run.text.startswith("在注册有效期"))
    item = next(
        i for i in ground.variable().items
        if isinstance(i, Text) and i.text.startswith("在注册有效期")
    )  # fmt: skip

    face = ground.fonts().face(item.font)
    wide = sum(face.width(c) for c in item.text) * item.size

    assert line.width == pytest.approx(wide, abs=0.15)


def test_it_introduces_itself() -> None:
    with ofdkit.open(ground.issued()) as document:
        info = document.info

    assert info.title == f"继续教育合格证 {ground.FACTS.number}"
    assert info.author == ground.ISSUER
    assert info.subject == f"{ground.HOST}/v/{ground.FACTS.token}"
    assert info.creation_date == "2026-11-21"
    assert info.custom_data["Number"] == ground.FACTS.number
    assert info.custom_data["Code"] == ground.FACTS.token
    assert info.custom_data["姓名"] == "欧阳𬀩"


def test_marks_in_words_do_not_break_the_xml() -> None:
    about = replace(
        ground.about(), author='甲 <乙> & "丙"\x00\ufffe', said={"a&b": "<"}
    )
    data = ground.printer().print(ground.layer(), ground.variable(), about)

    with ofdkit.open(data) as document:
        assert document.info.author == '甲 <乙> & "丙"'
        assert document.info.custom_data["a&b"] == "<"


# -- what it carries ----------------------------------------------------------------


@pytest.mark.parametrize("kind", FILES)
def test_fonts_are_whole_and_know_their_characters(kind: str) -> None:
    data = FILES[kind]()
    written: dict[str, set[str]] = {}
    for root in parsed(data).values():
        for one in root.iter(f"{grammar.SPACE}TextObject"):
            words = "".join(one.itertext(f"{grammar.SPACE}TextCode"))
            written.setdefault(one.get("Font"), set()).update(words)

    files = opened(data)
    for name, root in parsed(data).items():
        for font in root.iter(f"{grammar.SPACE}Font"):
            file = font.findtext("o:FontFile", namespaces=NAMES)
            read = TTFont(io.BytesIO(files[f"{name.rpartition('/')[0]}/Res/{file}"]))
            cmap = read.getBestCmap()
            assert {ord(c) for c in written.pop(font.get("ID"))} == set(cmap)
            assert {"OS/2", "name", "post"} <= set(read.keys())
            assert read["OS/2"].fsType == 0
            assert read["name"].getDebugName(6) == font.get("FontName")
            glyphs = read.getGlyphSet()
            assert all(glyphs[glyph].width > 0 for glyph in cmap.values())
    assert written == {}


def test_the_font_has_right_sums_and_both_maps() -> None:
    made = cut(ground.fonts().face("kai"), "欧阳𬀩")

    font = TTFont(io.BytesIO(made.data), checkChecksums=2)
    tables = {(t.platEncID, t.format): t.cmap for t in font["cmap"].tables}

    assert set(tables) == {(1, 4), (10, 12)}
    assert set(tables[1, 4]) == {ord("欧"), ord("阳")}
    for character, glyph in made.glyphs.items():
        name = tables[10, 12][ord(character)]
        assert font.getGlyphID(name) == glyph
    tags = list(font.keys())
    assert {"cmap", "glyf", "head", "OS/2"} <= set(tags)
    assert all(font[tag] for tag in tags)


def test_a_glyph_beyond_the_bmp_is_named_by_its_number() -> None:
    page = parsed(ground.issued())["Doc_0/Pages/Page_0/Content.xml"]
    alone = [
        one for one in page.iter(f"{grammar.SPACE}TextObject")
        if any(c > "\uffff" for c in one.findtext("o:TextCode", namespaces=NAMES))
    ]  # fmt: skip

    (one,) = alone
    assert one.findtext("o:TextCode", namespaces=NAMES) == "𬀩"
    told = one.find("o:CGTransform", NAMES)
    assert told.attrib == {"CodePosition": "0", "CodeCount": "2", "GlyphCount": "1"}
    characters = ground.variable().characters()["kai"]
    glyph = told.findtext("o:Glyphs", namespaces=NAMES)
    assert characters[int(glyph) - 1] == "𬀩"


def test_photo_signature_and_attachment_go_in_as_they_are() -> None:
    assert pictures.inch_jpeg() in opened(ground.issued()).values()
    assert {pictures.inch_jpeg(), pictures.signature_png()} <= set(
        opened(ground.registered()).values()
    )
    name, content = ground.ATTACHED
    assert opened(ground.issued())[f"Doc_0/Attachs/{name}"] == content


def test_a_signature_keeps_its_shape_in_its_box() -> None:
    page = parsed(ground.registered())["Doc_0/Pages/Page_0/Content.xml"]
    boxes = [
        [float(v) for v in one.get("Boundary").split()]
        for one in page.iter(f"{grammar.SPACE}ImageObject")
    ]

    assert boxes[0] == [152.9, 92.4, 25, 35]
    x, y, wide, high = boxes[1]
    assert (x, wide, high) == (58.0, 24.0, 12.0)
    assert y == pytest.approx(213 - 9.2)


# -- how it is packed ---------------------------------------------------------------


@pytest.mark.parametrize("kind", FILES)
def test_it_stays_small(kind: str) -> None:
    assert len(FILES[kind]()) <= 150_000


@pytest.mark.parametrize("layout", list(DRAWINGS))
def test_every_design_is_written_and_stays_small(layout: Layout) -> None:
    logo = pictures.signature_png()
    design = replace(DEFAULT, layout=layout, logo=logo, demonstration=True)
    static = diploma.static(ground.fonts(), design, ground.ISSUER, f"{ground.HOST}/v")
    code = qr_rows(f"{ground.HOST}/v/{ground.FACTS.token}#{'x' * 230}")
    scene = diploma.variable(
        ground.fonts(), design, ground.FACTS, code, pictures.inch_jpeg()
    )
    printer = ground.printer()

    data = printer.print(
        printer.encode(static), scene, ground.about(), ground.sealing(), ground.ATTACHED
    )

    assert len(data) <= 160_000
    assert read(data, ground.trust()).sound
    assert "欧阳𬀩" in re.sub(r"\s", "", ofdkit.extract_text(data))
    assert logo in opened(data).values()
    for name, root in parsed(data).items():
        assert (name, grammar.faults(root)) == (name, [])


def test_the_same_facts_give_the_same_bytes_but_for_the_signature() -> None:
    again = OfdPrinter(ground.fonts())
    one, other = (
        opened(p.print(p.encode(ground.static()), ground.variable(), ground.about()))
        for p in (ground.printer(), again)
    )

    assert one == other
    first, second = ground.certificate(), ground.certificate()
    changed = [n for n, c in opened(first).items() if opened(second)[n] != c]
    assert changed in ([], ["Doc_0/Signs/Sign_0/SignedValue.dat"])


def test_the_shared_layer_is_the_same_in_all() -> None:
    one, other = opened(ground.issued()), opened(ground.certificate("王五"))

    assert one["Doc_0/Tpls/Tpl_0/Content.xml"] == other["Doc_0/Tpls/Tpl_0/Content.xml"]
    assert one["Doc_0/PublicRes.xml"] == other["Doc_0/PublicRes.xml"]
    assert "欧".encode() not in one["Doc_0/Tpls/Tpl_0/Content.xml"]


def test_no_clock_is_in_the_package() -> None:
    with zipfile.ZipFile(io.BytesIO(ground.issued())) as package:
        assert {one.date_time for one in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_repeated_symbol_costs_next_to_nothing() -> None:
    """A pattern drawn a hundred times more adds its places, not its shape."""
    scene = ground.static()
    use = next(i for i in scene.items if isinstance(i, Use) and i.symbol == "wave")

    def size(times: int) -> int:
        more = Scene(symbols=scene.symbols)
        more.add(*[Use("wave", use.placings[:10])] * times)
        return sum(len(p.packed) for p in ground.printer().encode(more).parts)

    grown = [size(times) for times in (1, 11)]
    assert all(0 < b - a < 10_000 for a, b in pairwise(grown))


def test_the_seal_is_dated_in_the_world_s_time() -> None:
    root = parsed(ground.issued())["Doc_0/Signs/Sign_0/Signature.xml"]

    said = root.findtext(".//o:SignatureDateTime", namespaces=NAMES)
    assert said == "20261121020507Z"
    assert ground.FACTS.issued_on == date(2026, 11, 21)
