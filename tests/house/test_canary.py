"""Personal values leave no trace: not in files, logs, addresses or error pages."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import insert

from lms import tables
from lms.accounts.models import Account
from lms.assembly import assemble
from lms.kernel.db import db
from lms.kernel.settings import from_env
from tests.house.canary import CANARIES, ID_NUMBER, PHONE

ROOT = Path(__file__).parents[2]


@pytest.fixture
def house_of_files(tmp_path: Path) -> Iterator[Flask]:
    app = assemble(
        from_env({"LMS_DATA_DIR": str(tmp_path), "LMS_DEMO": "1"}), limits=False
    )
    with app.app_context():
        tables.METADATA.create_all(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


def shapes(value: str) -> Iterator[bytes]:
    raw = value.encode()
    yield raw
    yield value.encode("utf-16-le")
    yield raw.hex().encode()
    yield base64.b64encode(raw)[:-4]


def test_no_canary_is_found_anywhere(tmp_path: Path) -> None:
    data, seen = tmp_path / "data", tmp_path / "seen.json"
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LMS_")}
    done = subprocess.run(
        (sys.executable, "-m", "tests.house.canary", str(seen)),
        cwd=ROOT,
        env={**clean, "LMS_DATA_DIR": str(data), "LMS_DEMO": "1"},
        capture_output=True,
        check=True,
    )
    told = json.loads(seen.read_text("utf-8"))
    places = {str(f): f.read_bytes() for f in data.rglob("*") if f.is_file()}
    places["logs"] = done.stdout + done.stderr
    places["addresses"] = "\n".join(told["addresses"]).encode()
    places["error pages"] = "\n".join(told["refusals"]).encode()

    assert told["me"] == 200
    assert b"/me/identity" in places["logs"]
    assert any(name.endswith("lms.sqlite3") for name in places)
    found = [
        (where, canary[:4])
        for where, content in places.items()
        for canary in CANARIES
        for shape in shapes(canary)
        if shape in content
    ]
    assert not found


def test_the_watch_sees_what_is_not_sealed(
    house_of_files: Flask, tmp_path: Path
) -> None:
    """The control: the same search finds a number that somebody wrote in the open."""
    with db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE careless (number TEXT)")
        connection.exec_driver_sql("INSERT INTO careless VALUES (?)", (ID_NUMBER,))
    content = b"".join(f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())

    assert ID_NUMBER.encode() in content


def test_a_failing_statement_does_not_tell_its_values(house_of_files: Flask) -> None:
    with pytest.raises(Exception, match="hidden") as failed, db.engine.begin() as raw:
        raw.execute(insert(Account).values(id=uuid4(), name=PHONE))

    assert PHONE not in str(failed.value)
