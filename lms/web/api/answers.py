"""Answer questions in JSON: one object, or a list where each answers in its place."""

import json
from collections.abc import Iterable
from datetime import date
from itertools import islice
from typing import Any

from flask_babel import force_locale

from lms.kernel.credit import Credit, hours_text
from lms.policy.assessment import assess
from lms.policy.verdict import Assessment, Finding, HoursLine, Validity, Window
from lms.web import policy_words
from lms.web.api.reading import read_request
from lms.web.api.shapes import Flaw, load

Json = dict[str, Any]

MOST_ITEMS = 5000
MOST_ERRORS = 100


def answer_text(body: bytes) -> str:
    """Answer a file's text with text of the same form, for the operator."""
    # No visitor stands behind a command, so nobody's language is asked for.
    with force_locale("zh"):
        _status, answer = answer_body(body, most=None)
    return json.dumps(answer, ensure_ascii=False, indent=1)


def answer_body(body: bytes, *, most: int | None = MOST_ITEMS) -> tuple[int, Any]:
    """Answer a body with a status and a JSON value."""
    try:
        asked = load(body)
    except (ValueError, RecursionError):
        return 400, problem("json.malformed", 400)
    if not isinstance(asked, list):
        return answer_one(asked)
    if most is not None and len(asked) > most:
        return 422, problem("list.too_long", 422)
    return 200, [answer_one(each)[1] for each in asked]


def answer_one(asked: object) -> tuple[int, Json]:
    """Answer one question with a status and an object."""
    found = read_request(asked)
    if isinstance(found, tuple):
        return 422, problem("request.invalid", 422, flaws=found)
    return 200, assessment_json(assess(found))


def problem(
    code: str, status: int, *, flaws: Iterable[Flaw] = (), **facts: object
) -> Json:
    """Write a problem in the form of application/problem+json."""
    answer: Json = {
        "type": "about:blank",
        "status": status,
        "code": code,
        "detail": policy_words.problem(code, **facts),
    }
    errors = [
        {"path": each.path, "code": each.code, "message": policy_words.flaw(each.code)}
        for each in islice(flaws, MOST_ERRORS)
    ]
    return {**answer, "errors": errors} if errors else answer


def assessment_json(found: Assessment) -> Json:
    """Write an assessment."""
    return {
        "eligible": found.eligible,
        "rule_set": found.rule_set,
        "reasons": [_finding(each) for each in found.reasons],
        "warnings": [_finding(each) for each in found.warnings],
        "hours": [_hours(each) for each in found.hours],
        "window": _window(found.window),
        "validity": None
        if found.validity is None
        else [_validity(each) for each in found.validity],
    }


def _finding(found: Finding) -> Json:
    answer: Json = {"code": found.code}
    if found.specialty is not None:
        answer["specialty"] = found.specialty
    if found.track is not None:
        answer["track"] = found.track
    if found.missing:
        answer["missing"] = hours_text(Credit(found.missing))
    answer["clause"] = found.clause
    answer["message"] = policy_words.message(found)
    return answer


def _hours(line: HoursLine) -> Json:
    return {
        "specialty": line.specialty,
        "track": line.track,
        "needed": hours_text(Credit(line.needed)),
        "counted": hours_text(Credit(line.counted)),
        "missing": hours_text(Credit(line.missing)),
    }


def _window(window: Window | None) -> Json | None:
    if window is None:
        return None
    return {
        "opens_on": _day(window.opens_on),
        "closes_on": _day(window.closes_on),
        "state": window.state,
    }


def _validity(each: Validity) -> Json:
    return {
        "specialty": each.specialty,
        "valid_from": _day(each.valid_from),
        "valid_until": _day(each.valid_until),
        "clamped": each.clamped,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
