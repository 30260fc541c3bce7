"""Read a file of questions that was sent, and hold it against the bank."""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import FileStorage

from lms.exams import queries, services
from lms.exams.rules import NewQuestion, gift, tables
from lms.exams.rules.questions import same_key, sameness
from lms.exams.rules.tables import COLUMNS, Read, Wrong
from lms.exams.services import Draft
from lms.kernel.errors import Refused
from lms.kernel.grids import Limits, WorkbookReader
from lms.kernel.text import normal
from lms.web import desk

UPLOAD_BYTES = 3 * 2**20
_TEXT_BYTES = 2 * 2**20
_ZIPPED = (b"PK\3\4", b"\xd0\xcf\x11\xe0")
_LIMITS = Limits(services.MOST_ROWS + 1, len(COLUMNS) + 2, 4100)
_MOST_TWINS = 2000


@dataclass(frozen=True, slots=True)
class Judged:
    """A file as it was read: a draft to keep, or everything that is wrong."""

    draft: Draft | None
    wrong: tuple[Wrong, ...]


def judged(upload: FileStorage) -> Judged:
    """Read a file whole.

    Raises: Refused for what is no file of questions at all.
    """
    body = upload.read()
    upload.close()
    found = _read(body)
    if found.wrong:
        return Judged(None, found.wrong)
    if len(found.questions) > services.MOST_ROWS:
        raise Refused("import.rows")
    own = [replace(one, association_id=desk.association()) for one in found.questions]
    fresh, wrong, repeated = _once(own, found.rows)
    known = queries.same(desk.reading(), desk.association(), list(fresh.values()))
    places = list(fresh)
    wrong += [
        Wrong(found.rows[places[n]], "key", "same.key")
        for n, one in known.items()
        if not one.same_key
    ]
    if wrong:
        return Judged(None, tuple(sorted(wrong, key=lambda one: one.row)))
    new = {place: one for n, (place, one) in enumerate(fresh.items()) if n not in known}
    name = normal(upload.filename or "")[:120] or "—"
    return Judged(_draft(name, body, new, repeated + len(known)), ())


def _read(body: bytes) -> Read:
    if body.startswith(_ZIPPED):
        return tables.read(desk.port(WorkbookReader).grid(body, _LIMITS))
    if not body.strip():
        raise Refused("import.empty")
    if len(body) > _TEXT_BYTES:
        raise Refused("workbook.too_big")
    for coding in ("utf-8-sig", "gb18030"):
        try:
            text = body.decode(coding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return gift.read(text)
    raise Refused("import.format")


def _once(
    questions: list[NewQuestion], rows: tuple[int, ...]
) -> tuple[dict[int, NewQuestion], list[Wrong], int]:
    """Leave out what a file says twice; the same with another answer is wrong."""
    first: dict[bytes, int] = {}
    fresh: dict[int, NewQuestion] = {}
    wrong: list[Wrong] = []
    for place, question in enumerate(questions):
        before = first.setdefault(sameness(question), place)
        if before == place:
            fresh[place] = question
        elif not same_key(questions[before], question):
            wrong.append(Wrong(rows[place], "key", f"same.file:{rows[before]}"))
    return fresh, wrong, len(questions) - len(fresh)


def _draft(
    name: str, body: bytes, new: dict[int, NewQuestion], known: int
) -> Draft | None:
    questions = tuple(new.values())
    alike = queries.alike_all(
        desk.reading(), desk.association(), dict(enumerate(questions))
    )
    told: list[tuple[int, str | int, int]] = [
        (one, other if isinstance(other, int) else str(other), percent)
        for one, other, percent in sorted(alike, key=lambda pair: -pair[2])
    ]
    report: dict[str, Any] = {
        "known": known,
        "total": len(questions),
        "kinds": Counter(one.kind.value for one in questions),
        "chapters": len({(one.specialty, one.chapter) for one in questions}),
        "alike": len({one for one, _other, _percent in told}),
    }
    return Draft(
        name=name,
        sha256=hashlib.sha256(body).digest(),
        questions=questions,
        twins=tuple(told[:_MOST_TWINS]),
        report=report,
    )
