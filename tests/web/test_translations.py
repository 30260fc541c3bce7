"""English is complete: every word of code and templates is in the catalogue."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
ENGLISH = ROOT / "lms/web/translations/en/LC_MESSAGES/messages.po"
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%")
SHOWN_AS_THEY_ARE = {
    "·", "蒙2152020202100001", "安全", "、",
    # What stands so in the files that are taken in and given out.
    "单选题", "多选题", "判断题", "案例题", "对", "错", "易", "中", "难",
    "建筑工程", "主体结构", "姓名", "手机号", "邮箱",
    "名称", "代码或证件号", "开始日期", "结束日期",
    "发票基本信息", "发票明细信息", "免税", "培训费", "必修", "选修",
}  # fmt: skip


@pytest.fixture(scope="module")
def spoken() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    target = tmp_path_factory.mktemp("words") / "messages.pot"
    subprocess.run(
        (
            f"{Path(sys.executable).parent}/pybabel", "-q", "extract",
            "-F", ".ci/babel.cfg", "-k", "_l", "-k", "_n:1,2",
            "--no-location", "--omit-header", "-o", str(target), ".",
        ),
        cwd=ROOT,
        check=True,
    )  # fmt: skip
    with target.open("rb") as file:
        return read_po(file)


def test_every_word_is_translated_and_no_old_one_lingers(
    spoken: Catalog, written: Catalog
) -> None:
    have = {m.id for m in spoken if m.id and m.string}
    want = {m.id for m in written if m.id}
    assert want - have == set()
    assert have - want == set()


def test_nothing_is_fuzzy(spoken: Catalog) -> None:
    # A catalogue whose head is fuzzy is passed over without a word.
    assert not spoken.fuzzy
    assert not [m.id for m in spoken if m.fuzzy and m.id]


def test_facts_keep_their_places(spoken: Catalog) -> None:
    wrong = [
        m.id
        for m in spoken
        if m.id and set(PLACES.findall(str(m.id))) != set(PLACES.findall(str(m.string)))
    ]
    assert not wrong


def test_english_is_english(spoken: Catalog) -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]+")
    left = {
        word
        for m in spoken
        if m.id
        for word in chinese.findall(str(m.string))
        if not any(word in known for known in SHOWN_AS_THEY_ARE)
    }
    assert not left
