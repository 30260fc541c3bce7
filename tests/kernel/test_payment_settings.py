"""Keys of payments: read at the start or complained of, and never shown."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from lms.kernel.settings import BadSettings, Settings, from_env
from lms.web.headers import content_policy
from tests.make.peers import key

SECRET = "0123456789abcdefghijABCDEFGHIJ!?"


def private(form: Encoding = Encoding.PEM) -> bytes:
    return key("house").private_bytes(form, PrivateFormat.PKCS8, NoEncryption())


def public() -> str:
    made = key("wechat").public_key()
    return made.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def wechat(**over: str) -> dict[str, str]:
    return {
        "LMS_WECHAT_MCH_ID": "1900000109",
        "LMS_WECHAT_APP_ID": "wxd678",
        "LMS_WECHAT_KEY": private().decode(),
        "LMS_WECHAT_KEY_SERIAL": "3775B6",
        "LMS_WECHAT_V3_KEY": SECRET,
        "LMS_WECHAT_PLATFORM": public(),
        "LMS_WECHAT_PLATFORM_ID": "PUB_KEY_ID_01",
        **over,
    }


def alipay(**over: str) -> dict[str, str]:
    return {
        "LMS_ALIPAY_APP_ID": "2021",
        "LMS_ALIPAY_KEY": base64.b64encode(private(Encoding.DER)).decode(),
        "LMS_ALIPAY_PLATFORM": public(),
        **over,
    }


def settled(tmp_path: Path, env: dict[str, str]) -> Settings:
    return from_env({"LMS_DATA_DIR": str(tmp_path), **env})


def complaints(tmp_path: Path, env: dict[str, str]) -> str:
    with pytest.raises(BadSettings) as bad:
        settled(tmp_path, env)
    return str(bad.value)


def test_keys_are_files_or_their_text(tmp_path: Path) -> None:
    file = tmp_path / "alipay.txt"
    file.write_text(base64.b64encode(private(Encoding.DER)).decode())

    found = settled(tmp_path, wechat() | alipay(LMS_ALIPAY_KEY=str(file)))

    assert found.wechat is not None
    assert found.alipay is not None
    assert list(found.wechat.believed) == ["PUB_KEY_ID_01"]
    assert found.alipay.key.private_numbers() == key("house").private_numbers()
    assert found.ways == ("wechat_pay", "alipay")
    assert not found.play


def test_nothing_is_offered_that_is_not_set(tmp_path: Path) -> None:
    assert settled(tmp_path, {}).ways == ()
    assert settled(tmp_path, wechat()).ways == ("wechat_pay",)
    stripe = {"LMS_STRIPE_SECRET_KEY": "sk_live_1", "LMS_STRIPE_WEBHOOK_SECRET": "w"}
    assert settled(tmp_path, wechat() | stripe).ways == ("wechat_pay", "alipay", "card")


def test_a_form_may_lead_to_those_who_are_paid_and_to_nobody_else(
    tmp_path: Path,
) -> None:
    here = content_policy(settled(tmp_path, wechat() | alipay()))

    assert "https://wx.tenpay.com" in here
    assert "https://*.alipay.com" in here
    assert "alipay" not in content_policy(settled(tmp_path, wechat()))


def test_secrets_are_in_no_words_about_them(tmp_path: Path) -> None:
    found = settled(tmp_path, wechat() | alipay())

    assert SECRET not in repr(found)
    assert "PRIVATE" not in repr(found)
    broken = private().decode().replace("\nM", "\nN", 1)
    said = complaints(tmp_path, wechat(LMS_WECHAT_KEY=broken))
    assert "LMS_WECHAT_KEY: must be an RSA key" in said
    assert broken[40:80] not in said
    assert "MII" not in complaints(
        tmp_path, alipay(LMS_ALIPAY_KEY="/nowhere/MIIkey.pem")
    )


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"LMS_WECHAT_V3_KEY": "short"}, "LMS_WECHAT_V3_KEY: must have 32"),
        ({"LMS_WECHAT_MCH_ID": ""}, "go together"),
        ({"LMS_WECHAT_PLATFORM_ID": ""}, "name the public key's number"),
        ({"LMS_WECHAT_PLATFORM": "/nowhere"}, "LMS_WECHAT_PLATFORM: no such file"),
        ({"LMS_WECHAT_PLATFORM": "-----BEGIN PUBLIC KEY-----\nx"}, "public RSA key"),
        ({"LMS_WECHAT_API_BASE": "ftp://x"}, "must begin with http"),
    ],
)
def test_half_of_it_is_complained_of(
    tmp_path: Path, over: dict[str, str], said: str
) -> None:
    assert said in complaints(tmp_path, wechat(**over))


def test_weak_and_locked_keys_are_refused(tmp_path: Path) -> None:
    weak = rsa.generate_private_key(65537, 1024).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    locked = key("house").private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")
    )
    for each in (weak, locked):
        said = complaints(tmp_path, wechat(LMS_WECHAT_KEY=each.decode()))
        assert "must be an RSA key of 2048 bits" in said


def test_play_and_real_payments_do_not_go_together(tmp_path: Path) -> None:
    play = alipay(LMS_ALIPAY_API_BASE="http://127.0.0.1:9/gateway.do")

    assert "play and real" in complaints(tmp_path, wechat() | play)
    assert settled(tmp_path, play).play


def test_production_wants_the_real_ones_and_keys_for_the_owners_eyes(
    tmp_path: Path,
) -> None:
    file = tmp_path / "apiclient_key.pem"
    file.write_bytes(private())
    file.chmod(0o644)
    env = wechat(
        LMS_PRODUCTION="1",
        LMS_BASE_URL="https://school.example",
        LMS_WECHAT_KEY=str(file),
        LMS_WECHAT_API_BASE="http://127.0.0.1:9",
    )

    said = complaints(tmp_path, env)

    assert "LMS_WECHAT_KEY: must be readable by its owner alone" in said
    assert "LMS_WECHAT_API_BASE, LMS_ALIPAY_API_BASE: not in production" in said
    file.chmod(0o400)
    assert "LMS_WECHAT_KEY:" not in complaints(tmp_path, env)
