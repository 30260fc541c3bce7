"""The printed registration certificate, read by readers that are not ours."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from lms.credentials.rules import (
    CopyMark,
    Likeness,
    PrintedRegistration,
    Term,
    certificate_number,
    licence_id,
    new_code,
    registration_no,
)
from lms.gateways.drawing import registration
from lms.gateways.drawing.fonts import Fonts, MissingGlyph
from lms.gateways.drawing.scene import Ink, Mark, Photo, Squares, Text
from lms.gateways.printing import RegistrationCertificatePrinter
from lms.policy.licences import LICENCES
from lms.policy.model import Province, Specialty
from tests.make import pictures, signing

HOST = "https://xueshi.example"


class Pdfs:
    """The house's printer, of whose files only the PDF is looked at."""

    def __init__(self, cache: Path, *, specimen: bool = False) -> None:
        self.whole = RegistrationCertificatePrinter(cache, HOST, specimen=specimen)
        self.lacking = self.whole.lacking

    def print(self, facts: PrintedRegistration, likeness: Likeness) -> bytes:
        return self.whole.print(facts, likeness, signing.seals()).pdf

    def lend(
        self, facts: PrintedRegistration, likeness: Likeness, copy: CopyMark
    ) -> bytes:
        return self.whole.lend(facts, likeness, copy, signing.seals())


IM = LICENCES[Province.INNER_MONGOLIA]


@pytest.fixture(scope="session")
def printer(tmp_path_factory: pytest.TempPathFactory) -> Pdfs:
    folder = tmp_path_factory.mktemp("cache")
    return Pdfs(folder)


@pytest.fixture(scope="session")
def likeness() -> Likeness:
    return Likeness(date(1985, 7, 4), pictures.inch_jpeg(), pictures.signature_png())


@pytest.fixture
def facts() -> PrintedRegistration:
    number = registration_no(IM, 2021, 2026, 12)
    return PrintedRegistration(
        number=certificate_number(number, 2),
        token=new_code(),
        registration_no=number,
        licence_id=licence_id(IM.issuer_code, uuid4(), 2),
        province=Province.INNER_MONGOLIA,
        name="欧阳建国",
        sex="male",
        employer="内蒙古示例建设集团有限责任公司",
        terms=(
            Term(Specialty.BUILDING, date(2026, 11, 21), date(2029, 11, 20)),
            Term(Specialty.MUNICIPAL, date(2025, 3, 1), date(2028, 2, 29)),
        ),
        issuer=IM.authority,
        issued_on=date(2026, 11, 21),
        signed_on=date(2026, 11, 20),
        signed=True,
    )


def text_of(data: bytes) -> str:
    page = pypdfium2.PdfDocument(data)[0]
    return re.sub(r"\s", "", str(page.get_textpage().get_text_range()))


def picture_of(data: bytes, dpi: int = 150) -> Image.Image:
    picture = pypdfium2.PdfDocument(data)[0].render(scale=dpi / 72).to_pil()
    assert isinstance(picture, Image.Image)
    return picture


def test_it_says_all_that_the_annex_lists(
    printer: Pdfs, facts: PrintedRegistration, likeness: Likeness
) -> None:
    said = text_of(printer.print(facts, likeness))

    for words in (
        "中华人民共和国", "二级建造师注册证书", "欧阳建国", "男",
        "1985年7月4日", "蒙2152021202600012", "内蒙古示例建设集团有限责任公司",
        "建筑工程", "（有效期：2026-11-21至2029-11-20）", "市政公用工程",
        "（有效期：2025-03-01至2028-02-29）", "个人签名", "签名日期", "2026年11月20日",
        "内蒙古自治区住房和城乡建设厅", "签发日期：2026年11月21日", "手写本人签名",
        facts.licence_id, facts.number,
    ):  # fmt: skip
        assert words in said, words


def test_it_is_an_upright_a4_of_one_page_and_the_same_each_time(
    printer: Pdfs, facts: PrintedRegistration, likeness: Likeness
) -> None:
    data = printer.print(facts, likeness)
    document = pypdfium2.PdfDocument(data)

    assert len(document) == 1
    wide, high = document[0].get_size()
    assert (round(wide), round(high)) == (595, 842)
    assert picture_of(data) == picture_of(printer.print(facts, likeness))
    assert len(data) < 200_000


@pytest.mark.parametrize("colour", ["RGB", "L"])
def test_its_code_reads_in_colour_and_in_black_and_white(
    printer: Pdfs,
    facts: PrintedRegistration,
    likeness: Likeness,
    colour: str,
) -> None:
    picture = picture_of(printer.print(facts, likeness), 220).convert(colour)

    (code,) = zxingcpp.read_barcodes(picture)

    assert code.text.partition("#")[0] == f"{HOST}/v/{facts.token}"


def test_six_specialties_and_a_long_company_stay_on_the_page(
    printer: Pdfs, facts: PrintedRegistration, likeness: Likeness
) -> None:
    terms = tuple(
        Term(each, date(2026, 11, 21), date(2029, 11, 20)) for each in Specialty
    )
    full = replace(facts, terms=terms, employer="某" * 60)

    said = text_of(printer.print(full, likeness))

    assert said.count("（有效期：2026-11-21至2029-11-20）") == 6
    assert "某" * 60 in said


def test_only_inner_mongolia_asks_for_a_hand_on_the_print(
    printer: Pdfs, facts: PrintedRegistration, likeness: Likeness
) -> None:
    law = LICENCES[Province.CHONGQING]
    there = replace(facts, province=Province.CHONGQING, issuer=law.authority)

    said = text_of(printer.print(there, likeness))

    assert "手写本人签名" not in said
    assert "黑白或彩色" in said


def test_a_use_copy_prints_its_company_purpose_days_and_own_code(
    printer: Pdfs, facts: PrintedRegistration, likeness: Likeness
) -> None:
    mark = CopyMark(
        new_code(), "某建设公司", "城东小学投标", date(2026, 11, 21), date(2027, 5, 19)
    )

    data = printer.lend(facts, likeness, mark)

    said = text_of(data)
    assert "使用件" in said
    assert "仅限某建设公司用于：城东小学投标" in said
    assert "2026年11月21日至2027年5月19日" in said
    (code,) = zxingcpp.read_barcodes(picture_of(data))
    assert code.text == f"{HOST}/v/{mark.token}"


def test_a_demonstration_prints_specimens(
    tmp_path: Path, facts: PrintedRegistration, likeness: Likeness
) -> None:
    demo = Pdfs(tmp_path, specimen=True)

    said = text_of(demo.print(facts, likeness))

    assert "样本" in said
    assert "不得用于执业" in said


def test_a_name_without_a_glyph_is_told_before_printing(
    printer: Pdfs, facts: PrintedRegistration, likeness: Likeness
) -> None:
    rare = replace(facts, name="欧阳\U0003fffd")

    assert printer.lacking(rare) == "\U0003fffd"
    assert printer.lacking(facts) == ""
    with pytest.raises(MissingGlyph):
        printer.print(rare, likeness)


def test_all_that_is_written_is_read_aloud_label_before_value(
    tmp_path_factory: pytest.TempPathFactory,
    facts: PrintedRegistration,
    likeness: Likeness,
) -> None:
    fonts = Fonts(tmp_path_factory.mktemp("fonts"))
    parts: dict[tuple[int, ...], str] = {}
    for scene in (
        registration.static(fonts, IM, "https://x.example/verify", specimen=True),
        registration.variable(fonts, facts, likeness, (b"\1",), None),
        registration.stamp(fonts, IM),
    ):
        here = Mark()
        for item in scene.items:
            if isinstance(item, Mark):
                here = item
            elif isinstance(item, Photo | Ink | Squares):
                parts[here.order] = f"【{here.alt}】"
            elif isinstance(item, Text) and item.size < 40:
                assert here.roles, item.text
                parts[here.order] = parts.get(here.order, "") + item.text
    said = "".join(words for _order, words in sorted(parts.items()))

    places = [
        said.index(words)
        for words in (
            "中华人民共和国二级建造师注册证书", "【持证人照片】", f"姓名：{facts.name}",
            f"注册编号：{facts.registration_no}", f"聘用企业：{facts.employer}",
            "注册专业：建筑工程", "个人签名：【持证人签名】", "签发日期", "【二维码",
            "核验网址https://x.example/verify", f"证书号{facts.number}", "样本：",
        )
    ]  # fmt: skip
    assert places == sorted(places)
