"""Checkpoints in words: a signed note that anybody can keep and check.

The form is that of C2SP's tlog-checkpoint and signed-note, Ed25519.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lms.evidence.rules.lines import instant_text

_ED25519 = b"\x01"
_ID = 4
_PUBLIC = 32
_SIGNATURE = 64


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the book held at an instant: how many lines, under which root."""

    origin: str
    size: int
    root: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Key:
    """A public key with its name. Units: `public` is 32 bytes."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """Name the key in four bytes, as signed-note does."""
        named = self.name.encode() + b"\n" + _ED25519 + self.public
        return hashlib.sha256(named).digest()[:_ID]

    @property
    def text(self) -> str:
        """Write the key in one line: name, id, key."""
        public = base64.b64encode(_ED25519 + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{public}"


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint as it was signed. `signed` is the text under the signature."""

    checkpoint: Checkpoint
    signed: str
    signer: str
    key_id: bytes
    signature: bytes

    @property
    def text(self) -> str:
        """Write the whole note."""
        mark = base64.b64encode(self.key_id + self.signature).decode()
        return f"{self.signed}\n— {self.signer} {mark}\n"

    def signed_by(self, keys: Iterable[Key]) -> bool:
        """Check the signature against the keys that are known."""
        for key in keys:
            if (key.name, key.id) != (self.signer, self.key_id):
                continue
            try:
                public = Ed25519PublicKey.from_public_bytes(key.public)
                public.verify(self.signature, self.signed.encode())
            except (InvalidSignature, ValueError):
                return False
            return True
        return False


def body(checkpoint: Checkpoint) -> str:
    """Write what is signed: origin, size, root, and the time as an extension line."""
    root = base64.b64encode(checkpoint.root).decode()
    time = instant_text(checkpoint.at)
    return f"{checkpoint.origin}\n{checkpoint.size}\n{root}\ntime {time}\n"


_NOTE = re.compile(
    r"^(?P<signed>(?P<origin>\S+)\n(?P<size>0|[1-9]\d{0,17})\n"
    r"(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"time (?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6})Z\n)"
    r"\n— (?P<signer>[^\s+]+) (?P<mark>[A-Za-z0-9+/]{91}=)$",
    re.MULTILINE,
)


def notes_in(text: str) -> tuple[Note, ...]:
    """Find every checkpoint in a text: a file, or a mail as it came, quoted or not."""
    rows = (row.strip().removeprefix("> ").strip() for row in text.splitlines())
    plain = "\n".join("" if row == ">" else row for row in rows)
    return tuple(note for found in _NOTE.finditer(plain) if (note := _note(found)))


def _note(found: re.Match[str]) -> Note | None:
    try:
        at = datetime.strptime(found["at"], "%Y-%m-%dT%H:%M:%S.%f").replace(tzinfo=UTC)
    except ValueError:
        return None
    mark = base64.b64decode(found["mark"])
    root = base64.b64decode(found["root"])
    return Note(
        Checkpoint(found["origin"], int(found["size"]), root, at),
        found["signed"],
        found["signer"],
        mark[:_ID],
        mark[_ID:],
    )


def read_key(text: str) -> Key | None:
    """Read a key from its line; None when it is none."""
    name, _, rest = text.strip().partition("+")
    told, _, public = rest.partition("+")
    try:
        raw = base64.b64decode(public, validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 1 + _PUBLIC or raw[:1] != _ED25519:
        return None
    key = Key(name, raw[1:])
    return key if key.id.hex() == told else None
