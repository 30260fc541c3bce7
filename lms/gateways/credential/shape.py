"""What a certificate says, as a verifiable credential with an Open Badges achievement.

Source: W3C VC Data Model 2.0; 1EdTech Open Badges 3.0; W3C Bitstring Status List 1.0.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lms.credentials.rules import Facts, HoursRow, PrintedRegistration, Term
from lms.credentials.rules.issuers import (
    StatusPlace,
    completion_place,
    issuer_did,
    issuer_id,
    registration_place,
    status_address,
)
from lms.gateways.credential.canon import CONTEXTS
from lms.gateways.drawing.words import SPECIALTIES
from lms.kernel.clock import start_of
from lms.kernel.credit import Credit, hours_text

COMPLETION = "二级建造师继续教育合格证"
REGISTRATION = "二级建造师注册证书"
_ALL_DAY = timedelta(days=1) - timedelta(seconds=1)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues: an owner of keys, and where this installation is found."""

    base_url: str
    owner: str
    name: str

    @property
    def did(self) -> str:
        """Name the issuer."""
        return issuer_did(self.base_url, self.owner)


def credential(facts: Facts | PrintedRegistration, base_url: str, owner: str) -> Json:
    """Write a certificate down, not signed yet."""
    issuer = Issuer(base_url, owner, facts.issuer)
    if isinstance(facts, Facts):
        return _completion(facts, issuer)
    return _registration(facts, issuer)


# -- a certificate of completion --------------------------------------------------


def _completion(facts: Facts, issuer: Issuer) -> Json:
    me = f"{issuer.base_url}/v/{facts.token}"
    days = (facts.issued_on, facts.period_until)
    return {
        **_envelope(me, COMPLETION, issuer, days),
        "credentialSubject": {
            "id": f"{me}#holder",
            "type": ["AchievementSubject"],
            "identifier": _identities(
                me,
                {
                    "name": facts.name,
                    "nationalIdentityNumber": facts.id_masked,
                    "ext:certificateNumber": facts.number,
                    "ext:employer": facts.employer,
                },
            ),
            "licenseNumber": facts.registration_no,
            "term": _span(facts.period_from, facts.period_until),
            "activityEndDate": _opens(facts.passed_on),
            "creditsEarned": _hours(
                Credit(sum(row.required + row.elective for row in facts.hours))
            ),
            "achievement": _education(facts, issuer),
            "result": _results(facts, me, _course(facts, issuer)),
        },
        **_evidence(facts, issuer.base_url),
        **_status(issuer, completion_place(facts.number)),
    }


def _course(facts: Facts, issuer: Issuer) -> str:
    codes = "-".join(facts.specialties)
    place = f"{issuer.base_url}/issuers/{issuer_id(issuer.owner)}/did.json"
    return f"{place}#continuing-education-{codes}"


def _education(facts: Facts, issuer: Issuer) -> Json:
    course = _course(facts, issuer)
    fields = "、".join(SPECIALTIES[one] for one in facts.specialties)
    return {
        "id": course,
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "name": f"二级建造师继续教育（{fields}）",
        "description": "完成注册有效期内的必修课和选修课学时，并经考核合格",
        "criteria": {
            "id": f"{course}-criteria",
            "narrative": "修满规定的必修和选修学时，考核合格",
        },
        "fieldOfStudy": fields,
        "resultDescription": [
            _described(f"{course}-{row.specialty}-{track}", f"{field}{words}", "Result")
            for row in facts.hours
            for field in (SPECIALTIES[row.specialty],)
            for track, words in (("required", "必修学时"), ("elective", "选修学时"))
        ]
        + [_described(f"{course}-score", "考核成绩", "RawScore")],
    }


def _described(name: str, words: str, kind: str) -> Json:
    return {
        "id": name,
        "type": ["ResultDescription"],
        "name": words,
        "resultType": kind,
    }


def _results(facts: Facts, me: str, course: str) -> list[Json]:
    rows = [
        (f"{row.specialty}-{track}", hours_text(credit))
        for row in facts.hours
        for track, credit in _tracks(row)
    ]
    return [
        {
            "id": f"{me}#{name}",
            "type": ["Result"],
            "resultDescription": f"{course}-{name}",
            "value": value,
        }
        for name, value in [*rows, ("score", str(facts.score))]
    ]


def _tracks(row: HoursRow) -> tuple[tuple[str, Credit], ...]:
    return ("required", row.required), ("elective", row.elective)


def _hours(credit: Credit) -> float:
    whole, rest = divmod(credit, 100)
    return credit / 100 if rest else whole


def _evidence(facts: Facts, base_url: str) -> Json:
    """Name the checkpoint that fixes all the evidence before it."""
    anchor = facts.anchor
    if anchor is None:
        return {}
    return {
        "evidence": [
            {
                "id": f"{base_url}/transparency/checkpoint/{anchor.size}",
                "type": ["Evidence"],
                "name": "学习证据的检查点",
                "description": anchor.root,
                "narrative": f"{anchor.on.isoformat()} 的证据共 {anchor.size} 条，"
                "根哈希以上列十六进制数字开头",
            }
        ]
    }


# -- a registration certificate ---------------------------------------------------


def _registration(facts: PrintedRegistration, issuer: Issuer) -> Json:
    me = f"{issuer.base_url}/v/{facts.token}"
    licence = f"{issuer.base_url}/issuers/{issuer_id(issuer.owner)}/did.json#licence"
    return {
        **_envelope(me, REGISTRATION, issuer, (facts.issued_on, facts.last_day)),
        "credentialSubject": {
            "id": f"{me}#holder",
            "type": ["AchievementSubject"],
            "identifier": _identities(
                me,
                {
                    "name": facts.name,
                    "ext:certificateNumber": facts.number,
                    "ext:electronicLicence": facts.licence_id,
                    "ext:employer": facts.employer,
                },
            ),
            "licenseNumber": facts.registration_no,
            "achievement": _licence(facts, licence),
            "result": [
                {
                    "id": f"{me}#{term.specialty}",
                    "type": ["Result"],
                    "resultDescription": f"{licence}-{term.specialty}",
                    "value": _span(term.valid_from, term.valid_until),
                }
                for term in facts.terms
            ],
        },
        **_status(issuer, _place(facts.number)),
    }


def _licence(facts: PrintedRegistration, licence: str) -> Json:
    def described(term: Term) -> Json:
        words = f"{SPECIALTIES[term.specialty]}注册有效期"
        return _described(f"{licence}-{term.specialty}", words, "Result")

    return {
        "id": licence,
        "type": ["Achievement"],
        "achievementType": "License",
        "name": REGISTRATION,
        "description": "准予以二级注册建造师名义执业的专业和有效期",
        "criteria": {
            "id": f"{licence}-criteria",
            "narrative": "经注册机关审查符合注册条件",
        },
        "fieldOfStudy": "、".join(SPECIALTIES[t.specialty] for t in facts.terms),
        "resultDescription": [described(term) for term in facts.terms],
    }


def _place(number: str) -> StatusPlace | None:
    """Find a registration certificate's place; numbers of old may have none."""
    try:
        return registration_place(number)
    except ValueError:
        return None


# -- what both have ---------------------------------------------------------------


def _envelope(
    me: str, name: str, issuer: Issuer, days: tuple[date, date | None]
) -> Json:
    begins, ends = days
    until = {"validUntil": _closes(ends)} if ends is not None else {}
    return {
        "@context": CONTEXTS["credential"],
        "id": me,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": name,
        "issuer": {
            "id": issuer.did,
            "type": ["Profile"],
            "name": issuer.name,
            "url": issuer.base_url,
        },
        "validFrom": _opens(begins),
        **until,
    }


def _identities(me: str, known: dict[str, str]) -> list[Json]:
    return [
        {
            "id": f"{me}#{kind.removeprefix('ext:')}",
            "type": "IdentityObject",
            "hashed": False,
            "identityHash": " ".join(word.split()),
            "identityType": kind,
        }
        for kind, word in known.items()
        if word
    ]


def _status(issuer: Issuer, place: StatusPlace | None) -> Json:
    if place is None:
        return {}
    page = status_address(issuer.base_url, issuer.owner, place.page)
    return {
        "credentialStatus": {
            "id": f"{page}#{place.index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(place.index),
            "statusListCredential": page,
        }
    }


def _opens(day: date) -> str:
    """Give the first moment of a legal day, as Shanghai's clocks show it."""
    return f"{day.isoformat()}T00:00:00+08:00"


def _closes(day: date) -> str:
    return f"{day.isoformat()}T23:59:59+08:00"


def seconds(facts: Facts | PrintedRegistration) -> tuple[int, int | None]:
    """Give the same two moments as a token counts them. Units: seconds since 1970."""
    last = facts.period_until if isinstance(facts, Facts) else facts.last_day
    begins = start_of(facts.issued_on)
    ends = start_of(last) + _ALL_DAY if last else None
    return int(begins.timestamp()), int(ends.timestamp()) if ends else None


def _span(begins: date | None, ends: date | None) -> str:
    """Write an interval as ISO 8601 does; an open end is two points."""
    return "/".join(day.isoformat() if day else ".." for day in (begins, ends))
