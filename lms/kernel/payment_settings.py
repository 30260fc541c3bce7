"""Settings of payments: Stripe, and what a merchant of the mainland takes itself.

A key is a file, or its own text; the private ones are for the owner's eyes alone in
production. What cannot be read is said at the start, not at the first payment.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

TEST_KEYS = ("sk_test_", "rk_test_")
"""How keys of Stripe begin that move no money."""

_V3_KEY_BYTES = 32
_SMALLEST_BITS = 2048
_INSIDE = ("-----", "MII")
"""How a key's own text begins, with its first line or without."""

_BLOCK_END = "-----END"

_WECHAT = (
    "LMS_WECHAT_MCH_ID", "LMS_WECHAT_APP_ID", "LMS_WECHAT_KEY", "LMS_WECHAT_KEY_SERIAL",
    "LMS_WECHAT_V3_KEY", "LMS_WECHAT_PLATFORM",
)  # fmt: skip
_ALIPAY = ("LMS_ALIPAY_APP_ID", "LMS_ALIPAY_KEY", "LMS_ALIPAY_PLATFORM")
STRIPE_NAMES = frozenset(
    ("LMS_STRIPE_SECRET_KEY", "LMS_STRIPE_WEBHOOK_SECRET", "LMS_STRIPE_API_BASE")
)
TOGETHER = "LMS_STRIPE_SECRET_KEY and LMS_STRIPE_WEBHOOK_SECRET go together"
NAMES = frozenset(
    (*_WECHAT, "LMS_WECHAT_PLATFORM_ID", "LMS_WECHAT_API_BASE",
     *_ALIPAY, "LMS_ALIPAY_SELLER_ID", "LMS_ALIPAY_API_BASE")
)  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class StripeSettings:
    """How payments reach Stripe, or its stand-in on a demonstration machine."""

    secret_key: str | None
    webhook_secret: str | None
    api_base: str | None

    @property
    def stand_in(self) -> bool:
        """Tell whether payments are play."""
        return self.api_base is not None

    @property
    def play(self) -> bool:
        """Tell whether no real money moves."""
        key = self.secret_key or ""
        return self.stand_in or key.startswith(TEST_KEYS)

    @property
    def ready(self) -> bool:
        """Tell whether card payments can be offered at all."""
        return bool(self.secret_key and self.webhook_secret)


@dataclass(frozen=True, slots=True, repr=False)
class WechatSettings:
    """A merchant of WeChat Pay; `believed` are the platform's keys by their serial."""

    mch_id: str
    app_id: str
    key: RSAPrivateKey
    serial: str
    v3_key: bytes
    believed: Mapping[str, RSAPublicKey]
    api_base: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class AlipaySettings:
    """An application of Alipay; `believed` is Alipay's own key."""

    app_id: str
    key: RSAPrivateKey
    believed: RSAPublicKey
    seller_id: str = ""
    api_base: str | None = None


def ways_by(
    stripe: StripeSettings,
    wechat: WechatSettings | None,
    alipay: AlipaySettings | None,
) -> tuple[str, ...]:
    """List the ways in which a merchant takes money."""
    taken = {
        "wechat_pay": wechat is not None or stripe.ready,
        "alipay": alipay is not None or stripe.ready,
        "card": stripe.ready,
    }
    return tuple(way for way, offered in taken.items() if offered)


def stripe(env: Mapping[str, str], problems: list[str]) -> StripeSettings:
    """Read what Stripe needs; without it nobody can pay there."""
    return StripeSettings(
        secret_key=env.get("LMS_STRIPE_SECRET_KEY"),
        webhook_secret=env.get("LMS_STRIPE_WEBHOOK_SECRET"),
        api_base=_base(env, "LMS_STRIPE_API_BASE", problems),
    )


def wechat(
    env: Mapping[str, str], problems: list[str], *, production: bool
) -> WechatSettings | None:
    """Read all that WeChat Pay needs, or nothing of it."""
    if not _whole(env, _WECHAT, "LMS_WECHAT_", problems):
        return None
    key = _private(env, "LMS_WECHAT_KEY", problems, production=production)
    v3_key = env["LMS_WECHAT_V3_KEY"].strip().encode()
    if len(v3_key) != _V3_KEY_BYTES:
        problems.append("LMS_WECHAT_V3_KEY: must have 32 characters")
    believed = _platform(env, problems)
    base = _base(env, "LMS_WECHAT_API_BASE", problems)
    if key is None or not believed:
        return None
    return WechatSettings(
        mch_id=env["LMS_WECHAT_MCH_ID"].strip(),
        app_id=env["LMS_WECHAT_APP_ID"].strip(),
        key=key,
        serial=env["LMS_WECHAT_KEY_SERIAL"].strip(),
        v3_key=v3_key,
        believed=believed,
        api_base=base,
    )


def alipay(
    env: Mapping[str, str], problems: list[str], *, production: bool
) -> AlipaySettings | None:
    """Read all that Alipay needs, or nothing of it."""
    if not _whole(env, _ALIPAY, "LMS_ALIPAY_", problems):
        return None
    key = _private(env, "LMS_ALIPAY_KEY", problems, production=production)
    text = _text(env, "LMS_ALIPAY_PLATFORM", problems)
    believed = _public("LMS_ALIPAY_PLATFORM", text, problems) if text else None
    base = _base(env, "LMS_ALIPAY_API_BASE", problems)
    if key is None or believed is None:
        return None
    return AlipaySettings(
        app_id=env["LMS_ALIPAY_APP_ID"].strip(),
        key=key,
        believed=believed,
        seller_id=env.get("LMS_ALIPAY_SELLER_ID", "").strip(),
        api_base=base,
    )


def _whole(
    env: Mapping[str, str], needed: tuple[str, ...], family: str, problems: list[str]
) -> bool:
    given = any(env.get(name) for name in NAMES if name.startswith(family))
    missing = [name for name in needed if not env.get(name)]
    if given and missing:
        problems.append(f"{' and '.join(needed)} go together")
    return not missing


def _base(env: Mapping[str, str], name: str, problems: list[str]) -> str | None:
    value = env.get(name)
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        problems.append(f"{name}: must begin with http:// or https://")
    return value.rstrip("/")


def _text(env: Mapping[str, str], name: str, problems: list[str]) -> str:
    """Read a key's text: the setting itself, or the file that it names."""
    value = env[name].strip()
    if value.startswith(_INSIDE):
        return value
    try:
        return Path(value).read_text("utf-8").strip()
    except (OSError, ValueError):
        # Never the value: it may be a key.
        problems.append(f"{name}: no such file")
        return ""


def _private(
    env: Mapping[str, str], name: str, problems: list[str], *, production: bool
) -> RSAPrivateKey | None:
    text = _text(env, name, problems)
    if not text:
        return None
    file = Path(env[name].strip())
    inside = env[name].strip().startswith(_INSIDE)
    if production and not inside and file.stat().st_mode & 0o077:
        problems.append(f"{name}: must be readable by its owner alone")
    try:
        found = (
            load_pem_private_key(text.encode(), None)
            if text.startswith("-----")
            else load_der_private_key(_bare(text), None)
        )
    except (ValueError, TypeError, binascii.Error):
        found = None
    if isinstance(found, RSAPrivateKey) and found.key_size >= _SMALLEST_BITS:
        return found
    problems.append(f"{name}: must be an RSA key of {_SMALLEST_BITS} bits, not locked")
    return None


def _public(name: str, text: str, problems: list[str]) -> RSAPublicKey | None:
    try:
        found = (
            load_pem_public_key(text.encode())
            if text.startswith("-----")
            else load_der_public_key(_bare(text))
        )
    except (ValueError, binascii.Error):
        found = None
    if isinstance(found, RSAPublicKey) and found.key_size >= _SMALLEST_BITS:
        return found
    problems.append(f"{name}: must be a public RSA key of {_SMALLEST_BITS} bits")
    return None


def _bare(text: str) -> bytes:
    """Decode a key that Alipay's tool wrote without its first and last line."""
    return base64.b64decode("".join(text.split()), validate=True)


def _platform(
    env: Mapping[str, str], problems: list[str]
) -> Mapping[str, RSAPublicKey]:
    """Read the platform's keys: its public key, its certificates, or both.

    While a merchant changes from one to the other, messages come under either.
    """
    name, number = "LMS_WECHAT_PLATFORM", env.get("LMS_WECHAT_PLATFORM_ID", "").strip()
    believed: dict[str, RSAPublicKey] = {}
    for block in _blocks(_text(env, name, problems)):
        if "CERTIFICATE" in block:
            serial, key = _certified(block, problems)
        else:
            serial, key = number, _public(name, block, problems)
            if not number:
                problems.append("LMS_WECHAT_PLATFORM_ID: name the public key's number")
        if key is not None and serial:
            believed[serial] = key
    return believed


def _blocks(text: str) -> list[str]:
    """Part a file of several keys and certificates."""
    found, lines = [], []
    for line in text.splitlines():
        lines.append(line.strip())
        if line.startswith(_BLOCK_END):
            found.append("\n".join(lines).strip() + "\n")
            lines = []
    if any(lines):
        found.append("\n".join(lines))
    return found


def _certified(block: str, problems: list[str]) -> tuple[str, RSAPublicKey | None]:
    try:
        found = x509.load_pem_x509_certificate(block.encode())
    except ValueError:
        problems.append("LMS_WECHAT_PLATFORM: a certificate cannot be read")
        return "", None
    key = found.public_key()
    if not isinstance(key, RSAPublicKey):
        problems.append("LMS_WECHAT_PLATFORM: a certificate is not of RSA")
        return "", None
    return f"{found.serial_number:X}", key
