"""Official forms: what stands on them can be read back, and the signature is there."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

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


def test_a_name_that_no_font_draws_is_said_instead_of_left_out(
    press: PdfFormPress,
) -> None:
    with pytest.raises(Refused, match=r"form\.glyph"):
        press.print(sheet(Form.APPLICATION, replace(ABOUT, name="张\U0001f600")))
