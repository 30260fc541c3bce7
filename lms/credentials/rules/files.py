"""The files of one certificate, and what a reader finds in a file that it is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lms.signing.rules import PublishedKey, Ring


class FileKind(StrEnum):
    """The forms in which a certificate is given. The values are file endings."""

    PDF = "pdf"
    OFD = "ofd"
    CREDENTIAL = "json"
    """A verifiable credential with a data integrity proof."""

    JWT = "jwt"
    """The same credential as a signed token."""

    LONG_TERM = "lt.pdf"
    """The PDF with timestamp and revocation data, made by the clock's work."""

    STAMPED_OFD = "lt.ofd"
    """The OFD with a timestamp over its seal, made by the clock's work."""


ISSUED = (FileKind.PDF, FileKind.OFD, FileKind.CREDENTIAL, FileKind.JWT)
"""What every certificate has from its first moment on."""

LASTING = {FileKind.PDF: FileKind.LONG_TERM, FileKind.OFD: FileKind.STAMPED_OFD}
"""Which further form each sealed one has, where a timestamping authority is named."""


@dataclass(frozen=True, slots=True)
class Seals:
    """With whose keys something is sealed, and at which instant.

    The keys are lent when the printer seals. `lend` raises: Refused("signing.no_keys").
    """

    at: datetime
    lend: Callable[[], Ring]


@dataclass(frozen=True, slots=True)
class Printed:
    """The sealed forms of one certificate, made together."""

    pdf: bytes
    ofd: bytes
    credential: bytes
    token: bytes

    def files(self) -> tuple[tuple[FileKind, bytes], ...]:
        """Give each file with its kind."""
        bodies = (self.pdf, self.ofd, self.credential, self.token)
        return tuple(zip(ISSUED, bodies, strict=True))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at in a file. `holds` is None where it is not there.

    Codes: `pdf.signature` (bytes unchanged under it), `pdf.whole` (it covers the whole
    file), `pdf.changed_after`, `ofd.seal`, `ofd.covered` (every entry of the package),
    `credential.proof`, `credential.status`, `key.ours` (signed by a key published
    here), `key.live` (that key is not compromised), `time.stamp`.
    """

    code: str
    holds: bool | None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file proves by itself, without the book.

    `number` and `code` are of the certificate that it names, "" when none; `said` is
    what the file itself tells of name, specialty and so on, as labels and words.
    `kid` names the key that signed.
    """

    kind: FileKind | None
    findings: tuple[Finding, ...] = ()
    number: str = ""
    code: str = ""
    kid: str = ""
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Tell whether something was proved, and nothing speaks against the file."""
        return any(f.holds for f in self.findings) and not any(
            f.holds is False for f in self.findings
        )


@dataclass(frozen=True, slots=True)
class Trust:
    """Against what a file is read: the keys published here, by kid.

    `stampers` are the roots of the timestamping authorities that the house believes.
    Shape: certificates, DER.
    """

    keys: Mapping[str, PublishedKey]
    stampers: tuple[bytes, ...] = ()
