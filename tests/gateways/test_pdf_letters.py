"""Letters and lists of the desk, read aloud."""

from __future__ import annotations

import io
from datetime import date

import pikepdf
import pytest

from lms.gateways.drawing.fonts import Fonts
from lms.gateways.pdf.letters import LetterRoom
from lms.registration.rules.letters import Letter, Listing
from tests.make.aloud import heard

OFFICE = "示例自治区住房和城乡建设厅（演示）"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> LetterRoom:
    return LetterRoom(Fonts(tmp_path_factory.mktemp("fonts")))


def read(data: bytes) -> list[tuple[str, str]]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        return heard(pdf)


def test_a_letter_is_read_in_order(room: LetterRoom) -> None:
    letter = Letter(
        title="受理凭证",
        number="受〔2026〕1号",
        to="张建国",
        paragraphs=("你的申请材料齐全。" * 12,),
        items=("身份证明",),
        after=("特此告知。",),
        facts=(("申请事项", "初始注册"), ("申请人", "张建国")),
        signed=OFFICE,
        on=date(2026, 11, 21),
    )

    told = read(room.letter(letter))

    assert told[:3] == [("P", OFFICE), ("H1", "受理凭证"), ("P", "受〔2026〕1号")]
    assert told[3:7] == [
        ("Span", "申请事项"), ("Span", "初始注册"),
        ("Span", "申请人"), ("Span", "张建国"),
    ]  # fmt: skip
    assert told[7:11] == [
        ("P", "张建国："), ("P", "你的申请材料齐全。" * 12),
        ("P", "1．身份证明"), ("P", "特此告知。"),
    ]  # fmt: skip
    assert told[11] == ("P", OFFICE)
    assert told[-1][0] == "Figure"
    assert "行政审批专用章" in told[-1][1]
    assert not [text for _, text in told if "第 1 页" in text]


def test_a_list_over_many_pages_is_one_table(room: LetterRoom) -> None:
    rows = tuple((str(n), f"第{n}人", "建筑工程") for n in range(1, 81))
    listing = Listing(
        title="公示名单",
        number="公〔2026〕1号",
        paragraphs=("现予公示。",),
        columns=("序号", "姓名", "专业"),
        rows=rows,
        signed=OFFICE,
        on=date(2026, 11, 21),
    )
    data = room.listing(listing)

    told = read(data)

    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) > 2
    heads = [text for role, text in told if role == "TH"]
    cells = [text for role, text in told if role == "TD"]
    assert heads == ["序号", "姓名", "专业"]  # a head said again is decoration
    assert cells == [cell for row in rows for cell in row]
