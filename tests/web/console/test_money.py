"""The desk's money, as a clerk and a second person meet it in the browser."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from lms.accounts.rules import Role
from lms.commerce import queries
from lms.commerce.models import Invoice, Order, StatementLine
from lms.commerce.queries import invoices as invoice_queries
from lms.commerce.rules import OrderState
from lms.commerce.rules.invoices import InvoiceState
from lms.commerce.rules.reconciling import Difference, DiffKind
from lms.commerce.services import invoices, reconciling
from lms.kernel.db import db
from lms.kernel.ids import new_id
from lms.kernel.pii import mask_name
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import commerce as make
from tests.make import invoices as bureau
from tests.make.invoices import Drawn
from tests.make.statements import HEADS, confirm, row, ticked

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


class Desk:
    """An association with an order that waits, two clerks and a manager."""

    def __init__(self, begin: Begin, sign: Sign) -> None:
        with begin() as work:
            self.house = make.association(work, two_person=True)
            make.seller(work, self.house)
            staff = [
                make_accounts.staff(
                    work, role, association_id=self.house, email=f"{n}@demo.example"
                )
                for n, role in enumerate((Role.CLERK, Role.CLERK, Role.MANAGER))
            ]
            self.me = make.buyer(work)
            self.sold = make.course(work, self.house)
            self.order_id = make.pending_order(work, self.me, self.sold)
            self.paid_id = make.paid_order(
                work, self.me, make.course(work, self.house, title="乙课程")
            )
        self.clerk, self.other, self.manager = (sign(each) for each in staff)

    @property
    def number(self) -> str:
        return db.session.get_one(Order, self.order_id).number

    def state(self) -> OrderState:
        db.session.rollback()
        return queries.order(db.session(), self.me, self.order_id).state

    def send(self, *rows: list[str], encoding: str = "gb18030") -> str:
        """Upload a statement; give the address of its page."""
        text = "\r\n".join(",".join(cells) for cells in (HEADS, *rows))
        sent = self.clerk.post(
            "/console/money/statements",
            {"file": (io.BytesIO(text.encode(encoding)), "流水.csv")},
            content_type="multipart/form-data",
        )
        assert sent.status_code == 303, sent.text
        return str(sent.location)

    def map(self, page: str) -> None:
        told = {"bank": "包头银行", "account": "1500", "head": "0", "day": "0",
                "running_no": "1", "debit": "2", "credit": "3", "payer": "5",
                "payer_account": "6", "remark": "7"}  # fmt: skip
        assert self.clerk.post(f"{page}/mapping", told).status_code == 303

    def take(self, *rows: list[str]) -> None:
        page = self.send(*rows)
        if "/take" not in self.clerk.get(page).text:
            self.map(page)
        assert self.clerk.post(f"{page}/take").status_code == 303

    def line(self) -> str:
        found = db.session.scalars(select(StatementLine)).one()
        return f"/console/money/lines/{found.id}"


@pytest.fixture
def desk(begin: Begin, browser_of: Sign) -> Desk:
    return Desk(begin, browser_of)


def test_the_wizard_asks_once_and_knows_the_bank_the_next_time(desk: Desk) -> None:
    page = desk.send(row("1.00"))
    first = desk.clerk.get(page).text
    assert "第一次导入这种格式的流水" in first
    assert re.search(r'name="credit".*?value="3"\s+selected', first, re.S)
    desk.map(page)
    shown = desk.clerk.get(page).text
    assert "确认导入" in shown
    assert "1.00" in shown

    again = desk.other.get(desk.send(row("2.00", number="2"))).text
    assert "确认导入" in again
    assert "包头银行" in again


def test_a_mapping_that_lacks_something_says_what(desk: Desk) -> None:
    page = desk.send(row("1.00"))
    wrong = desk.clerk.post(f"{page}/mapping", {"bank": "", "head": "0", "day": "0"})

    assert wrong.status_code == 422
    for words in (
        "请指定收入金额所在的列。",
        "请指定对方户名所在的列。",
        "请填写开户银行",
    ):
        assert words in wrong.text


def test_a_bad_row_is_named_and_stops_the_whole_file(desk: Desk) -> None:
    page = desk.send(row("1.00"), row("一元", number="2"))
    desk.map(page)
    shown = desk.clerk.get(page).text

    assert "第 3 行" in shown
    assert "确认导入</button>" not in shown
    refused = desk.clerk.post(f"{page}/take")
    assert refused.status_code == 422
    assert not db.session.scalars(select(StatementLine)).all()


def test_what_is_no_statement_is_refused_in_words(desk: Desk) -> None:
    sent = desk.clerk.post(
        "/console/money/statements",
        {"file": (io.BytesIO(b"\x00\x01\x02"), "x.bin")},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 422
    assert "无法识别文件的文字编码" in sent.text


def test_from_the_file_to_the_opened_course_by_two_persons(desk: Desk) -> None:
    desk.take(row("128.00", words=f"培训费 {desk.number}"))

    queue = desk.clerk.get("/console/money/lines?group=confirm").text
    assert desk.number in queue
    mine = desk.clerk.get(desk.line()).text
    assert "须由另一人复核" in mine
    box = ticked(desk.clerk)
    alone = desk.clerk.post(
        "/console/money/lines/confirm", {"line": box}, follow_redirects=True
    )
    assert "复核须由另一个人办理" in alone.text
    assert desk.state() is OrderState.PENDING

    done = desk.other.post(
        "/console/money/lines/confirm", {"line": box}, follow_redirects=True
    )
    assert "1 个订单已开通课程" in done.text
    assert desk.state() is OrderState.FULFILLED


def test_candidates_stand_side_by_side_with_reasons(desk: Desk) -> None:
    desk.take(row("128.00"))
    page = desk.other.get(desk.line()).text

    for words in (desk.number, "金额一致", "户名与学员一致", "把握 65%"):
        assert words in page
    order_id = str(desk.order_id)
    given = desk.other.post(
        f"{desk.line()}/parts", {"order": order_id, "amount": "128.00"}
    )
    assert given.status_code == 303
    assert "待复核" in desk.manager.get(desk.line()).text
    assert confirm(desk.manager, desk.line()).status_code == 303
    assert desk.state() is OrderState.FULFILLED


def test_too_much_for_an_order_is_refused_on_the_page(desk: Desk) -> None:
    desk.take(row("130.00"))
    order_id = str(desk.order_id)
    given = desk.other.post(
        f"{desk.line()}/parts", {"order": order_id, "amount": "130.00"}
    )

    assert given.status_code == 422
    assert "金额比应付多 2.00 元" in given.text


def test_a_payer_who_is_not_the_title_needs_a_word(desk: Desk, begin: Begin) -> None:
    with begin() as work:
        invoices.ask(work, desk.me, [desk.order_id], bureau.company())
    desk.take(row("128.00", payer="别的公司", words=desk.number))
    page = desk.other.get(desk.line()).text
    assert "待复核" in page
    bare = confirm(desk.other, desk.line())
    assert bare.status_code == 422
    assert "付款户名“别的公司”与发票抬头不一致" in bare.text

    told = confirm(desk.other, desk.line(), "已收到盖章说明")
    assert told.status_code == 303
    assert desk.state() is OrderState.FULFILLED
    assert "与抬头不一致" in desk.clerk.get("/console/money/invoices").text


def test_a_return_is_asked_by_one_and_agreed_to_by_a_manager(desk: Desk) -> None:
    desk.take(row("5.00", payer="某某"))
    asked = {"amount": "5.00", "reason": "汇错了"}
    assert desk.clerk.post(f"{desk.line()}/returns", asked).status_code == 303
    page = desk.manager.get(desk.line()).text
    found = re.search(r"/returns/([0-9a-f-]{36})/decide", page)
    assert found
    there = f"{desk.line()}/returns/{found[1]}"
    assert desk.clerk.post(f"{there}/decide", {"approved": "1"}).status_code == 403
    assert desk.manager.post(f"{there}/decide", {"approved": "0"}).status_code == 422
    assert desk.manager.post(f"{there}/decide", {"approved": "1"}).status_code == 303
    done = {"bank_line": "out-1", "returned_on": "2026-11-21"}
    assert desk.clerk.post(f"{there}/done", done).status_code == 303
    assert "已退回" in desk.clerk.get(desk.line()).text


def test_the_list_leaves_with_its_filter_in_the_file(desk: Desk) -> None:
    desk.take(row("128.00", payer="某某公司"))
    sent = desk.clerk.post(
        "/console/money/lines/export.xlsx", {"group": "open", "words": "某某"}
    )
    book = load_workbook(io.BytesIO(sent.data))

    assert book.worksheets[0]["C2"].value == mask_name("某某公司")
    told = [(a.value, b.value) for a, b in book["筛选条件"].iter_rows(max_col=2)]
    assert told[:2] == [("分类", "待匹配"), ("查找", "某某")]


def test_the_sample_of_a_demonstration_is_made_of_what_waits(desk: Desk) -> None:
    sample = desk.clerk.get("/console/money/statements/sample.csv")

    assert desk.number in sample.data.decode("gb18030")


# -- invoices ----------------------------------------------------------------------


class Asked:
    """A request that may be issued."""

    def __init__(self, desk: Desk, begin: Begin) -> None:
        self.desk = desk
        with begin() as work:
            self.id = invoices.ask(work, desk.me, [desk.paid_id], bureau.company())
        self.page = f"/console/money/invoices/{self.id}"

    def row(self) -> Invoice:
        db.session.rollback()
        return db.session.get_one(Invoice, self.id)

    def upload(self, url: str, *bodies: bytes, field: str = "file") -> Any:
        files = [(io.BytesIO(body), f"{n}.pdf") for n, body in enumerate(bodies)]
        return self.desk.clerk.post(
            url,
            {field: files if len(files) > 1 else files[0]},
            content_type="multipart/form-data",
        )


@pytest.fixture
def asked(desk: Desk, begin: Begin) -> Asked:
    return Asked(desk, begin)


def test_the_file_for_the_tax_system_goes_out_and_can_be_fetched_again(
    desk: Desk, asked: Asked
) -> None:
    queue = desk.clerk.get("/console/money/invoices").text
    assert "内蒙古示例建设集团有限公司" in queue
    sent = desk.clerk.post(
        "/console/money/invoices/hand-over", {"invoice": str(asked.id)}
    )
    assert sent.status_code == 303
    handed = desk.clerk.get("/console/money/invoices?group=handed").text
    found = re.search(r"/console/money/invoices/files/[0-9a-f-]{36}", handed)
    assert found
    file = desk.clerk.get(found[0])
    sheet = load_workbook(io.BytesIO(file.data))["1-发票基本信息"]
    assert sheet["F4"].value == "内蒙古示例建设集团有限公司"
    assert "attachment" in file.headers["Content-Disposition"]
    assert asked.row().state is InvoiceState.HANDED


def test_many_files_find_their_own_requests(desk: Desk, asked: Asked) -> None:
    number = db.session.get_one(Order, desk.paid_id).number
    right = bureau.pdf(Drawn(remark=f"订单号：{number}"))
    strange = bureau.pdf(Drawn(number="3" * 20, fen=1, title="别人"))
    told = asked.upload(
        "/console/money/invoices/upload", right, strange, b"junk", field="files"
    ).text

    assert "已登记为发票 26152000000012345678" in told
    assert "没有找到对应的申请" in told
    assert "请上传税务系统导出的 PDF 或 OFD 发票" in told
    assert asked.row().state is InvoiceState.ISSUED


def test_a_wrong_amount_is_refused_with_both_figures(desk: Desk, asked: Asked) -> None:
    refused = asked.upload(f"{asked.page}/issued", bureau.pdf(Drawn(fen=12_900)))

    assert refused.status_code == 422
    assert "应为 128.00 元，文件为 129.00 元" in refused.text
    assert asked.row().state is InvoiceState.ASKED


def test_a_red_entry_by_two_and_the_files_are_sent_to_be_saved(
    desk: Desk, asked: Asked
) -> None:
    assert asked.upload(f"{asked.page}/issued", bureau.pdf(Drawn())).status_code == 303
    told = {"why": "title", "words": "抬头错了"}
    assert desk.clerk.post(f"{asked.page}/reds", told).status_code == 303
    page = desk.manager.get(asked.page).text
    found = re.search(r"/reds/([0-9a-f-]{36})/decide", page)
    assert found
    there = f"{asked.page}/reds/{found[1]}"
    assert desk.clerk.post(f"{there}/decide", {"approved": "1"}).status_code == 403
    assert desk.manager.post(f"{there}/decide", {"approved": "1"}).status_code == 303
    same = asked.upload(f"{there}/done", bureau.pdf(Drawn(fen=-12_800)))
    assert same.status_code == 422
    assert "这是原来的蓝字发票" in same.text
    red = bureau.pdf(Drawn(fen=-12_800, number="4" * 20))
    assert asked.upload(f"{there}/done", red).status_code == 303
    assert asked.row().state is InvoiceState.RED
    files = re.findall(r"/file/[0-9a-f-]{36}", desk.clerk.get(asked.page).text)
    assert len(files) == 2
    sent = [desk.clerk.get(f"{asked.page}{one}") for one in files]
    assert red in [got.data for got in sent]
    got = sent[0]
    assert got.headers["Content-Security-Policy"].startswith("sandbox")


def test_the_layout_is_edited_from_a_day_on(desk: Desk) -> None:
    page = desk.clerk.get("/console/money/invoice-file").text
    heads = re.findall(r'name="basic-head"\s+value="([^"]*)"', page)
    assert heads[:2] == ["发票流水号", "发票类型"]
    told = {
        "since": "2026-12-01", "item": "继续教育费", "rate": "0.06", "unit": "次",
        "tax_code": "3070201020000000000", "kind": "csv", "rows": "each",
        "refunds": "first",
        "basic-head": ["流水", "类型", "抬头", "税号", "固定"],
        "basic-source": ["serial", "type", "title", "tax_no", ""],
        "basic-fixed": ["", "", "", "", "是"],
        "details-head": ["流水", "项目", "金额"],
        "details-source": ["serial", "item", "amount"],
        "details-fixed": ["", "", ""],
    }  # fmt: skip
    assert desk.clerk.post("/console/money/invoice-file", told).status_code == 303
    layout = invoice_queries.layout(db.session(), desk.house, date(2026, 12, 1))
    assert (layout.basic[4], layout.item) == (("固定", "=是"), "继续教育费")
    wrong = desk.clerk.post("/console/money/invoice-file", told | {"since": "2020-1-1"})
    assert wrong.status_code == 422
    assert "生效日期不能早于今天" in wrong.text


def test_a_difference_says_what_to_do_and_is_settled_by_name(
    desk: Desk, begin: Begin
) -> None:
    one = Difference(DiffKind.ORDER_AMOUNT, str(new_id()), 12_800, 12_700, "D-1")
    looked = {"stripe": 1, "bank": 2, "orders": 3}
    with begin() as work:
        reconciling.note_run(work, desk.house, date(2026, 11, 19), [], looked)
        reconciling.note_run(work, desk.house, date(2026, 11, 20), [one], looked)
    page = desk.clerk.get("/console/money/books").text
    assert "无差异" in page
    assert "相差 -¥1.00" in page or "相差 ¥-1.00" in page
    named = re.search(r"/books/([0-9a-f-]{36})/settle", page)
    assert named
    url = f"/console/money/books/{named[1]}/settle"
    assert desk.clerk.post(url, {"reason": " "}).status_code == 422
    assert desk.clerk.post(url, {"reason": "已电话核实"}).status_code == 303
    assert "已电话核实" in desk.manager.get("/console/money/books?state=settled").text


def test_revenue_is_shown_and_taken_away_with_its_filter(desk: Desk) -> None:
    page = desk.clerk.get("/console/money/revenue").text
    assert "¥128.00" in page
    assert "乙课程" in page
    sent = desk.clerk.post(
        "/console/money/revenue/export.xlsx", {"basis": "order", "channel": "alipay"}
    )
    book = load_workbook(io.BytesIO(sent.data))
    assert [cell.value for cell in book.worksheets[0][2]] == [
        "2026-11", "乙课程", "支付宝", 128, 0, 128,
    ]  # fmt: skip
    told = {a.value: b.value for a, b in book["筛选条件"].iter_rows(max_col=2)}
    assert (told["口径"], told["收款渠道"]) == ("按订单付款日", "支付宝")
