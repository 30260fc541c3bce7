"""WeChat Pay v3 on loopback, written from its documents and not from our client.

It knows who asks by the merchant's public key, refuses what the platform refuses, signs
what it answers, and can be in every mood.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lms.gateways.mainland.wechat import WechatCheckout
from lms.kernel.clock import SHANGHAI, Clock, system_clock
from lms.kernel.ids import new_id
from lms.kernel.payment_settings import WechatSettings
from tests.make.peers import (
    Mood,
    Peer,
    Reply,
    altered,
    compact,
    holds,
    key,
    serving,
    signed,
)

MCH, APP, SERIAL = (
    "1900000109",
    "wxd678efh567hg6787",
    "3775B6A45ACD588826D15E583A95F5DD",
)
NUMBER = "PUB_KEY_ID_0119000001092024"
PLACE = "https://api.mch.weixin.qq.com"
V3 = b"0123456789abcdefghijABCDEFGHIJ!?"
_WISH = {
    "appid": str, "mchid": str, "description": str, "out_trade_no": str,
    "time_expire": str, "attach": str, "notify_url": str, "amount": dict,
}  # fmt: skip
_COLUMNS = (
    "交易时间", "公众账号ID", "商户号", "特约商户号", "设备号", "微信订单号",
    "商户订单号", "用户标识", "交易类型", "交易状态", "付款银行", "货币种类",
    "应结订单金额", "代金券金额", "微信退款单号", "商户退款单号", "退款金额",
    "充值券退款金额", "退款类型", "退款状态", "商品名称", "商户数据包", "手续费",
    "费率", "订单金额", "申请退款金额", "费率备注",
)  # fmt: skip
_AUTH = re.compile(r'(\w+)="([^"]*)"')


@dataclass
class WechatPeer(Peer):
    """The platform: its trades and refunds by number, its bills by day."""

    clock: Clock = system_clock
    trades: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    bills: dict[str, bytes] = field(default_factory=dict)
    nonces: set[str] = field(default_factory=set)
    no_h5: bool = False
    poor: bool = False
    slow_refunds: bool = False
    mch: str = MCH
    app: str = APP
    v3: bytes = V3
    own: str = "house"
    platform: str = "wechat"

    @property
    def settings(self) -> WechatSettings:
        believed = {NUMBER: key(self.platform).public_key()}
        return WechatSettings(
            self.mch, self.app, key(self.own), SERIAL, self.v3, believed, self.url
        )

    def port(self) -> WechatCheckout:
        return WechatCheckout(
            self.settings, "http://127.0.0.1:8000/webhooks", self.clock
        )

    # What comes in.

    def answer(self, verb: str, path: str, head: dict[str, str], body: bytes) -> Reply:
        if not self._known(verb, path, head, body):
            self.strangers += 1
            return 401, {}, compact({"code": "SIGN_ERROR", "message": "签名错误"})
        if self.mood.refuses:
            return self._say(403, {"code": self.mood.refuses, "message": "no"})
        if self.mood.broken:
            return self._say(500, {"code": "SYSTEM_ERROR", "message": "系统错误"})
        parts = urlsplit(path)
        if parts.path == "/bill/file":
            return 200, {}, self.bills[parse_qs(parts.query)["day"][0]]
        told = json.loads(body) if body else {}
        return self._say(*self._done(verb, parts.path, parse_qs(parts.query), told))

    def _known(self, verb: str, path: str, head: dict[str, str], body: bytes) -> bool:
        kind, _, said = head.get("authorization", "").partition(" ")
        told = dict(_AUTH.findall(said))
        if kind != "WECHATPAY2-SHA256-RSA2048" or told.get("nonce_str") in self.nonces:
            return False
        self.nonces.add(told["nonce_str"])
        fresh = abs(self.clock().timestamp() - int(told["timestamp"])) <= 300
        text = f"{verb}\n{path}\n{told['timestamp']}\n{told['nonce_str']}\n"
        mine = (told["mchid"], told["serial_no"]) == (self.mch, SERIAL)
        whole = holds(self.own, text.encode() + body + b"\n", told["signature"])
        return mine and fresh and whole

    def _done(
        self, verb: str, path: str, query: dict[str, list[str]], told: dict[str, Any]
    ) -> tuple[int, object]:
        if path == "/v3/refund/domestic/refunds":
            return self._refund(told) if verb == "POST" else (405, no("NOT_FOUND"))
        if path == "/v3/bill/tradebill":
            return self._bill(query["bill_date"][0])
        doors = {
            r"/v3/pay/transactions/(native|h5)": lambda kind: self._open(kind, told),
            r"/v3/pay/transactions/out-trade-no/(\w+)": lambda n: self._trade(n, query),
            r"/v3/pay/transactions/out-trade-no/(\w+)/close": (
                lambda n: self._close(n, told)
            ),
            r"/v3/refund/domestic/refunds/(\w+)": self._refund_of,
        }
        for door, do in doors.items():
            if found := re.fullmatch(door, path):
                return do(found[1])
        return 404, no("NOT_FOUND")

    def _refund_of(self, number: str) -> tuple[int, object]:
        known = self.refunds.get(number)
        return (200, known) if known else (404, no("RESOURCE_NOT_EXISTS"))

    def _open(self, kind: str, told: dict[str, Any]) -> tuple[int, object]:
        why = self._objection(kind, told)
        if why:
            return (403 if why == "NO_AUTH" else 400), no(why)
        number = told["out_trade_no"]
        self.trades[number] = {"wish": told, "state": "NOTPAY"}
        if kind == "h5":
            return 200, {"h5_url": f"{self.url}/h5?prepay_id={number}&package=1"}
        return 200, {"code_url": f"weixin://wxpay/bizpayurl?pr={number[:9]}"}

    def _objection(self, kind: str, told: dict[str, Any]) -> str:
        if kind == "h5":
            scene = told.pop("scene_info", {})
            wap = scene.get("h5_info", {}).get("type") in {"Wap", "iOS", "Android"}
            if self.no_h5 or not (wap and scene.get("payer_client_ip")):
                return "NO_AUTH" if self.no_h5 else "PARAM_ERROR"
        if not _wished(told):
            return "PARAM_ERROR"
        if (told["mchid"], told["appid"]) != (self.mch, self.app):
            return "APPID_MCHID_NOT_MATCH"
        known = self.trades.get(told["out_trade_no"])
        new = known is None or (known["state"] == "NOTPAY" and known["wish"] == told)
        return "" if new else "INVALID_REQUEST"

    def _trade(self, number: str, query: dict[str, list[str]]) -> tuple[int, object]:
        if query.get("mchid") != [self.mch]:
            return 400, no("PARAM_ERROR")
        if number not in self.trades:
            return 404, no("ORDER_NOT_EXIST")
        return 200, self.told(number)

    def told(self, number: str) -> dict[str, Any]:
        trade = self.trades[number]
        wish = trade["wish"]
        paid = trade["state"] in {"SUCCESS", "REFUND"}
        return {
            "appid": trade.get("appid", self.app),
            "mchid": trade.get("mchid", self.mch),
            "out_trade_no": number,
            "trade_state": trade["state"],
            "trade_state_desc": "…",
            "attach": wish["attach"],
            "amount": {"total": trade.get("paid", wish["amount"]["total"]),
                       "currency": trade.get("currency", "CNY")},
            **({"transaction_id": f"4200{number[:20]}",
                "success_time": trade["at"]} if paid else {}),
        }  # fmt: skip

    def _close(self, number: str, told: dict[str, Any]) -> tuple[int, object]:
        trade = self.trades.get(number)
        if trade is None or told != {"mchid": self.mch}:
            return 404, no("ORDER_NOT_EXIST")
        if trade["state"] in {"SUCCESS", "REFUND"}:
            return 400, no("ORDERPAID")
        trade["state"] = "CLOSED"
        return 204, None

    def _refund(self, told: dict[str, Any]) -> tuple[int, object]:
        trade, number = self.trades.get(told["out_trade_no"]), told["out_refund_no"]
        if trade is None or trade["state"] not in {"SUCCESS", "REFUND"}:
            return 404, no("RESOURCE_NOT_EXISTS")
        known = self.refunds.get(number)
        if known is not None:
            same = known["amount"]["refund"] == told["amount"]["refund"]
            return (200, known) if same else (400, no("INVALID_REQUEST"))
        if self.poor:
            return 403, no("NOT_ENOUGH")
        total = trade.get("paid", trade["wish"]["amount"]["total"])
        gone = sum(
            one["amount"]["refund"]
            for one in self.refunds.values()
            if one["out_trade_no"] == told["out_trade_no"]
        )
        amount = told["amount"]
        if amount["total"] != total or gone + amount["refund"] > total:
            return 400, no("INVALID_REQUEST")
        trade["state"] = "REFUND"
        self.refunds[number] = {
            "refund_id": f"5030{number[:20]}",
            "out_refund_no": number,
            "out_trade_no": told["out_trade_no"],
            "status": "PROCESSING" if self.slow_refunds else "SUCCESS",
            "amount": {"refund": amount["refund"], "total": total, "currency": "CNY"},
        }
        return 200, self.refunds[number]

    def _bill(self, day: str) -> tuple[int, object]:
        if day not in self.bills:
            return 400, no("NO_STATEMENT_EXIST")
        digest = hashlib.sha1(self.bills[day]).hexdigest()
        return 200, {"hash_type": "SHA1", "hash_value": digest,
                     "download_url": f"{PLACE}/bill/file?day={day}"}  # fmt: skip

    # What goes out.

    def _say(self, status: int, told: object) -> Reply:
        raw = compact(told) if told is not None else b""
        if self.mood.unsigned:
            return status, {}, raw
        who = "stranger" if self.mood.stranger else self.platform
        head = self.marked(raw, who=who, ago=self.mood.stale)
        return status, head, altered(raw) if self.mood.altered else raw

    def marked(
        self, raw: bytes, *, who: str = "", ago: int = 0, serial: str = NUMBER
    ) -> dict[str, str]:
        at, nonce = str(int(self.clock().timestamp()) - ago), new_id().hex
        return {
            "Wechatpay-Timestamp": at,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Serial": serial,
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
            "Wechatpay-Signature": signed(
                who or self.platform, f"{at}\n{nonce}\n".encode() + raw + b"\n"
            ),
        }

    def pay(self, number: str, fen: int | None = None) -> None:
        trade = self.trades[number]
        if trade["state"] != "NOTPAY":
            raise AssertionError(f"{number} cannot be paid: {trade['state']}")
        trade["state"] = "SUCCESS"
        trade["at"] = self.clock().astimezone(SHANGHAI).isoformat("T", "seconds")
        if fen is not None:
            trade["paid"] = fen

    def notice(
        self, inside: dict[str, Any], kind: str = "TRANSACTION.SUCCESS", v3: bytes = b""
    ) -> bytes:
        nonce = new_id().hex[:12]
        locked = AESGCM(v3 or self.v3).encrypt(
            nonce.encode(), compact(inside), b"transaction"
        )
        return compact(
            {
                "id": str(new_id()),
                "create_time": "2026-11-21T10:00:00+08:00",
                "resource_type": "encrypt-resource",
                "event_type": kind,
                "resource": {
                    "original_type": "transaction",
                    "algorithm": "AEAD_AES_256_GCM",
                    "ciphertext": base64.b64encode(locked).decode(),
                    "associated_data": "transaction",
                    "nonce": nonce,
                },
            }
        )

    def paid_notice(self, number: str) -> bytes:
        return self.notice(self.told(number))

    def refund_notice(self, refund: str) -> bytes:
        known = self.refunds[refund]
        inside = {**known, "mchid": self.mch, "refund_status": known["status"]}
        inside.pop("status")
        return self.notice(inside, f"REFUND.{known['status']}")

    def write_bill(self, day: str, *numbers: str) -> None:
        """Write a day's bill as the platform does, back-ticks and totals and all."""
        head = ",".join(_COLUMNS)
        rows = []
        for number in numbers:
            trade = self.trades[number]
            total = trade.get("paid", trade["wish"]["amount"]["total"])
            yuan = f"{total / 100:.2f}"
            said = {
                "交易时间": f"{day} 10:00:00", "公众账号ID": self.app,
                "商户号": self.mch,
                "商户订单号": number, "交易状态": "SUCCESS", "货币种类": "CNY",
                "应结订单金额": yuan, "商户数据包": trade["wish"]["attach"],
                "订单金额": yuan, "费率": "0.60%", "手续费": "0.01",
            }  # fmt: skip
            cells = [said.get(column, "0") for column in _COLUMNS]
            rows.append(",".join(f"`{cell}" for cell in cells))
        tail = ["总交易单数,应结订单总金额", f"`{len(rows)},`0.00"]
        text = "\r\n".join((head, *rows, *tail))
        self.bills[day] = ("\ufeff" + text).encode()


def _wished(told: dict[str, Any]) -> bool:
    whole = told.keys() == _WISH.keys() and all(
        isinstance(told[name], kind) for name, kind in _WISH.items()
    )
    return whole and all(
        (
            re.fullmatch(r"[0-9A-Za-z_\-|*]{6,32}", told["out_trade_no"]),
            0 < len(told["description"]) <= 127,
            len(told["attach"].encode()) <= 128,
            re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", told["time_expire"]),
            told["amount"].keys() == {"total", "currency"},
            isinstance(told["amount"]["total"], int),
            told["amount"]["total"] > 0,
            told["amount"]["currency"] == "CNY",
        )
    )


def no(why: str) -> dict[str, str]:
    return {"code": why, "message": "no"}


@contextmanager
def wechat(clock: Clock, **who: Any) -> Iterator[WechatPeer]:
    peer = WechatPeer(clock=clock, **who)
    with serving(peer):
        yield peer


__all__ = ["APP", "MCH", "NUMBER", "SERIAL", "V3", "Mood", "WechatPeer", "wechat"]
