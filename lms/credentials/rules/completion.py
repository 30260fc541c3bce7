"""What a certificate says, how it is numbered, and what its state means."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from lms.kernel.credit import Credit
from lms.kernel.ids import check_character
from lms.policy.model import Specialty, Track


class State(StrEnum):
    """What the book says of a certificate."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


class Verdict(StrEnum):
    """What a stranger is told."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    EXPIRED = "expired"
    VOIDED = "voided"
    INVALID = "invalid"
    NOT_FOUND = "not_found"
    TAMPERED = "tampered"
    UNBOOKED = "unbooked"
    """Soundly signed with a key of ours, and yet the book does not know it."""


def verdict(state: State, period_until: date, on: date) -> Verdict:
    """Say what a certificate is worth on a legal day; its last day still counts."""
    if state is State.VALID and on > period_until:
        return Verdict.EXPIRED
    return Verdict(state.value)


@dataclass(frozen=True, slots=True)
class HoursRow:
    """The hours of one specialty. Units: hundredths of a 学时."""

    specialty: Specialty
    is_main: bool
    required: Credit
    elective: Credit


@dataclass(frozen=True, slots=True)
class Anchor:
    """The evidence's checkpoint that was newest at issue.

    Units: `root` is the first 16 hexadecimal digits.
    """

    size: int
    root: str
    on: date


@dataclass(frozen=True, slots=True)
class Facts:
    """What is printed, frozen at issue. The ID number is masked already.

    `design` is the version of the association's design that it is printed in.

    PII: name, masked ID number, employer.
    """

    number: str
    token: str
    name: str
    sex: str
    id_masked: str
    employer: str
    registration_no: str
    hours: tuple[HoursRow, ...]
    score: int
    passed_on: date
    period_from: date
    period_until: date
    issuer: str
    issued_on: date
    anchor: Anchor | None = None
    design: int = 0

    @property
    def specialties(self) -> tuple[Specialty, ...]:
        """Name the specialties in the order printed."""
        return tuple(row.specialty for row in self.hours)

    def stored(self) -> dict[str, Any]:
        """Give the snapshot as it is stored."""
        anchor = self.anchor
        fixed = [anchor.size, anchor.root, anchor.on.isoformat()] if anchor else None
        return {
            "anchor": fixed,
            **{name: getattr(self, name) for name in _TEXTS},
            **{name: getattr(self, name).isoformat() for name in _DAYS},
            "score": self.score,
            "design": self.design,
            "hours": [
                [row.specialty.value, row.is_main, row.required, row.elective]
                for row in self.hours
            ],
        }

    @classmethod
    def restored(cls, kept: Mapping[str, Any]) -> Self:
        """Read a snapshot back."""
        plain: dict[str, Any] = {name: kept[name] for name in _TEXTS}
        plain |= {name: date.fromisoformat(kept[name]) for name in _DAYS}
        # Certificates older than the first checkpoint have none.
        size, root, on = kept.get("anchor") or (0, "", "")
        return cls(
            **plain,
            anchor=Anchor(size, root, date.fromisoformat(on)) if size else None,
            score=kept["score"],
            design=kept.get("design", 0),
            hours=tuple(
                HoursRow(Specialty(code), main, Credit(required), Credit(elective))
                for code, main, required, elective in kept["hours"]
            ),
        )


_TEXTS = (
    "number", "token", "name", "sex", "id_masked", "employer", "registration_no",
    "issuer",
)  # fmt: skip
_DAYS = ("passed_on", "period_from", "period_until", "issued_on")


# -- numbers and codes ----------------------------------------------------------

_NUMBER = re.compile(r"([A-Z0-9]{2,12})-?JXJY-?([0-9]{4})-?([0-9]{7})-?([0-9A-Z])")


def number(association_code: str, year: int, serial: int) -> str:
    """Compose a certificate number with its check character.

    >>> number("BTJX", 2026, 149)
    'BTJX-JXJY-2026-0000149-7'
    """
    body = f"{association_code}-JXJY-{year:04d}-{serial:07d}"
    return f"{body}-{check_character(body)}"


def read_number(typed: str) -> str | None:
    """Make sense of a number that a person typed, or say that it cannot be one.

    >>> read_number(" btjx－jxjy－2026－0000149－7 ")
    'BTJX-JXJY-2026-0000149-7'
    >>> read_number("btjxjxjy202600001497")
    'BTJX-JXJY-2026-0000149-7'
    >>> read_number("BTJX-JXJY-2026-0000148-7") is None
    True
    """
    plain = re.sub(r"[－—–﹣\s]+", "-", typed.strip()).upper()
    plain = "".join(
        chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else c for c in plain
    )
    found = _NUMBER.fullmatch(plain)
    if found is None:
        return None
    code, year, serial, check = found.groups()
    body = f"{code}-JXJY-{year}-{serial}"
    return f"{body}-{check}" if check_character(body) == check else None


_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TOKEN_LENGTH = 26
_MISREAD = str.maketrans("ILOilo", "110110")


def new_code() -> str:
    """Mint the code of a certificate: 130 random bits that people can read out."""
    return "".join(secrets.choice(_CROCKFORD) for _ in range(_TOKEN_LENGTH))


def read_code(typed: str) -> str | None:
    """Make sense of a code from a URL or a hand, or say that it cannot be one.

    >>> read_code("8f3kq-7zd2m-6x000-00000-o0000-1")
    '8F3KQ7ZD2M6X00000000000001'
    """
    plain = re.sub(r"[\s-]", "", typed).translate(_MISREAD).upper()
    if len(plain) != _TOKEN_LENGTH or not set(plain) <= set(_CROCKFORD):
        return None
    return plain


def grouped(code: str) -> str:
    """Write a code for eyes, in fives.

    >>> grouped("8F3KQ7ZD2M6X00000000000001")
    '8F3KQ-7ZD2M-6X000-00000-00000-1'
    """
    return "-".join(code[i : i + 5] for i in range(0, len(code), 5))


# -- may a certificate be issued? -----------------------------------------------


REVOKED_BEFORE = "certificate.revoked_before"


@dataclass(frozen=True, slots=True)
class Need:
    """One condition of issue. Units: `done` and `needed` as the code says.

    `code` is also the reason given when it is not met.
    """

    code: str
    met: bool
    done: int = 0
    needed: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one specialty when a certificate is asked for.

    Units: hours in hundredths of a 学时.
    """

    profile_missing: int
    photo_accepted: bool
    period_from: date
    period_until: date
    required: Credit
    elective: Credit
    asked: Mapping[Track, int]
    score: int | None
    revoked: bool = False


def needs(known: Evidence, on: date) -> tuple[Need, ...]:
    """List every condition of issue, met or not.

    What was revoked is not had again by asking: two persons decide that too.

    Source: 建市〔2010〕192号 第十九条 (hours), 第二十二条 (hours and test).
    """
    required, elective = known.asked[Track.REQUIRED], known.asked[Track.ELECTIVE]
    return (
        Need(
            "certificate.profile",
            known.profile_missing == 0,
            done=-known.profile_missing,
        ),
        Need("certificate.photo", known.photo_accepted),
        Need("certificate.period", known.period_from <= on <= known.period_until),
        Need(
            "certificate.required",
            known.required >= required,
            known.required,
            required,
        ),
        Need(
            "certificate.elective",
            known.elective >= elective,
            known.elective,
            elective,
        ),
        Need("certificate.test", known.score is not None, known.score or 0),
        *((Need(REVOKED_BEFORE, met=False),) if known.revoked else ()),
    )
