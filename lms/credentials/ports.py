"""What this room needs of the outside world: printers."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

from lms.credentials.rules import CopyMark, Facts, Likeness, PrintedRegistration
from lms.credentials.rules.designs import Design
from lms.credentials.rules.files import Printed, Reading, Seals
from lms.credentials.rules.issuers import CredentialFiles, StatusList
from lms.signing.rules import Key, PublishedKey


class Printer(Protocol):
    """Turns facts into the files that are issued."""

    def lacking(self, facts: Facts) -> str:
        """Name the characters that no font of the house can draw; "" when none."""
        ...

    def print(
        self, facts: Facts, photo: bytes | None, design: Design, seals: Seals
    ) -> Printed:
        """Draw the certificate, sealed in all its forms. Units: `photo` is a JPEG.

        Raises: ValueError when a character has no glyph; Refused without keys;
            Unavailable when a key lies outside and nobody answers there.
        """
        ...


class RegistrationPrinter(Protocol):
    """Turns a registration's facts into its certificate, or a use copy of it."""

    def lacking(self, facts: PrintedRegistration) -> str:
        """Name the characters that no font of the house can draw; "" when none."""
        ...

    def print(
        self, facts: PrintedRegistration, likeness: Likeness, seals: Seals
    ) -> Printed:
        """Draw the certificate, sealed in all its forms.

        Raises: ValueError when a character has no glyph; Refused without keys;
            Unavailable when a key lies outside and nobody answers there.
        """
        ...

    def lend(
        self,
        facts: PrintedRegistration,
        likeness: Likeness,
        copy: CopyMark,
        seals: Seals,
    ) -> bytes:
        """Draw the use copy that `copy` marks, as a signed PDF.

        Raises: as `print`.
        """
        ...


class DesignPress(Protocol):
    """Draws an association's design before anything is issued in it."""

    def lacking(self, design: Design, issuer: str) -> str:
        """Name the characters of a design that no font draws; "" when none."""
        ...

    def preview(self, design: Design, issuer: str) -> str:
        """Draw a specimen as SVG: no font, no script, nothing fetched.

        Raises: ValueError when a character has no glyph.
        """
        ...


class LogoStudio(Protocol):
    """Redraws an uploaded logo, far from the web process."""

    def logo(self, upload: bytes) -> bytes:
        """Make a trimmed PNG of at most 640 pixels.

        Raises: Refused when it is no picture we take; Unavailable.
        """
        ...


class StatusPress(Protocol):
    """Writes status lists and signs them."""

    @property
    def public(self) -> bytes:
        """Give the public half of the house's own key. Units: 32 bytes, Ed25519."""
        ...

    def status_list(
        self, listed: StatusList, on: date, key: Key | None
    ) -> CredentialFiles:
        """Write the list as it stands on a legal day, in both forms.

        It is signed with the issuer's `key`, or with the house's own for lists.
        """
        ...


class LongTerm(Protocol):
    """Makes sealed files outlast the keys: an authority says when they were there."""

    def extend(self, data: bytes, at: datetime, lists: tuple[bytes, ...] = ()) -> bytes:
        """Give the file with certificates, revocation lists and a stamp behind it.

        `lists` are in DER. What was issued stays to the byte.

        Raises: Refused when it bears no signature; Unavailable.
        """
        ...

    def seal(self, data: bytes, at: datetime) -> bytes:
        """Give a sealed OFD with a stamp over its seal; nothing else of it changes.

        Raises: Refused when it bears no seal; Unavailable.
        """
        ...


class FileReader(Protocol):
    """Says what a file proves by itself, whatever somebody sends."""

    def read(
        self, data: bytes, keys: Mapping[str, PublishedKey], *, issued: bool
    ) -> Reading:
        """Read a file of any kind against the published keys, within limits.

        `issued` files are of this house, to the byte: they need no fence. A file that
        cannot be read within the limits has no findings. It never raises.
        """
        ...

    def picture(self, data: bytes) -> str:
        """Draw the first page of an OFD that was read as ours, as SVG.

        Raises: ValueError when it cannot be drawn.
        """
        ...

    def code(self, data: bytes) -> str:
        """Read the QR code that an issued OFD shows; "" where it shows none."""
        ...
