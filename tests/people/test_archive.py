"""What is kept of a period: sealed, judged by content, handed over whole."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from lms.evidence import services as evidence
from lms.kernel.errors import NotFound, Refused
from lms.kernel.work import Actor, Work
from lms.people import queries, services
from lms.people.models import ArchiveBody
from lms.people.queries import Shelf
from lms.people.rules import (
    RECORDING_BYTES,
    ArchiveKind,
    Period,
    Side,
    file_problems,
    owed,
)
from lms.people.services import Kept
from tests.make import companies as make
from tests.make import people
from tests.make.people import Made

PERIOD = Period(date(2024, 3, 1), date(2027, 2, 28))
SAID = {"人员": "张建国", "注册期": "2024-03-01 — 2027-02-28"}


def kept(body: bytes = b"paper", kind: ArchiveKind = ArchiveKind.PENSION) -> Kept:
    sent = hashlib.sha256(body).digest()
    return Kept(kind, "2026 年 8 月缴费证明", "application/pdf", body, sent)


def own(work: Work, made: Made) -> tuple[Work, Shelf]:
    acting = replace(work, actor=Actor(made.account_id, made.person_id))
    return acting, Shelf(Side.PERSON, made.person_id)


def theirs(work: Work, made: Made) -> tuple[make.Company, Work, Shelf]:
    company = make.proved(work)
    link = make.bound(work, company, made)
    shelf = Shelf(Side.EMPLOYER, made.person_id, company.id, link)
    return company, company.acting(work), shelf


def test_what_is_kept_is_sealed_and_opens_for_its_keeper(work: Work) -> None:
    me, shelf = own(work, people.person(work))

    file_id = services.keep_file(me, shelf, PERIOD, kept(b"a pension paper"))

    stored = work.session.scalar(select(ArchiveBody.body))
    assert stored is not None
    assert b"pension" not in stored
    assert queries.open_file(work.session, shelf, file_id).body == b"a pension paper"


def test_person_and_employer_each_keep_their_own(work: Work) -> None:
    made = people.person(work)
    me, mine = own(work, made)
    _company, acting, shelf = theirs(work, made)
    file_id = services.keep_file(me, mine, PERIOD, kept())
    services.keep_file(acting, shelf, PERIOD, kept(b"other"))

    with pytest.raises(NotFound, match=r"archive\.unknown"):
        queries.open_file(work.session, shelf, file_id)
    assert len(queries.archive(work.session, mine)) == 1
    assert len(queries.archive(work.session, shelf)) == 1


def test_another_companys_file_looks_like_none(work: Work) -> None:
    _company, acting, shelf = theirs(work, people.person(work))
    file_id = services.keep_file(acting, shelf, PERIOD, kept())
    _other, foreign, other = theirs(work, people.person(work))

    for wanted in (file_id, make.nobody()):
        with pytest.raises(NotFound, match=r"archive\.unknown"):
            services.drop_file(foreign, other, wanted)


def test_of_one_who_has_left_the_papers_stay_and_no_more_come_in(work: Work) -> None:
    company, acting, shelf = theirs(work, people.person(work))
    file_id = services.keep_file(acting, shelf, PERIOD, kept())
    assert shelf.link_id is not None
    services.dismiss(acting, company.id, shelf.link_id, date(2026, 11, 21), "到期")

    assert queries.open_file(work.session, shelf, file_id).body == b"paper"
    with pytest.raises(NotFound, match=r"link\.unknown"):
        services.keep_file(acting, shelf, PERIOD, kept(b"late"))


def test_a_company_that_is_proved_no_more_keeps_nothing(work: Work) -> None:
    company, acting, shelf = theirs(work, people.person(work))
    services.withdraw_proof(make.teller(work), company.id, "窗口")

    with pytest.raises(Refused, match=r"employer\.unproved"):
        services.keep_file(acting, shelf, PERIOD, kept())


@pytest.mark.parametrize(
    ("kind", "media", "size", "problem"),
    [
        (ArchiveKind.AUDIO, "application/pdf", 1, "archive.no_recording"),
        (ArchiveKind.DUTY, "video/mp4", 1, "archive.no_paper"),
        (ArchiveKind.VIDEO, "audio/mpeg", 1, "archive.no_video"),
        (ArchiveKind.VIDEO, "video/mp4", RECORDING_BYTES + 1, "archive.too_big"),
        (ArchiveKind.PENSION, "image/jpeg", RECORDING_BYTES, "archive.too_big"),
    ],
)
def test_what_a_file_is_decides_where_it_may_go(
    kind: ArchiveKind, media: str, size: int, problem: str
) -> None:
    assert file_problems(kind, media, size) == (problem,)


def test_a_recording_of_the_greatest_size_is_taken() -> None:
    assert file_problems(ArchiveKind.AUDIO, "audio/mpeg", RECORDING_BYTES) == ()


def test_the_same_file_is_kept_once(work: Work) -> None:
    me, shelf = own(work, people.person(work))
    services.keep_file(me, shelf, PERIOD, kept())

    with pytest.raises(Refused) as refused:
        services.keep_file(me, shelf, PERIOD, kept())

    assert refused.value.reasons == ("archive.twice",)


def test_what_is_dropped_is_gone_but_for_its_line(work: Work) -> None:
    me, shelf = own(work, people.person(work))
    file_id = services.keep_file(me, shelf, PERIOD, kept())

    services.drop_file(me, shelf, file_id)

    assert work.session.scalar(select(ArchiveBody.file_id)) is None
    assert queries.archive(work.session, shelf) == ()
    with pytest.raises(NotFound):
        queries.open_file(work.session, shelf, file_id)


def test_what_an_inquiry_holds_is_not_dropped(work: Work) -> None:
    made = people.person(work)
    me, shelf = own(work, made)
    file_id = services.keep_file(me, shelf, PERIOD, kept())
    evidence.place_hold(work, f"person:{made.person_id}", "投诉核查")

    with pytest.raises(Refused, match=r"archive\.held"):
        services.drop_file(me, shelf, file_id)


def test_the_package_lists_every_file_with_its_digest(work: Work) -> None:
    me, shelf = own(work, people.person(work))
    services.keep_file(me, shelf, PERIOD, kept(b"one"))
    services.keep_file(me, shelf, PERIOD, kept(b"two", ArchiveKind.DUTY))
    past = Period(date(2021, 3, 1), date(2024, 2, 29))
    services.keep_file(me, shelf, past, kept(b"old"))

    with services.pack(me, shelf, PERIOD, SAID) as package:
        bundle = zipfile.ZipFile(io.BytesIO(package.read()))

    sums = bundle.read("SHA256SUMS").decode().splitlines()
    bodies = {bundle.read(line[66:]) for line in sums}
    assert bodies == {b"one", b"two"}
    for line in sums:
        digest, name = line[:64], line[66:]
        assert hashlib.sha256(bundle.read(name)).hexdigest() == digest
        assert name in bundle.read("01-清单.csv").decode()
    assert "张建国" in bundle.read("00-说明.txt").decode()


def test_the_same_papers_make_the_same_package(work: Work) -> None:
    me, shelf = own(work, people.person(work))
    services.keep_file(me, shelf, PERIOD, kept())

    with (
        services.pack(me, shelf, PERIOD, SAID) as first,
        services.pack(me, shelf, PERIOD, SAID) as second,
    ):
        assert first.read() == second.read()


def test_nothing_makes_no_package(work: Work) -> None:
    me, shelf = own(work, people.person(work))

    with pytest.raises(NotFound, match=r"archive\.empty"):
        services.pack(me, shelf, PERIOD, SAID)


def test_what_is_missing_is_named_in_order() -> None:
    there = frozenset({ArchiveKind.PENSION, ArchiveKind.AUDIO})

    assert owed(there) == (ArchiveKind.TRAINING, ArchiveKind.VIDEO, ArchiveKind.DUTY)
