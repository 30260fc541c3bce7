"""What the player sends, read strictly: a wrong or unknown field stops at the door."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from werkzeug.exceptions import BadRequest

from lms.learning.rules import Claim, State
from lms.learning.services.beats import Beat

_LONGEST_FILM = 86_400
_BEAT = frozenset({"lease", "seq", "nonce", "media_from", "media_to", "state"})
_LEASE = frozenset({"enrolment", "lesson", "take_over", "mine"})


def beat(sent: Any) -> Beat:  # noqa: ANN401 - JSON from outside is anything
    """Read a beat.

    Raises: BadRequest.
    """
    fields = _fields(sent, _BEAT)
    try:
        return Beat(
            lease=UUID(fields["lease"]),
            seq=_number(fields["seq"]),
            nonce=_text(fields["nonce"]),
            claim=Claim(
                _number(fields["media_from"]),
                _number(fields["media_to"]),
                State(fields["state"]),
            ),
        )
    except (KeyError, ValueError, TypeError, AttributeError) as wrong:
        raise BadRequest from wrong


def lease(sent: Any) -> tuple[UUID, UUID, bool, UUID | None]:  # noqa: ANN401
    """Read what to study: enrolment, lesson, whether to take over, an own lease.

    Raises: BadRequest.
    """
    fields = _fields(sent, _LEASE)
    try:
        mine = fields.get("mine")
        return (
            UUID(fields["enrolment"]),
            UUID(fields["lesson"]),
            fields.get("take_over") is True,
            UUID(mine) if mine else None,
        )
    except (KeyError, ValueError, TypeError, AttributeError) as wrong:
        raise BadRequest from wrong


def _fields(sent: object, known: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(sent, dict) or not sent.keys() <= known:
        raise BadRequest
    return sent


def _number(value: object) -> int:
    if type(value) is not int or not -_LONGEST_FILM <= value <= _LONGEST_FILM:
        raise ValueError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 64:  # noqa: PLR2004
        raise ValueError
    return value
