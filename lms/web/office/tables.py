"""The office's lists as tables: family names alone, noted on the office's record."""

from collections.abc import Iterable, Sequence

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.clock import legal_day
from lms.people import queries as people
from lms.registration.queries import audits as audit_queries
from lms.registration.queries import desk as desks
from lms.registration.queries import letters
from lms.registration.queries.audits import CaseCard
from lms.registration.queries.desk import Line
from lms.web import application_words as said
from lms.web import audit_words, desk, office_words
from lms.web.console.sheets import MOST_LISTED, Cell, Column, exported
from lms.web.doors import staff
from lms.web.filters import listed, term
from lms.web.office.blueprint import bp, here
from lms.web.office.home import MINE, chosen_of, promise

Rows = Iterable[Sequence[Cell]]


def _given(
    name: str, columns: Sequence[Column], rows: Rows, kind: str, narrowed: str
) -> ResponseReturnValue:
    """Send a table of this office, noted on its record."""
    place = here()
    filters = (
        (_("窗口"), place.office.name), (_("范围"), narrowed),
        (_("日期"), place.today.isoformat()),
    )  # fmt: skip
    return exported(name, columns, rows, kind, filters, f"office:{place.office.id}")


def _heads() -> tuple[Column, ...]:
    return (
        Column(_("申请人"), "name"), Column(_("事项"), width=30),
        Column(_("专业"), width=30), Column(_("聘用企业"), width=36),
        Column(_("省份")), Column(_("编号"), width=24),
    )  # fmt: skip


def _of(line: Line) -> tuple[Cell, ...]:
    card = line.card
    specialties = listed(map(term, card.specialties))
    what, where = said.title(card.flow), term(card.province)
    return line.name, what, specialties, line.employer, where, card.number


@bp.post("/export.xlsx")
@staff("teller", "approver")
def index_export() -> ResponseReturnValue:
    """Give what waits at the office, as the list was narrowed, as a table."""
    asked = request.form.get("show", "")
    columns = (
        *_heads(), Column(_("步骤"), width=20), Column(_("分类"), width=20),
        Column(_("期限"), width=44), Column(_("承诺办结"), "day"),
        Column(_("该您办理")),
    )  # fmt: skip
    rows = tuple(
        (
            *_of(line), said.step(line.card.step),
            str(office_words.BUCKETS[line.bucket][0]), promise(line),
            line.card.due_on, _("是") if line.mine else "",
        )
        for line in chosen_of(desks.queue(desk.reading(), here()), asked)
    )  # fmt: skip
    told = {one.value: str(words[0]) for one, words in office_words.BUCKETS.items()}
    told[MINE] = _("该您办理")
    kind = "office.queue_exported"
    return _given(_("办理队列"), columns, rows, kind, told.get(asked, _("全部")))


@bp.post("/decided/export.xlsx")
@staff("teller", "approver")
def decided_export() -> ResponseReturnValue:
    """Give what was decided as a table, the newest first."""
    columns = (*_heads(), Column(_("结果")), Column(_("办结日期"), "day"))
    rows = tuple(
        (*_of(line), str(said.STATUSES[line.card.status][0]), _closed(line))
        for line in desks.decided(desk.reading(), here(), limit=MOST_LISTED)
    )
    told = _("最近办结的 %(n)s 份", n=MOST_LISTED)
    return _given(_("办结列表"), columns, rows, "office.decided_exported", told)


def _closed(line: Line) -> Cell:
    closed = line.card.closed_at
    return legal_day(closed) if closed else None


@bp.post("/audits/export.xlsx")
@staff("teller", "approver")
def audits_export() -> ResponseReturnValue:
    """Give the checks after a grant as a table."""
    place, session = here(), desk.reading()
    columns = (
        Column(_("姓名"), "name"), Column(_("省份")), Column(_("编号"), width=24),
        Column(_("状态")), Column(_("发起日期"), "day"), Column(_("交付期限"), "day"),
        Column(_("逾期未交")), Column(_("本人交付"), "instant", 18),
        Column(_("单位交付"), "instant", 18), Column(_("办结时间"), "instant", 18),
    )  # fmt: skip
    found = audit_queries.cases(session, place.provinces, place.office.region)
    rows = tuple(map(_audit, sorted(found, key=lambda one: not one.late(place.today))))
    told = _("全部核查事项，逾期的在前")
    return _given(_("核查事项"), columns, rows, "office.audits_exported", told)


def _audit(one: CaseCard) -> tuple[Cell, ...]:
    return (
        people.name(desk.reading(), one.person_id), term(one.province), one.number,
        str(audit_words.STATES[one.state][0]), one.asked_on, one.due_on,
        _("是") if one.late(desk.today()) else "", one.person_handed_at,
        one.employer_handed_at, one.decided_at or one.found_at,
    )  # fmt: skip


@bp.post("/audits/draws.xlsx")
@staff("teller", "approver")
def draws_export() -> ResponseReturnValue:
    """Give the draws as a table: of how many grants how many were taken."""
    columns = (
        Column(_("省份")), Column(_("准予注册从"), "day"),
        Column(_("准予注册到"), "day"), Column(_("共有（份）"), "count"),
        Column(_("比例（%）"), "count"), Column(_("抽取（份）"), "count"),
        Column(_("抽取时间"), "instant", 18),
    )  # fmt: skip
    rows = tuple(
        (
            term(one.province), one.since, one.until, one.pot, one.share, one.taken,
            one.at,
        )
        for one in audit_queries.draws(desk.reading(), here().provinces)
    )  # fmt: skip
    told = _("本窗口各省的抽取")
    return _given(_("抽取记录"), columns, rows, "office.draws_exported", told)


@bp.post("/notices/export.xlsx")
@staff("teller", "approver")
def notices_export() -> ResponseReturnValue:
    """Give what was published as a table; who is named there, the public list says."""
    columns = (
        Column(_("类别")), Column(_("编号"), width=24), Column(_("标题"), width=60),
        Column(_("省份")), Column(_("发布时间"), "instant", 18),
        Column(_("公示至"), "day"),
    )  # fmt: skip
    found = letters.notices(desk.reading(), here().provinces, limit=MOST_LISTED)
    rows = tuple(
        (
            str(office_words.NOTICES[one.kind][0]), one.number, one.title,
            term(one.province), one.published_at, one.until,
        )
        for one in found
    )  # fmt: skip
    told = _("最近发布的 %(n)s 份", n=MOST_LISTED)
    return _given(_("公示公告"), columns, rows, "office.notices_exported", told)
