"""Whom the operator believes, and by which name a certificate calls its holder."""

from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID

from lms.gateways.signing import der, uploads
from lms.gateways.signing import sm2_certificates as sm2
from lms.kernel.errors import Refused

_NAMELESS = "（证书上没有名称）"


class Roots:
    """The authorities that the operator believes, of documents and of seals."""

    def __init__(self, certificates: Iterable[bytes] = ()) -> None:
        self._known = tuple(certificates)

    def believes(self, chain: tuple[bytes, ...], *, seal: bool) -> bool:
        """Tell whether a chain ends at a known authority, or right below one."""
        signed = _signed_on_sm2 if seal else _signed
        top = chain[-1]
        return top in self._known or any(signed(top, one) for one in self._known)

    def believes_maker(self, maker: bytes, chain: tuple[bytes, ...]) -> bool:
        """Tell whether who made a seal hangs where its owner's chain does, or above."""
        above = (*chain[1:], *self._known)
        return any(_signed_on_sm2(maker, one) for one in above)


def known(path: Path | None) -> Roots:
    """Read the file in which the operator names authorities.

    Raises: ValueError when it holds none.
    """
    if path is None:
        return Roots()
    try:
        return Roots(uploads.certificates(path.read_bytes()))
    except Refused as error:
        raise ValueError(f"{path}: no certificates") from error


def _signed(child: bytes, parent: bytes) -> bool:
    try:
        above = x509.load_der_x509_certificate(parent)
        x509.load_der_x509_certificate(child).verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _signed_on_sm2(child: bytes, parent: bytes) -> bool:
    try:
        above = sm2.parse(parent)
        return above.ca and sm2.signed_by(sm2.parse(child), above)
    except der.Malformed:
        return False


# -- names ----------------------------------------------------------------------------


def called(leaf: bytes) -> tuple[str, ...]:
    """Give organisation and common name of a document's certificate: all of each."""
    subject = x509.load_der_x509_certificate(leaf).subject
    names = (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
    found = [
        str(part.value) for oid in names for part in subject.get_attributes_for_oid(oid)
    ]
    return tuple(found) or (_NAMELESS,)


def called_on_sm2(leaf: bytes) -> tuple[str, ...]:
    """Give organisation and common name of a seal's certificate.

    Raises: Refused when they are written in a way that nobody reads.
    """
    try:
        found = sm2.named(sm2.parse(leaf).subject)
    except der.Malformed as error:
        raise uploads.wrong("signing.unread_certificate") from error
    return found or (_NAMELESS,)
