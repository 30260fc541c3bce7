"""Refunds line by line, as they were typed."""

from uuid import UUID

from flask import request

from lms.commerce.services.refund_lines import LineWish
from lms.kernel.errors import Refused
from lms.web.console.amounts import fen

_DIGITS = 6


def typed() -> tuple[LineWish, ...]:
    """Read what is wished for of each line; a line without an amount stays.

    Raises: Refused for a number that is none.
    """
    found = []
    for key, value in request.form.items():
        name, _colon, line = key.partition(":")
        if name != "line" or not value.strip():
            continue
        amount, seats = fen(value), request.form.get(f"seats:{line}", "0").strip()
        line_id = _uuid(line)
        if not amount or line_id is None:
            raise Refused("refund.line_unreadable")
        if not seats.isdecimal() or len(seats) > _DIGITS:
            raise Refused("refund.seats_wrong")
        found.append(LineWish(line_id, amount, int(seats)))
    return tuple(found)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
