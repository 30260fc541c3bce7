"""A key that is brought is looked at well, and what is wrong with it is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
)
from cryptography.hazmat.primitives.serialization import load_der_public_key, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lms.gateways.signing import (
    names,
    outside,
    seals,
    signers,
    sm2,
    sm2_certificates,
)
from lms.gateways.signing import x509 as x509_made
from lms.gateways.signing.believing import Roots
from lms.gateways.signing.keys import HouseKeyMaker, pem
from lms.kernel.errors import Refused, Unavailable
from lms.kernel.work import Work
from lms.signing.ports import Authority, MadeKey, RootPair, Upload
from lms.signing.rules import Key, Purpose
from tests.make import signing as make
from tests.make.key_files import NAME, NOW, authority, chained, lent, self_made, subject
from tests.make.key_files import made as made_once


@pytest.fixture(scope="module")
def by() -> Authority:
    return authority()


@pytest.fixture(scope="module")
def made() -> Callable[[Purpose], MadeKey]:
    return made_once


def wrong(purpose: Purpose, upload: Upload, by: Authority) -> tuple[str, ...]:
    with pytest.raises(Refused) as refused:
        make.maker().read(purpose, subject(), upload, by)
    assert refused.value.code == "signing.import"
    return tuple(code.removeprefix("signing.") for code in refused.value.reasons)


def test_pkcs12_opens_with_its_password_alone(by: Authority) -> None:
    private = rsa.generate_private_key(65537, 2048)
    leaf = x509.load_der_x509_certificate(self_made(private, by.document))
    root = x509.load_der_x509_certificate(by.document.certificate)
    packed = pkcs12.serialize_key_and_certificates(
        b"x", private, leaf, [root], serialization.BestAvailableEncryption(b"geheim")
    )
    one = make.maker().read(
        Purpose.DOCUMENT, subject(), Upload(key=packed, password="geheim"), by
    )
    assert len(one.chain) == 2
    key = lent(one)
    assert isinstance(load_der_public_key(key.public), rsa.RSAPublicKey)
    assert len(signers.ecdsa_sign(key, b"data")) == 256
    for password in ("", "falsch"):
        upload = Upload(key=packed, password=password)
        assert wrong(Purpose.DOCUMENT, upload, by) == ("password",)


def test_certificates_may_come_in_any_order(by: Authority) -> None:
    private = x509_made.new_key()
    leaf = self_made(private, by.document)
    upload = Upload(
        key=pem("PRIVATE KEY", x509_made.secret_of(private)),
        certificates=chained(by.document.certificate, leaf),
    )
    one = make.maker().read(Purpose.DOCUMENT, subject(), upload, by)
    assert one.chain == (leaf, by.document.certificate)
    assert one.valid_until == NOW + timedelta(days=90)


SERVER = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
CA = x509.BasicConstraints(ca=True, path_length=None)


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"until": NOW - timedelta(days=1)}, "expired"),
        ({"since": NOW + timedelta(days=1)}, "not_yet"),
        ({"alone": True}, "self_signed"),
        ({"extensions": (SERVER,)}, "usage"),
        ({"extensions": (CA,)}, "is_ca"),
    ],
    ids=["expired", "not yet", "alone", "a server's", "an authority's"],
)
def test_a_certificate_that_does_not_fit_is_named(
    by: Authority, over: dict[str, Any], code: str
) -> None:
    private = x509_made.new_key()
    leaf = self_made(private, by.document, **over)
    chain = (
        chained(leaf) if over.get("alone") else chained(leaf, by.document.certificate)
    )
    upload = Upload(
        key=pem("PRIVATE KEY", x509_made.secret_of(private)), certificates=chain
    )
    assert wrong(Purpose.DOCUMENT, upload, by) == (code,)


def test_a_chain_without_its_upper_end_is_named(by: Authority) -> None:
    private = x509_made.new_key()
    upload = Upload(
        key=pem("PRIVATE KEY", x509_made.secret_of(private)),
        certificates=chained(self_made(private, by.document)),
    )
    assert wrong(Purpose.DOCUMENT, upload, by) == ("chain",)


def test_whose_certificate_is_a_persons_cannot_certify_others(by: Authority) -> None:
    middle, own = x509_made.new_key(), x509_made.new_key()
    person = RootPair(self_made(middle, by.document), x509_made.secret_of(middle), NOW)
    upload = Upload(
        key=pem("PRIVATE KEY", x509_made.secret_of(own)),
        certificates=chained(
            self_made(own, person), person.certificate, by.document.certificate
        ),
    )
    assert wrong(Purpose.DOCUMENT, upload, by) == ("no_authority",)


def test_nor_can_a_persons_on_sm2(
    by: Authority, made: Callable[[Purpose], MadeKey]
) -> None:
    above, pair = made(Purpose.SEAL), sm2.generate()
    until = NOW + timedelta(days=90)
    person = RootPair(above.chain[0], above.secret, until)
    leaf = sm2_certificates.leaf(pair.point, subject(valid_until=until), person)
    upload = Upload(
        key=pem("PRIVATE KEY", sm2.pkcs8(pair)),
        certificates=chained(leaf, *above.chain),
    )
    assert wrong(Purpose.SEAL, upload, by) == ("no_authority",)


@pytest.mark.parametrize(
    "private",
    [
        ec.generate_private_key(ec.SECP384R1()),
        rsa.generate_private_key(65537, 1024),
    ],
    ids=["P-384", "RSA-1024"],
)
def test_a_key_of_another_kind_is_named(by: Authority, private: Any) -> None:
    upload = Upload(
        key=pem("PRIVATE KEY", x509_made.secret_of(private)),
        certificates=chained(self_made(private, by.document), by.document.certificate),
    )
    assert wrong(Purpose.DOCUMENT, upload, by) == ("kind",)


@pytest.mark.parametrize("purpose", [Purpose.DOCUMENT, Purpose.SEAL])
def test_a_key_and_a_certificate_of_two_pairs_are_named(
    by: Authority, made: Callable[[Purpose], MadeKey], purpose: Purpose
) -> None:
    other = make.maker().make(purpose, subject(), by)
    upload = Upload(
        key=pem("PRIVATE KEY", other.secret),
        certificates=chained(*made(purpose).chain),
    )
    assert wrong(purpose, upload, by) == ("mismatch",)


def test_an_sm2_key_comes_as_pem_or_as_digits(
    by: Authority, made: Callable[[Purpose], MadeKey]
) -> None:
    one = made(Purpose.SEAL)
    digits = sm2.scalar_of(one.secret).hex()
    for key in (pem("PRIVATE KEY", one.secret), digits.encode(), one.secret):
        upload = Upload(key=key, certificates=chained(*one.chain), seal=one.material)
        read = make.maker().read(Purpose.SEAL, subject(), upload, by)
        assert (read.public, read.chain) == (one.public, one.chain)
        assert read.material == one.material
        assert sm2.verify(one.public, b"x", sm2.sign(lent(read), b"x"))


def test_a_seal_of_somebody_else_is_named(
    by: Authority, made: Callable[[Purpose], MadeKey]
) -> None:
    one, other = made(Purpose.SEAL), make.maker().make(Purpose.SEAL, subject(), by)
    for seal, code in (
        (other.material, "seal_of_other"),
        (b"no seal", "unread_seal"),
        (one.material[:-1] + bytes([one.material[-1] ^ 1]), "seal_broken"),
    ):
        upload = Upload(
            key=pem("PRIVATE KEY", one.secret),
            certificates=chained(*one.chain),
            seal=seal,
        )
        assert wrong(Purpose.SEAL, upload, by) == (code,)


def test_certificates_that_are_not_sm2_are_named_at_a_seals_key(
    by: Authority, made: Callable[[Purpose], MadeKey]
) -> None:
    upload = Upload(
        key=pem("PRIVATE KEY", made(Purpose.SEAL).secret),
        certificates=chained(*made(Purpose.DOCUMENT).chain),
    )
    assert wrong(Purpose.SEAL, upload, by) == ("not_sm2",)


def test_an_ed25519_key_comes_bare_or_wrapped(by: Authority) -> None:
    private = Ed25519PrivateKey.generate()
    raw = private.private_bytes_raw()
    wrapped = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    for key in (raw, raw.hex().encode(), wrapped):
        one = make.maker().read(Purpose.CREDENTIAL, subject(), Upload(key=key), by)
        assert one.public == private.public_key().public_bytes_raw()
    ecdsa = pem("PRIVATE KEY", x509_made.secret_of(x509_made.new_key()))
    assert wrong(Purpose.CREDENTIAL, Upload(key=ecdsa), by) == ("kind",)


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize(
    "key", [b"junk", b"\x30\x82", b"-----BEGIN PRIVATE KEY-----\n!!\n", b"\0" * 999]
)
def test_junk_is_named_and_breaks_nothing(
    by: Authority, purpose: Purpose, key: bytes
) -> None:
    assert wrong(purpose, Upload(key=key, certificates=b"junk"), by)
    assert wrong(purpose, Upload(), by) == ("no_key",)


def test_a_key_that_stays_elsewhere_must_answer(
    by: Authority, made: Callable[[Purpose], MadeKey]
) -> None:
    one, other = made(Purpose.SEAL), make.maker().make(Purpose.SEAL, subject(), by)

    class Token:
        def __init__(self, inside: MadeKey) -> None:
            self.inside = inside

        def sign(self, key: Key, data: bytes) -> bytes:
            return sm2.sign(lent(self.inside), data)

    upload = Upload(certificates=chained(*one.chain), place="card:7")
    ask = partial(make.maker().prove, Purpose.SEAL, subject().owner)
    with pytest.raises(Unavailable):
        ask(upload)
    assert wrong(Purpose.SEAL, upload, by) == ("mismatch",)
    try:
        outside.install({"card": Token(other)})
        with pytest.raises(Refused) as refused:
            ask(upload)
        outside.install({"card": Token(one)})
        proved = ask(upload)
    finally:
        outside.install({})
    assert refused.value.reasons == ("signing.mismatch",)
    read = make.maker().read(Purpose.SEAL, subject(), proved, by)
    assert (read.place, read.secret) == ("card:7", b"")
    elsewhere = replace(proved, place="card:8")
    assert wrong(Purpose.SEAL, elsewhere, by) == ("mismatch",)
    theirs = subject(owner="association:other")
    with pytest.raises(Refused):
        make.maker().read(Purpose.SEAL, theirs, proved, by)


def test_nobody_outside_is_asked_while_a_unit_of_work_is_open(
    work: Work, made: Callable[[Purpose], MadeKey]
) -> None:
    away = lent(made(Purpose.DOCUMENT), place="card:7", secret=b"")

    with pytest.raises(RuntimeError, match="unit of work"):
        signers.ecdsa_sign(away, b"data")


# -- by which name it calls its holder ------------------------------------------------


def named(**names: str) -> x509.Name:
    oids = {"o": NameOID.ORGANIZATION_NAME, "cn": NameOID.COMMON_NAME}
    return x509.Name([x509.NameAttribute(oids[k], v) for k, v in names.items()])


@pytest.mark.parametrize(
    ("name", "called"),
    [
        (named(o=NAME, cn=NAME), (NAME, NAME)),
        (named(cn="住房和城乡建设部"), ("住房和城乡建设部",)),
        (named(o=NAME, cn="张三"), (NAME, "张三")),
        (x509.Name([]), ("（证书上没有名称）",)),
    ],
    ids=["ours", "a ministry", "a person of ours", "nobody"],
)
def test_a_certificate_is_read_for_whom_it_names(
    by: Authority, name: x509.Name, called: tuple[str, ...]
) -> None:
    private = x509_made.new_key()
    leaf = self_made(private, by.document, name=name)
    upload = Upload(
        key=pem("PRIVATE KEY", x509_made.secret_of(private)),
        certificates=chained(leaf, by.document.certificate),
    )

    one = make.maker().read(Purpose.DOCUMENT, subject(), upload, by)

    assert one.certified == called
    assert not one.trusted


def test_a_seal_is_read_for_whom_it_names_and_who_made_it(
    by: Authority, made: Callable[[Purpose], MadeKey]
) -> None:
    one = made(Purpose.SEAL)
    key, chain = pem("PRIVATE KEY", one.secret), chained(*one.chain)
    other = sm2_certificates.maker(by.seal, NOW, names.Name("别家", "SM2", "别家制章"))
    facts = seals.SealFacts("X", "公安部", (one.chain[0],), NOW, NOW, one.valid_until)
    picture = seals.Picture(seals.read(one.material).picture)
    brought = seals.make(facts, picture, other)

    house = make.maker().read(
        Purpose.SEAL, subject(), Upload(key, chain, one.material), by
    )
    foreign = make.maker().read(
        Purpose.SEAL, subject(), Upload(key, chain, brought), by
    )

    assert house.certified == (NAME, NAME)
    assert house.seal_name == f"{NAME}继续教育专用章"
    assert not house.foreign_seal
    assert (foreign.seal_name, foreign.foreign_seal) == ("公安部", True)
    assert make.maker().seal_picture(brought) == ("image/png", picture.png)


def test_a_seal_whose_picture_nobody_can_look_at_is_named(
    by: Authority, made: Callable[[Purpose], MadeKey]
) -> None:
    one = made(Purpose.SEAL)
    facts = seals.SealFacts("X", NAME, (one.chain[0],), NOW, NOW, one.valid_until)
    brought = seals.make(facts, seals.Picture(b"<svg onload=alert(1)>"), by.maker)
    upload = Upload(pem("PRIVATE KEY", one.secret), chained(*one.chain), brought)

    assert wrong(Purpose.SEAL, upload, by) == ("seal_picture",)


@pytest.mark.parametrize("purpose", [Purpose.DOCUMENT, Purpose.SEAL])
def test_what_hangs_on_a_root_of_the_operators_is_believed(
    by: Authority, made: Callable[[Purpose], MadeKey], purpose: Purpose
) -> None:
    one = made(purpose)
    upload = Upload(pem("PRIVATE KEY", one.secret), chained(*one.chain), one.material)
    root = by.document if purpose is Purpose.DOCUMENT else by.seal
    stranger = make.maker().found(NOW, demonstration=False)

    def believed(*roots: bytes) -> bool:
        maker = HouseKeyMaker(make.FONTS, roots=Roots(roots))
        return maker.read(purpose, subject(), upload, by).trusted

    assert believed(root.certificate)
    assert believed(stranger.seal.certificate, root.certificate)
    assert not believed()
    assert not believed(stranger.document.certificate, stranger.seal.certificate)
    # Somebody's own certificate is no authority, though it hangs below one.
    assert not believed(one.chain[0])
