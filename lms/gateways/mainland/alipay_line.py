"""How Alipay and we know each other: RSA2 over what is said, both ways.

An answer is signed over its bytes as they came, so the part that was signed is cut out
before anybody reads it, and only that part is read.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from lms.gateways.mainland import wire
from lms.kernel.clock import SHANGHAI, Clock
from lms.kernel.errors import Refused, Unavailable
from lms.kernel.payment_settings import AlipaySettings

log = structlog.get_logger("lms")

BASE = "https://openapi.alipay.com/gateway.do"
_DONE, _DENIED = "10000", "40004"
_AGAIN = frozenset({"ACQ.SYSTEM_ERROR", "SYSTEM_ERROR", "AOP.SYSTEM_ERROR"})
_FILES = ".alipay.com"


class Denied(Refused):
    """Alipay says no; `why` is its own word."""

    def __init__(self, why: str) -> None:
        super().__init__("payment.refused")
        self.why = why


class AlipayLine:
    """Questions to Alipay, and its messages to us."""

    def __init__(self, settings: AlipaySettings, clock: Clock) -> None:
        self._mine, self._clock = settings, clock
        self._base = settings.api_base or BASE

    def page(self, method: str, said: Mapping[str, object], **more: str) -> str:
        """Give the address of a page, signed by us: nobody is asked for it."""
        return f"{self._base}?{urlencode(self._signed(method, said, more))}"

    def ask(self, method: str, said: Mapping[str, object]) -> dict[str, Any]:
        """Ask, and believe only a signed answer.

        Raises: Denied; Unavailable when there is no answer, or nobody signed it.
        """
        told = self._signed(method, said, {})
        # The gateway looks for the charset in the address before it reads a body.
        body = urlencode({"biz_content": told.pop("biz_content")}).encode()
        kind = "application/x-www-form-urlencoded;charset=utf-8"
        url = f"{self._base}?{urlencode(told)}"
        answer = wire.ask("POST", url, {"Content-Type": kind}, body)
        found = self._believed(method, answer.body)
        code, why = str(found.get("code")), str(found.get("sub_code", ""))
        if code == _DONE:
            return found
        log.warning("alipay.no", method=method, status=code, why=why)
        if code == _DENIED and why not in _AGAIN:
            raise Denied(why)
        raise Unavailable("payment.unavailable")

    def fetch(self, url: str) -> bytes:
        """Fetch a file of which a signed answer told; it lies at Alipay or nowhere.

        Raises: Unavailable.
        """
        parts, own = urlsplit(url), urlsplit(self._base)
        theirs = parts.scheme == "https" and (parts.hostname or "").endswith(_FILES)
        if not theirs and (parts.scheme, parts.netloc) != (own.scheme, own.netloc):
            raise Unavailable("payment.unavailable")
        answer = wire.ask("GET", url, {}, most=wire.FILE)
        if answer.status != 200:  # noqa: PLR2004 - the file, or nothing
            raise Unavailable("payment.unavailable")
        return answer.body

    def _signed(
        self, method: str, said: Mapping[str, object], more: Mapping[str, str]
    ) -> dict[str, str]:
        at = self._clock().astimezone(SHANGHAI)
        told = {
            "app_id": self._mine.app_id,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": at.strftime("%Y-%m-%d %H:%M:%S"),
            "version": "1.0",
            "biz_content": json.dumps(said, ensure_ascii=False, separators=(",", ":")),
            **more,
        }
        made = self._mine.key.sign(_content(told), PKCS1v15(), SHA256())
        return {**told, "sign": base64.b64encode(made).decode()}

    def _believed(self, method: str, raw: bytes) -> dict[str, Any]:
        """Read the signed part of an answer.

        Raises: Unavailable.
        """
        try:
            parts = _parts(raw.decode())
            signed = json.loads(parts["sign"])
            said = (
                parts.get(f"{method.replace('.', '_')}_response")
                or parts["error_response"]
            )
            self._hold(said.encode(), signed)
            told = json.loads(said)
        except (Refused, ValueError, KeyError, TypeError) as error:
            log.warning("alipay.unsigned", method=method)
            raise Unavailable("payment.unavailable") from error
        if not isinstance(told, dict):
            raise Unavailable("payment.unavailable")
        return told

    def _hold(self, said: bytes, signed: object) -> None:
        try:
            mark = base64.b64decode(str(signed), validate=True)
            self._mine.believed.verify(mark, said, PKCS1v15(), SHA256())
        except (InvalidSignature, binascii.Error, ValueError) as error:
            raise Refused("webhook.signature") from error

    def opened(self, raw: bytes) -> dict[str, str]:
        """Check a message as a form, and give what it says.

        Raises: Refused("webhook.signature").
        """
        try:
            pairs = parse_qsl(
                raw.decode("ascii"), keep_blank_values=True, errors="strict",
                max_num_fields=100,
            )  # fmt: skip
        except ValueError as error:
            raise Refused("webhook.signature") from error
        told = dict(pairs)
        if len(told) != len(pairs) or told.get("sign_type") != "RSA2":
            raise Refused("webhook.signature")
        signed = told.pop("sign", "")
        told.pop("sign_type")
        self._hold(_content(told), signed)
        return told


def _content(told: Mapping[str, str]) -> bytes:
    """Write what a signature is made over: every word that is not empty, in order."""
    said = (f"{name}={told[name]}" for name in sorted(told) if told[name])
    return "&".join(said).encode()


def _parts(text: str) -> dict[str, str]:
    """Cut the members of a JSON object out as they were written.

    Raises: ValueError when it is none, or a name stands in it twice.
    """
    reader, found = json.JSONDecoder(), {}
    at = _over(text, 0, "{")
    while True:
        name, end = reader.raw_decode(text, at)
        begins = _over(text, end, ":")
        _value, end = reader.raw_decode(text, begins)
        if not isinstance(name, str) or name in found:
            raise ValueError("not an answer")
        found[name] = text[begins:end]
        rest = text[end:].lstrip()
        if rest.startswith("}"):
            return found
        at = _over(text, end, ",")


def _over(text: str, at: int, sign: str) -> int:
    """Step over a sign and the blanks around it."""
    while text[at : at + 1].isspace():
        at += 1
    if text[at : at + 1] != sign:
        raise ValueError("not an answer")
    at += 1
    while text[at : at + 1].isspace():
        at += 1
    return at
