"""The demonstration's money: statements, an invoice in each state, green days."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from lms.commerce import queries as shop
from lms.commerce.ports import HandoverPress, InvoicePaper
from lms.commerce.queries import books, reconciliations, statements
from lms.commerce.queries import invoices as asked_for
from lms.commerce.rules.columns import plain
from lms.commerce.rules.invoices import (
    FileForm,
    InvoiceType,
    Read,
    RedWhy,
    Title,
    TitleKind,
)
from lms.commerce.services import imports, invoices, issuing, lines, reconciling, reds
from lms.commerce.services.reds import RedAsk
from lms.jobs.demo.people import Made
from lms.kernel.clock import legal_day
from lms.kernel.ids import AssociationId
from lms.kernel.money import Fen, yuan
from lms.kernel.work import Work
from lms.registration.ports.letters import LetterPress
from lms.registration.rules.letters import Letter
from lms.reports import statements as reports

_BANK, _ACCOUNT = "演示银行包头分行", "6200000000000000001"
_HEADS = ["交易日期", "交易流水号", "借方发生额", "贷方发生额", "对方户名", "对方账号",
          "附言"]  # fmt: skip
_COMPANY = Title(
    TitleKind.COMPANY,
    InvoiceType.NORMAL,
    "内蒙古示例建设集团有限公司",
    "91150203MA0N00000G",
    email="finance@demo.example",
)
_ISSUED, _RED = "26152000000000100001", "26152000000000100002"
_DAYS = 9


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose books these are, who works there, and what draws and writes."""

    house: AssociationId
    staff: Mapping[str, Made]
    ports: Mapping[type[Any], Any]

    def at(self, work: Work, name: str, days: int) -> Work:
        """Put the work into the hands of a member of staff, some days ago."""
        actor = replace(
            self.staff[name].actor,
            roles=frozenset({name.rstrip("2")}),
            association_id=self.house,
        )
        return replace(work, actor=actor, now=work.now - timedelta(days=days))


def lay(work: Work, cast: Mapping[str, Made], desk: Desk) -> None:
    """Lay statements and invoices on the desk, and compare the books of last days."""
    _statements(work, desk)
    _invoices(work, cast, desk)
    today = legal_day(work.now)
    for back in range(_DAYS, 0, -1):
        night = replace(work, now=work.now - timedelta(days=back - 1))
        _compare(night, desk, today, back)


def _statements(work: Work, desk: Desk) -> None:
    """Take in the statement of the day on which everybody paid, and a later one."""
    paid = _paid(work, desk)
    _take(work, desk, "clerk", 29, paid)
    day = legal_day(work.now) - timedelta(days=3)
    later = [
        _row(day, "000001", "888.00", "包头市某某商贸有限公司", "货款"),
        _row(day, "000002", "0.31", "演示银行", "结息"),
        _row(day, "000003", "360.00", "周转", "继续教育培训费"),
    ]
    taken = _take(work, desk, "clerk", 2, later)
    own = desk.at(work, "clerk", 2)
    lines.set_aside(own, desk.house, taken["000002"], "存款结息", aside=True)
    lines.keep(own, desk.house, taken["000001"], "来款不明，已电话询问", kept=True)


def _paid(work: Work, desk: Desk) -> list[list[str]]:
    """Print what the desk typed from the bank's slips as the bank prints it."""
    found = []
    for transfer in reconciliations.typed(work.session, desk.house):
        said = (transfer.payer, transfer.reference)
        amount = yuan(Fen(transfer.amount_fen))
        found.append(_row(transfer.value_on, transfer.running_no, amount, *said))
    return found


def _row(day: date, number: str, amount: str, payer: str, said: str) -> list[str]:
    return [f"{day:%Y%m%d}", number, "", amount, payer, "6222000011112222", said]


def _take(
    work: Work, desk: Desk, name: str, days: int, rows: list[list[str]]
) -> dict[str, UUID]:
    own = desk.at(work, name, days)
    cells = [_HEADS, *rows]
    digest = len(rows).to_bytes(32)
    file = f"账户明细-{legal_day(own.now):%Y%m%d}.csv"
    made = imports.upload(own, desk.house, imports.Upload(file, digest, cells))
    shown = statements.statement(own.session, desk.house, made)
    reading = imports.Reading(_BANK, _ACCOUNT, shown.head, shown.columns)
    imports.remap(own, desk.house, made, reading)
    imports.take(own, desk.house, made)
    rows_there = reports.lines(own.session, desk.house, "all", "", "").rows
    return {one.running_no: one.id for one in rows_there}


def _invoices(work: Work, cast: Mapping[str, Made], desk: Desk) -> None:
    """Ask for one of each state: asked, handed, issued, red and anew, sent back."""
    asked = _Asking(work, cast, desk)
    asked.put("李秀英", _COMPANY, 2)
    handed = asked.put("欧阳㛃𬀩", Title(_PERSON, InvoiceType.NORMAL, "欧阳㛃𬀩"), 4)
    issuing.hand_over(
        desk.at(work, "clerk", 3), desk.house, [handed], desk.ports[HandoverPress]
    )
    asked.issue(asked.put("张建国", _COMPANY, 20), _ISSUED, 18)
    declined = asked.put("吴难", replace(_COMPANY, name="某某建筑"), 6)
    invoices.decline(
        desk.at(work, "clerk", 5),
        desk.house,
        declined,
        "抬头不是单位全称，请按营业执照填写后重新申请。",
    )
    wrong = asked.put("王守成", Title(_PERSON, InvoiceType.NORMAL, "王守城"), 15)
    asked.issue(wrong, _RED, 14)
    asked.again(wrong, "王守成", 10)


_PERSON = TitleKind.PERSONAL


class _Asking:
    def __init__(self, work: Work, cast: Mapping[str, Made], desk: Desk) -> None:
        self._work, self._cast, self._desk = work, cast, desk

    def put(self, name: str, title: Title, days: int) -> UUID:
        made = self._cast[name]
        own = replace(
            self._work,
            actor=made.actor,
            now=self._work.now - timedelta(days=days),
        )
        orders = shop.orders(own.session, made.person_id)
        chosen = [one.id for one in orders if one.total_fen][:1]
        return invoices.ask(own, made.person_id, chosen, title)

    def issue(self, invoice_id: UUID, number: str, days: int) -> None:
        own = self._desk.at(self._work, "clerk", days)
        amount = self._asked(invoice_id)
        paper = self._paper(own, number, *amount)
        issuing.record_issued(own, self._desk.house, invoice_id, paper, Read())

    def again(self, invoice_id: UUID, name: str, days: int) -> None:
        """Take an invoice back whose name was misspelt, and ask for the right one."""
        made = self._cast[name]
        work, desk = self._work, self._desk
        own = replace(work, actor=made.actor, now=work.now - timedelta(days=days))
        right = Title(_PERSON, InvoiceType.NORMAL, name)
        red = reds.wish(
            own,
            made.person_id,
            invoice_id,
            RedAsk(RedWhy.TITLE, "姓名写错了一个字", right),
        )
        clerk = desk.at(work, "clerk", days - 1)
        reds.take_up_wish(clerk, desk.house, red, (True, ""))
        title, fen = self._asked(invoice_id)
        later = desk.at(work, "clerk", days - 3)
        paper = self._paper(later, f"{_RED[:-1]}9", title, -fen)
        reds.record_red(later, desk.house, red, paper, Read())

    def _asked(self, invoice_id: UUID) -> tuple[Title, int]:
        """Say what an invoice is to say: whose name, and how much. Units: fen."""
        session = self._work.session
        card = asked_for.invoice_of(session, self._desk.house, invoice_id)
        return card.title, card.amount_fen

    def _paper(self, work: Work, number: str, title: Title, fen: int) -> InvoicePaper:
        """Draw a specimen that says what the tax system's file would say."""
        day = legal_day(work.now)
        amount = f"{'-' if fen < 0 else ''}{yuan(Fen(abs(fen)))}"
        facts = (
            ("发票号码", number),
            ("开票日期", f"{day:%Y年%m月%d日}"),
            ("购买方", title.name),
            ("税号", title.tax_no or "—"),
            ("项目", "*非学历教育服务*培训费"),
            ("价税合计", f"（小写）¥{amount}"),
        )
        letter = Letter(
            title="电子发票（样张）",
            number=number,
            to=title.name,
            paragraphs=("本页是演示环境的样张，不是发票，不能报销或抵扣。",),
            signed="演示协会",
            on=day,
            facts=facts,
        )
        body: bytes = self._desk.ports[LetterPress].letter(letter)
        words = plain("".join(value for _word, value in facts))
        return InvoicePaper(FileForm.PDF, body, Read(number, day, Fen(fen), words))


def _compare(work: Work, desk: Desk, today: date, back: int) -> None:
    """Compare one of the last days, as the night after it did."""
    day = today - timedelta(days=back)
    found = books.differences(work.session, desk.house, day)
    looked = {"stripe": 0, **reconciliations.looked(work.session, desk.house, day)}
    reconciling.note_run(work, desk.house, day, found, looked)
