"""Keys that lie in a service elsewhere: what goes over the line, what is believed."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lms.gateways.signing import outside, remote, signers, sm2
from lms.gateways.signing.remote import SCHEME, Service, Services, services
from lms.kernel.errors import Unavailable
from lms.signing.ports import MadeKey, Upload
from lms.signing.rules import Key, Purpose
from tests.make import pki
from tests.make import signing as make
from tests.make import signing_service as there
from tests.make.key_files import authority, lent, subject
from tests.make.signing_service import Office

SIGN = {
    Purpose.DOCUMENT: signers.ecdsa_sign,
    Purpose.SEAL: sm2.sign,
    Purpose.CREDENTIAL: signers.ed25519_sign,
}


@pytest.fixture
def office() -> Iterator[Office]:
    with there.office() as made:
        yield made
    outside.install({})


def lying(office: Office, purpose: Purpose, *, in_rsa: bool = False) -> Key:
    """A key of which the house has the public half alone."""
    made = there.made(purpose, subject(), in_rsa=in_rsa)
    office.keys["k1"] = made
    outside.install({SCHEME: office.signer()})
    return lent(made, place=office.place("k1"), secret=b"")


# -- what holds -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("purpose", "in_rsa", "algorithm"),
    [
        (Purpose.DOCUMENT, False, "ecdsa-p256-sha256"),
        (Purpose.DOCUMENT, True, "rsa-pkcs1-sha256"),
        (Purpose.SEAL, False, "sm2-sm3"),
        (Purpose.CREDENTIAL, False, "ed25519"),
    ],
)
def test_each_kind_of_key_signs_elsewhere(
    office: Office, purpose: Purpose, in_rsa: bool, algorithm: str
) -> None:
    key = lying(office, purpose, in_rsa=in_rsa)

    signature = SIGN[purpose](key, b"data")

    assert office.asked == [algorithm]
    own = {
        Purpose.DOCUMENT: signers.document_holds,
        Purpose.SEAL: sm2.verify,
        Purpose.CREDENTIAL: signers.credential_holds,
    }[purpose]
    assert own(key.public, b"data", signature)
    assert not own(key.public, b"other", signature)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_key_is_taken_in_when_its_service_signs_for_this_owner(
    office: Office, purpose: Purpose
) -> None:
    made = there.made(purpose, subject())
    office.keys["k1"] = made
    outside.install({SCHEME: office.signer()})
    upload = there.upload(made, office.place("k1"))

    proved = make.maker().prove(purpose, subject().owner, upload)
    read = make.maker().read(purpose, subject(), proved, authority())

    assert (read.place, read.secret) == (office.place("k1"), b"")
    assert read.public == made.public
    assert len(office.asked) == 1


def test_a_key_of_the_house_is_asked_of_nobody(office: Office) -> None:
    upload = Upload(key=b"x")

    assert make.maker().prove(Purpose.SEAL, subject().owner, upload) is upload
    assert office.asked == []


# -- what does not --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"lies": True}, "signing.outside_wrong"),
        ({"garbles": True}, "signing.outside_silent"),
        ({"silent": True}, "signing.outside_silent"),
        ({"broken": True}, "signing.outside_silent"),
        ({"refuses": "额度\n用完了"}, "signing.outside_refused"),
        ({"secret": b"another secret of thirty-two byte"}, "signing.outside_silent"),
    ],
)
def test_what_goes_wrong_there_is_told_apart(
    office: Office, fault: dict[str, object], code: str
) -> None:
    key = lying(office, Purpose.DOCUMENT)
    for name, value in fault.items():
        setattr(office, name, value)

    with pytest.raises(Unavailable) as away:
        signers.ecdsa_sign(key, b"data")

    assert away.value.code == code
    if "refuses" in fault:
        assert away.value.facts == {"service": "ca", "reason": "额度 用完了"}


def test_a_slow_service_is_waited_for_no_longer_than_was_agreed(office: Office) -> None:
    key = lying(office, Purpose.DOCUMENT)
    outside.install({SCHEME: office.signer(timeout=0.3)})
    office.slow = 5

    with pytest.raises(Unavailable, match="silent"):
        signers.ecdsa_sign(key, b"data")

    assert office.asked == []  # it still sleeps over the question


def test_a_service_that_was_silent_is_left_in_peace_a_while(office: Office) -> None:
    moment = [100.0]
    signer = Services(
        {"ca": Service("ca", office.url, secret=office.secret)}, lambda: moment[0]
    )
    key = lying(office, Purpose.DOCUMENT)
    office.broken = True
    with pytest.raises(Unavailable):
        signer.sign(key, b"data")
    office.broken = False

    with pytest.raises(Unavailable, match="silent"):
        signer.sign(key, b"data")
    assert office.asked == []
    moment[0] += 21

    assert signer.sign(key, b"data")


def test_a_refusal_is_about_one_thing_and_the_next_is_asked_at_once(
    office: Office,
) -> None:
    key = lying(office, Purpose.DOCUMENT)
    office.refuses = "no"
    with pytest.raises(Unavailable, match="refused"):
        signers.ecdsa_sign(key, b"data")
    office.refuses = ""

    assert signers.ecdsa_sign(key, b"data")


def test_an_answer_to_another_question_is_no_answer(office: Office) -> None:
    """Whoever sits on the line may send again what was answered before."""
    key = lying(office, Purpose.DOCUMENT)
    kept: list[str] = []
    real = remote.mac

    def replayed(secret: bytes, what: str, nonce: str, said: str, body: bytes) -> str:
        kept.append(nonce)
        return real(secret, what, kept[0] if what == "answer" else nonce, said, body)

    assert signers.ecdsa_sign(key, b"data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(there, "mac", replayed)
        kept.append("0" * 32)
        with pytest.raises(Unavailable, match="silent"):
            signers.ecdsa_sign(key, b"data")


def test_the_same_question_is_not_answered_twice(office: Office) -> None:
    body = b"{}"
    at = str(int(time.time()))
    mark = remote.mac(office.secret, "ask", "n1", at, body)
    office.seen.add("n1")

    assert office.answer("n1", at, mark, body)[0] == 409
    assert office.answer("n2", at, mark, body)[0] == 401


def test_an_answer_without_an_end_is_not_read(office: Office) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    service = Service("ca", f"http://127.0.0.1:{port}", 0.5, office.secret)
    key = lying(office, Purpose.DOCUMENT)
    sent = [0]

    def pour() -> None:
        line, _ = listener.accept()
        line.recv(65_536)
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with contextlib.suppress(OSError):
            while sent[0] < 50_000_000:
                sent[0] += line.send(b"x" * 1000)
        line.close()

    thread = threading.Thread(target=pour)
    thread.start()
    with pytest.raises(Unavailable, match="silent"):
        Services({"ca": service}).sign(key, b"data")
    thread.join()
    listener.close()

    assert sent[0] < 10_000_000


@pytest.mark.parametrize("place", ["service:", "service:ca", "service:zz/k", "x:ca/k"])
def test_a_place_that_nobody_answers_for_is_named(office: Office, place: str) -> None:
    key = replace(lying(office, Purpose.DOCUMENT), place=place)

    with pytest.raises(Unavailable, match=r"signing\.outside$"):
        signers.ecdsa_sign(key, b"data")


def test_a_label_that_the_service_does_not_know_is_refused_there(
    office: Office,
) -> None:
    key = replace(lying(office, Purpose.DOCUMENT), place=office.place("k2"))

    with pytest.raises(Unavailable) as away:
        signers.ecdsa_sign(key, b"data")

    assert away.value.facts["reason"] == "no such key"


# -- by certificates of both sides ----------------------------------------------------


def test_both_sides_know_each_other_by_certificates_too(tmp_path: Path) -> None:
    context, files = pki.both_sides(tmp_path)
    with there.office(context) as office:
        office.secret = b""
        key = lying(office, Purpose.SEAL)
        known = {
            "secret": b"",
            "authorities": files["ca"],
            "certificate": files["cert"],
            "private_key": files["cert_key"],
        }
        outside.install({SCHEME: office.signer(**known)})
        assert sm2.verify(key.public, b"data", sm2.sign(key, b"data"))

        for wrong in (
            {**known, "certificate": None, "private_key": None},
            {**known, "authorities": None},
        ):
            outside.install({SCHEME: office.signer(**wrong)})
            with pytest.raises(Unavailable, match="silent"):
                sm2.sign(key, b"data")
    outside.install({})


# -- the operator's file --------------------------------------------------------------


def written(folder: Path, text: str) -> Path:
    (folder / "secret").write_bytes(there.SECRET + b"\n")
    (folder / "short").write_bytes(b"short")
    path = folder / "signers.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_operators_file_names_services_beside_their_files(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '[ca]\nurl = "https://sign.example.org/v1"\nsecret_file = "secret"\n'
        "timeout = 2.5\n[hsm]\nurl = 'http://127.0.0.1:9000/'\nsecret_file='secret'\n",
    )

    found = services(path)

    assert found["ca"] == Service(
        "ca", "https://sign.example.org/v1", 2.5, there.SECRET
    )
    assert set(found) == {"ca", "hsm"}
    assert services(None) == {}
    assert "0123456789" not in repr(found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[ca", "signers.toml"),
        ("ca = 1", "`url` is missing"),
        ('[ca]\nurl = "ftp://x"\nsecret_file="secret"', "http:// or https://"),
        ('[ca]\nurl = "http://sign.example.org"\nsecret_file="secret"', "without TLS"),
        ('[ca]\nurl = "https://sign.example.org"', "each side must know the other"),
        ('[ca]\nurl = "https://x.org"\nca_file="secret"', "each side must know"),
        ('[ca]\nurl = "https://x.org"\nsecret_file="nothing"', "no such file"),
        ('[ca]\nurl = "https://x.org"\nsecret_file="short"', "less than 32 bytes"),
        ('[ca]\nurl = "https://x.org"\nsecret_file="secret"\ntimeout=99', "timeout"),
        ('[ca]\nurl = "https://x.org"\nsecret_file="secret"\npin="1"', "no such sett"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_and_where(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(ValueError, match=r"signers\.toml") as wrong:
        services(written(tmp_path, text))

    assert said in str(wrong.value)


def test_made_keys_of_the_service_never_come_into_the_house(office: Office) -> None:
    key = lying(office, Purpose.SEAL)
    inside: MadeKey = office.keys["k1"]

    assert key.secret == b""
    assert inside.secret not in repr(key).encode()
