"""How WeChat Pay v3 and we know each other: every message is signed, both ways.

What is not signed by the platform, or not just now, was not said by it. That holds for
a "no" as well: an order is given up on the platform's word alone.
"""

import base64
import binascii
import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import structlog
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from lms.gateways.mainland import wire
from lms.kernel.clock import Clock
from lms.kernel.errors import Refused, Unavailable
from lms.kernel.payment_settings import WechatSettings

log = structlog.get_logger("lms")

BASE = "https://api.mch.weixin.qq.com"
_SCHEME = "WECHATPAY2-SHA256-RSA2048"
_MARK = "wechatpay-signature"
WINDOW = 300
"""Units: seconds that a message may be old, or ahead of us."""

_AGAIN = frozenset(
    {"SYSTEM_ERROR", "FREQUENCY_LIMITED", "FREQUENCY_LIMIT_EXCEED", "BANK_ERROR",
     "BIZ_ERR_NEED_RETRY", "SIGN_ERROR", "RATELIMIT_EXCEEDED"}
)  # fmt: skip
"""What the platform says when the same question may be answered later."""


class Denied(Refused):
    """The platform says no; `why` is its own word."""

    def __init__(self, why: str) -> None:
        super().__init__("payment.refused")
        self.why = why


class WechatLine:
    """Questions to the platform, and its messages to us."""

    def __init__(self, settings: WechatSettings, clock: Clock) -> None:
        self._mine, self._clock = settings, clock
        self._base = settings.api_base or BASE

    def ask(
        self, method: str, path: str, said: Mapping[str, object] | None = None
    ) -> dict[str, Any]:
        """Ask, and believe only a signed answer.

        Raises: Denied; Unavailable when there is no answer, or nobody signed it.
        """
        body = json.dumps(said, ensure_ascii=False).encode() if said else b""
        answer = self._sent(method, path, body)
        try:
            self.check(answer.head, answer.body)
            told = json.loads(answer.body) if answer.body else {}
        except (Refused, ValueError) as error:
            log.warning("wechat.unsigned", path=path, status=answer.status)
            raise Unavailable("payment.unavailable") from error
        if not isinstance(told, dict):
            raise Unavailable("payment.unavailable")
        if answer.status < 300:  # noqa: PLR2004 - every kind of yes
            return told
        why = str(told.get("code", ""))
        log.warning("wechat.no", path=path, status=answer.status, why=why)
        if answer.status >= 500 or why in _AGAIN:  # noqa: PLR2004 - its own trouble
            raise Unavailable("payment.unavailable")
        raise Denied(why)

    def fetch(self, url: str) -> bytes:
        """Fetch a file of the platform, from where it is always asked.

        A file is not signed: who asked for its address was told its digest.

        Raises: Unavailable.
        """
        parts = urlsplit(url)
        answer = self._sent("GET", f"{parts.path}?{parts.query}", b"", wire.FILE)
        if answer.status != 200:  # noqa: PLR2004 - the file, or nothing
            raise Unavailable("payment.unavailable")
        return answer.body

    def _sent(
        self, method: str, path: str, body: bytes, most: int = wire.ANSWER
    ) -> wire.Answer:
        at, nonce = str(int(self._clock().timestamp())), secrets.token_hex(16)
        text = f"{method}\n{path}\n{at}\n{nonce}\n".encode() + body + b"\n"
        signed = base64.b64encode(self._mine.key.sign(text, PKCS1v15(), SHA256()))
        head = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "xueshi",
            "Authorization": f'{_SCHEME} mchid="{self._mine.mch_id}",'
            f'nonce_str="{nonce}",signature="{signed.decode()}",'
            f'timestamp="{at}",serial_no="{self._mine.serial}"',
        }
        numbers = [one for one in self._mine.believed if one.startswith("PUB_KEY_ID_")]
        if numbers:
            head["Wechatpay-Serial"] = numbers[0]
        return wire.ask(method, self._base + path, head, body, most=most)

    def check(self, head: Mapping[str, str], raw: bytes) -> None:
        """See that the platform signed these bytes just now.

        Raises: Refused("webhook.signature").
        """
        key = self._mine.believed.get(head.get("wechatpay-serial", ""))
        at, nonce = head.get("wechatpay-timestamp", ""), head.get("wechatpay-nonce", "")
        now = self._clock().timestamp()
        fresh = at.isdecimal() and len(at) <= 12 and abs(now - int(at)) <= WINDOW  # noqa: PLR2004 - digits of an instant
        if key is None or not fresh:
            raise Refused("webhook.signature")
        text = f"{at}\n{nonce}\n".encode() + raw + b"\n"
        try:
            signed = base64.b64decode(head.get(_MARK, ""), validate=True)
            key.verify(signed, text, PKCS1v15(), SHA256())
        except (InvalidSignature, binascii.Error, ValueError) as error:
            raise Refused("webhook.signature") from error

    def opened(self, raw: bytes) -> tuple[str, str, dict[str, Any]]:
        """Open a message: its id, its kind, and what was locked in it.

        Raises: Refused("webhook.shape").
        """
        try:
            told = json.loads(raw)
            inside = json.loads(self._unlocked(told["resource"]))
            name, kind = str(told["id"])[:100], str(told["event_type"])[:60]
        except (InvalidTag, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Refused("webhook.shape") from error
        if not isinstance(inside, dict):
            raise Refused("webhook.shape")
        return name, kind, inside

    def _unlocked(self, locked: Mapping[str, str]) -> bytes:
        """Open what only holders of the merchant's key could lock.

        Raises: InvalidTag, and whatever a strange shape raises.
        """
        if locked["algorithm"] != "AEAD_AES_256_GCM":
            raise ValueError("another lock")
        return AESGCM(self._mine.v3_key).decrypt(
            locked["nonce"].encode(),
            base64.b64decode(locked["ciphertext"], validate=True),
            (locked.get("associated_data") or "").encode(),
        )
