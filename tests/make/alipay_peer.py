"""Alipay's gateway on loopback, written from its documents and not from our client."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from lms.gateways.mainland.alipay import AlipayCheckout
from lms.kernel.clock import SHANGHAI, Clock, system_clock
from lms.kernel.ids import new_id
from lms.kernel.payment_settings import AlipaySettings
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

APP, SELLER = "2021000117654321", "2088101117955611"
_PAGES = {
    "alipay.trade.page.pay": "FAST_INSTANT_TRADE_PAY",
    "alipay.trade.wap.pay": "QUICK_WAP_WAY",
}
_COLUMNS = (
    "支付宝交易号", "商户订单号", "业务类型", "商品名称", "创建时间", "完成时间",
    "门店编号", "门店名称", "操作员", "终端号", "对方账户", "订单金额（元）",
    "商家实收（元）", "退款批次号/请求号", "备注",
)  # fmt: skip


@dataclass
class AlipayPeer(Peer):
    """The gateway: its trades by number, refunds by trade and number, bills by day."""

    clock: Clock = system_clock
    trades: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[tuple[str, str], int] = field(default_factory=dict)
    bills: dict[str, bytes] = field(default_factory=dict)
    poor: bool = False
    app: str = APP
    seller: str = SELLER
    own: str = "house"
    platform: str = "alipay"

    @property
    def settings(self) -> AlipaySettings:
        return AlipaySettings(
            self.app,
            key(self.own),
            key(self.platform).public_key(),
            self.seller,
            f"{self.url}/gateway.do",
        )

    def port(self) -> AlipayCheckout:
        return AlipayCheckout(
            self.settings, "http://127.0.0.1:8000/webhooks", self.clock
        )

    # What comes in.

    def answer(self, verb: str, path: str, head: dict[str, str], body: bytes) -> Reply:
        if path.startswith("/bill/"):
            return 200, {}, self.bills[path.removeprefix("/bill/")]
        # The words of every question stand in its address, what it is about below.
        said_in = f"{urlsplit(path).query}&{body.decode()}".strip("&")
        told = dict(parse_qsl(said_in, keep_blank_values=True))
        if not self.known(told):
            self.strangers += 1
            return self._say(
                "error_response", {"code": "40002", "sub_code": "isv.sign"}
            )
        method = told["method"]
        node = f"{method.replace('.', '_')}_response"
        if self.mood.refuses:
            return self._say(node, no(self.mood.refuses))
        if self.mood.broken:
            return self._say(node, {"code": "20000", "sub_code": "isp.unknow-error"})
        said = json.loads(told["biz_content"])
        return self._say(node, self._done(method, said))

    def known(self, told: dict[str, str]) -> bool:
        """Tell whether the merchant signed these words just now."""
        rest = {name: value for name, value in told.items() if name != "sign" and value}
        text = "&".join(f"{name}={rest[name]}" for name in sorted(rest))
        named = told.get("app_id") == self.app and told.get("sign_type") == "RSA2"
        if not named or not holds(self.own, text.encode(), told.get("sign", "")):
            return False
        at = datetime.strptime(told["timestamp"], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - Alipay's clock has no zone
        ago = self.clock() - at.replace(tzinfo=SHANGHAI)
        return abs(ago.total_seconds()) <= 900

    def _done(self, method: str, said: dict[str, Any]) -> dict[str, Any]:
        if method == "alipay.data.dataservice.bill.downloadurl.query":
            return self._bill(said)
        trade = self.trades.get(said["out_trade_no"])
        if trade is None:
            return no("ACQ.TRADE_NOT_EXIST")
        doing = {
            "alipay.trade.query": self._query,
            "alipay.trade.close": self._close,
            "alipay.trade.refund": self._refund,
            "alipay.trade.fastpay.refund.query": self._refund_query,
        }
        return doing[method](trade, said)

    def _query(self, trade: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
        number = trade.get("answers_as", said["out_trade_no"])
        told = {"out_trade_no": number, "trade_no": trade["no"],
                "trade_status": trade["state"],
                "total_amount": trade["amount"]}  # fmt: skip
        return yes(
            {**told, **({"send_pay_date": trade["at"]} if "at" in trade else {})}
        )

    def _close(self, trade: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
        if trade["state"] != "WAIT_BUYER_PAY":
            return no("ACQ.TRADE_STATUS_ERROR")
        trade["state"] = "TRADE_CLOSED"
        return yes({"out_trade_no": said["out_trade_no"], "trade_no": trade["no"]})

    def _refund(self, trade: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
        number, request = said["out_trade_no"], said["out_request_no"]
        amount, total = fen(said["refund_amount"]), fen(trade["amount"])
        gone = sum(v for (trade_no, _), v in self.refunds.items() if trade_no == number)
        news = (number, request) not in self.refunds
        if "at" not in trade:
            return no("ACQ.TRADE_STATUS_ERROR")
        if news and self.poor:
            return no("ACQ.SELLER_BALANCE_NOT_ENOUGH")
        if not news and self.refunds[number, request] != amount:
            return no("ACQ.DISCORDANT_REPEAT_REQUEST")
        if news and gone + amount > total:
            return no("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL")
        if news:
            self.refunds[number, request] = amount
            gone += amount
        if gone == total:
            trade["state"] = "TRADE_CLOSED"
        return yes(
            {"fund_change": "Y" if news else "N", "refund_fee": f"{gone / 100:.2f}"}
        )

    def _refund_query(
        self, trade: dict[str, Any], said: dict[str, Any]
    ) -> dict[str, Any]:
        amount = self.refunds.get((said["out_trade_no"], said["out_request_no"]))
        if amount is None:
            return yes({})
        return yes({"out_request_no": said["out_request_no"],
                    "refund_status": "REFUND_SUCCESS",
                    "refund_amount": f"{amount / 100:.2f}"})  # fmt: skip

    def _bill(self, said: dict[str, Any]) -> dict[str, Any]:
        day = said["bill_date"]
        if day not in self.bills:
            return no("isp.bill_not_exist")
        return yes({"bill_download_url": f"{self.url}/bill/{day}"})

    # What goes out.

    def _say(self, node: str, told: dict[str, Any]) -> Reply:
        said = compact(told)
        # Alipay writes slashes so; a client that writes JSON anew gets other bytes.
        said = said.replace(b"/", b"\\/")
        who = "stranger" if self.mood.stranger else self.platform
        mark = signed(who, said)
        if self.mood.altered:
            said = altered(said)
        whole = b'{"' + node.encode() + b'":' + said
        if not self.mood.unsigned:
            whole += b',"sign":"' + mark.replace("/", "\\/").encode() + b'"'
        return 200, {}, whole + b"}"

    def look(self, url: str) -> str:
        """Open the page that a buyer was led to: from now on the trade is known."""
        told = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        assert self.known(told), "the page's address is not the merchant's"
        said = json.loads(told["biz_content"])
        assert said["product_code"] == _PAGES[told["method"]]
        assert re.fullmatch(r"[0-9A-Za-z_]{1,64}", said["out_trade_no"])
        assert not set(said["subject"]) & set("/=&")
        until = datetime.strptime(said["time_expire"], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - Alipay's clock has no zone
        assert until.replace(tzinfo=SHANGHAI) > self.clock()
        number = str(said["out_trade_no"])
        self.trades.setdefault(
            number,
            {"no": f"2026{number[:20]}", "state": "WAIT_BUYER_PAY",
             "amount": said["total_amount"]},
        )  # fmt: skip
        return number

    def pay(self, number: str, amount: str | None = None) -> None:
        trade = self.trades[number]
        assert trade["state"] == "WAIT_BUYER_PAY", trade["state"]
        trade["state"] = "TRADE_SUCCESS"
        trade["at"] = self.clock().astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
        trade["amount"] = amount or trade["amount"]

    def notice(self, number: str, *, who: str = "", **over: str) -> bytes:
        """Write the message about a trade as a form."""
        trade = self.trades[number]
        told = {
            "app_id": self.app, "seller_id": self.seller,
            "charset": "utf-8", "version": "1.0",
            "notify_id": new_id().hex, "notify_type": "trade_status_sync",
            "notify_time": "2026-11-21 10:00:00", "out_trade_no": number,
            "trade_no": trade["no"], "trade_status": trade["state"],
            "total_amount": trade["amount"], "subject": "继续教育 & 安全", "body": "",
            **over,
        }  # fmt: skip
        text = "&".join(f"{name}={told[name]}" for name in sorted(told) if told[name])
        mark = signed(who or self.platform, text.encode())
        return urlencode({**told, "sign_type": "RSA2", "sign": mark}).encode()

    def write_bill(self, day: str, *numbers: str) -> None:
        """Write a day's archive as Alipay does: GBK, talk above and below."""
        head = ",".join(_COLUMNS)
        rows = [
            f"{self.trades[n]['no']}\t,{n}\t,交易\t,安全,{day},{day},,,,,张*,"
            f"{self.trades[n]['amount']},{self.trades[n]['amount']},\t,"
            for n in numbers
        ]
        text = "\r\n".join(
            (
                "#支付宝业务明细查询",
                f"#账号：[{self.seller}0156]",
                head,
                *rows,
                "#导出时间",
            )
        )
        raw = io.BytesIO()
        with zipfile.ZipFile(raw, "w") as archive:
            archive.writestr("1_业务明细.csv", text.encode("gb18030"))
            archive.writestr(
                "1_业务明细(汇总).csv", "#汇总\r\n门店编号,金额".encode("gb18030")
            )
        self.bills[day] = raw.getvalue()


def yes(told: dict[str, Any]) -> dict[str, Any]:
    return {"code": "10000", "msg": "Success", **told}


def no(why: str) -> dict[str, Any]:
    return {"code": "40004", "msg": "Business Failed", "sub_code": why, "sub_msg": "不"}


def fen(yuan: str) -> int:
    whole, _, part = yuan.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)


@contextmanager
def alipay(clock: Clock, **who: Any) -> Iterator[AlipayPeer]:
    peer = AlipayPeer(clock=clock, **who)
    with serving(peer):
        yield peer


__all__ = ["APP", "SELLER", "AlipayPeer", "Mood", "alipay"]
