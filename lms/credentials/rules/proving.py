"""What a file proves and what it does not, and where it says other than the book."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lms.credentials.rules.completion import Facts, Verdict
from lms.credentials.rules.files import Finding, Reading
from lms.credentials.rules.registration import PrintedRegistration
from lms.policy.model import Specialty

NO_READING = Reading(None)


@dataclass(frozen=True, slots=True)
class Point:
    """One line of what was looked at. `holds` is None for what nothing proves.

    Codes: those of findings, and `file.issued` (to the byte what was issued),
    `book.status` (what the book says today), `file.unread`, `bearer`.
    """

    code: str
    holds: bool | None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """What a file says in one place, and whether the book says the same."""

    field: str
    said: str
    same: bool


def is_ours(reading: Reading) -> bool:
    """Tell whether a file proves by itself that a key published here signed it."""
    signed = any(f.code == "key.ours" and f.holds for f in reading.findings)
    return signed and reading.sound


_OF_BOOK = "credential.status"
"""Whether a credential still counts is what the book answers."""


def points(verdict: Verdict, reading: Reading, *, issued: bool) -> tuple[Point, ...]:
    """List what was looked at in a file: first the book, then the file by itself."""
    return tuple(_points(verdict, reading, issued=issued))


def _points(verdict: Verdict, reading: Reading, *, issued: bool) -> Iterator[Point]:
    known = issued or verdict is Verdict.TAMPERED
    yield Point("file.issued", issued if known else None)
    if issued:
        yield Point("book.status", verdict is Verdict.VALID)
    if not reading.findings or _is_foreign(verdict, reading):
        yield Point("file.unread", None)
    else:
        yield from _by_itself(reading, issued=issued)
    yield Point("bearer", None)


def _is_foreign(verdict: Verdict, reading: Reading) -> bool:
    """Tell a broken or strange file that names nothing and that no key here signed."""
    named = reading.number or reading.code or reading.kid
    refused = all(found.holds is False for found in reading.findings)
    return verdict is Verdict.NOT_FOUND and refused and not named


def _by_itself(reading: Reading, *, issued: bool) -> Iterator[Point]:
    """List what a file says by itself: where one thing fails, the rest proves nothing.

    That a key of ours is named in it is no comfort when the signature does not hold.
    """
    listed = [
        _point(found, issued=issued)
        for found in reading.findings
        if found.code != _OF_BOOK
    ]
    failed = any(point.holds is False for point in listed)
    yield from (point for point in listed if not (failed and point.holds))


def _point(found: Finding, *, issued: bool) -> Point:
    if found.code == "key.live" and found.holds is False and issued:
        # The book has known this very file since before the key was lost.
        return Point("key.vouched", None, found.facts)
    return Point(found.code, found.holds, found.facts)


# -- what it says beside what the book says ----------------------------------------

_FIELDS = {
    "number": ("证书编号",),
    "name": ("name", "姓名"),
    "id_masked": ("id_masked", "身份证号"),
    "employer": ("employer", "聘用企业"),
    "registration_no": ("registration_no", "注册编号"),
    "specialty": ("specialty", "专业"),
    "period": ("period", "适用期"),
    "score": ("score", "考核成绩"),
    "issued_on": ("issued_on", "发证日期", "签发日期"),
}
"""Fields by the names under which the forms of a certificate tell them."""

_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_EMPTY = re.compile(r"[\s·•・.]|\(主项\)|\(增项\)|分$")
_BETWEEN = re.compile("[至/]")


def compare(
    said: Mapping[str, str],
    facts: Facts | PrintedRegistration,
    names: Mapping[Specialty, str],
) -> tuple[Line, ...]:
    """Lay what a file says beside the book's facts, where both speak of a thing."""
    known = _registered(facts) if isinstance(facts, PrintedRegistration) else {}
    if isinstance(facts, Facts):
        known = _completed(facts, names)
    found = []
    for name, keys in _FIELDS.items():
        told = next((said[key] for key in keys if said.get(key)), "")
        if told and known.get(name):
            same = _plain(told) == _plain(known[name])
            found.append(Line(name, told[:120], same))
    return tuple(found)


def _completed(facts: Facts, names: Mapping[Specialty, str]) -> dict[str, str]:
    return {
        "number": facts.number,
        "name": facts.name,
        "id_masked": facts.id_masked,
        "employer": facts.employer,
        "registration_no": facts.registration_no,
        "specialty": "；".join(names[row.specialty] for row in facts.hours),
        "period": f"{facts.period_from}/{facts.period_until}",
        "score": str(facts.score),
        "issued_on": facts.issued_on.isoformat(),
    }


def _registered(facts: PrintedRegistration) -> dict[str, str]:
    return {
        "number": facts.number,
        "name": facts.name,
        "employer": facts.employer,
        "registration_no": facts.registration_no,
        "issued_on": facts.issued_on.isoformat(),
    }


def _plain(text: str) -> str:
    """Fold spaces, widths and the ways to write a day."""
    folded = unicodedata.normalize("NFKC", text)
    folded = _DAY.sub(lambda d: f"{d[1]}-{int(d[2]):02d}-{int(d[3]):02d}", folded)
    folded = _EMPTY.sub("", folded).replace(";", "/").replace("、", "/")
    return _BETWEEN.sub("/", folded).casefold()
