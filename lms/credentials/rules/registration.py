"""The electronic registration certificate: its numbers, its facts, what it is worth."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from lms.credentials.rules.completion import Verdict
from lms.kernel.ids import PersonId, check_character
from lms.policy.licences import LICENCES, Licence
from lms.policy.model import Province, Specialty

OLD_LENGTH, NEW_LENGTH = 13, 17
MOST_SERIALS = 99_999
_KIND = "11100000000013338W001"
"""中华人民共和国二级建造师注册证书 in the catalogue of electronic licences."""
_ROOT = "1.2.156.3005.2"


class RegistrationState(StrEnum):
    """What the book says of a registration certificate.

    Voided by cancellation (注销), revoked for fraud (撤销).
    """

    VALID = "valid"
    SUPERSEDED = "superseded"
    VOIDED = "voided"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Term:
    """One specialty and from when until when. Both days count.

    Old certificates may show no days at all.
    """

    specialty: Specialty
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class RegistrationFacts:
    """What the authority granted: the order to issue a certificate.

    Without `registration_no` the person keeps theirs, or gets the next one of
    `province` and `qualified_year`. `source` names what is behind it
    ("application:<id>"): asking twice with one is asking once. `reason` is a code.

    PII: employer.
    """

    person_id: PersonId
    province: Province
    terms: tuple[Term, ...]
    employer: str
    source: str
    reason: str
    registration_no: str | None = None
    qualified_year: int | None = None
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a certificate prints and its facts do not keep. PII: all of it."""

    born_on: date | None = field(repr=False)
    photo_jpeg: bytes | None = field(repr=False)
    signature_png: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class PrintedRegistration:
    """What is printed, frozen at issue; birth date and pictures are in the file alone.

    PII: name, employer; published by law with the number and the terms.
    """

    number: str
    token: str
    registration_no: str
    licence_id: str
    province: Province
    name: str
    sex: str
    employer: str
    terms: tuple[Term, ...]
    issuer: str
    issued_on: date
    signed_on: date | None
    signed: bool

    @property
    def dated(self) -> bool:
        """Tell whether every specialty shows its days."""
        return all(term.valid_from and term.valid_until for term in self.terms)

    @property
    def last_day(self) -> date | None:
        """Name the last day on which any specialty is good."""
        ends = [term.valid_until for term in self.terms if term.valid_until]
        return max(ends, default=None)

    def stored(self) -> dict[str, Any]:
        """Give the snapshot as it is stored."""
        return {
            **{name: getattr(self, name) for name in _TEXTS},
            "province": self.province.value,
            "issued_on": self.issued_on.isoformat(),
            "signed_on": _text(self.signed_on),
            "signed": self.signed,
            "terms": [
                [term.specialty.value, _text(term.valid_from), _text(term.valid_until)]
                for term in self.terms
            ],
        }

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Self:
        """Read a snapshot back."""
        plain: dict[str, Any] = {name: stored[name] for name in _TEXTS}
        return cls(
            **plain,
            province=Province(stored["province"]),
            issued_on=date.fromisoformat(stored["issued_on"]),
            signed_on=_day(stored["signed_on"]),
            signed=stored["signed"],
            terms=tuple(
                Term(Specialty(code), _day(begin), _day(end))
                for code, begin, end in stored["terms"]
            ),
        )


_TEXTS = (
    "number", "token", "registration_no", "licence_id", "name", "sex", "employer",
    "issuer",
)  # fmt: skip


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


# -- what it is worth -------------------------------------------------------------


def registration_verdict(
    state: RegistrationState,
    facts: PrintedRegistration,
    law: Licence | None,
    on: date,
) -> Verdict:
    """Say what a registration certificate is worth on a legal day.

    Source: 内建行函〔2022〕508号 二(一): 2023年1月1日起，无个人签名、不显示注册有效期的
    证书失效.
    """
    if state is not RegistrationState.VALID:
        return Verdict(state.value)
    bare = not (facts.signed and facts.dated)
    if bare and law and law.bare_void_since and on >= law.bare_void_since:
        return Verdict.INVALID
    if facts.last_day is not None and on > facts.last_day:
        return Verdict.EXPIRED
    return Verdict.VALID


def lacking(
    law: Licence, facts: RegistrationFacts, likeness: Likeness, on: date
) -> tuple[str, ...]:
    """List what stands against issuing, as codes; nothing when all is there.

    Source: 内建行函〔2022〕508号 二(一) for the signature.
    """
    unsigned = law.signed_since is not None and on >= law.signed_since
    dated = all(term.valid_from and term.valid_until for term in facts.terms)
    found = {
        "registration_certificate.no_specialty": not facts.terms,
        "registration_certificate.dates": not dated,
        "registration_certificate.photo": likeness.photo_jpeg is None,
        "registration_certificate.signature": unsigned and not likeness.signature_png,
        "registration_certificate.birth_date": likeness.born_on is None,
    }
    return tuple(code for code, wrong in found.items() if wrong)


def kept(
    terms: tuple[Term, ...], specialties: Collection[Specialty]
) -> tuple[Term, ...]:
    """Leave of a certificate's specialties those that stay, with their own days."""
    return tuple(term for term in terms if term.specialty in specialties)


# -- numbers --------------------------------------------------------------------

_PARTED = re.compile(r"-\s*[0-9]{3}\s*$")
_FORM = re.compile(r"([\u4e00-\u9fa5])([12])([0-9]{2})([0-9]{4}|[0-9]{8})([0-9]{5})")


def registration_no(
    law: Licence, qualified_year: int, initial_year: int, serial: int
) -> str:
    """Compose a registration number of 17 characters.

    Character of the province, 2 for the second class, the province's code, the years
    of qualification and of the first registration, five figures.

    Raises: ValueError past the last serial.
    """
    if not 1 <= serial <= MOST_SERIALS:
        raise ValueError("no serial is left")
    return f"{law.letter}2{law.code}{qualified_year:04d}{initial_year:04d}{serial:05d}"


def squeezed(typed: str) -> str:
    """Leave of what was typed the letters and figures, in their plain form.

    >>> squeezed(" 蒙2152021202600001－００２ ")
    '蒙2152021202600001002'
    """
    return re.sub(r"[\s\-_]", "", _plain(typed))[:120].upper()


def _plain(typed: str) -> str:
    """Write one dash for all kinds of dashes, and narrow letters for wide ones."""
    plain = unicodedata.normalize("NFKC", typed)
    return re.sub(r"[\u2010-\u2015\u2212]", "-", plain)


def read_registration_no(typed: str) -> str | None:
    """Make sense of a registration number as typed, in either form.

    >>> read_registration_no(" 粤2442021 202125000 ")
    '粤2442021202125000'
    >>> read_registration_no("粤244212125000")
    '粤244212125000'
    >>> read_registration_no("24420212021") is None
    True
    """
    plain = squeezed(typed)
    return plain if _FORM.fullmatch(plain) else None


def read_certificate_number(typed: str) -> tuple[str, int] | None:
    """Make sense of the number of one certificate (证书号): registration and version.

    >>> read_certificate_number("蒙2152021202600001—002")
    ('蒙2152021202600001', 2)
    >>> read_certificate_number("蒙2152021202600001") is None
    True
    """
    plain = squeezed(typed)
    registration, version = plain[:-3], plain[-3:]
    # Sixteen characters may as well be a number of today that lacks one.
    parted = len(plain) == NEW_LENGTH + 3 or _PARTED.search(_plain(typed))
    if not parted or not _FORM.fullmatch(registration) or _FORM.fullmatch(plain):
        return None
    return (registration, int(version)) if version.isdecimal() else None


def is_old_form(registration_no: str) -> bool:
    """Tell the thirteen characters of old from the seventeen of today."""
    return len(registration_no) == OLD_LENGTH


def current_form(registration_no: str) -> str:
    """Write an old number in today's form: the years in full, all else as it was.

    >>> current_form("京2110812" "00123"), current_form("粤2442021202125000")
    ('京2112008201200123', '粤2442021202125000')
    """
    found = _FORM.fullmatch(registration_no)
    if found is None or not is_old_form(registration_no):
        return registration_no
    letter, level, code, years, serial = found.groups()
    return f"{letter}{level}{code}20{years[:2]}20{years[2:]}{serial}"


def in_province(registration_no: str, law: Licence) -> str:
    """Write a number as the province of today's registration does.

    Its first character names where one is registered now; all else stays for life.

    >>> from lms.policy.licences import LICENCES
    >>> in_province("粤2442021202125000", LICENCES[Province.INNER_MONGOLIA])
    '蒙2442021202125000'
    """
    return law.letter + registration_no[1:]


def same_numbers(registration_no: str) -> frozenset[str]:
    """Give every way in which a book may write one person's number.

    The provinces write their own first character; the years have two figures or four.

    >>> {"渝2152020202100001", "渝215202100001"} <= same_numbers("蒙2152020202100001")
    True
    >>> same_numbers("蒙215202100001") == same_numbers("蒙2152020202100001")
    True
    """
    full = current_form(registration_no)
    tails = {full[1:], f"{full[1:4]}{full[6:8]}{full[10:]}"}
    return frozenset(law.letter + tail for law in LICENCES.values() for tail in tails)


def certificate_number(registration_no: str, version: int) -> str:
    """Give the number of one certificate of a registration.

    >>> certificate_number("蒙2152021202600001", 2)
    '蒙2152021202600001-002'
    """
    return f"{registration_no}-{version:03d}"


def licence_id(issuer_code: str, certificate: UUID, version: int) -> str:
    """Give the identifier of an electronic licence.

    Source: GB/T 36904: root, kind, issuer, serial, version, check by ISO 7064
    MOD 37,36 over the parts without their points.

    >>> licence_id("11150000MB0000000X",
    ...            UUID("5F1C0B6AEE2F4E0C9C0A8B8E1D2C3B4A"), 1)[-5:]
    '001.Q'
    """
    serial = certificate.hex.upper()
    parts = (_KIND, issuer_code, serial, f"{version % 1000:03d}")
    return ".".join((_ROOT, *parts, check_character("".join(parts))))


def certificate_in(licence: str) -> UUID:
    """Read of which certificate a licence's identifier is."""
    return UUID(licence.split(".")[-3])
