"""Certificates on P-256: the house's root, an owner's, and requests to others."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from lms.gateways.signing import names
from lms.signing.ports import RootPair, Subject

DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def secret_of(private: Private) -> bytes:
    """Write a private key as PKCS#8, DER."""
    return private.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def public_of(private: Private) -> bytes:
    """Write a public key as SubjectPublicKeyInfo, DER."""
    return private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def new_key() -> ec.EllipticCurvePrivateKey:
    """Make a key pair."""
    return ec.generate_private_key(ec.SECP256R1())


def private_of(secret: bytes) -> Private:
    """Read a private key of the house's own making.

    Raises: TypeError.
    """
    private = serialization.load_der_private_key(
        secret, None, unsafe_skip_rsa_key_validation=True
    )
    if not isinstance(private, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise TypeError("neither ECDSA nor RSA")
    return private


def root(since: datetime, until: datetime, called: names.Name) -> RootPair:
    """Make the house's root, which certifies itself."""
    private = new_key()
    name = _name(called)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(ca=True), critical=True)
        .add_extension(_id(private), critical=False)
        .sign(private, hashes.SHA256())
    )
    return RootPair(_der(made), secret_of(private), until)


def leaf(private: Private, subject: Subject, by: RootPair, list_at: str = "") -> bytes:
    """Certify an owner's key for signing documents.

    `list_at` is where the root tells what it revoked, if it does so anywhere.
    """
    issuer = x509.load_der_x509_certificate(by.certificate)
    above = private_of(by.secret)
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(names.of_owner(subject, "document")))
        .issuer_name(issuer.subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(subject.valid_from - timedelta(minutes=5))
        .not_valid_after(min(subject.valid_until, by.valid_until))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(ca=False), critical=True)
        .add_extension(
            # Readers built on NSS ask for the second; the first says what it is.
            x509.ExtendedKeyUsage(
                [DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]
            ),
            critical=False,
        )
        .add_extension(_id(private), critical=False)
        .add_extension(id_above(above), critical=False)
    )
    if list_at:
        made = made.add_extension(_distribution(list_at), critical=False)
    return _der(made.sign(above, hashes.SHA256()))


def request(private: Private, subject: Subject) -> bytes:
    """Ask another authority to certify a key: PKCS#10, PEM."""
    made = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(_name(names.of_owner(subject, "document")))
        .add_extension(_usage(ca=False), critical=True)
        .sign(private, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def _name(parts: names.Name) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, parts.organisation),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, parts.unit),
            x509.NameAttribute(NameOID.COMMON_NAME, parts.common),
        ]
    )


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def _id(private: Private) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier.from_public_key(private.public_key())


def id_above(private: Private) -> x509.AuthorityKeyIdentifier:
    """Name the key that signed a certificate or a list."""
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(private.public_key())


def _distribution(address: str) -> x509.CRLDistributionPoints:
    place = x509.UniformResourceIdentifier(address)
    return x509.CRLDistributionPoints(
        [x509.DistributionPoint([place], None, None, None)]
    )


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)
