"""Verification for programs: up to 500 certificates at once, with a key."""

import json
import re
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from lms.credentials import queries, services
from lms.credentials.queries import Answer, Ask, RegistrationChecked
from lms.credentials.rules import Verdict
from lms.credentials.rules.asking import MOST_ASKED
from lms.kernel.clock import legal_day
from lms.kernel.credit import hours_text
from lms.kernel.errors import Forbidden, Refused
from lms.web import desk
from lms.web.api.answers import Json, problem
from lms.web.api.shapes import Field, Flaw, Reader, a_list, load, read_object
from lms.web.doors import api
from lms.web.limits import limiter

bp = Blueprint("checks", __name__, url_prefix="/api/v1")

_MOST_BYTES = 256 * 1024
_LONGEST = 100
_BEARER = re.compile(r"Bearer +([A-Za-z0-9_-]{1,100})")


def _words(value: object, path: str, flaws: list[Flaw]) -> str | None:
    if isinstance(value, str) and 0 < len(value) <= _LONGEST:
        return value
    flaws.append(Flaw(path, "type.wrong"))
    return None


_ASK = {"number": Field(_words), "name": Field(_words), "code": Field(_words)}


def _ask() -> Reader:
    def _read(value: object, path: str, flaws: list[Flaw]) -> Ask | None:
        before = len(flaws)
        found = read_object(value, path, flaws, _ASK)
        if len(flaws) == before and "code" not in found:
            flaws.extend(
                Flaw(f"{path}.{key}", "key.missing")
                for key in ("number", "name")
                if key not in found
            )
        return Ask(**found) if len(flaws) == before else None

    return _read


_BODY = {"certificates": Field(a_list(_ask()), needed=True)}


@bp.post("/verifications")
@limiter.limit("120/minute")
@api
def verify() -> ResponseReturnValue:
    """Answer for each certificate in its place. Nothing of them is kept."""
    request.max_content_length = _MOST_BYTES
    with force_locale(request.accept_languages.best_match(["zh", "en"], "zh") or "zh"):
        if not request.is_json:
            return _json(problem("json.expected", 415), 415)
        secret = _BEARER.fullmatch(request.headers.get("Authorization", ""))
        if secret is None:
            return _no_key()
        asks = _asks()
        return asks if isinstance(asks, Response) else _answered(secret[1], asks)


def _asks() -> tuple[Ask, ...] | Response:
    """Read what is asked, or say every flaw in it."""
    try:
        body = load(request.get_data(cache=False))
    except (ValueError, RecursionError):
        return _json(problem("json.malformed", 400), 400)
    flaws: list[Flaw] = []
    asks = read_object(body, "", flaws, _BODY).get("certificates") or ()
    if not flaws and not asks:
        flaws.append(Flaw("certificates", "list.empty"))
    if flaws:
        return _json(problem("request.invalid", 422, flaws=flaws), 422)
    if len(asks) > MOST_ASKED:
        return _json(problem("certificates.too_many", 422, most=MOST_ASKED), 422)
    return tuple(asks)


def _answered(secret: str, asks: tuple[Ask, ...]) -> Response:
    try:
        with desk.begin() as work:
            key_id = services.spend(work, secret, len(asks))
    except Forbidden:
        return _no_key()
    except Refused as no:
        return _full(no)
    now = desk.now()
    found = queries.check_each(desk.reading(), asks, legal_day(now))
    lost = sum(one.verdict is Verdict.NOT_FOUND for one in found)
    if lost:
        with desk.begin() as work:
            services.missed(work, key_id, lost)
    answer = {
        "checked_at": now.isoformat(timespec="seconds"),
        "certificates": [_one(*pair) for pair in zip(asks, found, strict=True)],
    }
    return _json(answer, 200)


def _full(no: Refused) -> Response:
    """Say which limit is reached, and when to come back."""
    minute, day = no.facts["per_minute"], no.facts["per_day"]
    response = _json(problem(no.code, 429, per_minute=minute, per_day=day), 429)
    response.headers["Retry-After"] = "60" if no.code == "api_key.minute" else "3600"
    return response


def _no_key() -> Response:
    response = _json(problem("api_key.invalid", 401), 401)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _json(answer: object, status: int) -> Response:
    kind = "application/json" if status < 400 else "application/problem+json"  # noqa: PLR2004 - statuses from 400 on are refusals
    body = json.dumps(answer, ensure_ascii=False) + "\n"
    response = Response(body, status, content_type=kind)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept-Language, Authorization"
    return response


# -- answers ------------------------------------------------------------------------


def _one(ask: Ask, found: Answer) -> Json:
    """Write one answer: what the page says, for a program."""
    asked = {"code": ask.code} if ask.code else {"number": ask.number}
    answer: Json = {"asked": asked, "verdict": found.verdict.value}
    if not found.name:
        since = getattr(found, "void_since", None)
        return answer | ({"void_since": _text(since)} if since else {})
    if isinstance(found, RegistrationChecked):
        return answer | {"kind": "registration"} | _registration(found)
    hours = [
        {
            "specialty": row.specialty.value,
            "main": row.is_main,
            "required": hours_text(row.required),
            "elective": hours_text(row.elective),
        }
        for row in found.hours
    ]
    return answer | {
        "kind": "completion",
        "number": found.number,
        "name": found.name,
        "id_masked": found.id_masked,
        "employer": found.employer,
        "hours": hours,
        "score": found.score,
        "period_from": _text(found.period_from),
        "period_until": _text(found.period_until),
        "issuer": found.issuer,
        "issued_on": _text(found.issued_on),
        "successor": found.successor or None,
        "pdf_sha256": found.file_sha256,
    }


def _registration(found: RegistrationChecked) -> Json:
    lent = found.copy
    return {
        "number": found.number,
        "version": found.version,
        "name": found.name,
        "employer": found.employer,
        "specialties": [
            {
                "specialty": row.specialty.value,
                "valid_from": _text(row.valid_from),
                "valid_until": _text(row.valid_until),
            }
            for row in found.terms
        ],
        "issuer": found.issuer,
        "issued_on": _text(found.issued_on),
        "successor": found.successor or None,
        "pdf_sha256": found.file_sha256,
        "use_copy": {
            "employer": lent.employer,
            "purpose": lent.purpose,
            "valid_from": _text(lent.valid_from),
            "valid_until": _text(lent.valid_until),
            "left_on": _text(found.left_on),
        }
        if lent
        else None,
    }


def _text(day: Any) -> str | None:  # noqa: ANN401 - a date or nothing
    return day.isoformat() if day else None
