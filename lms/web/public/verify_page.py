"""The page behind a QR code, made fast: its frame is rendered once for each answer.

What differs from one certificate to the next is put into marked places of the frame,
escaped. So a check costs one select and one substitution.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from flask import render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import escape

from lms.credentials.queries import Answer, Checked, RegistrationChecked
from lms.credentials.rules import Shown as CodeShown
from lms.credentials.rules import Verdict
from lms.kernel.clock import legal_day
from lms.web.filters import credit, day, instant, term

_OPEN, _SHUT = "\ue000", "\ue001"
_PLACE = re.compile(f"{_OPEN}([a-z0-9_]+){_SHUT}")
_PLAIN = (
    "number", "name", "sex", "id_masked", "employer", "score", "period_from",
    "period_until", "issuer", "issued_on", "changed_on",
)  # fmt: skip
_LENT = ("purpose", "lent_from", "lent_until")
_MAYBE = ("certificate_no", "successor", "void_since", "lent_to", "left_on", "bare")
"""What only some answers say: which of them do is a part of the frame's key."""
_ROWS = {
    "completion": ("specialty", "required", "elective"),
    "registration": ("specialty", "valid_from", "valid_until", "over"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as it is written for people: words only.

    `kind` of certificate: completion or registration; `rows` are its specialties.
    """

    kind: str
    verdict: Verdict
    checked_at: str
    words: Mapping[str, str]
    rows: tuple[Mapping[str, str], ...]

    def __getattr__(self, name: str) -> str:
        try:
            return self.words[name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass(frozen=True, slots=True)
class Moment:
    """What a code shown on site is worth, and the code as a link may carry it on."""

    shown: CodeShown
    code: str


NO_MOMENT = Moment(CodeShown.ABSENT, "")


def shown(found: Answer, checked_at: datetime) -> Shown:
    """Write an answer for people, in the language of the moment."""
    at = instant(checked_at, seconds=True)
    if isinstance(found, RegistrationChecked):
        words, rows = _registration(found, legal_day(checked_at))
        return Shown("registration", found.verdict, at, words, rows)
    words, rows = _completion(found)
    return Shown("completion", found.verdict, at, words, rows)


_Said = tuple[dict[str, str], tuple[Mapping[str, str], ...]]


def _completion(found: Checked) -> _Said:
    words = dict.fromkeys(_MAYBE, "") | {
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
    return words, tuple(
        {
            "specialty": term(row.specialty)
            + (_("（主项）") if row.is_main else _("（增项）")),
            "required": credit(row.required),
            "elective": credit(row.elective),
        }
        for row in found.hours
    )


def _registration(found: RegistrationChecked, today: date) -> _Said:
    lent = found.copy
    words = dict.fromkeys((*_PLAIN, *_MAYBE), "") | {
        "number": found.number,
        "certificate_no": found.certificate_no,
        "name": found.name,
        "sex": term(found.sex) if found.sex else "—",
        "employer": found.employer,
        "issuer": found.issuer,
        "issued_on": day(found.issued_on),
        "changed_on": day(found.changed_on),
        "void_since": day(found.void_since) if found.void_since else "",
        "successor": found.successor,
        "bare": day(found.bare_void_since) if found.bare_void_since else "",
        "lent_to": lent.employer if lent else "",
        "left_on": day(found.left_on) if found.left_on else "",
        "purpose": lent.purpose if lent else "",
        "lent_from": day(lent.valid_from) if lent else "",
        "lent_until": day(lent.valid_until) if lent else "",
    }
    return words, tuple(
        {
            "specialty": term(row.specialty),
            "valid_from": day(row.valid_from),
            "valid_until": day(row.valid_until),
            "over": _("（已到期）")
            if row.valid_until is not None and row.valid_until < today
            else "",
        }
        for row in found.terms
    )


def page(
    found: Answer,
    checked_at: datetime,
    language: str,
    here: str,
    moment: Moment = NO_MOMENT,
) -> str:
    """Give the whole page."""
    with force_locale(language):
        said = shown(found, checked_at)
        filled = tuple(name for name in _MAYBE if said.words[name])
        frame = _frame(
            language, said.kind, said.verdict, len(said.rows), filled, moment.shown
        )
    values = {**said.words, "checked_at": said.checked_at, "here": here}
    values["code"] = moment.code
    for i, row in enumerate(said.rows):
        values.update({f"{name}_{i}": word for name, word in row.items()})
    return _PLACE.sub(lambda place: str(escape(values[place[1]])), frame)


@lru_cache(maxsize=128)
def _frame(
    language: str,
    kind: str,
    verdict: Verdict,
    rows: int,
    filled: tuple[str, ...],
    moment: CodeShown,
) -> str:
    known = verdict is not Verdict.NOT_FOUND
    words = {name: _mark(name) if known else "" for name in (*_PLAIN, *_LENT)}
    words |= {name: _mark(name) if name in filled else "" for name in _MAYBE}
    marked = tuple(
        {name: _mark(f"{name}_{i}") for name in _ROWS[kind]} for i in range(rows)
    )
    return render_template(
        "public/verify_code.html",
        found=Shown(kind, verdict, _mark("checked_at"), words, marked),
        here=_mark("here"),
        moment=moment,
        code=_mark("code") if moment else "",
        lang=language,
    )


def _mark(name: str) -> str:
    return f"{_OPEN}{name}{_SHUT}"
