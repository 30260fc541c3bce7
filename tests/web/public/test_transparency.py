"""The open pages of the book: anybody may check, nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from lms.evidence import services
from lms.evidence.ports import Sealer
from lms.evidence.rules import merkle
from lms.evidence.rules.notes import notes_in, read_key
from lms.kernel.db import db
from tests.conftest import Browser


@pytest.fixture
def sealed(begin: Callable[..., Any], browser: Browser) -> Browser:
    """A house whose book holds 300 lines, then 400: two checkpoints."""
    sealer = browser.app.extensions["lms.ports"][Sealer]
    for count in (299, 100):
        with begin() as work:
            for i in range(count):
                services.note(work, f"person:{i % 7}", "hours.posted", credit=i)
            services.seal(work, sealer)
    return browser


def told(browser: Browser, path: str) -> dict[str, Any]:
    answer = browser.get(f"/transparency/{path}").json
    assert isinstance(answer, dict)
    return answer


def test_before_the_first_sealing_the_page_says_so(browser: Browser) -> None:
    page = browser.get("/transparency/")

    assert page.status_code == 200
    assert "还没有封存过证据" in page.text
    assert browser.get("/transparency/checkpoint").status_code == 404
    assert "还没有检查点" in browser.get("/transparency/checkpoints").text
    # The key is known before its first use, so that it can be written down early.
    assert read_key(browser.get("/transparency/key").text)


def test_a_stranger_proves_that_the_book_has_only_grown(sealed: Browser) -> None:
    """With nothing but what these addresses answer."""
    key = read_key(sealed.get("/transparency/key").text)
    new, old = (
        notes_in(sealed.get(f"/transparency/checkpoint{tail}").text)[0]
        for tail in ("", "/300")
    )
    assert key
    assert old.signed_by([key])
    assert new.signed_by([key])
    sizes = f"from={old.checkpoint.size}&to={new.checkpoint.size}"
    answer = told(sealed, f"consistency?{sizes}")

    assert merkle.consistent(
        (300, old.checkpoint.root),
        (400, new.checkpoint.root),
        [bytes.fromhex(part) for part in answer["proof"]],
    )


def test_a_stranger_proves_that_a_leaf_is_in(sealed: Browser) -> None:
    answer = told(sealed, "inclusion?place=123&size=300")

    assert merkle.included(
        bytes.fromhex(answer["leaf"]),
        123,
        300,
        [bytes.fromhex(part) for part in answer["proof"]],
        notes_in(sealed.get("/transparency/checkpoint/300").text)[0].checkpoint.root,
    )
    assert told(sealed, "inclusion?place=123")["size"] == 400


def test_tiles_give_the_whole_tree(sealed: Browser) -> None:
    first = sealed.get("/transparency/tile/0/000")
    rest = sealed.get("/transparency/tile/0/001.p/144")
    hashes = first.data + rest.data
    leaves = [hashes[i : i + 32] for i in range(0, len(hashes), 32)]
    newest = notes_in(sealed.get("/transparency/checkpoint").text)[0]

    assert len(leaves) == 400
    assert merkle.fold(leaves) == newest.checkpoint.root
    assert "immutable" in first.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "checkpoint/299",
        "checkpoint/9223372036854775808",
        "inclusion",
        "inclusion?place=-1",
        "inclusion?place=400",
        "inclusion?place=1&size=401",
        "inclusion?place=999999999999999",
        "consistency?from=0&to=300",
        "consistency?from=301&to=300",
        "consistency?from=1&to=401",
        "consistency?from=x",
        "tile/0/001",
        "tile/0/000.p/0",
        "tile/0/000.p/257",
        "tile/9/000",
        "tile/0/1",
        "tile/0/x001/x002/x003/x004/005",
    ],
)
def test_what_the_book_never_held_is_not_there(sealed: Browser, path: str) -> None:
    answer = sealed.get(f"/transparency/{path}")

    assert answer.status_code == 404
    assert answer.json == {"code": "transparency.unknown"}


def test_who_holds_a_printed_checkpoint_compares_it_on_the_page(
    sealed: Browser,
) -> None:
    note = notes_in(sealed.get("/transparency/checkpoint/300").text)[0]
    root = note.checkpoint.root.hex()

    def said(size: str, root: str) -> str:
        return sealed.get(f"/transparency/?size={size}&root={root}").text

    assert "都一致" in said("300", root[:16])
    assert "都一致" in said("300", root.upper())
    assert "根哈希与您输入的不同" in said("300", "0" * 16)
    assert "没有公布过这个条数" in said("299", root[:16])
    assert "没有看懂输入" in said("300", root[:15])
    assert "没有看懂输入" in said("三百", root[:16])
    for size in ("300 条", "３００", "300条"):
        assert "都一致" in said(size, root[:16])
    assert "都一致" in said("300", f"{root[:4]} {root[4:8]} {root[8:16]}…")


def test_the_list_goes_back_to_the_first_checkpoint(sealed: Browser) -> None:
    page = sealed.get("/transparency/checkpoints").text
    older = sealed.get("/transparency/checkpoints?before=400").text

    assert page.index("/transparency/checkpoint/400") < page.index(
        "/transparency/checkpoint/300"
    )
    assert "/transparency/checkpoint/400" not in older
    assert "/transparency/checkpoint/300" in older


def test_looking_writes_nothing(sealed: Browser) -> None:
    def rows() -> list[int]:
        names = ("lines", "leaves", "nodes", "checkpoints", "keys")
        with db.engine.connect() as connection:
            return [
                connection.scalar(text(f"SELECT count(*) FROM evidence_{name}"))
                for name in names
            ]

    before = rows()
    for path in ("", "checkpoint", "checkpoints", "key", "inclusion?place=1"):
        sealed.get(f"/transparency/{path}")

    assert rows() == before
