"""The order in which our credentials say things, which their proof leaves open.

A proof is over a set of statements: it holds in any order of members and of lists. A
file is believed in the one order in which the house writes it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from lms.gateways.drawing.words import SPECIALTIES

# One order does for the members of every node.
_MEMBERS = (
    "@context", "id", "type", "hashed", "identityHash", "identityType",
    "achievementType", "name", "url", "issuer", "validFrom", "validUntil",
    "credentialSubject", "identifier", "licenseNumber", "term", "activityEndDate",
    "creditsEarned", "achievement", "result", "description", "criteria", "narrative",
    "fieldOfStudy", "resultDescription", "resultType", "value", "evidence",
    "credentialStatus", "statusPurpose", "statusListIndex", "statusListCredential",
)  # fmt: skip
_IDENTITIES = (
    "name", "nationalIdentityNumber", "ext:certificateNumber",
    "ext:electronicLicence", "ext:employer",
)  # fmt: skip
_CODES = {word: code.value for code, word in SPECIALTIES.items()}


def is_ours(said: Mapping[str, Any]) -> bool:
    """Tell whether a credential says everything where the house would say it.

    Raises: LookupError, TypeError, ValueError for what is no credential of ours.
    """
    subject = said["credentialSubject"]
    kinds = [_IDENTITIES.index(one["identityType"]) for one in subject["identifier"]]
    listed = subject["achievement"]["resultDescription"]
    wanted = list(_results(subject["achievement"]))
    return (
        all(_in_order(node) for node in _nodes(said))
        and kinds == sorted(kinds)
        and [one["id"].rpartition("#")[2] for one in subject["result"]] == wanted
        and [one["resultDescription"] for one in subject["result"]]
        == [one["id"] for one in listed]
    )


def _results(achievement: Mapping[str, Any]) -> Iterator[str]:
    """Name the results in the order of the specialties, as they stand in words."""
    licence = achievement["achievementType"] == "License"
    for word in achievement["fieldOfStudy"].split("、"):
        code = _CODES[word]
        yield from [code] if licence else [f"{code}-required", f"{code}-elective"]
    if not licence:
        yield "score"


def _nodes(value: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)


def _in_order(node: Mapping[str, Any]) -> bool:
    places = [_MEMBERS.index(name) for name in node]
    return places == sorted(places)
