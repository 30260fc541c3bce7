"""Sign what a root of the house revoked: lists on P-256, and on SM2 as plain DER.

Source: RFC 5280, 5; GB/T 20518 (the same form, signed with SM2).
"""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from lms.gateways.signing import der, sm2
from lms.gateways.signing import sm2_certificates as certificates
from lms.gateways.signing import x509 as documents
from lms.signing.ports import Revocations, Revoked, RootPair

_NUMBER, _REASON, _INVALID_SINCE, _ID_ABOVE = (
    "2.5.29.20", "2.5.29.21", "2.5.29.24", "2.5.29.35",
)  # fmt: skip
_KEY_COMPROMISE, _HOLD = 1, 6
_ENUMERATED = 0x0A


def on_p256(by: RootPair, told: Revocations) -> bytes:
    """Write the list of a document's root. Shape: CRL, DER."""
    above = documents.private_of(by.secret)
    root = x509.load_der_x509_certificate(by.certificate)
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.subject)
        .last_update(told.at)
        .next_update(told.until)
        .add_extension(x509.CRLNumber(told.number), critical=False)
        .add_extension(documents.id_above(above), critical=False)
    )
    for one in told.entries:
        made = made.add_revoked_certificate(_entry(one))
    signed = made.sign(above, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.DER)


def _entry(one: Revoked) -> x509.RevokedCertificate:
    leaf = x509.load_der_x509_certificate(one.certificate)
    why = x509.ReasonFlags
    reason = why.certificate_hold if one.held else why.key_compromise
    return (
        x509.RevokedCertificateBuilder()
        .serial_number(leaf.serial_number)
        .revocation_date(one.since)
        .add_extension(x509.CRLReason(reason), critical=False)
        .add_extension(x509.InvalidityDate(_bare(one.since)), critical=False)
        .build()
    )


def _bare(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def on_sm2(by: RootPair, told: Revocations) -> bytes:
    """Write the list of a seal's root. Shape: CRL, DER."""
    pair, root = certificates.pair_of(by), certificates.parse(by.certificate)
    listed = [_revoked(one) for one in told.entries]
    extensions = der.sequence(
        certificates.extension(_ID_ABOVE, certificates.id_above(pair.point)),
        certificates.extension(_NUMBER, der.integer(told.number)),
    )
    tbs = der.sequence(
        der.integer(1),
        sm2.algorithm(),
        root.subject,
        der.certificate_time(told.at),
        der.certificate_time(told.until),
        *([der.sequence(*listed)] if listed else []),
        der.explicit(0, extensions),
    )
    return der.sequence(tbs, sm2.algorithm(), der.bits(sm2.sign_pair(pair, tbs)))


def _revoked(one: Revoked) -> bytes:
    reason = _HOLD if one.held else _KEY_COMPROMISE
    return der.sequence(
        der.integer(certificates.parse(one.certificate).serial),
        der.certificate_time(one.since),
        der.sequence(
            certificates.extension(_REASON, der.tlv(_ENUMERATED, bytes((reason,)))),
            certificates.extension(_INVALID_SINCE, der.general_time(one.since)),
        ),
    )
