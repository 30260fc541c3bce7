"""What the desk needs to hand out paper: a printer of letters and lists."""

from typing import Protocol

from lms.registration.rules.letters import Letter, Listing


class LetterPress(Protocol):
    """Turns words into PDF files."""

    def letter(self, letter: Letter) -> bytes:
        """Draw a letter, with the office's seal over its name."""
        ...

    def listing(self, listing: Listing) -> bytes:
        """Draw a published list, page after page."""
        ...
