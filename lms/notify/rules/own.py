"""Which messages an association may word itself, with which blanks, and what stays.

The house puts its signature before, and below what nobody must have the words by which
it is left: an association's words hold neither, so neither can be dropped. What the law
wants told (a claim decided, a certificate withdrawn, codes) is not worded by anybody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lms.kernel.blanks import Flaw, filled, flaws
from lms.notify.rules import Channel, Wording

SIGNATURE = "【学时】"
MOST_SMS = 201
"""Three parts of 67 characters: a longer text message is cut up, or not carried."""

MOST_SUBJECT = 60
MOST_BODY = 1000
LONGEST_VALUE = 30
"""A name or title that is put in counts for so many characters at least."""

WAYS = (Channel.SMS, Channel.MAIL)


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank: its name, the fact it is filled with, how that may look.

    Without one that is a `must`, a message would not say what it is about.
    """

    name: str
    fact: str
    sample: str
    must: bool = False


HOUSE = Blank("协会", "association", "包头市建筑业协会")
"""Known for every message: whose it is."""

_AT = Blank("上课时间", "at", "2026年12月5日 09:00", must=True)
_LESSON = Blank("课时", "lesson", "深基坑支护案例")
_COURSE = Blank("课程", "course", "建筑工程施工安全管理")
_WHERE = Blank("地点", "where", "钢铁大街 20 号 201")
_ORDER = Blank("订单号", "number", "26112200000017", must=True)

KINDS: Mapping[str, tuple[Blank, ...]] = MappingProxyType(
    {
        "certificate_issued": (
            Blank("证书编号", "number", "BTJX-JXJY-2026-0000149-7", must=True),
        ),
        "class_cancelled": (
            _AT, _LESSON, _COURSE, Blank("原因", "reason", "讲师生病", must=True),
        ),
        "class_changed": (_AT, _WHERE, _LESSON, _COURSE),
        "class_missed": (_AT, _LESSON, _COURSE),
        "class_tomorrow": (_AT, _WHERE, _LESSON, _COURSE),
        "invoice_issued": (
            Blank("发票号码", "number", "26152000000000100001", must=True),
            Blank("金额", "total", "1200.00", must=True),
        ),
        "order_paid": (
            _ORDER, Blank("金额", "total", "1200.00"), Blank("课程数", "courses", "3"),
        ),
        "order_refunded": (_ORDER, Blank("金额", "amount", "400.00", must=True)),
        "quote_made": (
            Blank("报价单号", "number", "Q2611220001", must=True),
            Blank("单位", "company", "内蒙古示例建设集团有限公司"),
            Blank("金额", "total", "24000.00", must=True),
            Blank("有效期", "until", "2026-12-31", must=True),
        ),
        "refund_refused": (_ORDER,),
        "seat_assigned": (
            Blank("单位", "company", "内蒙古示例建设集团有限公司"),
            Blank("课程", "course", "建筑工程施工安全管理", must=True),
        ),
        "seats_opened": (
            _ORDER,
            Blank("金额", "total", "24000.00"),
            Blank("席位数", "seats", "50", must=True),
        ),
        "thread_answered": (Blank("编号", "number", "Z261122K7M3QX2", must=True),),
    }
)  # fmt: skip
"""By template. What is not here is worded by the house alone."""


@dataclass(frozen=True, slots=True)
class Own:
    """An association's words for one kind by one way. A text message has no subject."""

    subject: str
    body: str


def blanks_of(kind: str) -> tuple[Blank, ...]:
    """Give the blanks of a kind of message."""
    return (*KINDS[kind], HOUSE)


def samples(kind: str) -> dict[str, str]:
    """Fill each blank with what it may look like."""
    return {one.name: one.sample for one in blanks_of(kind)}


def problems(kind: str, way: Channel, own: Own) -> tuple[Flaw, ...]:
    """List everything that is wrong with an association's words."""
    return tuple(dict.fromkeys(_problems(kind, way, own)))


def _problems(kind: str, way: Channel, own: Own) -> Iterator[Flaw]:
    known = {one.name for one in blanks_of(kind)}
    must = [one.name for one in blanks_of(kind) if one.must]
    if not own.body.strip():
        yield Flaw("wording.empty")
        return
    yield from flaws(own.body, known, must)
    if "【" in own.body or "】" in own.body:
        yield Flaw("wording.signature")
    if way is Channel.MAIL:
        yield from _of_mail(own, known)
    elif text_length(kind, own.body) > MOST_SMS:
        yield Flaw("wording.too_long")


def _of_mail(own: Own, known: set[str]) -> Iterator[Flaw]:
    if not own.subject.strip():
        yield Flaw("wording.no_subject")
    if len(own.subject) > MOST_SUBJECT or len(own.subject.splitlines()) > 1:
        yield Flaw("wording.long_subject")
    yield from flaws(own.subject, known)
    if len(own.body) > MOST_BODY:
        yield Flaw("wording.long_mail")


def text_length(kind: str, body: str) -> int:
    """Count the characters of a text message with everything put in.

    A blank counts as its sample, or as a long name where that is longer.
    """
    values = {
        one.name: one.sample.ljust(LONGEST_VALUE, "…")
        if one.fact in {"lesson", "course", "company", "association", "where", "reason"}
        else one.sample
        for one in blanks_of(kind)
    }
    known = {name: values.get(name, "") for name in values}
    try:
        return len(SIGNATURE) + len(filled(body.strip(), known))
    except KeyError:
        return len(SIGNATURE) + len(body.strip())


def worded(own: Own, kind: str, facts: Mapping[str, object]) -> Wording | None:
    """Put the facts of a message into an association's words.

    Gives None where a fact is not there: then the house's own words go out.
    """
    there = {one.name: str(facts.get(one.fact, "")) for one in blanks_of(kind)}
    lacking = [one.name for one in blanks_of(kind) if one.must and not there[one.name]]
    if lacking:
        return None
    try:
        # A mail's head is one line, whatever is put in.
        subject = " ".join(filled(own.subject, there).split())
        return Wording(subject, SIGNATURE + filled(own.body, there).strip())
    except KeyError:
        return None
