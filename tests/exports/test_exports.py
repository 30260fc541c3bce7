"""A report to the province: asked by one, agreed to by another, signed, gone."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text

from lms.exports import queries, services
from lms.exports.models import ExportJob
from lms.exports.ports import ExportShelf
from lms.exports.rules import KEPT, ExportState
from lms.jobs import exports as job
from lms.jobs import retention
from lms.kernel.db import db
from lms.kernel.errors import Conflict, LmsError, NotFound, Refused
from lms.kernel.work import Actor, unit_of_work
from tests.cuts import power_cut
from tests.exports.ground import Desk
from tests.make import credentials as people
from tests.make.batches import called
from tests.races import tried


def fetched(desk: Desk, job_id: Any, who: str = "clerk") -> bytes:
    with desk.work(who) as work:
        card, key = services.fetch(work, desk.house, job_id)
    shelf: ExportShelf = desk.app.extensions["lms.ports"][ExportShelf]
    db.session.remove()
    with shelf.open(job_id, key, card.size) as file:
        return file.read()


def kinds() -> list[str]:
    found = db.session.scalars(text("SELECT kind FROM evidence_lines ORDER BY seq"))
    made = [str(one) for one in found]
    db.session.remove()
    return made


def ready(desk: Desk) -> Any:
    job_id = desk.asked()
    desk.agreed(job_id)
    desk.run()
    assert desk.card(job_id).state is ExportState.READY
    return job_id


def test_nothing_is_made_before_another_manager_agrees(desk: Desk) -> None:
    job_id = desk.asked()
    desk.run()
    assert desk.card(job_id).state is ExportState.ASKED
    assert desk.files() == []

    desk.agreed(job_id)
    desk.run()

    card = desk.card(job_id)
    assert (card.state, card.done, card.total) == (ExportState.READY, 3, 3)


def test_who_asked_cannot_agree_and_a_clerk_cannot(desk: Desk) -> None:
    own = desk.asked("manager")
    with pytest.raises(Refused, match=r"approval\.own"):
        desk.agreed(own, "manager")
    other = desk.asked("manager")
    with pytest.raises(Refused, match=r"approval\.last_role"):
        desk.agreed(other, "clerk")
    desk.agreed(own, "manager2")
    assert desk.card(own).state is ExportState.WAITING


def test_a_list_without_names_needs_nobodys_word(desk: Desk) -> None:
    job_id = desk.asked(personal=False, period=None, kind="x.exported", path="/")
    assert desk.card(job_id).state is ExportState.WAITING


def test_a_report_has_the_fields_of_the_province_in_full(desk: Desk) -> None:
    pack = zipfile.ZipFile(io.BytesIO(fetched(desk, ready(desk))))

    rows = list(csv.reader(io.StringIO(pack.read("report.csv").decode("utf-8-sig"))))
    assert rows[0] == [
        "姓名", "身份证号", "注册编号", "专业", "合格证编号", "发证日期", "必修学时",
        "选修学时", "聘用企业", "注册有效期起", "注册有效期止", "状态",
    ]  # fmt: skip
    assert sorted(rows[1:], key=lambda row: row[2]) == [
        [
            called(n), people.id_number(n), f"蒙2151520{n:05d}", "建筑工程", "", "",
            "45.00", "10.00", people.EMPLOYER.name, "2024-01-01", "2026-12-31",
            "未取得合格证",
        ]
        for n in (1, 2, 3)
    ]  # fmt: skip
    sheet = load_workbook(io.BytesIO(pack.read("report.xlsx"))).active
    assert sheet is not None
    cells = [[*row] for row in sheet.iter_rows(values_only=True)]
    assert [str(one) for one in cells[1][:3]] == rows[1][:3]  # the same order
    assert cells[1][6:8] == [45, 10]


def verified(desk: Desk, body: bytes, where: Path) -> subprocess.CompletedProcess[str]:
    """Check as the province would: with what is in the file and plain Python."""
    file = where / "report.zip"
    file.write_bytes(body)
    pack = zipfile.ZipFile(file)
    program = where / "verify_report.py"
    program.write_bytes(pack.read("verify_report.py"))
    key = pack.read("KEY.txt").split()[1].decode()
    return subprocess.run(
        [sys.executable, "-I", str(program), str(file), "--key", key],
        capture_output=True, text=True, check=False, cwd=where,
    )  # fmt: skip


def repacked(body: bytes, **over: bytes) -> bytes:
    """The same report with some files changed; a name with __ stands for a dot."""
    changed = {name.replace("__", "."): value for name, value in over.items()}
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(body)) as old,
        zipfile.ZipFile(out, "w") as new,
    ):
        for name in dict.fromkeys([*old.namelist(), *changed]):
            new.writestr(name, changed[name] if name in changed else old.read(name))
    return out.getvalue()


def test_the_province_checks_a_report_with_plain_python(
    desk: Desk, tmp_path: Path
) -> None:
    body = fetched(desk, ready(desk))
    good = verified(desk, body, tmp_path)
    assert (good.returncode, good.stdout) == (0, "INTACT 完好\n")

    csv_of = zipfile.ZipFile(io.BytesIO(body)).read("report.csv")
    for wrong in (
        repacked(body, report__csv=csv_of.replace(b"45.00", b"60.00")),
        repacked(body, more__csv=b"x"),
        repacked(body, MANIFEST__json=b'{"files": {}}'),
    ):
        assert verified(desk, wrong, tmp_path).returncode == 1


def test_the_record_of_a_report_stays_when_its_file_has_gone(desk: Desk) -> None:
    job_id = ready(desk)
    desk.clock.now += KEPT + timedelta(seconds=1)
    with pytest.raises(NotFound):
        fetched(desk, job_id)
    assert desk.files() == [f"{job_id.hex}.shut"]

    retention.run(desk.clock, desk.app.extensions["lms.ports"])

    assert desk.files() == []
    card = desk.card(job_id)
    assert card.state is ExportState.GONE
    assert card.narrowing.filters == ()
    (kept,) = queries.reports(db.session(), desk.house)
    assert kept.number == card.number
    assert (kept.asked_by, kept.agreed_by) == (
        desk.accounts["clerk"], desk.accounts["manager"],
    )  # fmt: skip
    assert kept.sha256 == card.sha256
    with pytest.raises(Exception, match="append-only"), desk.work() as work:
        work.session.execute(text("UPDATE province_reports SET count = 0"))


def test_nothing_personal_lies_readable_on_the_disk(desk: Desk) -> None:
    job_id = ready(desk)
    (name,) = desk.files()
    sealed = (desk.folder() / name).read_bytes()
    plain = fetched(desk, job_id)
    assert plain.startswith(b"PK")
    assert not sealed.startswith(b"PK")
    for word in (people.id_number(1).encode(), called(1).encode(), b"MANIFEST"):
        assert word not in sealed


def test_only_who_asked_can_fetch_and_each_time_is_noted(desk: Desk) -> None:
    job_id = ready(desk)
    with pytest.raises(Conflict, match=r"export\.of_other"):
        fetched(desk, job_id, "manager")
    fetched(desk, job_id)
    fetched(desk, job_id)
    assert desk.card(job_id).fetched == 2
    assert kinds().count("export.fetched") == 2
    assert [one for one in kinds() if one.startswith("export.")][:3] == [
        "export.asked", "export.made", "export.fetched",
    ]  # fmt: skip


def test_a_cancelled_export_opens_no_more(desk: Desk) -> None:
    job_id = ready(desk)
    with desk.work("clerk") as work:
        services.cancel(work, desk.house, job_id)
    with pytest.raises(NotFound):
        fetched(desk, job_id)
    row = db.session.scalars(select(ExportJob)).one()
    assert (row.file_key, row.asked, row.state) == (None, None, ExportState.CANCELLED)


def test_cancelled_while_it_is_made_leaves_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = desk.asked()
    desk.agreed(job_id)
    offer = job._offer

    def cancelled_before(*of: Any) -> None:
        with desk.work("clerk") as work:
            services.cancel(work, desk.house, job_id)
        offer(*of)

    monkeypatch.setattr(job, "_offer", cancelled_before)
    desk.run()

    assert desk.card(job_id).state is ExportState.CANCELLED
    assert desk.files() == []
    assert queries.reports(db.session(), desk.house) == ()


def test_one_who_is_forgotten_is_in_no_file_any_more(desk: Desk) -> None:
    job_id = ready(desk)
    with desk.work() as work:
        assert services.forget(work) == (job_id,)
    assert desk.card(job_id).state is ExportState.GONE


def test_an_association_without_keys_is_told_so(desk: Desk) -> None:
    job_id = desk.asked()
    desk.agreed(job_id)
    with desk.work() as work:
        work.session.execute(text("UPDATE signing_keys SET standing = 'retired'"))
    desk.run()
    card = desk.card(job_id)
    assert (card.state, card.fault) == (ExportState.FAILED, "signing.no_keys")
    assert desk.files() == []


def test_a_reason_is_asked_for(desk: Desk) -> None:
    with pytest.raises(Refused, match=r"export\.no_reason"):
        desk.asked(reason=" 统 ")


@pytest.mark.parametrize(
    ("place", "nth"),
    [("export.written", 1), ("work.before_commit", 2), ("export.made", 1)],
)
def test_what_was_killed_is_made_once(desk: Desk, place: str, nth: int) -> None:
    job_id = desk.asked()
    desk.agreed(job_id)
    power_cut(place, desk.run, nth)
    assert desk.card(job_id).state is ExportState.RUNNING

    desk.run()
    assert desk.card(job_id).state is ExportState.RUNNING  # its lease is not over
    desk.clock.now += services.LEASE + timedelta(seconds=1)
    desk.run()

    assert desk.card(job_id).state is ExportState.READY
    assert kinds().count("export.made") == 1
    assert len(queries.reports(db.session(), desk.house)) == 1
    assert desk.files() == [f"{job_id.hex}.shut"]
    assert zipfile.ZipFile(io.BytesIO(fetched(desk, job_id))).testzip() is None


def at_once(desk: Desk, deeds: list[tuple[str, Callable[..., object]]]) -> list[object]:
    """Let people do things at once, each in a work of their own."""

    def act(actor: Actor, deed: Callable[..., object]) -> object:
        with unit_of_work(actor, clock=desk.clock) as work:
            return deed(work)

    # Who acts is made beforehand: it is no part of the race.
    return tried(desk.app, [partial(act, desk.actor(who), deed) for who, deed in deeds])


def test_two_managers_who_agree_at_once_agree_once(desk: Desk) -> None:
    for _time in range(4):
        job_id = desk.asked()

        def yes(work: Any, job_id: Any = job_id) -> object:
            return services.decide(work, desk.house, job_id, True, "")

        got = at_once(desk, [("manager", yes), ("manager2", yes)])

        assert sorted(isinstance(one, LmsError) for one in got) == [False, True], got
        assert desk.card(job_id).state is ExportState.WAITING
        with desk.work("clerk") as work:
            services.cancel(work, desk.house, job_id)


def test_agreed_while_cancelled_is_one_of_both(desk: Desk) -> None:
    for _time in range(4):
        job_id = desk.asked()

        def yes(work: Any, job_id: Any = job_id) -> object:
            return services.decide(work, desk.house, job_id, True, "")

        def no(work: Any, job_id: Any = job_id) -> object:
            services.cancel(work, desk.house, job_id)
            return None

        got = at_once(desk, [("manager", yes), ("clerk", no)])

        # It may be cancelled after the yes, and never agreed to after the cancelling.
        errors = [one for one in got if isinstance(one, Exception)]
        assert all(isinstance(one, Conflict) for one in errors), got
        assert desk.card(job_id).state is ExportState.CANCELLED
        desk.run()
        assert desk.files() == []


def test_two_makers_make_it_once(desk: Desk) -> None:
    job_id = desk.asked()
    desk.agreed(job_id)

    def take(work: Any) -> object:
        return services.take(work, f"maker-{threading.get_ident()}")

    got = at_once(desk, [("clerk", take)] * 4)

    assert sum(one is not None for one in got) == 1, got


def test_another_association_sees_nothing(desk: Desk, begin: Any) -> None:
    job_id = ready(desk)
    with begin() as work:
        other = people.association(work, code="BTXH", name="别的协会")
    with pytest.raises(NotFound):
        queries.job(db.session(), other, job_id)
    with pytest.raises(NotFound), desk.work("clerk") as work:
        services.fetch(work, other, job_id)
    with pytest.raises(NotFound), desk.work("manager") as work:
        services.cancel(work, other, job_id)
    assert queries.jobs(db.session(), other) == ()
