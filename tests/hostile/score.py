"""Play every cheat, and keep the score: what it earned beside what was studied."""

from __future__ import annotations

import json
import textwrap
import time
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum

from tests.hostile.cheats import CHEATS, Cheat
from tests.hostile.ground import Lesson, Unsuitable
from tests.hostile.table import NotTried, Table

MOST_FOULS = 3
WHOLE = "the whole run"
_WIDE = 50
_BELOW = " " * 5


class Verdict(StrEnum):
    HELD = "held"
    EARNED = "EARNED"
    OPEN = "OPEN"
    NOT_TRIED = "not tried"


@dataclass(frozen=True)
class Score:
    """How one cheat went. Units: seconds."""

    cheat: str
    abuse: str
    tried: str
    earned: int
    entitled: float
    verdict: Verdict
    took: float
    fouls: tuple[str, ...] = ()

    @property
    def unearned(self) -> float:
        return max(0.0, self.earned - self.entitled)


@dataclass
class Card:
    """The whole run. `wall` counts seconds from its first request to its last."""

    house: str
    who: str
    scores: list[Score] = field(default_factory=list)
    wall: float = 0.0
    leaves: str = ""

    @property
    def tried(self) -> list[Score]:
        return [one for one in self.scores if one.verdict is not Verdict.NOT_TRIED]

    @property
    def lost(self) -> list[Score]:
        return [
            one for one in self.tried if one.verdict in {Verdict.EARNED, Verdict.OPEN}
        ]

    @property
    def earned(self) -> int:
        return sum(one.earned for one in self.scores)

    def as_json(self) -> str:
        rows = [asdict(one) for one in self.scores]
        return json.dumps({"house": self.house, "wall": self.wall, "scores": rows})


def play_all(
    table: Table,
    house: str,
    *,
    only: Iterable[Cheat] = (),
    say: Callable[[str], None] = lambda _line: None,
) -> Card:
    """Play the cheats one after another; then ask about the run as a whole."""
    card = Card(house, table.ground.name)
    begun = time.monotonic()
    first = table.ground.look()
    for cheat in tuple(only) or CHEATS:
        score = play(table, cheat)
        card.scores.append(score)
        say(line(len(card.scores), score))
    _close(table)
    card.wall = time.monotonic() - begun
    card.scores.append(_whole(first, table.ground.look(), card.wall))
    say(line(len(card.scores), card.scores[-1]))
    card.leaves = _left_behind(table, first)
    return card


def play(table: Table, cheat: Cheat) -> Score:
    """Play one cheat between two looks at the pages."""
    before = table.ground.look()
    table.entitled, table.fouls = 0.0, []
    begun = time.monotonic()
    try:
        tried = cheat.play(table)
    except (NotTried, Unsuitable) as why:
        took = time.monotonic() - begun
        verdict = Verdict.NOT_TRIED
        return Score(cheat.name, cheat.abuse, str(why), 0, 0, verdict, took)
    took = time.monotonic() - begun
    after = table.ground.look()
    earned = _earned(before, after)
    fouls = [*table.fouls, *_finished(before, after, table.entitled)]
    verdict = Verdict.HELD
    if fouls:
        verdict = Verdict.OPEN
    if earned > table.entitled:
        verdict = Verdict.EARNED
    return Score(
        cheat.name,
        cheat.abuse,
        tried,
        earned,
        round(table.entitled, 2),
        verdict,
        took,
        tuple(fouls),
    )


def _earned(before: dict[str, Lesson], after: dict[str, Lesson]) -> int:
    return sum(
        (one.target if one.done else one.credited)
        - (before[name].target if before[name].done else before[name].credited)
        for name, one in after.items()
    )


def _finished(
    before: dict[str, Lesson], after: dict[str, Lesson], entitled: float
) -> list[str]:
    """Name lessons that were finished by less study than they lacked."""
    return [
        f"lesson {name} was finished"
        for name, one in after.items()
        if one.done and not before[name].done and before[name].room > entitled
    ]


def _whole(first: dict[str, Lesson], last: dict[str, Lesson], wall: float) -> Score:
    earned = _earned(first, last)
    verdict = Verdict.EARNED if earned > wall else Verdict.HELD
    tried = "all cheats together, beside the clock on the wall"
    return Score(WHOLE, "X03", tried, earned, round(wall, 2), verdict, 0)


def _close(table: Table) -> None:
    try:
        table.leave(table.sit())
    except (NotTried, Unsuitable):
        return


def _left_behind(table: Table, first: dict[str, Lesson]) -> str:
    earned = _earned(first, table.ground.look())
    took = f"{table.ground.took} free courses taken; " if table.ground.took else ""
    return (
        f"{took}{earned} honest seconds credited in unfinished lessons; "
        "the evidence of the tries stays, for it cannot be deleted"
    )


def heading(house: str, who: str, now: datetime) -> str:
    """Say what is played where, and what the columns mean."""
    return "\n".join(
        [
            f"{len(CHEATS)} cheats against {house} by {who}, {now:%Y-%m-%d %H:%M} UTC",
            "",
            "earned    seconds that the house credited while the cheat was played",
            "studied   seconds that were really studied meanwhile; more is unearned",
            "held      nothing unearned, nothing finished, nothing told",
            "EARNED    more seconds than were studied",
            "OPEN      something else that should not be possible; named below",
            "",
            f"     {'cheat':<{_WIDE}} earned  studied             took",
        ]
    )


def line(number: int, score: Score) -> str:
    """Write one line of the card, and one below it for each foul."""
    entitled = f"{score.entitled:.1f}".rstrip("0").rstrip(".")
    seconds = f"{score.earned:>6} {entitled:>8}"
    if score.verdict is Verdict.NOT_TRIED:
        seconds = f"{'–':>6} {'–':>8}"
    head = (
        f"{number:>3}  {_wide(score.cheat, _WIDE)} {seconds}  "
        f"{score.verdict:<9} {score.took:>5.1f} s"
    )
    below = [score.tried, *(f"! {foul}" for foul in score.fouls[:MOST_FOULS])]
    if len(score.fouls) > MOST_FOULS:
        below.append(f"! and {len(score.fouls) - MOST_FOULS} more")
    return "\n".join([head, *(_indented(text) for text in below if text)])


def _indented(text: str) -> str:
    return textwrap.fill(text, 88, initial_indent=_BELOW, subsequent_indent=_BELOW)


def _wide(text: str, width: int) -> str:
    taken = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    return text + " " * max(0, width - taken)


def summary(card: Card) -> str:
    """Say how it ended, with what could not be tried and why."""
    cheats = [one for one in card.scores if one.cheat != WHOLE]
    idle = [one for one in cheats if one.verdict is Verdict.NOT_TRIED]
    played = len(cheats) - len(idle)
    unearned = sum(one.unearned for one in card.tried)
    why: dict[str, list[str]] = {}
    for one in idle:
        why.setdefault(one.tried, []).append(one.cheat)
    lines = [
        "",
        "The house held." if not card.lost else "THE HOUSE DID NOT HOLD.",
        f"  {played} of {len(cheats)} cheats played in {card.wall:.0f} s",
        f"  {len(card.lost)} succeeded",
        f"  {unearned:.0f} unearned seconds",
        "",
        textwrap.fill(f"Left behind: {card.leaves}.", 88),
    ]
    if idle:
        lines += ["", f"Not tried here: {len(idle)}"]
    for reason, names in why.items():
        lines += [f"  {reason}:", *(f"    - {name}" for name in names)]
    lines += ["", "Not possible from outside: setting the server's clock."]
    return "\n".join(lines)
