"""Companies that act here: kinds, how one is proved, and who belongs to whom."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class EmployerKind(StrEnum):
    """What a company is qualified for; nobody is registered with another kind.

    Source: 建设部令第153号, article 7; 黔建建通〔2023〕55号, 五（一）.
    """

    CONSTRUCTION = "construction"
    SURVEY = "survey"
    DESIGN = "design"
    SUPERVISION = "supervision"
    TENDERING = "tendering"
    COSTING = "costing"


class ProofMethod(StrEnum):
    """The two ways to prove a company.

    Source: 重庆市建造师注册管理系统实名认证流程, 二.
    """

    LOCK = "lock"
    ON_SITE = "on_site"


class ProofOutcome(StrEnum):
    """What came of an attempt."""

    PROVED = "proved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ProofFault(StrEnum):
    """Why an attempt did not prove the company."""

    USCC_DIFFERS = "uscc_differs"
    LOCK_LOST = "lock_lost"
    LOCK_UNUSABLE = "lock_unusable"
    PAPERS = "papers"


ON_SITE_AFTER = frozenset(
    {ProofFault.USCC_DIFFERS, ProofFault.LOCK_LOST, ProofFault.LOCK_UNUSABLE}
)
"""A lock that names another company, or is lost or dead, leaves the counter alone."""


class Standing(StrEnum):
    """How far a company's identity is proved."""

    UNPROVED = "unproved"
    ON_SITE_ONLY = "on_site_only"
    PROVED = "proved"


@dataclass(frozen=True, slots=True)
class ProofFacts:
    """One attempt, as the rule reads it."""

    outcome: ProofOutcome
    fault: ProofFault | None = None


def standing(attempts: Iterable[ProofFacts]) -> Standing:
    """Say how far a company is proved, from its attempts in their order.

    Only a proof at the counter reopens what a wrong or lost lock has shut.

    >>> standing([ProofFacts(ProofOutcome.REFUSED, ProofFault.LOCK_LOST)]).value
    'on_site_only'
    """
    found = Standing.UNPROVED
    for one in attempts:
        if one.outcome is ProofOutcome.PROVED:
            found = Standing.PROVED
        elif one.outcome is ProofOutcome.WITHDRAWN or (
            one.fault in ON_SITE_AFTER and found is not Standing.PROVED
        ):
            found = Standing.ON_SITE_ONLY
    return found


def _shut(one: ProofFacts, found: Standing) -> bool:
    return one.fault in ON_SITE_AFTER and found is not Standing.PROVED


@dataclass(frozen=True, slots=True)
class OnSite:
    """What a company showed at the counter, and where.

    `by_representative`: its legal representative came in person; else the one who came
    needs the representative's written authorisation (法人授权书). `name` is what the
    licence says, where it was read: a company that changed its name proves the new one.
    """

    place: str
    licence: bool
    qualification: bool
    authorisation: bool = False
    by_representative: bool = False
    name: str = ""


def on_site_problems(shown: OnSite) -> tuple[str, ...]:
    """List what is missing at the counter."""
    wrong = {
        "employer.no_place": len(shown.place.strip()) < 2,  # noqa: PLR2004 - a name
        "employer.no_licence": not shown.licence,
        "employer.no_qualification": not shown.qualification,
        "employer.no_authorisation": not (
            shown.by_representative or shown.authorisation
        ),
        "employer.name": not _may_be_named(shown.name),
    }
    return tuple(code for code, is_so in wrong.items() if is_so)


def _may_be_named(name: str) -> bool:
    return not name.strip() or 4 <= len(name.strip()) <= 100  # noqa: PLR2004 - as the register has names


# -- who belongs to whom -------------------------------------------------------------


class Side(StrEnum):
    """Whose word or whose papers."""

    EMPLOYER = "employer"
    PERSON = "person"


class LinkEnd(StrEnum):
    """How a link came to its end."""

    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LEFT = "left"


class LinkState(StrEnum):
    """How far a link between a person and a company is."""

    PREPARED = "prepared"
    INVITED = "invited"
    ASKED = "asked"
    ACTIVE = "active"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """What is written down of a link."""

    sent: bool
    person_agreed: bool
    employer_agreed: bool
    ended_as: LinkEnd | None


def link_state(facts: LinkFacts) -> LinkState:
    """Say how far a link is: it counts once both have agreed, until its end.

    >>> link_state(LinkFacts(True, False, True, None)).value
    'invited'
    """
    if facts.ended_as is not None:
        return LinkState(facts.ended_as.value)
    if not facts.sent:
        return LinkState.PREPARED
    if facts.person_agreed and facts.employer_agreed:
        return LinkState.ACTIVE
    return LinkState.ASKED if facts.person_agreed else LinkState.INVITED


SHORTEST_REASON = 2
LONGEST_REASON = 200


def leaving_problems(
    left_on: date, reason: str, *, since: datetime, today: date
) -> tuple[str, ...]:
    """List what is wrong with a last day and its reason."""
    wrong = {
        "link.left_future": left_on > today,
        "link.left_long_ago": (since.date() - left_on).days > 3 * 366,
        "link.no_reason": not (
            SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON
        ),
    }
    return tuple(code for code, is_so in wrong.items() if is_so)


MOST_INVITED = 200
"""How many one list may name."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list of people: where to reach one, and what they are called."""

    contact: str
    called: str


def read_lines(typed: str) -> tuple[Line, ...]:
    r"""Read a list as people paste it: number or address, then perhaps a name.

    >>> read_lines("13800000001 张建国\n王芳，wang@demo.example")[1].contact
    'wang@demo.example'
    """
    found = []
    for row in typed.splitlines():
        text = unicodedata.normalize("NFKC", row).replace(",", " ").replace(";", " ")
        words = text.replace("、", " ").split()
        if not words:
            continue
        place = next(
            (w for w in words if "@" in w or sum(c.isdigit() for c in w) > 4),  # noqa: PLR2004 - more digits than in a name
            words[0],
        )
        rest = [w for w in words if w is not place]
        found.append(Line(place, "".join(rest)[:60]))
    return tuple(found)
