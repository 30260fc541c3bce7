"""What is proved is said, and what fails takes the rest of its comfort with it."""

from __future__ import annotations

from datetime import date

import pytest

from lms.credentials.rules import (
    Facts,
    FileKind,
    HoursRow,
    Reading,
    Verdict,
    compare,
    is_ours,
    points,
)
from lms.credentials.rules.files import Finding
from lms.kernel.credit import Credit
from lms.policy.model import Specialty

NAMES = dict.fromkeys(Specialty, "建筑工程")
FACTS = Facts(
    number="SLXH-JXJY-2026-0000001-2",
    token="7S37PEGZQ8QQ7M4QJFM54C78BD",
    name="张建国",
    sex="male",
    id_masked="1502**********0010",
    employer="内蒙古示例建设集团有限责任公司",
    registration_no="蒙215152000001",
    hours=(HoursRow(Specialty.BUILDING, True, Credit(6000), Credit(6000)),),
    score=92,
    passed_on=date(2026, 11, 20),
    period_from=date(2024, 1, 1),
    period_until=date(2026, 12, 31),
    issuer="示例自治区建筑业协会",
    issued_on=date(2026, 11, 21),
)


def reading(**holds: bool | None) -> Reading:
    found = [Finding(code.replace("__", "."), said) for code, said in holds.items()]
    return Reading(FileKind.PDF, tuple(found), kid="x")


SOUND = reading(pdf__signature=True, pdf__whole=True, key__ours=True, key__live=True)


def told(verdict: Verdict, found: Reading, *, issued: bool) -> dict[str, bool | None]:
    return {p.code: p.holds for p in points(verdict, found, issued=issued)}


def test_an_issued_file_is_proved_by_book_and_signature() -> None:
    assert told(Verdict.VALID, SOUND, issued=True) == {
        "file.issued": True,
        "book.status": True,
        "pdf.signature": True,
        "pdf.whole": True,
        "key.ours": True,
        "key.live": True,
        "bearer": None,
    }


def test_a_key_of_ours_is_no_comfort_where_the_signature_fails() -> None:
    found = reading(pdf__signature=False, key__ours=True, key__live=True)

    assert told(Verdict.TAMPERED, found, issued=False) == {
        "file.issued": False,
        "pdf.signature": False,
        "bearer": None,
    }
    assert not is_ours(found)


def test_the_book_vouches_for_a_file_whose_key_was_lost_later() -> None:
    found = reading(pdf__signature=True, key__ours=True, key__live=False)

    assert told(Verdict.VALID, found, issued=True)["key.vouched"] is None
    assert told(Verdict.NOT_FOUND, found, issued=False)["key.live"] is False
    assert not is_ours(found)


def test_a_file_that_was_not_read_says_so() -> None:
    assert told(Verdict.NOT_FOUND, Reading(None), issued=False) == {
        "file.issued": None,
        "file.unread": None,
        "bearer": None,
    }


@pytest.mark.parametrize(
    ("said", "same"),
    [
        ({"姓名": "张建国"}, True),
        ({"姓名": "张 建 国"}, True),
        ({"姓名": "张伟国"}, False),
        ({"employer": "内蒙古示例建设集团有限责任公司"}, True),
        ({"适用期": "2024年1月1日至2026年12月31日"}, True),
        ({"period": "2024-01-01/2026-12-31"}, True),
        ({"period": "2024-01-01/2027-12-31"}, False),
        ({"考核成绩": "92 分"}, True),
        ({"score": "99"}, False),
        ({"发证日期": "2026年11月21日"}, True),
        ({"issued_on": "2026-11-12"}, False),
        ({"专业": "建筑工程"}, True),
        ({"证书编号": "SLXH-JXJY-2026-0000001-2"}, True),
        ({"证书编号": "SLXH-JXJY-2026-0000002-0"}, False),
    ],
)
def test_what_a_file_says_is_laid_beside_the_book(
    said: dict[str, str], same: bool
) -> None:
    (line,) = compare(said, FACTS, NAMES)

    assert line.same is same


def test_what_the_book_does_not_know_is_not_compared() -> None:
    assert not compare({"核验网址": "http://x", "姓名": ""}, FACTS, NAMES)
