"""WeChat Pay v3: a code on a large screen, its own page on a phone."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from lms.commerce.ports import CheckoutAsked, CheckoutOpened, PaidThere, RefundOrder
from lms.commerce.rules import CheckoutSeen, EventSeen, Provider, RefundSeen
from lms.gateways.mainland import bills
from lms.gateways.mainland.amounts import own_id
from lms.gateways.mainland.wechat_line import Denied, WechatLine
from lms.kernel.clock import SHANGHAI, Clock, legal_day, system_clock
from lms.kernel.errors import Refused, Unavailable
from lms.kernel.money import Fen
from lms.kernel.payment_settings import WechatSettings

MARK = "wechat:"
"""How the house names this provider's trades among others'."""

METHOD = "wechat_pay"
_CODE = "weixin://"
_TITLE = 40
_PAID = frozenset({"SUCCESS", "REFUND"})
_ENDED = frozenset({"CLOSED", "REVOKED"})
_REFUND = {"SUCCESS": "succeeded", "PROCESSING": "pending"}
_NO_REFUND = "RESOURCE_NOT_EXISTS"
_NO_PRODUCT = frozenset({"NO_AUTH", "APPID_MCHID_NOT_MATCH"})
_NO_BILL = frozenset({"NO_STATEMENT_EXIST", "STATEMENT_CREATING"})


class WechatCheckout:
    """One merchant. A trade's number is the try's id, its `attach` the order's."""

    def __init__(
        self, settings: WechatSettings, told_at: str, clock: Clock = system_clock
    ) -> None:
        self._mine, self._clock = settings, clock
        self._line = WechatLine(settings, clock)
        self._told_at = f"{told_at}/wechat"

    @property
    def live(self) -> bool:
        """Tell whether real money moves."""
        return self._mine.api_base is None

    def owns(self, name: str) -> bool:
        """Tell whether a trade is this provider's."""
        return name.startswith(MARK)

    def open(self, asked: CheckoutAsked) -> CheckoutOpened:
        """Open a trade, or give the one of this number again."""
        number = UUID(asked.attempt_id).hex
        url = self._page(asked, number) if asked.phone else self._code(asked, number)
        return CheckoutOpened(MARK + number, url, asked.expires_at)

    def _page(self, asked: CheckoutAsked, number: str) -> str:
        """Give the page that starts WeChat on a phone; a code where there is none.

        It is a product of its own that not every merchant was given.
        """
        scene = {"payer_client_ip": asked.ip, "h5_info": {"type": "Wap"}}
        wish = {**self._wish(asked, number), "scene_info": scene}
        try:
            told = self._line.ask("POST", "/v3/pay/transactions/h5", wish)
        except Denied as no:
            if no.why not in _NO_PRODUCT:
                raise
            return self._code(asked, number)
        back = quote(asked.success_url, safe="")
        return f"{_word(told, 'h5_url')}&redirect_url={back}"

    def _code(self, asked: CheckoutAsked, number: str) -> str:
        wish = self._wish(asked, number)
        told = self._line.ask("POST", "/v3/pay/transactions/native", wish)
        return _word(told, "code_url")

    def _wish(self, asked: CheckoutAsked, number: str) -> dict[str, object]:
        title = asked.lines[0][0] if asked.lines else ""
        total = sum(price for _name, price in asked.lines)
        until = asked.expires_at.astimezone(SHANGHAI)
        return {
            "appid": self._mine.app_id,
            "mchid": self._mine.mch_id,
            "description": f"{asked.number} {title}"[:_TITLE],
            "out_trade_no": number,
            "time_expire": until.isoformat("T", "seconds"),
            "attach": UUID(asked.order_id).hex,
            "notify_url": self._told_at,
            "amount": {"total": int(total), "currency": asked.currency.upper()},
        }

    def fits(self, opened: CheckoutOpened, method: str, *, phone: bool) -> bool:
        """Tell whether what is open suits the wish and the screen."""
        return method == METHOD and opened.url.startswith(_CODE) is not phone

    def read(self, session_id: str) -> CheckoutSeen:
        """Tell how a trade stands now."""
        number = session_id.removeprefix(MARK)
        who = urlencode({"mchid": self._mine.mch_id})
        told = self._line.ask(
            "GET", f"/v3/pay/transactions/out-trade-no/{number}?{who}"
        )
        self._see_whose(told)
        if told.get("out_trade_no") != number:
            raise Unavailable("payment.unavailable")
        return self._seen(told)

    def expire(self, session_id: str) -> CheckoutSeen:
        """Close a trade; if that is too late, tell how it stands."""
        number = session_id.removeprefix(MARK)
        path = f"/v3/pay/transactions/out-trade-no/{number}/close"
        try:
            self._line.ask("POST", path, {"mchid": self._mine.mch_id})
        except Denied:
            # It was paid, or had ended, a moment before.
            return self.read(session_id)
        return self.read(session_id)

    def _see_whose(self, told: Mapping[str, Any]) -> None:
        """See that a trade is this merchant's.

        Raises: Refused("webhook.stranger").
        """
        named = {"mchid": self._mine.mch_id, "appid": self._mine.app_id}
        if any(name in told and told[name] != own for name, own in named.items()):
            raise Refused("webhook.stranger")
        if "mchid" not in told:
            raise Refused("webhook.stranger")

    def _seen(self, told: Mapping[str, Any]) -> CheckoutSeen:
        state, amount = told.get("trade_state"), told.get("amount") or {}
        paid, ended = state in _PAID, state in _ENDED
        total = amount.get("total")
        name = MARK + str(told.get("out_trade_no"))
        return CheckoutSeen(
            id=name,
            status="complete" if paid else "expired" if ended else "open",
            payment_status="paid" if paid else "unpaid",
            amount_fen=Fen(total if isinstance(total, int) else 0),
            currency=str(amount.get("currency", "CNY")).lower(),
            order_id=own_id(told.get("attach")),
            attempt_id=own_id(told.get("out_trade_no")),
            intent_id=name,
            failed=state == "PAYERROR",
            live=self.live,
            expires_at=self._clock(),
            provider=Provider.WECHAT,
        )

    def refunded(self, paid: PaidThere) -> Fen:
        """Add up those of our refunds that came through; there is no list of them."""
        found = (self._refund_of(each.hex) for each in paid.refund_ids)
        return Fen(sum(_back(one) for one in found if one is not None))

    def refund(self, order: RefundOrder) -> RefundSeen:
        """Give money back, or tell how the refund of this number stands."""
        number = order.refund_id.hex
        told = self._refund_of(number) or self._line.ask(
            "POST",
            "/v3/refund/domestic/refunds",
            {
                "out_trade_no": order.intent_id.removeprefix(MARK),
                "out_refund_no": number,
                "reason": "重复付款" if order.doubled else "订单退款",
                "notify_url": self._told_at,
                "amount": {
                    "refund": int(order.amount_fen),
                    "total": int(order.paid_fen),
                    "currency": "CNY",
                },
            },
        )
        status = _REFUND.get(str(told.get("status")), "failed")
        back = self.refunded(order.paid) if status == "succeeded" else Fen(0)
        return RefundSeen(MARK + str(told.get("refund_id", number)), status, back)

    def _refund_of(self, number: str) -> dict[str, Any] | None:
        try:
            return self._line.ask("GET", f"/v3/refund/domestic/refunds/{number}")
        except Denied as no:
            if no.why != _NO_REFUND:
                raise
            return None

    def recent(
        self, since: datetime, until: datetime | None = None
    ) -> Iterator[CheckoutSeen]:
        """List what was paid on the days that are over, from the daily bills."""
        day, today = legal_day(since), legal_day(self._clock())
        last = legal_day(until - timedelta(seconds=1)) if until else today
        while day <= min(last, today - timedelta(days=1)):
            try:
                said = {"bill_date": day.isoformat(), "bill_type": "ALL"}
                told = self._line.ask("GET", f"/v3/bill/tradebill?{urlencode(said)}")
            except Denied as no:
                self._no_bill(no, day=day == today - timedelta(days=1), until=until)
            else:
                raw = self._line.fetch(_word(told, "download_url"))
                yield from self._billed(bills.wechat(raw, str(told.get("hash_value"))))
            day += timedelta(days=1)

    def _no_bill(self, no: Denied, *, day: bool, until: datetime | None) -> None:
        """Tell a day without a trade from a bill that is not written yet.

        The platform writes the bill of yesterday until ten in the morning, and says
        of both that there is none.
        """
        if no.why not in _NO_BILL:
            raise no
        young = day and self._clock().astimezone(SHANGHAI).hour < bills.WRITTEN
        if until is not None and (young or no.why == "STATEMENT_CREATING"):
            raise Unavailable("payment.unavailable")

    def _billed(self, rows: Iterator[bills.Row]) -> Iterator[CheckoutSeen]:
        for row in rows:
            if row.merchant == self._mine.mch_id and row.app == self._mine.app_id:
                yield self._seen(
                    {
                        "out_trade_no": row.number,
                        "attach": row.attach,
                        "trade_state": "SUCCESS",
                        "amount": {"total": int(row.amount_fen), "currency": "CNY"},
                    }
                )

    def notice(self, raw: bytes, head: Mapping[str, str]) -> EventSeen:
        """Check a message on its raw bytes, and read what it is about.

        Raises: Refused("webhook.signature"), Refused("webhook.shape"),
            Refused("webhook.stranger").
        """
        self._line.check(head, raw)
        event_id, kind, told = self._line.opened(raw)
        self._see_whose(told)
        name = MARK + str(told.get("out_trade_no", ""))
        back = kind.startswith("REFUND.")
        return EventSeen(
            id=MARK + event_id,
            type=kind,
            live=self.live,
            account=None,
            session_id=None if back else name,
            intent_id=name if back else None,
        )


def _word(told: Mapping[str, Any], name: str) -> str:
    found = told.get(name)
    if not isinstance(found, str):
        raise Unavailable("payment.unavailable")
    return found


def _back(told: Mapping[str, Any]) -> int:
    amount = told.get("amount") or {}
    back = amount.get("refund")
    return back if told.get("status") == "SUCCESS" and isinstance(back, int) else 0
