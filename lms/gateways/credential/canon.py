"""The statements that a credential makes, in the one order in which they are signed.

RDFC-1.0 sorts what a document says as N-Quads. Where every node has a name, as here,
nothing but sorting is left of it: so a closed vocabulary does what a JSON-LD processor
takes a thousand times as long for. What is not in the vocabulary is refused, and with
it every member that a proof would not cover.

Source: W3C RDF Dataset Canonicalization 1.0; W3C VC Data Model 2.0; Open Badges 3.0,
context 3.0.3.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

_VC = "https://www.w3.org/2018/credentials#"
_OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
_STATUS = "https://www.w3.org/ns/credentials/status#"
_SCHEMA = "https://schema.org/"
_SECURITY = "https://w3id.org/security#"
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
# The two contexts write the same name space with and without "s": both are right here.
_XSD, _OB_XSD = (
    "http://www.w3.org/2001/XMLSchema#",
    "https://www.w3.org/2001/XMLSchema#",
)

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+")
_CONTROLS = re.compile("[\x00-\x1f\x7f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Term:
    """What a member's name means. `kind` says how its value is read.

    Kinds: "text", "iri", "number", "truth", or the name of a node in `NODES`; `many`
    values stand in an array. `datatype` is the IRI of a text's or number's type.
    """

    iri: str
    kind: str = "text"
    datatype: str = ""
    many: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the document: its types, written so and not otherwise, and members.

    `alone`: its one type stands without an array, as the standards want it there.
    """

    types: tuple[tuple[str, str], ...]
    terms: dict[str, Term]
    alone: bool = False

    @property
    def written(self) -> object:
        """Give the types as the document writes them; None when it has none."""
        names = [name for name, _meaning in self.types]
        return names[0] if self.alone else names or None


_NAME = Term(_SCHEMA + "name")
_WORDS = {
    "name": _NAME,
    "description": Term(_SCHEMA + "description"),
    "narrative": Term(_OB + "narrative"),
}
_ENVELOPE = {
    "validFrom": Term(_VC + "validFrom", datatype=_XSD + "dateTime"),
    "validUntil": Term(_VC + "validUntil", datatype=_XSD + "dateTime"),
}
_ANY = _OB_XSD + "anyURI"

NODES = {
    "credential": Node(
        (
            ("VerifiableCredential", _VC + "VerifiableCredential"),
            ("OpenBadgeCredential", _OB + "OpenBadgeCredential"),
        ),
        {
            **_ENVELOPE,
            "name": _NAME,
            "issuer": Term(_VC + "issuer", "issuer"),
            "credentialSubject": Term(_VC + "credentialSubject", "subject"),
            "evidence": Term(_VC + "evidence", "evidence", many=True),
            "credentialStatus": Term(_VC + "credentialStatus", "status"),
        },
    ),
    "issuer": Node(
        (("Profile", _OB + "Profile"),),
        {"name": _NAME, "url": Term(_SCHEMA + "url", datatype=_ANY)},
    ),
    "subject": Node(
        (("AchievementSubject", _OB + "AchievementSubject"),),
        {
            "identifier": Term(_OB + "identifier", "identity", many=True),
            "licenseNumber": Term(_OB + "licenseNumber"),
            "term": Term(_OB + "term"),
            "activityEndDate": Term(_OB + "activityEndDate", datatype=_OB_XSD + "date"),
            "creditsEarned": Term(
                _OB + "creditsEarned", "number", datatype=_OB_XSD + "float"
            ),
            "achievement": Term(_OB + "achievement", "achievement"),
            "result": Term(_OB + "result", "result", many=True),
        },
    ),
    "identity": Node(
        (("IdentityObject", _OB + "IdentityObject"),),
        {
            "hashed": Term(_OB + "hashed", "truth", datatype=_OB_XSD + "boolean"),
            "identityHash": Term(_OB + "identityHash"),
            "identityType": Term(_OB + "identityType"),
        },
        alone=True,
    ),
    "achievement": Node(
        (("Achievement", _OB + "Achievement"),),
        {
            "achievementType": Term(_OB + "achievementType"),
            "name": _NAME,
            "description": _WORDS["description"],
            "criteria": Term(_OB + "Criteria", "criteria"),
            "fieldOfStudy": Term(_OB + "fieldOfStudy"),
            "resultDescription": Term(
                _OB + "resultDescription", "resultDescription", many=True
            ),
        },
    ),
    "criteria": Node((), {"narrative": _WORDS["narrative"]}),
    "resultDescription": Node(
        (("ResultDescription", _OB + "ResultDescription"),),
        {"name": _NAME, "resultType": Term(_OB + "resultType")},
    ),
    "result": Node(
        (("Result", _OB + "Result"),),
        {
            "resultDescription": Term(_OB + "resultDescription", datatype=_ANY),
            "value": Term(_SCHEMA + "value"),
        },
    ),
    "evidence": Node((("Evidence", _OB + "Evidence"),), dict(_WORDS)),
    "status": Node(
        (("BitstringStatusListEntry", _STATUS + "BitstringStatusListEntry"),),
        {
            "statusPurpose": Term(_STATUS + "statusPurpose"),
            "statusListIndex": Term(_STATUS + "statusListIndex"),
            "statusListCredential": Term(_STATUS + "statusListCredential", "iri"),
        },
        alone=True,
    ),
    "listCredential": Node(
        (
            ("VerifiableCredential", _VC + "VerifiableCredential"),
            (
                "BitstringStatusListCredential",
                _STATUS + "BitstringStatusListCredential",
            ),
        ),
        {
            **_ENVELOPE,
            "issuer": Term(_VC + "issuer", "iri"),
            "credentialSubject": Term(_VC + "credentialSubject", "list"),
        },
    ),
    "list": Node(
        (("BitstringStatusList", _STATUS + "BitstringStatusList"),),
        {
            "statusPurpose": Term(_STATUS + "statusPurpose"),
            "encodedList": Term(
                _STATUS + "encodedList", datatype=_SECURITY + "multibase"
            ),
        },
        alone=True,
    ),
}
"""Everything that our credentials say, and nothing else."""

CONTEXTS = {
    "credential": [CREDENTIALS, OPEN_BADGES],
    "listCredential": [CREDENTIALS],
}


def statements(document: dict[str, Any], kind: str = "credential") -> str:
    """Give the canonical N-Quads of a document without its proof.

    Raises: ValueError for anything that the vocabulary does not know.
    """
    if document.get("@context") != CONTEXTS[kind]:
        raise ValueError("@context")
    rest = {name: value for name, value in document.items() if name != "@context"}
    said = list(_node(rest, kind))
    if len(set(said)) != len(said):
        # A set says it once: what stands twice could be taken away unnoticed.
        raise ValueError("said twice")
    return "".join(sorted(said))


def proof_statements(created: str, method: str) -> str:
    """Give the canonical N-Quads of a proof's options, without its value.

    Raises: ValueError.
    """
    return (
        f'_:c14n0 <http://purl.org/dc/terms/created> "{_escaped(created)}"'
        f"^^<{_XSD}dateTime> .\n"
        f"_:c14n0 {_TYPE} <{_SECURITY}DataIntegrityProof> .\n"
        f'_:c14n0 <{_SECURITY}cryptosuite> "eddsa-rdfc-2022"'
        f"^^<{_SECURITY}cryptosuiteString> .\n"
        f"_:c14n0 <{_SECURITY}proofPurpose> <{_SECURITY}assertionMethod> .\n"
        f"_:c14n0 <{_SECURITY}verificationMethod> {_iri(method)} .\n"
    )


def _node(value: object, kind: str) -> Iterator[str]:
    node = NODES[kind]
    if not isinstance(value, dict) or value.get("type") != node.written:
        raise ValueError(f"no {kind}")
    if not node.types and "type" in value:
        raise ValueError(f"type in {kind}")
    me = _iri(value.get("id"))
    for _name, meaning in node.types:
        yield f"{me} {_TYPE} <{meaning}> .\n"
    for name, inner in value.items():
        if name in {"id", "type"}:
            continue
        term = node.terms.get(name)
        if term is None:
            raise ValueError(f"{name} in {kind}")
        yield from _member(me, term, inner)


def _member(me: str, term: Term, value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    each = value if isinstance(value, list) else [value]
    if term.many != isinstance(value, list) or not each:
        raise ValueError(term.iri)
    for one in each:
        if term.kind in NODES:
            yield from _node(one, term.kind)
            yield f"{me} <{term.iri}> {_iri(one['id'])} .\n"
        else:
            yield f"{me} <{term.iri}> {_SIMPLE[term.kind](one, term)} .\n"


def _iri(value: object) -> str:
    if not isinstance(value, str) or not _IRI.fullmatch(value):
        raise ValueError("no name")
    return f"<{value}>"


def _text(value: object, term: Term) -> str:
    if not isinstance(value, str):
        raise TypeError(term.iri)
    typed = f"^^<{term.datatype}>" if term.datatype else ""
    return f'"{_escaped(value)}"{typed}'


def _number(value: object, term: Term) -> str:
    """Write a number as JSON-LD does: whole, or with a power of ten."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(term.iri)
    if isinstance(value, int):
        return f'"{value}"^^<{term.datatype}>'
    figures, power = f"{value:.15E}".split("E")
    whole, _point, part = figures.partition(".")
    return f'"{whole}.{part.rstrip("0") or "0"}E{int(power)}"^^<{term.datatype}>'


def _truth(value: object, term: Term) -> str:
    if not isinstance(value, bool):
        raise TypeError(term.iri)
    return f'"{str(value).lower()}"^^<{term.datatype}>'


_SIMPLE = {
    "text": _text,
    "iri": lambda value, _term: _iri(value),
    "number": _number,
    "truth": _truth,
}


def _escaped(text: str) -> str:
    # Control characters have more than one way to be written: none comes in here.
    if _CONTROLS.search(text):
        raise ValueError("a control character")
    return text.replace("\\", "\\\\").replace('"', '\\"')
