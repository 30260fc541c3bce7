"""Inside WeChat no page of a payment opens: the order says so, and what to do."""

from __future__ import annotations

from urllib.parse import urlsplit

from sqlalchemy import func, select

from lms.commerce.models import PaymentAttempt
from lms.kernel.db import db
from tests.conftest import Browser
from tests.web.shop.test_mainland import PHONE, There, placed, there

__all__ = ["placed", "there"]

INSIDE = f"{PHONE} MicroMessenger/8.0.50 NetType/WIFI Language/zh_CN"
ON_DESK = "Mozilla/5.0 (Windows NT 10.0) Chrome/116 WindowsWechat MicroMessenger/3.9"
NOTE = "您正在微信里打开本页，这里不能直接付款"


def seen_by(page: Browser, order: str, agent: str) -> str:
    return page.client.get(order, headers={"User-Agent": agent}).text


def test_who_reads_the_order_inside_wechat_is_told_how_to_pay(
    placed: tuple[Browser, str], there: There
) -> None:
    page, order = placed
    shown = seen_by(page, order, INSIDE)

    assert NOTE in shown
    assert "在浏览器打开" in shown
    assert f'data-copy="http://127.0.0.1:8000{order}"' in shown.replace(
        "http://localhost/", "http://127.0.0.1:8000/"
    )
    for elsewhere in (PHONE, ON_DESK):
        assert NOTE not in seen_by(page, order, elsewhere)


def test_wechats_button_shows_the_code_there_and_no_page_that_is_refused(
    placed: tuple[Browser, str], there: There
) -> None:
    page, order = placed
    head = {"User-Agent": INSIDE}
    went = page.post(f"{order}/pay", {"method": "wechat_pay"}, headers=head)

    assert (went.status_code, urlsplit(went.location).path) == (303, order)
    assert not any("/h5" in one for one in there.wx.asked)
    shown = seen_by(page, order, INSIDE)
    assert 'class="shop-qr"' in shown
    assert NOTE in shown


def test_alipays_button_opens_nothing_there_and_says_why(
    placed: tuple[Browser, str], there: There
) -> None:
    page, order = placed
    head = {"User-Agent": INSIDE}
    went = page.post(
        f"{order}/pay", {"method": "alipay"}, headers=head, follow_redirects=True
    )

    assert "微信里打不开支付宝" in went.text
    assert db.session.scalar(select(func.count()).select_from(PaymentAttempt)) == 0
    out = page.post(f"{order}/pay", {"method": "alipay"}, headers={"User-Agent": PHONE})
    assert "alipay.trade.wap.pay" in out.location


def test_leaving_for_the_browser_the_page_that_starts_wechat_opens(
    placed: tuple[Browser, str], there: There
) -> None:
    page, order = placed
    page.post(f"{order}/pay", {"method": "wechat_pay"}, headers={"User-Agent": INSIDE})
    went = page.post(
        f"{order}/pay", {"method": "wechat_pay"}, headers={"User-Agent": PHONE}
    )

    assert "/h5?" in went.location
