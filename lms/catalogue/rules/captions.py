"""Captions: what browsers read, made of what people have. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_TIME = r"(?:\d{2,}:)?[0-5]\d:[0-5]\d[.,]\d{3}"
_CUE = re.compile(rf"({_TIME})[ \t]+-->[ \t]+({_TIME})([ \t].*)?")
_HEAD = re.compile(r"WEBVTT(?:[ \t].*)?")
_TAG = re.compile(r"</?(?:[a-zA-Z][^<>\n]*|[0-9][0-9:.]*)?>|\{\\[^{}\n]*\}")
"""What WebVTT and SRT mark a cue's words with: class, voice, place, a time, an end."""

SLACK_SECONDS = 10
"""So far beyond the film's end a last caption may begin."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption. Units: milliseconds of the film."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Captions:
    """What was read: the cues, or what is wrong and in which line."""

    cues: tuple[Cue, ...]
    wrong: str | None = None
    line: int = 0


def read_captions(text: str) -> Captions:
    """Read WebVTT or SRT as people keep it; marks go, words stay.

    Source: W3C WebVTT, section 4; SRT is WebVTT without a head, with a comma.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").split("\n")
    begin = next((n for n, line in enumerate(lines) if line.strip()), 0)
    headed = _HEAD.fullmatch(lines[begin].rstrip()) is not None
    if not headed and not _counted(lines[begin:]):
        return Captions((), "lesson.captions", begin + 1)
    return _cues(lines)


def _counted(lines: Sequence[str]) -> bool:
    """Tell whether a text begins as SRT does: a number, then a time."""
    first, second = ([*lines, "", ""])[:2]
    return first.strip().isdecimal() and "-->" in second


def _cues(lines: Sequence[str]) -> Captions:
    found: list[Cue] = []
    for n, line in enumerate(lines):
        if "-->" not in line:
            continue
        cue = _CUE.fullmatch(line.strip())
        if cue is None:
            return Captions((), "lesson.captions_time", n + 1)
        start, end = millis(cue[1]), millis(cue[2])
        if end <= start:
            return Captions((), "lesson.captions_order", n + 1)
        words = "\n".join(_words(lines[n + 1 :]))
        if words:
            found.append(Cue(start, end, words))
    return Captions(tuple(found), None if found else "lesson.captions", 1)


def _words(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        if not line.strip():
            return
        yield _TAG.sub("", line).strip()


def written(cues: Iterable[Cue]) -> str:
    """Write WebVTT, in the order of time; nothing for no cues."""
    blocks = [
        f"{stamp(cue.start)} --> {stamp(cue.end)}\n{_shown(cue.words)}\n"
        for cue in sorted(cues, key=lambda one: (one.start, one.end))
    ]
    return "\n".join(["WEBVTT\n", *blocks]) if blocks else ""


def _shown(words: str) -> str:
    """Keep a cue one block: no empty line, no arrow, no mark."""
    kept = (line.strip() for line in words.split("\n"))
    return "\n".join(line.replace("-->", "→") for line in kept if line)


def marked(text: str) -> bool:
    """Tell whether words carry marks, which nobody will see."""
    return _TAG.search(text) is not None


def too_late(cues: Sequence[Cue], film_seconds: int | None) -> bool:
    """Tell whether captions go on after the film: they are another film's."""
    if film_seconds is None or not cues:
        return False
    return max(cue.start for cue in cues) > (film_seconds + SLACK_SECONDS) * 1000


def millis(time: str) -> int:
    """Read a time of a cue.

    >>> millis("01:02,500")
    62500
    """
    whole, _, part = time.replace(",", ".").partition(".")
    seconds = 0
    for piece in whole.split(":"):
        seconds = seconds * 60 + int(piece)
    return seconds * 1000 + int(part)


def stamp(at: int) -> str:
    """Write a time of a cue.

    >>> stamp(3_662_500)
    '01:01:02.500'
    """
    whole, part = divmod(at, 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}.{part:03d}"
