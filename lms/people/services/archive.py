"""Keep what a later check will ask for, and make one package of it."""

import csv
import hashlib
import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import IO
from uuid import UUID

from sqlalchemy import delete, func, select

from lms.accounts import services as keys
from lms.evidence import queries as book
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import new_id
from lms.kernel.text import inert
from lms.kernel.work import Work
from lms.people import queries
from lms.people.models import ArchiveBody, ArchiveFile
from lms.people.queries.archive import OpenFile, Shelf, body_place, of_shelf
from lms.people.rules import (
    LONGEST_TITLE,
    MOST_BYTES,
    MOST_FILES,
    ArchiveKind,
    Period,
    Side,
    file_problems,
)
from lms.people.services.companies import company_stream, may_act
from lms.people.services.persons import begun, stream

_ENDINGS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/wav": "wav",
    "audio/ogg": "ogg",
    "video/mp4": "mp4",
    "video/webm": "webm",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was looked into and may be kept. PII: all of it."""

    kind: ArchiveKind
    title: str
    media: str
    body: bytes = field(repr=False)
    sent_sha256: bytes = field(repr=False)
    seconds: int | None = None


def keep_file(work: Work, shelf: Shelf, period: Period, kept: Kept) -> UUID:
    """Keep a file of a registration period, sealed.

    Raises: Refused for what is of the wrong kind, too big or too much, for a title that
        is missing, and for a company that may not act.
    """
    if shelf.employer_id is not None and shelf.link_id is not None:
        # Of one who has left, what was kept stays; nothing new comes in.
        queries.staff_one(work.session, shelf.employer_id, shelf.link_id)
    return _keep(work, shelf, period, kept)


def keep_statement(work: Work, shelf: Shelf, period: Period, kept: Kept) -> UUID:
    """Keep a paper that goes with what a side says in a check.

    A company is heard about one who has left, too.

    Raises: Refused, as for any other file.
    """
    if kept.kind is not ArchiveKind.STATEMENT:
        raise Refused("archive.invalid")
    return _keep(work, shelf, period, kept)


def _keep(work: Work, shelf: Shelf, period: Period, kept: Kept) -> UUID:
    _allowed(work, shelf)
    begun(work, shelf.person_id)
    problems = list(file_problems(kept.kind, kept.media, len(kept.body)))
    if not 0 < len(kept.title.strip()) <= LONGEST_TITLE:
        problems.append("archive.title")
    problems += _crowded(work, shelf, kept)
    if problems:
        raise Refused("archive.invalid", reasons=tuple(problems))
    row = _line(work, shelf, period, kept)
    key = keys.ensure_key(work, shelf.person_id)
    sealed = pii.seal(key, kept.body, body_place(row.id))
    work.session.add(ArchiveBody(file_id=row.id, body=sealed))
    work.session.flush()
    _note(work, shelf, "archive.kept", file=str(row.id), sha256=row.sha256.hex())
    return row.id


def _line(work: Work, shelf: Shelf, period: Period, kept: Kept) -> ArchiveFile:
    row = ArchiveFile(
        id=new_id(),
        keeper=shelf.keeper,
        person_id=shelf.person_id,
        employer_id=shelf.employer_id,
        link_id=shelf.link_id,
        period_from=period.since,
        period_until=period.until,
        kind=kept.kind,
        title=kept.title.strip(),
        media=kept.media,
        size=len(kept.body),
        seconds=kept.seconds,
        sha256=hashlib.sha256(kept.body).digest(),
        sent_sha256=kept.sent_sha256,
        kept_by=work.actor.account_id,
        kept_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row


def _crowded(work: Work, shelf: Shelf, kept: Kept) -> list[str]:
    there = (of_shelf(shelf), ArchiveFile.dropped_at.is_(None))
    count, size = work.session.execute(
        select(func.count(), func.coalesce(func.sum(ArchiveFile.size), 0)).where(*there)
    ).one()
    same = select(ArchiveFile.id).where(
        *there, ArchiveFile.sent_sha256 == kept.sent_sha256
    )
    found = []
    if count >= MOST_FILES or size + len(kept.body) > MOST_BYTES:
        found.append("archive.full")
    if work.session.scalar(same.limit(1)) is not None:
        found.append("archive.twice")
    return found


def drop_file(work: Work, shelf: Shelf, file_id: UUID) -> None:
    """Take a file away that was kept by mistake; that it was there stays written.

    Raises: NotFound; Refused while the record is held for an inquiry.
    """
    _allowed(work, shelf)
    row = work.session.scalar(
        select(ArchiveFile)
        .where(
            ArchiveFile.id == file_id,
            of_shelf(shelf),
            ArchiveFile.dropped_at.is_(None),
        )
        .with_for_update()
    )
    if row is None:
        raise NotFound("archive.unknown")
    if stream(shelf.person_id) in book.held(work.session):
        raise Refused("archive.held")
    work.session.execute(delete(ArchiveBody).where(ArchiveBody.file_id == file_id))
    row.dropped_at = work.now
    work.session.flush()
    _note(work, shelf, "archive.dropped", file=str(row.id), sha256=row.sha256.hex())


def pack(
    work: Work,
    shelf: Shelf,
    period: Period,
    said: Mapping[str, str],
    issued: Iterable[tuple[str, bytes]] = (),
) -> IO[bytes]:
    """Make one package of a period: the files, a list with digests, and who is meant.

    `said` are the lines of its first page; `issued` are further files that this
    platform itself stands for. Shape: a ZIP file, at its beginning.

    Raises: NotFound when nothing is kept.
    """
    _allowed(work, shelf)
    found = queries.opened(work.session, shelf, period)
    made = tempfile.TemporaryFile()  # noqa: SIM115 - the door closes it after sending
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as bundle:
        rows = _fill(bundle, found, issued, legal_day(work.now))
        for name, text in _lists(rows, said):
            bundle.writestr(_place(name, legal_day(work.now)), text)
    if not rows:
        made.close()
        raise NotFound("archive.empty")
    made.seek(0)
    digest = hashlib.file_digest(made, "sha256").hexdigest()
    made.seek(0)
    _note(work, shelf, "archive.packed", since=period.since, files=len(rows),
          sha256=digest)  # fmt: skip
    return made


def _fill(
    bundle: zipfile.ZipFile,
    found: Iterable[OpenFile],
    issued: Iterable[tuple[str, bytes]],
    day: date,
) -> list[tuple[str, str, str, int, str]]:
    """Put each file into the package; give its line of the list."""
    rows: list[tuple[str, str, str, int, str]] = []

    def put(name: str, body: bytes, kind: str, title: str) -> None:
        bundle.writestr(_place(name, day), body)
        rows.append((name, kind, title, len(body), hashlib.sha256(body).hexdigest()))

    for n, one in enumerate(found, 1):
        put(_named(n, one), one.body, one.card.kind.value, one.card.title)
    for name, body in issued:
        put(name, body, "issued", name)
    return rows


def _place(name: str, day: date) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))


def _lists(
    rows: list[tuple[str, str, str, int, str]], said: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    first = "".join(f"{word}：{value}\r\n" for word, value in said.items())
    yield "00-说明.txt", f"\ufeff{first}"
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(("文件", "类别", "名称", "字节", "SHA-256"))
    writer.writerows(
        (name, _KINDS.get(kind, kind), inert(title), size, digest)
        for name, kind, title, size, digest in rows
    )
    yield "01-清单.csv", f"\ufeff{table.getvalue()}"
    yield "SHA256SUMS", "".join(f"{row[4]}  {row[0]}\n" for row in rows)


_KINDS = {
    "training": "培训证明",
    "audio": "学习录音",
    "video": "学习录像",
    "pension": "养老保险缴费证明",
    "duty": "到岗履职证明",
    "works": "工程业绩",
    "statement": "陈述申辩",
    "issued": "本平台签发",
}


def _named(n: int, one: OpenFile) -> str:
    title = re.sub(r"[^\w\u4e00-\u9fff-]+", "_", one.card.title).strip("_")[:40]
    ending = _ENDINGS.get(one.card.media, "bin")
    return f"{n + 1:02d}-{_KINDS[one.card.kind.value]}-{title or n}.{ending}"


def _allowed(work: Work, shelf: Shelf) -> None:
    """Make sure that a company may act; a person's own shelf is theirs."""
    if shelf.keeper is Side.EMPLOYER and shelf.employer_id is not None:
        may_act(work, shelf.employer_id)


def _note(work: Work, shelf: Shelf, kind: str, **facts: object) -> None:
    """Write it into the book of whoever keeps the papers."""
    told = {"link": str(shelf.link_id) if shelf.link_id else None, **facts}
    if shelf.keeper is Side.EMPLOYER and shelf.employer_id is not None:
        evidence.note(work, company_stream(shelf.employer_id), kind, **told)
    else:
        evidence.note(work, stream(shelf.person_id), kind, **told)
