"""Tells what kind of file somebody shows, and has it read: at once, or behind a fence.

What this house issued, an OFD and a credential are read in this process: their readers
are our own, and take only what the house could have written. Any other PDF goes to a
general parser, which works in a process of its own with limits (`readingroom`).
"""

import base64
import contextlib
import json
import pickle
import re
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from threading import BoundedSemaphore

from lms.credentials.rules.files import FileKind, Finding, Reading, Trust
from lms.gateways import photo
from lms.gateways.credential import reading as credentials
from lms.signing.rules import PublishedKey

SECONDS = 10
"""Of processor time for one strange file."""

PATIENCE = 40
"""Units: seconds by the clock, on a machine that has much to do."""

ROOMS = 2
"""So many strange files are read at a time in one process of the web."""

WAIT = 5
"""Units: seconds that a file waits for a room; then only its digest is compared."""

_ROOT = Path(__file__).parents[2]
_BASE64 = re.compile(rb"[A-Za-z0-9_-]{60,}")
_CODE = re.compile(rb"/v/([0-9A-Z]{26})\b")
# Of certificates of completion, or a province in UTF-8 with a registration's digits.
_NUMBER = re.compile(
    rb"[A-Z0-9]{2,12}-JXJY-\d{4}-\d{7}-[0-9A-Z]"
    rb"|[\xe4-\xe9][\x80-\xbf]{2}\d{16}-\d{3}"
)
_LARGEST_TOKEN = 64 * 1024


def kind_of(data: bytes) -> FileKind | None:
    """Tell a file's kind by what is in it, never by its name."""
    if data.startswith(b"%PDF-"):
        return FileKind.PDF
    if data.startswith(b"PK\3\4"):
        return FileKind.OFD
    return credentials.kind_of(data)


class LocalReader:
    """The reader of this machine."""

    def __init__(self, stampers: tuple[bytes, ...] = ()) -> None:
        self._stampers = stampers
        self._rooms = BoundedSemaphore(ROOMS)

    def read(
        self, data: bytes, keys: Mapping[str, PublishedKey], *, issued: bool
    ) -> Reading:
        """Read a file of any kind against the published keys, within limits."""
        trust = Trust(keys, self._stampers)
        kind = kind_of(data)
        if kind is FileKind.PDF and not issued:
            found = self._fenced(data, trust)
        else:
            found = read(kind, data, trust)
        return found if found.number and found.code else _recognised(found, data)

    def picture(self, data: bytes) -> str:
        """Draw the first page of an OFD that was read as ours, as SVG.

        Raises: ValueError when it cannot be drawn.
        """
        from lms.gateways.ofd import picture  # noqa: PLC0415 - fonts and outlines

        return picture.picture(data)

    def code(self, data: bytes) -> str:
        """Read the QR code that an issued OFD shows; "" where it shows none."""
        from lms.gateways.ofd import code  # noqa: PLC0415 - archives and their parser

        return code.code(data)

    def _fenced(self, data: bytes, trust: Trust) -> Reading:
        """Have a strange PDF read elsewhere; no room, or no answer, is no finding."""
        if not self._rooms.acquire(timeout=WAIT):
            return Reading(FileKind.PDF)
        try:
            return _asked(data, trust)
        finally:
            self._rooms.release()


def read(kind: FileKind | None, data: bytes, trust: Trust) -> Reading:
    """Give a file to the reader of its kind. What reads is loaded with the first."""
    if kind is FileKind.PDF:
        from lms.gateways.pdf import reading as pdf  # noqa: PLC0415 - read in a process of its own

        return pdf.read(data, trust)
    if kind is FileKind.OFD:
        from lms.gateways.ofd import reading as ofd  # noqa: PLC0415 - read in a process of its own

        return ofd.read(data, trust)
    if kind is None:
        return Reading(None)
    return credentials.read(data, trust)


def _asked(data: bytes, trust: Trust) -> Reading:
    known = pickle.dumps((dict(trust.keys), trust.stampers))
    head = json.dumps({"trust": len(known)}).encode() + b"\n"
    try:
        done = subprocess.run(
            [sys.executable, "-m", "lms.gateways.readingroom"],
            input=head + known + data,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            cwd=_ROOT,
            env=photo.environment(),
            preexec_fn=_fence,
        )
    except subprocess.TimeoutExpired:
        return Reading(FileKind.PDF)
    # What comes out of the fence is words, never objects.
    return unfolded(done.stdout) if done.returncode == 0 else Reading(FileKind.PDF)


def _fence() -> None:
    photo.fence()
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def folded(found: Reading) -> bytes:
    """Write a reading as JSON."""
    said = {
        "kind": found.kind,
        "findings": [[f.code, f.holds, dict(f.facts)] for f in found.findings],
        "number": found.number,
        "code": found.code,
        "kid": found.kid,
        "said": dict(found.said),
    }
    return json.dumps(said).encode()


def unfolded(written: bytes) -> Reading:
    """Read a reading back."""
    said = json.loads(written)
    return Reading(
        FileKind(said["kind"]) if said["kind"] else None,
        tuple(Finding(*one) for one in said["findings"]),
        said["number"],
        said["code"],
        said["kid"],
        said["said"],
    )


# -- a file too broken to be read may still name its certificate --------------------


def _recognised(found: Reading, data: bytes) -> Reading:
    """Look for what is missing in a file's bytes, and in the base64 among them."""
    number, code = found.number.encode(), found.code.encode()
    for text in (data, *_decoded(data[:_LARGEST_TOKEN])):
        number = number or b"".join(_NUMBER.findall(text)[:1])
        code = code or b"".join(_CODE.findall(text)[:1])
    return replace(
        found, number=number.decode("utf-8", "replace"), code=code.decode("ascii")
    )


def _decoded(data: bytes) -> Iterator[bytes]:
    """Decode what may be a token of which a character was broken.

    Behind a broken place the rest begins at any of four places of its alphabet.
    """
    for run in _BASE64.findall(data)[:8]:
        for skip in range(4):
            rest = run[skip:]
            with contextlib.suppress(ValueError):
                yield base64.urlsafe_b64decode(rest[: len(rest) // 4 * 4])
