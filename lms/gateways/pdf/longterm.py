"""Make a sealed PDF last: certificates, revocation lists and a timestamp over all.

They are added behind the file as it was issued, which stays to the byte; so the key
that signed is not needed again, and what is told of the file holds when it expired.

Source: ETSI EN 319 142-1 (PAdES B-LTA), RFC 3161.
"""

import asyncio
import hashlib
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from asn1crypto import tsp, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.signers.pdf_signer import TimestampDSSContentSettings
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import async_validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext

from lms.gateways.ofd import timing
from lms.kernel.errors import Refused, Unavailable

if TYPE_CHECKING:
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

_WAIT = 10
"""Units: seconds. An authority that says nothing for so long is not there."""

_ANSWER = 100_000
"""Units: bytes. A timestamp with its certificates takes some thousands."""

_ASTRAY = timedelta(hours=1)
"""An authority whose clock differs from ours by so much is not believed."""


class Stamping:
    """Adds to files what an authority at `url` stamps.

    `roots` are the certificates (DER) of the authorities that are believed; without
    any, a stamp is only looked at for being whole.
    """

    def __init__(self, url: str, roots: tuple[bytes, ...] = ()) -> None:
        self._roots = roots
        # One for all files: it asks once how long a stamp is.
        self._stamper = _HttpStamper(url)

    def extend(self, data: bytes, lists: tuple[bytes, ...], at: datetime) -> bytes:
        """Give the file with what makes it last behind it.

        `lists` are revocation lists (DER) for the certificates of the signature.

        Raises: Refused when the file bears no signature; Unavailable when no stamp
            can be had that holds.
        """
        try:
            signatures = PdfFileReader(BytesIO(data)).embedded_regular_signatures
        except PdfError as error:
            raise Refused("stamping.unreadable") from error
        if not signatures:
            raise Refused("stamping.unsigned")
        try:
            made = asyncio.run(self._extend(data, signatures[0], lists, at))
        except Exception as error:  # an authority may answer anything
            raise Unavailable("stamping.authority") from error
        if not made.startswith(data):
            raise RuntimeError("what was issued has changed")
        return made

    def seal(self, data: bytes, at: datetime) -> bytes:
        """Give a sealed package with a stamp over its seal.

        Raises: Refused when it bears no seal; Unavailable when no stamp can be had
            that holds.
        """

        def stamper(signature: bytes) -> bytes:
            try:
                return self._token(signature, at)
            except Exception as error:  # as in `extend`
                raise Unavailable("stamping.authority") from error

        return timing.stamped(data, stamper)

    def _token(self, signature: bytes, at: datetime) -> bytes:
        digest = hashlib.sha256(signature).digest()
        made = asyncio.run(self._stamper.async_timestamp(digest, "sha256"))
        token: bytes = made.dump()
        found = timing.told(token, signature, self._roots)
        if not (found.believed or not self._roots) or abs(found.at - at) >= _ASTRAY:
            raise ValueError("the stamp does not hold")
        return token

    async def _extend(
        self,
        data: bytes,
        signature: "EmbeddedPdfSignature",
        lists: tuple[bytes, ...],
        at: datetime,
    ) -> bytes:
        writer = IncrementalPdfFileWriter(BytesIO(data))
        DocumentSecurityStore.supply_dss_in_writer(
            writer,
            signature.pkcs7_content.hex().encode(),
            certs=[signature.signer_cert, *signature.other_embedded_certs],
            validation_context=self._context(at, lists),
        )
        out = await PdfTimeStamper(
            self._stamper, field_name=f"Stamp{at:%Y%m%d}"
        ).async_timestamp_pdf(
            writer,
            "sha256",
            self._context(at, ()) if self._roots else None,
            # All goes in before the stamp, which then covers every byte.
            dss_settings=TimestampDSSContentSettings(
                include_vri=False, update_before_ts=True
            ),
        )
        made: bytes = out.getvalue()
        await self._check(made, at)
        return made

    async def _check(self, made: bytes, at: datetime) -> None:
        """Look at the stamp before anybody relies on it.

        Raises: ValueError.
        """
        stamp = PdfFileReader(BytesIO(made)).embedded_timestamp_signatures[-1]
        status = await async_validate_pdf_timestamp(stamp, self._context(at, ()))
        believed = status.trusted or not self._roots
        near = abs(status.timestamp - at) < _ASTRAY
        if not (status.intact and status.valid and believed and near):
            raise ValueError("the stamp does not hold")

    def _context(self, at: datetime, lists: tuple[bytes, ...]) -> ValidationContext:
        return ValidationContext(
            trust_roots=[x509.Certificate.load(root) for root in self._roots],
            crls=list(lists),
            moment=at,
            allow_fetching=False,
        )


class _HttpStamper(TimeStamper):
    """Asks an authority over HTTP."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko has no types here
        self._url = url

    async def async_request_tsa_response(self, req: Any) -> Any:  # noqa: ANN401 - pyHanko's own words
        """Send one question, and wait a short while for the answer.

        Raises: OSError, ValueError.
        """
        question = urllib.request.Request(  # noqa: S310 - the operator's own address
            self._url,
            data=req.dump(),
            headers={
                "Content-Type": "application/timestamp-query",
                "Accept": "application/timestamp-reply",
            },
        )
        try:
            with urllib.request.urlopen(question, timeout=_WAIT) as answer:  # noqa: S310 - the operator's own address
                body = answer.read(_ANSWER + 1)
        except urllib.error.HTTPError as refused:
            refused.close()  # it is an answer too, and holds the line
            raise
        if len(body) > _ANSWER:
            raise ValueError("the answer has no end")
        return tsp.TimeStampResp.load(body)
