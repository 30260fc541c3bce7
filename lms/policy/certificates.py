"""What a certificate of study is worth before an application: once, for one period."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.policy.model import Specialty

CLAUSES = {
    "certificate.missing": "建市〔2010〕192号 第二十二条",
    "certificate.consumed": "建市〔2010〕192号 第十九条",
    "certificate.revoked": "建市〔2010〕192号 第二十二条",
    "certificate.mismatch": "建市〔2010〕192号 第二十二条",
}
"""The one law behind these codes: no province's document speaks of them."""


class Proof(StrEnum):
    """What the house knows of a certificate that is offered."""

    VALID = "valid"
    REVOKED = "revoked"
    MISMATCH = "mismatch"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class StudyCertificate:
    """A certificate as far as the law asks about it; the days are inside.

    `used_until` is the end of the period that it was used for, if it was.
    """

    specialty: Specialty
    proof: Proof
    period_from: date
    period_until: date
    issued_on: date
    used_until: date | None = None


@dataclass(frozen=True, slots=True)
class Store:
    """What the house's own book says of a number: whose, and in what."""

    name: str
    specialty: Specialty
    standing: Proof


def prove(store: Store | None, name: str, specialty: Specialty) -> Proof:
    """Compare a certificate that somebody offers with the book.

    What the book does not know is unverified: it counts nothing until a person has
    confirmed it. What it knows of another person, or of another specialty, is a
    mismatch and stands against the application.

    Source: 建市〔2010〕192号 第二十二条.
    """
    if store is None:
        return Proof.UNVERIFIED
    if store.name.strip() != name.strip() or store.specialty is not specialty:
        return Proof.MISMATCH
    return store.standing


def consumed(used_until: date | None, ends_on: date | None) -> bool:
    """Tell whether a certificate was spent on another period than the one that ends.

    Source: 建市〔2010〕192号 第十九条 (in each validity period).
    """
    return used_until is not None and used_until != ends_on


def against(
    held: Iterable[StudyCertificate],
    specialty: Specialty,
    period: tuple[date | None, date | None],
    *,
    hours_met: bool,
) -> Iterator[str]:
    """Name what certificates say against renewing one specialty.

    While hours are missing, the certificate that follows from them is no further
    reason. One revoked, or of somebody else, is a reason always.

    Source: 建市〔2010〕192号 第二十二条.
    """
    mine = [each for each in held if each.specialty is specialty]
    here = [each for each in mine if _of(each, period)]
    if any(_good(each, period) for each in here):
        mine = [each for each in mine if each.proof is Proof.MISMATCH]
    elif hours_met:
        spent = any(consumed(each.used_until, period[1]) for each in mine)
        if not any(each.proof is Proof.REVOKED for each in here):
            yield "certificate.consumed" if spent else "certificate.missing"
    if any(each.proof is Proof.REVOKED and _of(each, period) for each in mine):
        yield "certificate.revoked"
    if any(each.proof is Proof.MISMATCH for each in mine):
        yield "certificate.mismatch"


def cancelled(
    held: Iterable[StudyCertificate],
) -> dict[Specialty, tuple[date, date]]:
    """Tell which days' study a revoked certificate takes along, by specialty.

    Study after its issue was never linked to it, and where a valid one stands for the
    same period again, nothing is taken.

    Source: 建市〔2010〕192号 第二十二条; rule of the house: the hours fall with it.
    """
    known = tuple(held)
    taken: dict[Specialty, tuple[date, date]] = {}
    for each in known:
        restored = any(
            other.proof is Proof.VALID
            and other.specialty is each.specialty
            and _of(other, (each.period_from, each.period_until))
            for other in known
        )
        if each.proof is Proof.REVOKED and not restored:
            since, until = taken.get(each.specialty, (each.period_from, each.issued_on))
            taken[each.specialty] = (
                min(since, each.period_from),
                max(until, min(each.issued_on, each.period_until)),
            )
    return taken


def _of(each: StudyCertificate, period: tuple[date | None, date | None]) -> bool:
    return each.period_from == period[0] or each.period_until == period[1]


def _good(each: StudyCertificate, period: tuple[date | None, date | None]) -> bool:
    return each.proof is Proof.VALID and not consumed(each.used_until, period[1])
