"""What this room needs of the outside world: printers."""

from typing import Protocol

from lms.credentials.rules import CopyMark, Facts, Likeness, PrintedRegistration


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


class RegistrationPrinter(Protocol):
    """Turns a registration's facts into its certificate, or a use copy of it."""

    def lacking(self, facts: PrintedRegistration) -> str:
        """Name the characters that no font of the house can draw; "" when none."""
        ...

    def print(
        self,
        facts: PrintedRegistration,
        likeness: Likeness,
        copy: CopyMark | None = None,
    ) -> bytes:
        """Draw the certificate; with `copy`, the use copy that it marks.

        Raises: ValueError when a character has no glyph.
        """
        ...
