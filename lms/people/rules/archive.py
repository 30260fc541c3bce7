"""The papers that person and employer must keep for a later check (资料存档)."""

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


FREE = frozenset({ArchiveKind.WORKS})
"""What nobody owes: a record of the works that one has led."""

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
