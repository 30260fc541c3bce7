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
