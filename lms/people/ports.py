"""What this room needs of the outside world: someone who can look at pictures."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Portrait:
    """A one-inch photo that was cut from an upload.

    `finding` is the reason why the check refuses it, or None. `hints` are remarks that
    refuse nothing. Units: `jpeg` 295 x 413 pixels.
    """

    jpeg: bytes = field(repr=False)
    finding: str | None = None
    hints: tuple[str, ...] = ()


class PhotoStudio(Protocol):
    """Opens uploaded pictures far from the web process, and never trusts one."""

    def portrait(self, upload: bytes, *, framed: bool = False) -> Portrait:
        """Cut a one-inch photo; `framed` when the person has chosen the frame.

        Raises: Refused when it is no picture we take; Unavailable.
        """
        ...

    def signature(self, upload: bytes) -> bytes:
        """Make a trimmed, transparent PNG of a handwritten signature.

        Raises: Refused when nothing is written there; Unavailable.
        """
        ...

    def paper(self, upload: bytes) -> bytes:
        """Make a readable JPEG of a photographed paper.

        Raises: Refused when it is no picture we take; Unavailable.
        """
        ...


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that may be kept, as its bytes say. Units: whole seconds.

    PII: all of it.
    """

    media: str
    seconds: int
    has_sound: bool
    body: bytes = field(repr=False)


class RecordingDesk(Protocol):
    """Looks into uploaded sound and film far from the web process."""

    def recording(self, upload: bytes) -> Recording:
        """Say what a recording is.

        Raises: Refused when it is no sound or film we take; Unavailable.
        """
        ...


@dataclass(frozen=True, slots=True)
class LockFacts:
    """What a lock or account of the old registration system says of its company."""

    uscc: str


class LockBook(Protocol):
    """Asks the old registration system whom one of its locks or accounts belongs to."""

    @property
    def connected(self) -> bool:
        """Tell whether the old system can be asked at all."""
        ...

    def read(self, lock: str, secret: str) -> LockFacts | None:
        """Say whose lock it is; None when lock and secret do not belong together.

        Raises: Unavailable.
        """
        ...
