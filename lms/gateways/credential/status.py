"""Status lists: one bit for each certificate, signed by its issuer, or for it.

A list must be there also when the issuer's key was stopped and has no heir, or lies
outside and may not answer: then the house's own key for lists signs.

Source: W3C Bitstring Status List 1.0.
"""

import gzip
import hmac
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lms.credentials.rules.issuers import (
    CredentialFiles,
    StatusList,
    base64url,
    issuer_did,
    status_address,
)
from lms.gateways.credential.canon import CONTEXTS
from lms.gateways.credential.issuing import sealed
from lms.kernel.clock import start_of
from lms.signing.rules import Key, Purpose, kid_of

_SINCE, _UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
GOOD_FOR = timedelta(days=2)
"""A copy that somebody kept is worth nothing after so long."""


class SignedStatusLists:
    """Writes status lists for this installation's address, each once as it stands."""

    def __init__(self, base_url: str, secret: bytes) -> None:
        # Drawn, not used as it is: the same file serves the book of evidence.
        self._seed = hmac.digest(secret, b"xueshi status lists", "sha256")
        private = Ed25519PrivateKey.from_private_bytes(self._seed)
        self._public = private.public_key().public_bytes_raw()
        self._made = lru_cache(maxsize=64)(
            lambda listed, key, on: _made(listed, key, on, base_url)
        )

    @property
    def public(self) -> bytes:
        """Give the public key. Units: 32 bytes, Ed25519."""
        return self._public

    def _key(self, owner: str) -> Key:
        return Key(
            kid=kid_of(self._public),
            purpose=Purpose.CREDENTIAL,
            owner=owner,
            public=self._public,
            chain=(),
            valid_from=_SINCE,
            valid_until=_UNTIL,
            secret=self._seed,
        )

    def status_list(
        self, listed: StatusList, on: date, key: Key | None
    ) -> CredentialFiles:
        """Write the list as it stands on a legal day, in both forms.

        The same marks on the same day are the same bytes, so that caches may compare.
        """
        return self._made(listed, key or self._key(listed.owner), on)


def _made(listed: StatusList, key: Key, on: date, base_url: str) -> CredentialFiles:
    page = status_address(base_url, listed.owner, listed.page)
    until = on + GOOD_FOR
    said = {
        "@context": CONTEXTS["listCredential"],
        "id": page,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_did(base_url, listed.owner),
        "validFrom": f"{on.isoformat()}T00:00:00+08:00",
        "validUntil": f"{until.isoformat()}T00:00:00+08:00",
        "credentialSubject": {
            "id": f"{page}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded(listed),
        },
    }
    span = int(start_of(on).timestamp()), int(start_of(until).timestamp())
    return sealed(said, key, said["issuer"], span, "listCredential")  # type: ignore[arg-type]  # a text, as written above


def encoded(listed: StatusList) -> str:
    """Write the marks: the first bit is the highest of the first byte."""
    marks = bytearray(listed.bits // 8)
    for index in listed.withdrawn:
        marks[index // 8] |= 0x80 >> index % 8
    return "u" + base64url(gzip.compress(bytes(marks), mtime=0))
