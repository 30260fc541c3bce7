"""What the player sends, read strictly: a wrong or unknown field stops at the door."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from werkzeug.exceptions import BadRequest

from lms.learning.rules import Claim, State
from lms.learning.services.beats import Beat
from lms.learning.services.leases import Ask
from lms.learning.services.replies import Reply

_LONGEST_FILM = 86_400
_BEAT = frozenset({"lease", "seq", "nonce", "media_from", "media_to", "state"})
_REPLY = frozenset({"lease", "check", "n", "code", "chosen"})
_MOST_CHOICES = 20
_LEASE = frozenset({"enrolment", "lesson", "take_over", "mine", "once"})


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


def lease(sent: Any) -> tuple[UUID, UUID, Ask]:  # noqa: ANN401 - any JSON
    """Read what to study, enrolment and lesson, and how the page asks.

    Raises: BadRequest.
    """
    fields = _fields(sent, _LEASE)
    try:
        mine, once = fields.get("mine"), fields.get("once")
        ask = Ask(
            take_over=fields.get("take_over") is True,
            mine=UUID(mine) if mine else None,
            once=UUID(once) if once else None,
        )
        return UUID(fields["enrolment"]), UUID(fields["lesson"]), ask
    except (KeyError, ValueError, TypeError, AttributeError) as wrong:
        raise BadRequest from wrong


def reply(sent: Any) -> Reply:  # noqa: ANN401 - any JSON
    """Read an answer to a presence check.

    Raises: BadRequest.
    """
    fields = _fields(sent, _REPLY)
    try:
        return Reply(
            lease=UUID(fields["lease"]),
            check=UUID(fields["check"]),
            n=_number(fields["n"]),
            code=_text(fields.get("code", "")).strip(),
            chosen=_choice(fields.get("chosen", [])),
        )
    except (KeyError, ValueError, TypeError, AttributeError) as wrong:
        raise BadRequest from wrong


def named(lease_id: str | None, check_id: str | None) -> tuple[UUID, UUID]:
    """Read which check of which lease a picture is for.

    Raises: BadRequest.
    """
    try:
        return UUID(lease_id or ""), UUID(check_id or "")
    except ValueError as wrong:
        raise BadRequest from wrong


def _fields(sent: object, known: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(sent, dict) or not sent.keys() <= known:
        raise BadRequest
    return sent


def _choice(places: object) -> frozenset[str]:
    if not isinstance(places, list) or len(places) > _MOST_CHOICES:
        raise ValueError
    return frozenset(str(_number(place)) for place in places)


def _number(value: object) -> int:
    if type(value) is not int or not -_LONGEST_FILM <= value <= _LONGEST_FILM:
        raise ValueError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.isascii() or len(value) > 64:  # noqa: PLR2004 - longer than any text that is sent
        raise ValueError
    return value
