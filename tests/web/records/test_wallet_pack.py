"""All of one's certificates in one package: every form, and a table of them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lms.accounts import queries as accounts
from lms.credentials import queries, services
from lms.credentials.rules import FileKind
from lms.kernel.db import db
from lms.kernel.ids import new_id
from lms.policy.model import Specialty
from tests.make import credentials as make
from tests.spread import PAGES
from tests.web.records.holder import Life

pytestmark = pytest.mark.sqlite_alone(PAGES)

Begin = Callable[..., Any]


@pytest.fixture
def life(app: Flask, begin: Begin, browser_of: Any) -> Life:
    return Life(app, begin, browser_of)


def whole(answer: Any) -> bytes:
    """Read a file to its end and let it go, as a server does."""
    data = bytes(answer.get_data())
    answer.close()
    return data


def unpacked(life: Life) -> dict[str, bytes]:
    answer = life.browser.get("/certificates/all.zip")
    assert answer.content_type == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(whole(answer))) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def test_the_package_holds_every_form_of_every_certificate_and_a_table(
    life: Life, begin: Begin
) -> None:
    with begin() as work:
        ofd = queries.open_file(work.session, life.held, FileKind.OFD)
        services.revoke(work, life.held, reason="x", approvals=(new_id(),))

    files = unpacked(life)

    number = "SLXH-JXJY-2026-0000001-2"
    assert files[f"{number}.pdf"] == queries.open_file(db.session(), life.held)
    assert files[f"{number}.ofd"] == ofd
    assert len(files) == 10
    table = list(csv.reader(io.StringIO(files["目录.csv"].decode("utf-8-sig"))))
    (line,) = [row for row in table if number in row]
    assert "已撤销" in line
    names = [f"{number}.{kind}" for kind in ("pdf", "ofd", "json", "jwt")]
    assert " ".join(names) in line
    page = files["目录.html"].decode()
    assert all(f'href="{name}"' in page for name in names)


def test_the_package_holds_nothing_of_anybody_else(life: Life, begin: Begin) -> None:
    with begin() as work:
        other = make.graduate(work, life.association, serial=2, name="李外人")
        services.issue(work, other, Specialty.BUILDING, printer=make.PLAIN)

    files = unpacked(life)

    assert "李外人".encode() not in b"".join(files.values())
    assert "SLXH-JXJY-2026-0000002-0.pdf" not in files


def test_no_cell_of_the_table_is_a_formula(begin: Begin, browser_of: Any) -> None:
    with begin() as work:
        here = make.association(work, name="=HYPERLINK(1)")
        person = make.graduate(work, here)
        services.issue(work, person, Specialty.BUILDING, printer=make.PLAIN)
        account = accounts.account_of(work.session, person)

    answer = browser_of(account.id).get("/certificates/all.zip")
    with zipfile.ZipFile(io.BytesIO(whole(answer))) as zipped:
        table = zipped.read("目录.csv").decode("utf-8-sig")

    assert "'=HYPERLINK(1)" in table
    assert not re.search(r"(^|,)[\"]?=", table)
