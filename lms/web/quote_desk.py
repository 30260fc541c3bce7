"""Quotes as both desks see them: what is on sale, what was typed, and the paper."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from flask import Response, request, send_file
from flask_babel import gettext as _

from lms.catalogue import queries as catalogue
from lms.commerce import services
from lms.commerce.ports import QuotePress
from lms.commerce.queries.quotes import QuoteCard, QuoteLineCard
from lms.commerce.rules import OfferKind
from lms.commerce.rules.seats import QuotePaper, Wanted
from lms.commerce.services import QuoteAsk
from lms.kernel.clock import legal_day
from lms.kernel.credit import Credit
from lms.kernel.errors import LmsError
from lms.kernel.ids import AssociationId, EmployerId
from lms.kernel.money import Fen
from lms.policy.model import Specialty
from lms.web import desk
from lms.web.filters import cut_words, money
from lms.web.messages import words

_DIGITS = 5
_PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class OfferRow:
    """Something on sale, with the number of seats that was typed for it. Units: fen."""

    key: str
    title: str
    courses: int
    specialty: Specialty | None
    credit: Credit
    price: Fen
    typed: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form says: what is wanted, which asking it is, and what is wrong."""

    lines: tuple[Wanted, ...]
    once: UUID
    faults: tuple[str, ...]


def offers(association_id: AssociationId, sent: Mapping[str, str]) -> list[OfferRow]:
    """List what an association sells, packages first."""
    session = desk.reading()
    packages = [
        OfferRow(
            key=f"package:{one.id}",
            title=one.title,
            courses=len(one.versions),
            specialty=one.specialty,
            credit=one.credit,
            price=one.price,
            typed=sent.get(f"package:{one.id}", "")[:_DIGITS],
        )
        for one in catalogue.packages(session)
        if one.association_id == association_id
    ]
    courses = [
        OfferRow(
            key=f"course:{one.course_id}",
            title=one.title,
            courses=1,
            specialty=one.specialty,
            credit=one.credit,
            price=one.price,
            typed=sent.get(f"course:{one.course_id}", "")[:_DIGITS],
        )
        for one in catalogue.on_sale(session, association_id)
    ]
    return [*packages, *courses]


def typed() -> Typed:
    """Read the form: every number that is not nought is a line."""
    lines, wrong = [], False
    for key, value in request.form.items():
        kind, _colon, offer = key.partition(":")
        text = value.strip()
        if kind not in {each.value for each in OfferKind} or not text:
            continue
        offer_id = _uuid(offer)
        if offer_id is None or not text.isdecimal() or len(text) > _DIGITS:
            wrong = True
        elif int(text):
            lines.append(Wanted(kind, offer_id, int(text)))
    once = _uuid(request.form.get("once", "")) or uuid4()
    return Typed(tuple(lines), once, (words("quote.seats", {}),) if wrong else ())


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def made(
    employer_id: EmployerId, said: Typed, association_id: AssociationId | None = None
) -> UUID | tuple[str, ...]:
    """Make a quote, or say what is wrong with what was typed."""
    if said.faults:
        return said.faults
    coupon = request.form.get("coupon", "")[:60]
    ask = QuoteAsk(employer_id, said.lines, said.once, association_id, coupon)
    try:
        with desk.begin() as work:
            return services.make_quote(work, ask)
    except LmsError as no:
        reasons = no.reasons or (no.code,)
        return tuple(words(code, no.facts) for code in reasons)


def sent_pdf(card: QuoteCard) -> Response:
    """Send a quote as PDF."""
    house = catalogue.association_at(desk.reading(), card.association_id, card.made_at)
    paper = QuotePaper(
        number=card.number,
        seller=house.name,
        buyer=card.company_name,
        uscc=card.uscc,
        made_on=legal_day(card.made_at),
        valid_until=card.valid_until,
        lines=tuple(
            (_told(line), line.unit_fen, line.seats, line.price_fen)
            for line in card.lines
        ),
        total_fen=card.total_fen,
        account=tuple((house.transfer_account | house.seller).items()),
        contact=house.contact,
    )
    return _file(desk.port(QuotePress).quote(paper), card.number)


def _told(line: QuoteLineCard) -> str:
    """Give a line's title, with what was taken off its price."""
    cuts = [f"{cut_words(one)} −{money(one.amount_fen)}" for one in line.cuts]
    return f"{line.title}（{'；'.join(cuts)}）" if cuts else line.title


def _file(body: bytes, number: str) -> Response:
    return send_file(
        io.BytesIO(body),
        mimetype=_PDF,
        as_attachment=True,
        download_name=f"{_('报价单')}-{number}.pdf",
    )
