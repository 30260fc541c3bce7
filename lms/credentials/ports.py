"""What this room needs of the outside world: a printer."""

from typing import Protocol

from lms.credentials.rules import Facts


class Printer(Protocol):
    """Turns facts into the one file that is issued."""

    def lacking(self, facts: Facts) -> str:
        """Name the characters that no font of the house can draw; "" when none."""
        ...

    def print(self, facts: Facts, photo: bytes | None) -> bytes:
        """Draw the certificate. Units: `photo` is a JPEG.

        Raises: ValueError when a character has no glyph.
        """
        ...
