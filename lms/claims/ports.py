"""What this room needs of the outside world: someone who opens uploaded papers."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that may be kept: a redrawn picture, or a PDF found to be inert.

    PII: all of it.
    """

    media: str
    body: bytes = field(repr=False)
    sent_sha256: bytes = field(repr=False)


class PaperDesk(Protocol):
    """Opens uploads far from the web process, and never trusts one."""

    def paper(self, upload: bytes) -> Paper:
        """Make a paper that is safe to show.

        Raises: Refused when it is no JPEG, PNG, WebP or plain PDF; Unavailable.
        """
        ...
