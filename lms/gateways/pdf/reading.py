"""Read a PDF that somebody shows: what it proves by itself.

pyHanko judges the signatures. What no signature covers, the container of the first,
must be to the last byte what our signer writes for the published key; so one changed
byte is found wherever it is. A file that breaks a parser proves nothing.
"""

import asyncio
import contextlib
import logging
import re
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from lms.credentials.rules.files import FileKind, Finding, Reading, Trust
from lms.gateways.pdf import hearing, pades
from lms.kernel.clock import legal_day
from lms.signing.rules import PublishedKey, Purpose, Standing, might_sign_on

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
    from pyhanko_certvalidator import ValidationContext

MOST = 10_000_000
"""Units: bytes. A certificate takes a fiftieth of it."""

_OBJECTS, _REVISIONS = 3000, 10
_UNPACKED = 64 * 1024 * 1024
_CODE = re.compile(r"/v/([0-9A-Z]{26})\b")
_RAW_CODE = re.compile(rb"/v/([0-9A-Z]{26})")
_NUMBER = re.compile(r"[\w-]{4,40}")

# It tells with a traceback of every stranger's file that it does not trust.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)


def read(data: bytes, trust: Trust) -> Reading:
    """Judge a file. Never raises, whatever the file is."""
    if not data.startswith(b"%PDF-"):
        return Reading(None)
    try:
        return _read(data, trust) if _measured(data) else _nothing(data)
    except Exception:  # a hostile file may break a parser in any way there is
        return _nothing(data)


def _measured(data: bytes) -> bool:
    """Tell whether a file is so small that reading it cannot take long."""
    return (
        len(data) <= MOST
        and data.count(b"obj") <= 2 * _OBJECTS
        and data.count(b"startxref") <= _REVISIONS
    )


def _nothing(data: bytes) -> Reading:
    """Say that nothing is proved; a code that is seen in passing still helps."""
    code = _RAW_CODE.search(data)
    return Reading(
        FileKind.PDF,
        (Finding("pdf.signature", holds=False),),
        code=code[1].decode() if code else "",
    )


def _read(data: bytes, trust: Trust) -> Reading:
    from pyhanko.pdf_utils.decode_limits import (  # noqa: PLC0415 - heavy
        DecodeLimits,
        DocumentDecodeBudget,
    )
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - slow to import, seldom wanted

    limits = DecodeLimits(document_budget=DocumentDecodeBudget(_UNPACKED, 1))
    reader = PdfFileReader(BytesIO(data), decode_limits=limits)
    number, code = _named(reader)
    signatures = reader.embedded_regular_signatures
    if not signatures:
        unsigned = Finding("pdf.signature", holds=None)
        return Reading(FileKind.PDF, (unsigned,), number, code, said=_said(reader))
    published = _published(signatures[0], trust)
    return Reading(
        FileKind.PDF,
        asyncio.run(_Judge(data, reader, trust, published).findings()),
        number=number,
        code=code,
        kid=published.kid if published else "",
        said=_said(reader),
    )


def _named(reader: "PdfFileReader") -> tuple[str, str]:
    """Give the number and the code that a file bears in its information."""
    info: Mapping[str, object] = {}
    with contextlib.suppress(KeyError):
        info = reader.trailer_view["/Info"]
    number = _NUMBER.fullmatch(str(info.get("/Keywords", "")))
    code = _CODE.search(str(info.get("/Subject", "")))
    return number[0] if number else "", code[1] if code else ""


def _said(reader: "PdfFileReader") -> Mapping[str, str]:
    """Give what its first page says, if it is one of ours."""
    with contextlib.suppress(Exception):  # as in `read`
        return hearing.said(reader.root, reader.root["/Pages"]["/Kids"][0])
    return {}


def _published(signature: "EmbeddedPdfSignature", trust: Trust) -> PublishedKey | None:
    """Find the published key whose certificate signed."""
    leaf = signature.signer_cert.dump()
    for key in trust.keys.values():
        if key.purpose is Purpose.DOCUMENT and key.chain[:1] == (leaf,):
            return key
    return None


class _Judge:
    """Looks at one signed file."""

    def __init__(
        self,
        data: bytes,
        reader: "PdfFileReader",
        trust: Trust,
        published: PublishedKey | None,
    ) -> None:
        self._data, self._trust, self._published = data, trust, published
        self._first = reader.embedded_regular_signatures[0]
        self._stamps = reader.embedded_timestamp_signatures
        self._last = reader.embedded_signatures[-1]

    async def findings(self) -> tuple[Finding, ...]:
        """Look at everything, in the order in which it is told."""
        from pyhanko.sign.diff_analysis import ModificationLevel  # noqa: PLC0415 - slow to import, seldom wanted
        from pyhanko.sign.validation import async_validate_pdf_signature  # noqa: PLC0415 - slow to import, seldom wanted
        from pyhanko.sign.validation.status import (  # noqa: PLC0415 - slow to import, seldom wanted
            SignatureCoverageLevel,
        )

        at = self._first.self_reported_timestamp
        chain = self._published.chain if self._published else ()
        status = await async_validate_pdf_signature(
            self._first, _context(chain[-1:], chain, at)
        )
        stamped, stamp = await self._stamped()
        untouched = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        later = untouched or (
            bool(status.docmdp_ok)
            and status.modification_level
            in {ModificationLevel.NONE, ModificationLevel.LTA_UPDATES}
        )
        facts = {"at": at.isoformat()} if at else {}
        return (
            Finding("pdf.signature", status.intact and status.valid, facts),
            Finding("pdf.whole", self._whole(intact=status.intact)),
            Finding("pdf.changed_after", later),
            *self._of_key(at, stamped),
            stamp,
        )

    def _whole(self, *, intact: bool) -> bool:
        """Tell whether every byte is signed, or is what our signer must write.

        Where a signed byte was changed the container cannot be written anew: that it
        does not hold is said by itself, and says nothing of what it covers.
        """
        first, last = self._first, self._last
        if not (self._spans(last) and self._tight(last)):
            return False
        return not intact or self._gap(first) == self._written(len(self._gap(first)))

    def _spans(self, signature: "EmbeddedPdfSignature") -> bool:
        start, _, after, rest = (int(n) for n in signature.byte_range)
        return start == 0 and after + rest == len(self._data)

    def _tight(self, signature: "EmbeddedPdfSignature") -> bool:
        """Tell whether a gap holds its container, and else nothing but zeros."""
        made = signature.pkcs7_content
        bare = made[: _length(made)].hex().encode()
        gap = self._gap(signature)
        whole = b"<" + bare.ljust(len(gap) - 2, b"0") + b">"
        return gap in {whole, whole.upper()}  # pyHanko writes capitals, we do not

    def _gap(self, signature: "EmbeddedPdfSignature") -> bytes:
        _, before, after, _ = (int(n) for n in signature.byte_range)
        return self._data[before:after]

    def _written(self, size: int) -> bytes:
        """Write the first signature's container anew, as the published key would."""
        if self._published is None:
            return b""
        made = pades.rebuilt(
            self._published.chain,
            self._first.compute_digest("sha256"),
            self._first.signer_info["signature"].native,
        )
        return b"<" + made.hex().encode().ljust(size - 2, b"0") + b">"

    def _of_key(self, at: datetime | None, stamped: datetime | None) -> list[Finding]:
        key = self._published
        if key is None:
            return [Finding("key.ours", holds=False), Finding("key.live", holds=None)]
        ours = Finding("key.ours", holds=True, facts={"owner": key.owner_name})
        live = at is not None and key.valid_from <= at <= key.valid_until
        live = live and at is not None and might_sign_on(key, legal_day(at))
        if key.standing is Standing.COMPROMISED:
            live = live and bool(stamped and key.broken_at and stamped < key.broken_at)
        return [ours, Finding("key.live", live)]

    async def _stamped(self) -> tuple[datetime | None, Finding]:
        """Find the earliest time that somebody believed here vouches for."""
        from pyhanko.sign.validation import async_validate_pdf_timestamp  # noqa: PLC0415 - slow to import, seldom wanted

        if not self._stamps:
            return None, Finding("time.stamp", holds=None)
        earliest: datetime | None = None
        facts: dict[str, str] = {}
        for one in self._stamps:
            status = await async_validate_pdf_timestamp(
                one, _context(self._trust.stampers, (), None)
            )
            if not (status.intact and status.valid):
                return None, Finding("time.stamp", holds=False)
            facts = facts or {
                "at": status.timestamp.isoformat(),
                "by": status.signing_cert.subject.human_friendly,
            }
            if status.trusted:
                earliest = min(earliest or status.timestamp, status.timestamp)
        return earliest, Finding("time.stamp", bool(earliest) or None, facts)


def _length(made: bytes) -> int:
    """Give how long the DER at the head of these bytes is."""
    from asn1crypto import parser  # noqa: PLC0415 - slow to import, seldom wanted

    return int(parser.peek(made))


def _context(
    roots: tuple[bytes, ...], others: tuple[bytes, ...], at: datetime | None
) -> "ValidationContext":
    """Say whom to believe, and when; nothing is fetched."""
    from asn1crypto import x509  # noqa: PLC0415 - slow to import, seldom wanted
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415 - slow to import, seldom wanted

    return ValidationContext(
        trust_roots=[x509.Certificate.load(one) for one in roots],
        other_certs=[x509.Certificate.load(one) for one in others],
        moment=at,
        allow_fetching=False,
    )
