"""A quote on paper: what it costs, until when, from whom to whom, under a seal."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pikepdf
import pytest

from lms.commerce.rules.seats import QuotePaper, in_capitals
from lms.gateways.price_quotes import PdfQuotes
from lms.kernel.money import Fen
from tests.make.aloud import heard

PAPER = QuotePaper(
    number="B261121ABCDEF7",
    seller="包头市建筑业协会",
    buyer="包头第一建筑有限公司",
    uscc="91150203MA0N00000G",
    made_on=date(2026, 11, 21),
    valid_until=date(2026, 12, 21),
    lines=(
        (
            "二级建造师继续教育 120 学时套餐（建筑工程）",
            Fen(98_000),
            50,
            Fen(4_900_000),
        ),
        ("安全生产法律法规", Fen(12_800), 10, Fen(128_000)),
    ),
    total_fen=Fen(5_028_000),
    account=(("name", "包头市建筑业协会"), ("bank", "包头银行"), ("account", "150001")),
    contact="0472-1234567",
)


def printed(folder: object, paper: QuotePaper, *, specimen: bool = False) -> bytes:
    return PdfQuotes(folder, specimen=specimen).quote(paper)  # type: ignore[arg-type]  # a maker's paper


def told(data: bytes) -> list[tuple[str, str]]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        return heard(pdf)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> object:
    return tmp_path_factory.mktemp("quotes")


def test_it_says_price_buyer_seller_and_last_day_in_order(folder: object) -> None:
    said = told(printed(folder, PAPER))

    words = " ".join(text for _role, text in said)
    assert said[1] == ("H1", "报价单")
    for part in (
        "包头第一建筑有限公司", "91150203MA0N00000G", "2026年12月21日（含当日）",
        "49,000.00", "50,280.00", "人民币伍万零贰佰捌拾元整", "账号 150001",
    ):  # fmt: skip
        assert part in words
    assert said[-1] == ("Figure", "包头市建筑业协会报价专用章")


def test_a_demonstration_says_that_it_is_one(folder: object) -> None:
    said = " ".join(text for _role, text in told(printed(folder, PAPER, specimen=True)))

    assert "不构成要约" in said


def test_twenty_long_lines_go_over_pages_and_stay_one_table(folder: object) -> None:
    lines = tuple(
        (f"第{n}门" + "很长的课程名称" * 6, Fen(100), 1, Fen(100)) for n in range(20)
    )
    data = printed(folder, replace(PAPER, lines=lines))

    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) > 1
    said = " ".join(text for _role, text in told(data))
    assert "第0门" in said
    assert "第19门" in said


def test_the_same_quote_is_the_same_file(folder: object) -> None:
    assert printed(folder, PAPER) == printed(folder, PAPER)


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (0, "人民币零元整"),
        (1, "人民币壹分"),
        (10, "人民币壹角整"),
        (11, "人民币壹角壹分"),
        (100, "人民币壹元整"),
        (1_000_00, "人民币壹仟元整"),
        (1_001_00, "人民币壹仟零壹元整"),
        (10_010_00, "人民币壹万零壹拾元整"),
        (100_001_00, "人民币壹拾万零壹元整"),
        (1_010_100_00, "人民币壹佰零壹万零壹佰元整"),
        (100_000_000_00, "人民币壹亿元整"),
        (100_000_001_50, "人民币壹亿零壹元伍角整"),
        (1_234_567_89, "人民币壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分"),
        (20_000_05, "人民币贰万元零伍分"),
    ],
)
def test_amounts_in_capitals(fen: int, said: str) -> None:
    assert in_capitals(Fen(fen)) == said
