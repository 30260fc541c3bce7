"""Official forms: what stands on them can be read back, and the signature is there."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader

from lms.gateways.form_press import PdfFormPress
from lms.kernel.errors import Refused
from lms.policy.flow import Party
from lms.policy.model import Application, Specialty
from lms.registration.rules.dossier_forms import (
    Form,
    Held,
    Particulars,
    Signed,
    sheet,
)
from tests.make import pictures
from tests.make.aloud import heard

ABOUT = Particulars(
    number="37032026112100000001X",
    application=Application.RENEWAL,
    specialties=(Specialty.BUILDING, Specialty.MUNICIPAL),
    name="欧阳㛃𬀩",
    sex="female",
    id_number="15020319900601001X",
    born_on=date(1990, 6, 1),
    phone="13800000001",
    registration_no="鲁2372020202100001",
    employer="济南市第一建筑有限公司",
    uscc="91150203MA0N00000G",
    held=(Held(Specialty.BUILDING, True, date(2024, 3, 1), date(2027, 2, 28)),),
    changes=(("姓名", "欧阳洁", "欧阳㛃𬀩"),),
    promises=((Party.PERSON, "本人承诺以上信息真实。"),),
    signed=(Signed(Party.PERSON, "欧阳㛃𬀩", "2026年11月21日 10:05", "本人承诺。"),),
    source="《二级建造师证书办理须知》",
    photo=pictures.inch_jpeg(),
)


@pytest.fixture(scope="session")
def press(tmp_path_factory: pytest.TempPathFactory) -> PdfFormPress:
    return PdfFormPress(tmp_path_factory.mktemp("fonts"))


def text(raw: bytes) -> str:
    pages = PdfReader(io.BytesIO(raw)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


@pytest.mark.parametrize(
    ("form", "title"),
    [
        (Form.APPLICATION, "二级注册建造师注册申请表"),
        (Form.INFORMATION, "二级建造师个人信息更改申请表"),
        (Form.COMMITMENT, "承诺书"),
    ],
)
def test_a_form_carries_its_title_and_who_it_is_about(
    press: PdfFormPress, form: Form, title: str
) -> None:
    said = text(press.print(sheet(form, ABOUT)))
    for words in (title, "欧阳㛃𬀩", "15020319900601001X", "本人承诺"):
        assert words in said


def test_the_promise_stands_in_the_words_that_were_signed_with_name_and_time(
    press: PdfFormPress,
) -> None:
    said = text(press.print(sheet(Form.COMMITMENT, ABOUT)))
    assert "本人承诺。" in said
    assert "2026年11月21日10:05" in said
    assert "本单位承诺" in said


def test_the_signature_is_drawn_when_it_is_there(press: PdfFormPress) -> None:
    def images(about: Particulars) -> int:
        raw = press.print(sheet(Form.COMMITMENT, about))
        return len(list(PdfReader(io.BytesIO(raw)).pages[0].images))

    assert images(ABOUT) == 0
    assert images(replace(ABOUT, signature=pictures.signature_png())) == 1


def test_a_long_matter_goes_on_to_the_next_page(press: PdfFormPress) -> None:
    held = tuple(replace(ABOUT.held[0], specialty=one) for one in Specialty) * 4
    raw = press.print(sheet(Form.APPLICATION, replace(ABOUT, held=held)))
    pages = PdfReader(io.BytesIO(raw)).pages
    assert len(pages) > 1
    assert f"共{len(pages)}页" in text(raw)


# -- for who cannot see ---------------------------------------------------------------


def aloud(raw: bytes) -> list[tuple[str, str]]:
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang) == "zh-CN"
        return heard(pdf)


def test_a_form_is_read_in_order_each_label_before_its_value(
    press: PdfFormPress,
) -> None:
    told = aloud(press.print(sheet(Form.APPLICATION, ABOUT)))

    assert told[0] == ("H1", "二级注册建造师注册申请表")
    cells = [words for role, words in told if role in {"TH", "TD"}]
    for label, value in (
        ("姓名", "欧阳㛃𬀩"),
        ("身份证号", "15020319900601001X"),
    ):
        assert cells[cells.index(label) + 1] == value
    assert ("Figure", "申请人照片") in told
    assert not [words for _, words in told if "第 1 页" in words]
    assert [role for role, _ in told].count("H2") > 1


@pytest.mark.parametrize("form", list(Form))
def test_nothing_of_a_form_is_left_out_of_what_is_read(
    press: PdfFormPress, form: Form
) -> None:
    about = replace(ABOUT, signature=pictures.signature_png())
    raw = press.print(sheet(form, about))
    read = "".join(words for role, words in aloud(raw) if role != "Figure")
    feet = re.compile(r"第\d+页，共\d+页")

    with pikepdf.open(io.BytesIO(raw)) as pdf:
        for page in pdf.pages:
            assert unread(page.obj) <= {"foot"}
    left = feet.sub("", text(raw))
    for sign in set("".join(read.split())):
        assert sign in left


def unread(page: pikepdf.Object) -> set[str]:
    """What is written outside of every part: the foot alone lies so far down."""
    found, marked = set(), False
    for command in pikepdf.parse_content_stream(page):
        match str(command.operator), tuple(command.operands):
            case "BDC", _:
                marked = True
            case "BMC" | "EMC", _:
                marked = False
            case "Tm", [*_, y] if not marked:
                found.add("foot" if float(y) < 40 else f"at {y}")
    return found


def test_a_matter_over_two_pages_is_one_table(press: PdfFormPress) -> None:
    held = tuple(replace(ABOUT.held[0], specialty=one) for one in Specialty) * 4
    raw = press.print(sheet(Form.APPLICATION, replace(ABOUT, held=held)))

    with pikepdf.open(io.BytesIO(raw)) as pdf:
        tables = [
            kid for kid in pdf.Root.StructTreeRoot.K.K if str(kid.get("/S")) == "/Table"
        ]
        across = [
            one
            for one in tables
            if len({cell.Pg.objgen for row in one.K for cell in row.K}) > 1
        ]
    assert across


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="pdfinfo is not here")
@pytest.mark.parametrize("form", list(Form))
def test_poppler_agrees(press: PdfFormPress, form: Form, tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    path.write_bytes(press.print(sheet(form, ABOUT)))
    told = subprocess.run(
        ["pdfinfo", path], capture_output=True, text=True, check=True
    ).stdout
    subprocess.run(["qpdf", "--check", path], capture_output=True, check=True)

    assert re.search(r"Tagged: +yes", told)


def test_a_name_that_no_font_draws_is_said_instead_of_left_out(
    press: PdfFormPress,
) -> None:
    with pytest.raises(Refused, match=r"form\.glyph"):
        press.print(sheet(Form.APPLICATION, replace(ABOUT, name="张\U0001f600")))
