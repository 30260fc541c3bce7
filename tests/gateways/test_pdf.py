"""The printed certificate, checked by readers that are not ours."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from lms.credentials.rules import Anchor, Facts, HoursRow, new_code, number
from lms.credentials.rules.designs import DEFAULT
from lms.gateways.drawing.fonts import MissingGlyph
from lms.gateways.printing import CertificatePrinter
from lms.kernel.credit import Credit
from lms.policy.model import Specialty
from tests.make import signing

HOST = "https://xueshi.example"


class Pdfs:
    """The house's printer, of whose files only the PDF is looked at."""

    def __init__(self, cache: Path) -> None:
        self.whole = CertificatePrinter(cache, HOST, specimen=False)
        self.lacking = self.whole.lacking

    def print(self, facts: Facts, photo: bytes | None) -> bytes:
        return self.whole.print(facts, photo, DEFAULT, signing.seals()).pdf


@pytest.fixture(scope="session")
def printer(tmp_path_factory: pytest.TempPathFactory) -> Pdfs:
    return Pdfs(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (295, 413), (120, 150, 180)).save(out, "JPEG", quality=82)
    return out.getvalue()


@pytest.fixture
def facts() -> Facts:
    return Facts(
        number=number("BTJX", 2026, 149),
        token=new_code(),
        name="欧阳𬀩",
        sex="male",
        id_masked="1502**********0010",
        employer="内蒙古示例建设集团有限责任公司",
        registration_no="蒙215020210149",
        hours=(HoursRow(Specialty.BUILDING, True, Credit(6000), Credit(6150)),),
        score=92,
        passed_on=date(2026, 11, 20),
        period_from=date(2024, 1, 1),
        period_until=date(2026, 12, 31),
        issuer="示例自治区建筑业协会",
        issued_on=date(2026, 11, 21),
    )


def text_of(data: bytes) -> str:
    page = pypdfium2.PdfDocument(data)[0]
    return str(page.get_textpage().get_text_range())


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def picture_of(data: bytes, dpi: int = 150) -> Image.Image:
    picture = pypdfium2.PdfDocument(data)[0].render(scale=dpi / 72).to_pil()
    assert isinstance(picture, Image.Image)
    return picture


def test_it_says_everything_that_is_certified(
    printer: Pdfs, facts: Facts, photo: bytes
) -> None:
    said = squeezed(text_of(printer.print(facts, photo)))

    for words in (
        "合格证", "欧阳𬀩", "男", "1502**********0010", "建筑工程（主项）",
        facts.employer, facts.number, "2024年1月1日至2026年12月31日",
        "60学时", "61.5学时", "121.5学时",
        "92分", facts.issuer, "二〇二六年十一月二十一日", f"{HOST}/verify",
    ):  # fmt: skip
        assert words in said


def test_the_checkpoint_of_the_evidence_is_on_the_paper(
    printer: Pdfs, facts: Facts, photo: bytes
) -> None:
    anchor = Anchor(200_001, "c9ecc52be8ff4ede", date(2026, 11, 21))
    data = printer.print(replace(facts, anchor=anchor), photo)

    text = squeezed(text_of(data))
    assert "学习证据检查点：200001条·c9ecc52be8ff4ede·2026" in text
    assert "检查点" not in text_of(printer.print(facts, photo))


def test_rare_characters_copy_as_themselves(printer: Pdfs, facts: Facts) -> None:
    name = "㛃𬀩䶮·𠅤𪚥"

    said = text_of(printer.print(replace(facts, name=name), None))

    assert name in said


def test_rare_characters_leave_ink(printer: Pdfs, facts: Facts) -> None:
    """Where a name stands there is ink; a name of spaces leaves less of it."""

    def ink(name: str) -> int:
        picture = picture_of(printer.print(replace(facts, name=name), None), 100)
        name_box = picture.convert("L").crop((225, 415, 330, 450))
        return sum(1 for grey in name_box.tobytes() if grey < 100)

    blank = ink(" ")
    for character in "㛃𬀩䶮𠅤":
        assert ink(character) > blank + 25


def test_a_character_without_a_glyph_is_refused_not_boxed(
    printer: Pdfs, facts: Facts
) -> None:
    strange = replace(facts, name="张𱁬")

    assert printer.lacking(strange) == "𱁬"
    with pytest.raises(MissingGlyph):
        printer.print(strange, None)


def test_every_font_is_embedded_cut_down_and_copyable(
    printer: Pdfs, facts: Facts, photo: bytes
) -> None:
    reader = PdfReader(io.BytesIO(printer.print(facts, photo)))
    page = reader.pages[0]

    fonts = page["/Resources"]["/Font"].values()  # type: ignore[index]  # a PDF's objects are of any kind
    assert len(list(fonts)) >= 3
    for font in fonts:
        whole = font.get_object()
        within = whole["/DescendantFonts"][0].get_object()
        assert re.fullmatch(r"/[A-Z]{6}\+.+", whole["/BaseFont"])
        assert "/ToUnicode" in whole
        assert "/FontFile2" in within["/FontDescriptor"]


def test_the_photo_goes_in_as_it_is(printer: Pdfs, facts: Facts, photo: bytes) -> None:
    assert photo in printer.print(facts, photo)


def test_the_code_on_the_page_leads_to_verification(
    printer: Pdfs, facts: Facts, photo: bytes
) -> None:
    picture = picture_of(printer.print(facts, photo), 220)

    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text.partition("#")[0] == f"{HOST}/v/{facts.token}"


def test_it_introduces_itself(printer: Pdfs, facts: Facts) -> None:
    data = printer.print(facts, None)
    reader = PdfReader(io.BytesIO(data))

    assert reader.metadata is not None
    assert reader.metadata.title == f"继续教育合格证 {facts.number}"
    assert reader.metadata.author == facts.issuer
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"  # type: ignore[index]  # a PDF's objects are of any kind
    assert reader.pages[0].mediabox.width == pytest.approx(595.28, abs=0.1)
    assert reader.pages[0].mediabox.height == pytest.approx(841.89, abs=0.1)


def test_the_same_facts_give_the_same_page(
    printer: Pdfs, facts: Facts, photo: bytes, tmp_path: Path
) -> None:
    again = Pdfs(tmp_path)

    one, other = printer.print(facts, photo), again.print(facts, photo)
    assert picture_of(one).tobytes() == picture_of(other).tobytes()


def test_associations_do_not_mix(printer: Pdfs, facts: Facts) -> None:
    other = replace(facts, issuer="贵州省建设教育协会")

    assert "贵州省建设教育协会" in squeezed(text_of(printer.print(other, None)))
    assert "贵州省建设教育协会" not in squeezed(text_of(printer.print(facts, None)))
