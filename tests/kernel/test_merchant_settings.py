"""Merchants of single associations: a file each, read at the start or refused."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lms.kernel.settings import Settings
from lms.web.headers import content_policy
from tests.kernel.test_payment_settings import (
    SECRET,
    complaints,
    private,
    settled,
    wechat,
)
from tests.make.peers import key


def public() -> str:
    """The platform's key on one line, as a file of settings can hold it."""
    made = key("wechat").public_key()
    raw = made.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(raw).decode()


def told(**over: str) -> dict[str, str]:
    """What a merchant's file says, on single lines."""
    return wechat() | {
        "LMS_WECHAT_MCH_ID": "1900000777",
        "LMS_WECHAT_KEY": base64.b64encode(private(Encoding.DER)).decode(),
        "LMS_WECHAT_PLATFORM": public(),
        **over,
    }


def write(folder: Path, code: str, said: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / f"{code}.env"
    lines = (f"{name}={value}" for name, value in said.items())
    file.write_text("\n".join(("# of the association", "", *lines)))
    file.chmod(0o400)
    return file


def read(tmp_path: Path, env: dict[str, str] | None = None) -> Settings:
    there = {"LMS_MERCHANTS": str(tmp_path / "merchants")}
    return settled(tmp_path, (env or {}) | there)


def test_who_has_a_file_is_paid_by_it_alone_and_others_by_the_house(
    tmp_path: Path,
) -> None:
    write(tmp_path / "merchants", "BTJX", told())
    stripe = {"LMS_STRIPE_SECRET_KEY": "sk_live_1", "LMS_STRIPE_WEBHOOK_SECRET": "w"}
    found = read(tmp_path, stripe)

    assert found.seller("BTJX").ways == ("wechat_pay",)
    assert found.seller("BTJX").numbers == {"wechat_pay": "1900000777"}
    assert found.seller("GZJX").ways == ("wechat_pay", "alipay", "card")
    assert (found.seller("BTJX").code, found.seller("GZJX").code) == ("BTJX", "")
    assert "https://wx.tenpay.com" in content_policy(found)
    assert SECRET not in repr(found)


def test_no_folder_is_no_merchant_and_one_that_is_not_there_is_told(
    tmp_path: Path,
) -> None:
    assert settled(tmp_path, {}).merchants == {}
    assert "LMS_MERCHANTS: no such folder" in complaints(
        tmp_path, {"LMS_MERCHANTS": str(tmp_path / "none")}
    )


@pytest.mark.parametrize(
    ("code", "over", "said"),
    [
        ("btjx", {}, "btjx.env: must be named by an association's code"),
        ("BTJX", {"LMS_WECHAT_V3_KEY": "short"}, "BTJX.env: LMS_WECHAT_V3_KEY: must"),
        ("BTJX", {"LMS_DATA_DIR": "/tmp"}, "BTJX.env: line 10: no such setting"),
        ("BTJX", {"LMS_STRIPE_SECRET_KEY": "sk_live_9"}, "BTJX.env: LMS_STRIPE_SECRET"),
    ],
)
def test_a_file_with_a_fault_is_named_with_it(
    tmp_path: Path, code: str, over: dict[str, str], said: str
) -> None:
    folder = tmp_path / "merchants"
    write(folder, code, told(**over))

    complaint = complaints(tmp_path, {"LMS_MERCHANTS": str(folder)})
    assert said in complaint
    assert SECRET not in complaint
    assert "sk_live_9" not in complaint


def test_an_empty_file_would_let_nobody_pay_and_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "merchants", "BTJX", {})

    there = {"LMS_MERCHANTS": str(tmp_path / "merchants")}
    assert "BTJX.env: names no way to pay" in complaints(tmp_path, there)


def test_two_are_never_paid_into_one_account(tmp_path: Path) -> None:
    folder = tmp_path / "merchants"
    write(folder, "BTJX", told())
    write(folder, "GZJX", told())
    there = {"LMS_MERCHANTS": str(folder)}
    assert "GZJX.env: wechat_pay: the merchant of BTJX too" in complaints(
        tmp_path, there
    )
    (folder / "GZJX.env").unlink()
    own = wechat(LMS_WECHAT_MCH_ID="1900000777")
    assert "BTJX.env: wechat_pay: the merchant of the installation too" in complaints(
        tmp_path, own | there
    )


def test_play_for_one_and_real_money_for_another_do_not_go_together(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "merchants"
    write(folder, "BTJX", told(LMS_WECHAT_API_BASE="http://127.0.0.1:9"))
    stripe = {"LMS_STRIPE_SECRET_KEY": "sk_live_1", "LMS_STRIPE_WEBHOOK_SECRET": "w"}

    there = {"LMS_MERCHANTS": str(folder)}
    assert "play and real payments" in complaints(tmp_path, stripe | there)
    assert read(tmp_path).play


def test_in_production_the_file_is_for_the_owners_eyes_alone(tmp_path: Path) -> None:
    folder = tmp_path / "merchants"
    file = write(folder, "BTJX", told())
    there = {"LMS_MERCHANTS": str(folder), "LMS_PRODUCTION": "1"}
    assert "BTJX.env" not in complaints(tmp_path, there)

    file.chmod(0o440)
    said = "BTJX.env: must be readable by its owner alone"
    assert said in complaints(tmp_path, there)
