"""The page behind a QR code, made fast: its frame is rendered once for each answer.

What differs from one certificate to the next is put into marked places of the frame,
escaped. So a check costs one select and one substitution.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from flask import render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import escape

from lms.credentials.queries import Checked
from lms.credentials.rules import Verdict
from lms.web.filters import credit, day, instant, term

_OPEN, _SHUT = "\ue000", "\ue001"
_PLACE = re.compile(f"{_OPEN}([a-z0-9_]+){_SHUT}")
_PLAIN = (
    "number", "name", "sex", "id_masked", "employer", "score", "period_from",
    "period_until", "issuer", "issued_on", "changed_on", "successor",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as it is written for people: words only."""

    verdict: Verdict
    checked_at: str
    words: Mapping[str, str]
    hours: tuple[Mapping[str, str], ...]

    def __getattr__(self, name: str) -> str:
        try:
            return self.words[name]
        except KeyError:
            raise AttributeError(name) from None


def shown(found: Checked, checked_at: datetime) -> Shown:
    """Write an answer for people, in the language of the moment."""
    words = {
        "number": found.number,
        "name": found.name,
        "sex": term(found.sex) if found.sex else "",
        "id_masked": found.id_masked,
        "employer": found.employer or "—",
        "score": str(found.score),
        "period_from": day(found.period_from),
        "period_until": day(found.period_until),
        "issuer": found.issuer,
        "issued_on": day(found.issued_on),
        "changed_on": day(found.changed_at),
        "successor": found.successor,
    }
    hours = tuple(
        {
            "specialty": term(row.specialty)
            + (_("（主项）") if row.is_main else _("（增项）")),
            "required": credit(row.required),
            "elective": credit(row.elective),
        }
        for row in found.hours
    )
    return Shown(found.verdict, instant(checked_at, seconds=True), words, hours)


def page(found: Checked, checked_at: datetime, language: str, here: str) -> str:
    """Give the whole page."""
    with force_locale(language):
        said = shown(found, checked_at)
        frame = _frame(language, said.verdict, len(said.hours), bool(found.successor))
    values = {**said.words, "checked_at": said.checked_at, "here": here}
    for i, row in enumerate(said.hours):
        values.update({f"{name}_{i}": word for name, word in row.items()})
    return _PLACE.sub(lambda place: str(escape(values[place[1]])), frame)


@lru_cache(maxsize=64)
def _frame(language: str, verdict: Verdict, rows: int, succeeded: bool) -> str:  # noqa: FBT001 - a part of the key
    known = verdict is not Verdict.NOT_FOUND
    words = {name: _mark(name) if known else "" for name in _PLAIN}
    words["successor"] = _mark("successor") if succeeded else ""
    hours = tuple(
        {name: _mark(f"{name}_{i}") for name in ("specialty", "required", "elective")}
        for i in range(rows)
    )
    return render_template(
        "public/verify_code.html",
        found=Shown(verdict, _mark("checked_at"), words, hours),
        here=_mark("here"),
        lang=language,
    )


def _mark(name: str) -> str:
    return f"{_OPEN}{name}{_SHUT}"
