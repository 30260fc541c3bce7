"""What an association's front page may say, and where it may stand. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lms.kernel.colours import contrast, mixed

HOUSE_COLOUR = "#1d5fc4"
LEAST_CONTRAST = 4.5
MOST_TOPICS = 8
LONGEST = {"short_name": 20, "welcome": 300, "topic": 20, "contact": 120}

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Face:
    """A front page as its association wants it. `topics`: a matter, and who helps."""

    slug: str
    short_name: str
    colour: str = HOUSE_COLOUR
    welcome: str = ""
    topics: tuple[tuple[str, str], ...] = ()
    shown: bool = False


def face_problems(face: Face) -> tuple[str, ...]:
    """Name all that is wrong with a front page.

    >>> face_problems(Face("btjx", "包头建协"))
    ()
    """
    return tuple(_problems(face))


def _problems(face: Face) -> Iterator[str]:
    if not (_SLUG.fullmatch(face.slug) and 3 <= len(face.slug) <= 30):  # noqa: PLR2004 - the column
        yield "face.slug"
    if not 2 <= len(face.short_name) <= LONGEST["short_name"]:  # noqa: PLR2004 - two signs
        yield "face.short_name"
    if not _COLOUR.fullmatch(face.colour):
        yield "face.colour"
    elif contrast(face.colour) < LEAST_CONTRAST:
        yield "face.contrast"
    if len(face.welcome) > LONGEST["welcome"]:
        yield "face.welcome"
    if len(face.topics) > MOST_TOPICS or any(
        not (0 < len(topic) <= LONGEST["topic"] and 0 < len(told) <= LONGEST["contact"])
        for topic, told in face.topics
    ):
        yield "face.topics"


def sheet(colour: str) -> str:
    """Write the style sheet of a colour; what is no colour is the house's own.

    >>> sheet("red") == sheet(HOUSE_COLOUR)
    True
    """
    own = colour if _COLOUR.fullmatch(colour) else HOUSE_COLOUR
    return (
        ":root {\n"
        f"  --primary: {own};\n"
        f"  --primary-deep: {mixed(own, '#000000', 0.2)};\n"
        f"  --primary-soft: {mixed(own, '#ffffff', 0.9)};\n"
        "}\n"
    )
