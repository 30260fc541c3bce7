"""Who opens, binds and prints the papers of a dossier, far from the web process."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, Protocol

from lms.registration.rules.dossier_forms import Sheet


@dataclass(frozen=True, slots=True)
class Bound:
    """Papers bound into one PDF. PII: all of it."""

    pdf: bytes = field(repr=False)
    pages: int


@dataclass(frozen=True, slots=True)
class Clip:
    """A film that was looked through and made again, small. Units: milliseconds.

    PII: all of it.
    """

    mp4: bytes = field(repr=False)
    millis: int
    has_sound: bool
    sent_sha256: bytes = field(repr=False)


class Binder(Protocol):
    """Binds pictures and PDFs that `claims.ports.PaperDesk` has let in."""

    def bind(self, papers: Sequence[tuple[str, bytes]], most: int) -> Bound:
        """Make one PDF of papers, given as media type and bytes, in their order.

        Pictures are made smaller step by step until all fits into `most` bytes, and
        never smaller than can be read. One PDF that fits stays as it is.

        Raises: Refused when it cannot fit or is no clean PDF; Unavailable.
        """
        ...


class FilmRoom(Protocol):
    """Looks a short film through by its content."""

    def clip(self, upload: IO[bytes]) -> Clip:
        """Make a small film of an upload.

        Raises: Refused when it is no film, too long or too big; Unavailable.
        """
        ...


class FormPress(Protocol):
    """Prints the official forms."""

    def print(self, sheet: Sheet) -> bytes:
        """Draw a form as PDF.

        Raises: Refused when no font of the house draws a character.
        """
        ...
