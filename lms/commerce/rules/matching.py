"""For which order a bank line is, with reasons and how sure we are. Pure."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from lms.commerce.rules.columns import plain
from lms.commerce.rules.orders import number_is_whole
from lms.kernel.money import Fen

SURE = 95
"""From here on a proposal is made at once; a second person still confirms it."""

MOST = 8
"""So many candidates stand side by side."""

MANY = 40

_NUMBER = re.compile(r"D[0-9]{6}[2-9A-HJ-NP-Z]{6}[0-9A-Z]")


class Reason(StrEnum):
    """What speaks for an order."""

    NUMBER = "number"
    AMOUNT = "amount"
    TOGETHER = "together"
    PAYER_TITLE = "payer_title"
    PAYER_COMPANY = "payer_company"
    PAYER_PERSON = "payer_person"
    DECLARED = "declared"


PAYERS = frozenset({Reason.PAYER_TITLE, Reason.PAYER_COMPANY, Reason.PAYER_PERSON})


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order that could be paid by a transfer. Units: fen, still missing.

    PII: the names.
    """

    id: UUID
    number: str
    missing_fen: Fen
    declared: bool
    titles: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    person: str = ""


@dataclass(frozen=True, slots=True)
class Paid:
    """What a line says of its purpose. Units: fen. PII: the payer."""

    left_fen: Fen
    payer: str
    words: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order that a line may be for. Units: fen, a confidence of a hundred."""

    order_id: UUID
    amount_fen: Fen
    confidence: int
    reasons: tuple[Reason, ...]


def numbers_in(words: str) -> tuple[str, ...]:
    """Find the order numbers in a remark, however it is spaced.

    >>> numbers_in("培训费 d261121 234567f 张建国")
    ('D261121234567F',)
    """
    folded = re.sub(r"[\s\-_.,，。;；:：]", "", unicodedata.normalize("NFKC", words))
    found = _NUMBER.findall(folded.upper())
    return tuple(dict.fromkeys(one for one in found if number_is_whole(one)))


class Book:
    """The orders that wait, found by what a line may say of them."""

    def __init__(self, waiting: Iterable[Waiting]) -> None:
        self._by_id = {one.id: one for one in waiting}
        self._by_number = {one.number: one for one in self._by_id.values()}
        self._by_amount: dict[int, list[Waiting]] = defaultdict(list)
        self._by_payer: dict[str, dict[UUID, Reason]] = defaultdict(dict)
        for one in self._by_id.values():
            self._by_amount[one.missing_fen].append(one)
            for reason, names in (
                (Reason.PAYER_PERSON, (one.person,)),
                (Reason.PAYER_COMPANY, one.companies),
                (Reason.PAYER_TITLE, one.titles),
            ):
                for name in names:
                    if name:
                        self._by_payer[plain(name)][one.id] = reason

    def candidates(self, paid: Paid) -> tuple[Candidate, ...]:
        """List what a line may be for, the likeliest first."""
        named = [
            self._by_number[number]
            for number in numbers_in(paid.words)
            if number in self._by_number
        ]
        payers = self._by_payer.get(plain(paid.payer), {}) if paid.payer else {}
        if len(named) > 1:
            together = _together(named, paid, payers)
            if together:
                return together
        found = {one.id: one for one in named}
        same = self._by_amount.get(paid.left_fen, [])
        if len(same) <= MOST:
            found |= {one.id: one for one in same}
        # Who pays for hundreds is no hint by the name alone.
        hints = payers if len(payers) <= MANY else _both(payers, same)
        found |= {each: self._by_id[each] for each in hints}
        known = {one.id for one in named}
        scored = [_scored(one, paid, payers, known) for one in found.values()]
        return _ranked(scored)


def _both(payers: dict[UUID, Reason], same: Sequence[Waiting]) -> list[UUID]:
    return [one.id for one in same if one.id in payers][:MANY]


def _together(
    named: Sequence[Waiting], paid: Paid, payers: dict[UUID, Reason]
) -> tuple[Candidate, ...]:
    """Give all the orders that a remark names, when their sum is what came."""
    if sum(one.missing_fen for one in named) != paid.left_fen:
        return ()
    return tuple(
        Candidate(
            one.id,
            one.missing_fen,
            SURE,
            (Reason.NUMBER, Reason.TOGETHER, *_payer_reasons(one, payers)),
        )
        for one in named
    )


def _payer_reasons(one: Waiting, payers: dict[UUID, Reason]) -> tuple[Reason, ...]:
    return (payers[one.id],) if one.id in payers else ()


def _scored(
    one: Waiting, paid: Paid, payers: dict[UUID, Reason], named: set[UUID]
) -> Candidate:
    reasons = []
    if one.id in named:
        reasons.append(Reason.NUMBER)
    if one.missing_fen == paid.left_fen:
        reasons.append(Reason.AMOUNT)
    reasons += _payer_reasons(one, payers)
    if one.declared:
        reasons.append(Reason.DECLARED)
    return Candidate(
        one.id,
        min(one.missing_fen, paid.left_fen),
        confidence(reasons),
        tuple(reasons),
    )


def confidence(reasons: Iterable[Reason]) -> int:
    """Say how sure a set of reasons makes us, of a hundred.

    The number in the remark with the exact amount is as good as proof; everything else
    is a hint for a person.

    >>> confidence([Reason.NUMBER, Reason.AMOUNT])
    95
    """
    said = set(reasons)
    payer, declared = bool(said & PAYERS), Reason.DECLARED in said
    if Reason.NUMBER in said:
        return SURE + 4 * payer if Reason.AMOUNT in said else 55 + 10 * payer
    if Reason.AMOUNT in said:
        return 30 + 35 * payer + 15 * declared
    return 15 * payer + 5 * declared


def _ranked(scored: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Put the likeliest first; who shares first place is less sure for it."""
    ordered = sorted(scored, key=lambda one: (-one.confidence, str(one.order_id)))
    if not ordered:
        return ()
    best = ordered[0].confidence
    tied = sum(one.confidence == best for one in ordered)
    if tied > 1:
        ordered = [
            Candidate(c.order_id, c.amount_fen, max(1, c.confidence - 20), c.reasons)
            if c.confidence == best
            else c
            for c in ordered
        ]
        ordered.sort(key=lambda one: (-one.confidence, str(one.order_id)))
    return tuple(ordered[:MOST])


def sure(found: Sequence[Candidate], left_fen: Fen) -> tuple[Candidate, ...]:
    """Give what may be proposed without a look: it is sure, and takes all the money."""
    certain = tuple(one for one in found if one.confidence >= SURE)
    if sum(one.amount_fen for one in certain) != left_fen:
        return ()
    return certain


def same_payer(payer: str, names: Iterable[str]) -> bool:
    """Tell whether a payer is one of those that an order knows."""
    return plain(payer) in {plain(name) for name in names if name}
