"""The papers that person and employer must keep for a later check (资料存档)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ArchiveKind(StrEnum):
    """What is to be kept of each registration period; works may be.

    Source: 内建行函〔2022〕508号; for works 《二级建造师证书办理须知》(济南) 一1(4).
    """

    TRAINING = "training"
    AUDIO = "audio"
    VIDEO = "video"
    PENSION = "pension"
    DUTY = "duty"
    WORKS = "works"
    STATEMENT = "statement"


FREE = frozenset({ArchiveKind.WORKS, ArchiveKind.STATEMENT})
"""What nobody owes: works that one has led, and what one says in a check."""

RECORDED = frozenset({ArchiveKind.AUDIO, ArchiveKind.VIDEO})
"""What is heard or seen; all else is a paper."""

PAPER_BYTES = 10 * 2**20
RECORDING_BYTES = 40 * 2**20
MOST_BYTES = 400 * 2**20
MOST_FILES = 60
"""For one keeper and person."""

LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Period:
    """A registration period. Units: both days count."""

    since: date
    until: date

    @property
    def key(self) -> str:
        """Name it in a form.

        >>> Period(date(2024, 3, 1), date(2027, 2, 28)).key
        '2024-03-01_2027-02-28'
        """
        return f"{self.since}_{self.until}"


def certified_in(
    period: Period, known: Collection[Period], *, until: date, issued_on: date
) -> bool:
    """Tell whether a certificate of training is of a period: it names the end.

    One that names none of a person's periods is of the one in which it was issued.

    >>> old = Period(date(2023, 11, 21), date(2026, 11, 20))
    >>> new = Period(date(2026, 10, 1), date(2029, 9, 30))
    >>> day = date(2026, 10, 2)
    >>> [certified_in(one, [new, old], until=old.until, issued_on=day)
    ...  for one in (new, old)]
    [False, True]
    >>> [certified_in(one, [new, old], until=day, issued_on=day) for one in (new, old)]
    [True, True]
    """
    if any(one.until == until for one in known):
        return period.until == until
    return period.since <= issued_on <= period.until


def file_problems(kind: ArchiveKind, media: str, size: int) -> tuple[str, ...]:
    """List what keeps a file out of the archive; `media` is what its bytes say."""
    recorded = media.partition("/")[0] in {"audio", "video"}
    if kind in RECORDED and not recorded:
        return ("archive.no_recording",)
    if kind not in RECORDED and recorded:
        return ("archive.no_paper",)
    if kind is ArchiveKind.VIDEO and not media.startswith("video/"):
        return ("archive.no_video",)
    most = RECORDING_BYTES if recorded else PAPER_BYTES
    return ("archive.too_big",) if size > most else ()


def owed(kept: frozenset[ArchiveKind]) -> tuple[ArchiveKind, ...]:
    """Name the kinds of which nothing is kept yet."""
    return tuple(kind for kind in ArchiveKind if kind not in kept | FREE)
