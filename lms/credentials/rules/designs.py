"""How an association's certificates look: a choice of design and its words, as data.

Nothing in it is evaluated or fetched. A placeholder is a word of a fixed list; it is
replaced once, and what replaces it is not looked at again.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

from lms.kernel.colours import contrast
from lms.policy import protected
from lms.policy.protected import Titles


class Layout(StrEnum):
    """The designs to choose from. A name that was published is never given away."""

    CLASSIC = "classic"
    PLAIN = "plain"
    MODERN = "modern"
    HILLS = "hills"


class Part(StrEnum):
    """What an association may leave off. All else is always on the certificate."""

    SEX = "sex"
    ID_NUMBER = "id_number"
    EMPLOYER = "employer"
    REGISTRATION_NO = "registration_no"
    SCORE = "score"
    PHOTO = "photo"
    ANCHOR = "anchor"


PLACEHOLDERS = (
    "name", "sex", "id_number", "employer", "registration_no", "specialties",
    "period_from", "period_until", "required", "elective", "hours", "score",
    "passed_on", "number", "issuer", "issued_on",
)  # fmt: skip
"""The words that a sentence may hold in braces."""

SENTENCE = (
    "在注册有效期（{period_from}至{period_until}）内参加二级注册建造师（{specialties}专业）"
    "继续教育，完成规定的必修课和选修课学习，经考核合格，准予结业，特发此证。"
)

LONGEST = {"heading": 20, "title": 8, "subtitle": 60, "sentence": 160, "extra": 60}
"""Units: characters."""

LOGO_BYTES = 200_000
"""A logo as it is kept, after it was redrawn."""

SEAL_ACROSS, SEAL_DOWN = (-30, 6), (-10, 8)
"""How far a seal may lie from its design's usual place. Units: millimetres."""

_FORM = 1
"""The shape in which designs are stored today."""

_ACCENT_CONTRAST, _INK_CONTRAST = 4.5, 7.0
"""WCAG 2.2: readable as text, and easily so, on white."""

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_BRACED = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Design:
    """How certificates look. `version` counts what was published; 0 is the house's own.

    `logo` is a PNG that was redrawn here, in place of the house's emblem.
    A `demonstration` says on the document that it proves nothing.

    Units: `seal` is millimetres right and down of the design's usual place.
    """

    layout: Layout = Layout.CLASSIC
    accent: str = "#9c171a"
    ink: str = "#1c1a17"
    heading: str = "二级注册建造师继续教育"
    title: str = "合格证"
    subtitle: str = "CERTIFICATE OF CONTINUING EDUCATION"
    sentence: str = SENTENCE
    extra: str = ""
    seal: tuple[int, int] = (0, 0)
    shown: frozenset[Part] = frozenset(Part) - {Part.REGISTRATION_NO}
    logo: bytes = b""
    version: int = 0
    demonstration: bool = False

    def shows(self, what: Part) -> bool:
        """Tell whether something that may be left off is on the certificate."""
        return what in self.shown

    def stored(self) -> dict[str, Any]:
        """Give what is stored; the logo lies beside it."""
        return {
            "form": _FORM,
            "layout": self.layout.value,
            **{name: getattr(self, name) for name in _TEXTS},
            "seal": list(self.seal),
            "shown": sorted(one.value for one in self.shown),
        }

    @classmethod
    def restored(
        cls, kept: Mapping[str, Any], *, logo: bytes = b"", version: int = 0
    ) -> Self:
        """Read a design back; what an older house did not store is as it was then."""
        usual = cls()
        layout = kept.get("layout")
        shown = kept.get("shown")
        across, down = kept.get("seal") or usual.seal
        texts: dict[str, Any] = {
            name: str(kept.get(name, getattr(usual, name))) for name in _TEXTS
        }
        return replace(
            usual,
            layout=Layout(layout) if layout in set(Layout) else usual.layout,
            **texts,
            seal=(int(across), int(down)),
            shown=usual.shown
            if shown is None
            else frozenset(one for one in Part if one.value in shown),
            logo=logo,
            version=version,
        )


_TEXTS = ("accent", "ink", "heading", "title", "subtitle", "sentence", "extra")

DEFAULT = Design()
"""How certificates look that were issued before designs could be chosen."""


# -- words ----------------------------------------------------------------------


def filled(sentence: str, said: Mapping[str, str]) -> str:
    """Put facts into a sentence; a word that is not on the list stays as typed.

    >>> filled("{name}（{x}）", {"name": "{score}", "score": "92", "x": "?"})
    '{score}（{x}）'
    """
    return _BRACED.sub(
        lambda found: said.get(found[1], "") if found[1] in PLACEHOLDERS else found[0],
        sentence,
    )


def strange(sentence: str) -> tuple[str, ...]:
    """Name what stands in braces and is on no list, each once."""
    named = (found[1] for found in _BRACED.finditer(sentence))
    return tuple(dict.fromkeys(one for one in named if one not in PLACEHOLDERS))


# -- what is wrong --------------------------------------------------------------


def problems(draft: Design) -> tuple[str, ...]:
    """Name all that keeps a design from being published."""
    return (
        *_colour_problems(draft),
        *_text_problems(draft),
        *_sentence_problems(draft.sentence),
        *(f"design.{place}_protected" for place in guarded(draft)),
        *_place_problems(draft),
    )


def guarded(draft: Design) -> Mapping[str, tuple[str, ...]]:
    """Name the words that belong to other papers and to offices, by field."""
    return protected.found(
        Titles(draft.heading, draft.title, draft.subtitle, draft.sentence, draft.extra)
    )


def faulty(draft: Design, problem: str) -> tuple[str, ...]:
    """Name the words that a problem is about."""
    place = problem.removeprefix("design.").removesuffix("_protected")
    return guarded(draft).get(place, ()) or strange(draft.sentence)


def _colour_problems(draft: Design) -> tuple[str, ...]:
    if not all(_COLOUR.fullmatch(one) for one in (draft.accent, draft.ink)):
        return ("design.colour",)
    found = []
    if contrast(draft.accent) < _ACCENT_CONTRAST:
        found.append("design.accent_pale")
    if contrast(draft.ink) < _INK_CONTRAST:
        found.append("design.ink_pale")
    return tuple(found)


def _text_problems(draft: Design) -> tuple[str, ...]:
    texts = {name: str(getattr(draft, name)) for name in LONGEST}
    found = [
        f"design.{name}_long"
        for name, longest in LONGEST.items()
        if len(texts[name]) > longest
    ]
    found += [
        f"design.{name}_missing"
        for name in ("title", "sentence")
        if not texts[name].strip()
    ]
    if not draft.subtitle.isascii():
        found.append("design.subtitle_not_english")
    # A control, an override of direction or a half character would print as a box.
    if any(unicodedata.category(c).startswith("C") for c in "".join(texts.values())):
        found.append("design.strange_sign")
    return tuple(found)


def _sentence_problems(sentence: str) -> tuple[str, ...]:
    found = []
    if strange(sentence):
        found.append("design.placeholder")
    if set("{}") & set(_BRACED.sub("", sentence)):
        found.append("design.brace")
    return tuple(found)


def _place_problems(draft: Design) -> tuple[str, ...]:
    across, down = draft.seal
    found = []
    if not (
        SEAL_ACROSS[0] <= across <= SEAL_ACROSS[1]
        and SEAL_DOWN[0] <= down <= SEAL_DOWN[1]
    ):
        found.append("design.seal_far")
    if len(draft.logo) > LOGO_BYTES:
        found.append("design.logo_big")
    return tuple(found)
