"""The open questions: who may apply, and when a limit is up."""

import json
import re
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from lms.calendar import queries
from lms.policy.workdays import Calendar, add_workdays
from lms.web import desk
from lms.web.api import answers
from lms.web.api.shapes import Flaw, a_date
from lms.web.doors import api
from lms.web.limits import limiter

bp = Blueprint("api", __name__, url_prefix="/api/v1")

_MOST_BYTES = 2**20
_DAYS = re.compile(r"[0-9]{1,4}")


@bp.post("/assessments")
@limiter.limit("30/minute")
@api
def assessments() -> ResponseReturnValue:
    """Judge the facts in the request. Nothing is stored."""
    request.max_content_length = _MOST_BYTES
    with force_locale(_language()):
        if not request.is_json:
            return _json(answers.problem("json.expected", 415), 415)
        status, answer = answers.answer_body(request.get_data(cache=False))
        return _json(answer, status)


@bp.get("/working-days")
@limiter.limit("120/minute")
@api
def working_days() -> ResponseReturnValue:
    """Add working days to a day, within the calendar that has been published."""
    with force_locale(_language()):
        flaws: list[Flaw] = [
            Flaw(key[:60], "key.unknown")
            for key in request.args
            if key not in {"from", "add"}
        ]
        start = _argument("from", flaws)
        words = _argument("add", flaws)
        day = a_date(start, "from", flaws) if start is not None else None
        if words is not None and not _DAYS.fullmatch(words):
            flaws.append(Flaw("add", "number.out_of_range"))
        if flaws or day is None or words is None:
            return _json(answers.problem("request.invalid", 422, flaws=flaws), 422)
        calendar = queries.calendar(desk.reading())
        due = add_workdays(calendar, day, int(words))
        if due.on is None:
            return _json(_uncovered(calendar), 422)
        answer = {
            "from": day.isoformat(),
            "add": int(words),
            "on": due.on.isoformat(),
        }
        return _json(answer, 200)


def _argument(key: str, flaws: list[Flaw]) -> str | None:
    values = request.args.getlist(key)
    if len(values) == 1:
        return values[0]
    flaws.append(Flaw(key, "key.twice" if values else "key.missing"))
    return None


def _uncovered(calendar: Calendar) -> dict[str, Any]:
    first, last = calendar.first.isoformat(), calendar.last.isoformat()
    return {
        **answers.problem("workdays.uncovered", 422, first=first, last=last),
        "first_covered": first,
        "last_covered": last,
    }


def _language() -> str:
    return request.accept_languages.best_match(["zh", "en"], default="zh") or "zh"


def _json(answer: object, status: int) -> Response:
    kind = "application/json" if status < 400 else "application/problem+json"  # noqa: PLR2004 - statuses from 400 on are refusals
    response = Response(
        json.dumps(answer, ensure_ascii=False) + "\n", status, content_type=kind
    )
    # Said here, so that no cookie is looked at to decide it.
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept-Language"
    return response
