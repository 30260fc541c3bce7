"""Alipay: the page for a large screen, the one for a phone."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from lms.commerce.ports import CheckoutAsked, CheckoutOpened, PaidThere, RefundOrder
from lms.commerce.rules import CheckoutSeen, EventSeen, Provider, RefundSeen
from lms.gateways.mainland import bills
from lms.gateways.mainland.alipay_line import AlipayLine, Denied
from lms.gateways.mainland.amounts import fen, own_id, written
from lms.kernel.clock import SHANGHAI, Clock, legal_day, system_clock
from lms.kernel.errors import Refused, Unavailable
from lms.kernel.money import Fen
from lms.kernel.payment_settings import AlipaySettings

MARK = "alipay:"
"""How the house names this provider's trades among others'."""

METHOD = "alipay"
_PHONE, _DESK = "QUICK_WAP_WAY", "FAST_INSTANT_TRADE_PAY"
_TITLE = 40
_ID = 32
_PAID = frozenset({"TRADE_SUCCESS", "TRADE_FINISHED"})
_NO_TRADE = "ACQ.TRADE_NOT_EXIST"
_NO_BILL = frozenset({"isp.bill_not_exist", "BILL_NOT_EXIST"})


class AlipayCheckout:
    """One application. A trade's number is the order's id and then the try's.

    Alipay knows of a trade only once somebody has looked at its page.
    """

    def __init__(
        self, settings: AlipaySettings, told_at: str, clock: Clock = system_clock
    ) -> None:
        self._mine, self._clock = settings, clock
        self._line = AlipayLine(settings, clock)
        self._told_at = f"{told_at}/alipay"

    @property
    def live(self) -> bool:
        """Tell whether real money moves."""
        return self._mine.api_base is None

    def owns(self, name: str) -> bool:
        """Tell whether a trade is this provider's."""
        return name.startswith(MARK)

    def open(self, asked: CheckoutAsked) -> CheckoutOpened:
        """Give a page's address; nobody outside is asked for it."""
        number = UUID(asked.order_id).hex + UUID(asked.attempt_id).hex
        title = asked.lines[0][0] if asked.lines else ""
        until = asked.expires_at.astimezone(SHANGHAI)
        wish = {
            "out_trade_no": number,
            "total_amount": written(Fen(sum(price for _name, price in asked.lines))),
            "subject": _plain(f"{asked.number} {title}")[:_TITLE],
            "product_code": "QUICK_WAP_WAY"
            if asked.phone
            else "FAST_INSTANT_TRADE_PAY",
            "time_expire": until.strftime("%Y-%m-%d %H:%M:%S"),
        }
        if asked.phone:
            wish["quit_url"] = asked.cancel_url
        url = self._line.page(
            "alipay.trade.wap.pay" if asked.phone else "alipay.trade.page.pay",
            wish,
            notify_url=self._told_at,
            return_url=asked.success_url,
        )
        return CheckoutOpened(MARK + number, url, asked.expires_at)

    def fits(self, opened: CheckoutOpened, method: str, *, phone: bool) -> bool:
        """Tell whether what is open suits the wish and the screen."""
        return method == METHOD and ("alipay.trade.wap.pay" in opened.url) is phone

    def read(self, session_id: str) -> CheckoutSeen:
        """Tell how a trade stands now; one that nobody has looked at is open."""
        return self._read(session_id, unseen="open")

    def expire(self, session_id: str) -> CheckoutSeen:
        """Close a trade; if that is too late, tell how it stands.

        What nobody has looked at cannot be closed. It ends by its own time; if it is
        paid before, that money is like any that comes late.
        """
        number = session_id.removeprefix(MARK)
        try:
            self._line.ask("alipay.trade.close", {"out_trade_no": number})
        except Denied:
            return self._read(session_id, unseen="expired")
        return self._read(session_id, unseen="expired")

    def _read(self, session_id: str, *, unseen: str) -> CheckoutSeen:
        number = session_id.removeprefix(MARK)
        try:
            told = self._line.ask("alipay.trade.query", {"out_trade_no": number})
        except Denied as no:
            if no.why != _NO_TRADE:
                raise
            return self._seen(number, paid=False, status=unseen, amount=Fen(0))
        if told.get("out_trade_no") != number:
            raise Unavailable("payment.unavailable")
        return self._told(number, told)

    def _told(self, number: str, told: Mapping[str, Any]) -> CheckoutSeen:
        state = told.get("trade_status")
        closed = state == "TRADE_CLOSED"
        # A trade that was given back whole is closed too, but it was paid on a day.
        paid = state in _PAID or (closed and bool(told.get("send_pay_date")))
        status = "complete" if paid else "expired" if closed else "open"
        amount = fen(told.get("total_amount"))
        return self._seen(number, paid=paid, status=status, amount=amount)

    def _seen(
        self, number: str, *, paid: bool, status: str, amount: Fen
    ) -> CheckoutSeen:
        return CheckoutSeen(
            id=MARK + number,
            status=status,
            payment_status="paid" if paid else "unpaid",
            amount_fen=amount,
            currency="cny",
            order_id=own_id(number[:_ID]),
            attempt_id=own_id(number[_ID:]),
            intent_id=MARK + number,
            failed=False,
            live=self.live,
            expires_at=self._clock(),
            provider=Provider.ALIPAY,
        )

    def refunded(self, paid: PaidThere) -> Fen:
        """Add up those of our refunds that came through."""
        backs = (self._back(paid.intent_id, each.hex) for each in paid.refund_ids)
        return Fen(sum(each or 0 for each in backs))

    def refund(self, order: RefundOrder) -> RefundSeen:
        """Give money back, or tell how the refund of this number stands."""
        number = order.refund_id.hex
        back = self._back(order.intent_id, number)
        if back is None:
            self._line.ask(
                "alipay.trade.refund",
                {
                    "out_trade_no": order.intent_id.removeprefix(MARK),
                    "out_request_no": number,
                    "refund_amount": written(order.amount_fen),
                    "refund_reason": "重复付款" if order.doubled else "订单退款",
                },
            )
            back = self._back(order.intent_id, number)
        if back is None:
            return RefundSeen(MARK + number, "pending", Fen(0))
        return RefundSeen(MARK + number, "succeeded", self.refunded(order.paid))

    def _back(self, intent_id: str, number: str) -> Fen | None:
        """Tell what a refund gave back; None when it was not, or not yet, done."""
        try:
            told = self._line.ask(
                "alipay.trade.fastpay.refund.query",
                {
                    "out_trade_no": intent_id.removeprefix(MARK),
                    "out_request_no": number,
                },
            )
        except Denied as no:
            if no.why != _NO_TRADE:
                raise
            return None
        if told.get("refund_status") != "REFUND_SUCCESS":
            return None
        return fen(told.get("refund_amount"))

    def recent(
        self, since: datetime, until: datetime | None = None
    ) -> Iterator[CheckoutSeen]:
        """List what was paid on the days that are over, from the daily bills."""
        day, today = legal_day(since), legal_day(self._clock())
        last = legal_day(until - timedelta(seconds=1)) if until else today
        while day <= min(last, today - timedelta(days=1)):
            yield from self._billed(day, whole=until is not None)
            day += timedelta(days=1)

    def _billed(self, day: date, *, whole: bool) -> Iterator[CheckoutSeen]:
        try:
            told = self._line.ask(
                "alipay.data.dataservice.bill.downloadurl.query",
                {"bill_type": "trade", "bill_date": day.isoformat()},
            )
        except Denied as no:
            if no.why not in _NO_BILL:
                raise
            now = self._clock().astimezone(SHANGHAI)
            yesterday = day == now.date() - timedelta(days=1)
            if whole and yesterday and now.hour < bills.WRITTEN:
                raise Unavailable("payment.unavailable") from no
            return
        raw = self._line.fetch(str(told.get("bill_download_url")))
        for row in bills.alipay(raw):
            yield self._seen(
                row.number, paid=True, status="complete", amount=row.amount_fen
            )

    def notice(self, raw: bytes, head: Mapping[str, str]) -> EventSeen:
        """Check a message on its words, and read what it is about.

        Raises: Refused("webhook.signature"), Refused("webhook.shape"),
            Refused("webhook.stranger").
        """
        told = self._line.opened(raw)
        if told.get("app_id") != self._mine.app_id:
            raise Refused("webhook.stranger")
        if self._mine.seller_id and told.get("seller_id") != self._mine.seller_id:
            raise Refused("webhook.stranger")
        if not told.get("notify_id") or not told.get("out_trade_no"):
            raise Refused("webhook.shape")
        name = MARK + told["out_trade_no"]
        back = bool(told.get("gmt_refund"))
        return EventSeen(
            id=MARK + told["notify_id"][:100],
            type=f"{told.get('notify_type', '')}:{told.get('trade_status', '')}"[:80],
            live=self.live,
            account=None,
            session_id=None if back else name,
            intent_id=name if back else None,
        )


def _plain(text: str) -> str:
    """Leave out what a subject may not hold: `/`, `=`, `&`."""
    return "".join("·" if sign in "/=&" else sign for sign in text)
