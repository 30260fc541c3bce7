"""The summary of an evidence pack is for people: in Chinese, by the clock they know."""

from __future__ import annotations

import ast
import io
import json
import re
from datetime import datetime
from pathlib import Path

from pypdf import PdfReader

from lms.gateways.pack.telling import called
from lms.kernel.clock import SHANGHAI


def test_the_summary_can_be_read(packed: dict[str, bytes]) -> None:
    pages = PdfReader(io.BytesIO(packed["summary.pdf"])).pages

    text = "".join(page.extract_text() for page in pages)
    assert "学习证据摘要" in text
    assert "1 分" in text


def test_the_summary_speaks_chinese_and_tells_the_time_of_the_pages(
    packed: dict[str, bytes],
) -> None:
    pages = PdfReader(io.BytesIO(packed["summary.pdf"])).pages
    text = "".join(page.extract_text() for page in pages)

    segment = next(
        x for x in json.loads(packed["lines.json"]) if x["kind"] == "study.segment"
    )
    since = datetime.fromisoformat(json.loads(segment["facts"])["since"])
    assert f"{since.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" in text
    assert "UTC" not in text
    assert not re.findall(r"[a-z_]+\.[a-z_]+", text)
    assert "done" not in text


def test_each_kind_of_line_that_a_persons_stream_holds_has_a_name() -> None:
    lacking = {kind for kind in _kinds_of_persons() if "（" in called(kind)}

    assert not lacking


def _kinds_of_persons() -> set[str]:
    """Read from the source which kinds stand in a person's or certificate's stream."""
    found = set()
    for file in Path("lms").rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not (isinstance(call, ast.Call) and len(call.args) > 2):
                continue
            stream, kind = map(ast.unparse, call.args[1:3])
            named = any(x in stream for x in ("person", "subject", "certificate"))
            if named and re.fullmatch(r"'[a-z_]+\.[a-z_]+'", kind):
                found.add(kind.strip("'"))
    return found
