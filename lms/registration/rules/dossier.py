"""The checklist of a dossier: what is asked for, what is there, what is wrong. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

from lms.policy.flow import Case, Flow, Material, MaterialKind, Party, Step, StepName
from lms.registration.rules.states import ENDED, Status


class Deed(StrEnum):
    """What an entry of the book of materials records."""

    HANDED_IN = "handed_in"
    WITHDRAWN = "withdrawn"


class RowState(StrEnum):
    """How far one row of the checklist is.

    LOOK is there, and a person will look at something no machine can judge. SPARED is
    not needed, since another of the same choice is there.
    """

    MISSING = "missing"
    OK = "ok"
    FAULT = "fault"
    LOOK = "look"
    SPARED = "spared"


@dataclass(frozen=True, slots=True)
class Given:
    """What the person says of a paper. Units: `insurance_months` whole months.

    `open_ended` is a contract without a last day. `stored_signature` says that the
    house drew the signature on file; `hand_signed`, `sealed`, `practice_sealed` and
    `one_page` are ticks. `insured_until` is any day of the last month that was paid.
    `made_of` names the materials that a merged file was made of.
    """

    contract_from: date | None = None
    contract_until: date | None = None
    open_ended: bool = False
    dismissed_on: date | None = None
    certificate_on: date | None = None
    insurance_months: int | None = None
    insured_until: date | None = None
    payer: str = ""
    degree: str = ""
    major: str = ""
    hand_signed: bool = False
    stored_signature: bool = False
    sealed: bool = False
    practice_sealed: bool = False
    one_page: bool = False
    made_of: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """Give what was said at all, as JSON keeps it."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in found.items()
            if value is not None and value is not False and value not in ("", ())
        }


FILMS = frozenset({MaterialKind.VIDEO, MaterialKind.REPRESENTATIVE_VIDEO})
PICTURES = frozenset({MaterialKind.PHOTO, MaterialKind.SIGNATURE})
ALONE = FILMS | PICTURES
"""What is no paper, and so is never bound with others."""

_DAYS = (
    "contract_from", "contract_until", "dismissed_on", "certificate_on",
    "insured_until",
)  # fmt: skip


def read(told: Mapping[str, Any]) -> Given:
    """Read again what `Given.told` wrote."""
    known = dict(told)
    for name in _DAYS:
        if name in known:
            known[name] = date.fromisoformat(known[name])
    if "made_of" in known:
        known["made_of"] = tuple(known["made_of"])
    return Given(**known)


@dataclass(frozen=True, slots=True)
class HandedIn:
    """The version of a material that counts. Units: bytes, milliseconds.

    `findings` are codes of what the look at its content found.
    """

    id: str
    kind: MaterialKind
    media: str
    size: int
    pages: int | None = None
    millis: int | None = None
    findings: tuple[str, ...] = ()
    given: Given = field(default_factory=Given)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the materials themselves.

    `on` is the legal day of the application, `certificate_on` the day of issue of the
    certificate held. `employer_sealed`: the employer has confirmed with its seal.
    """

    on: date
    certificate_on: date | None = None
    employer_sealed: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence on a material. A fault stands in the way; another is for eyes."""

    code: str
    fault: bool = True
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that a check may look at."""

    flow: Flow
    known: Known
    handed: Mapping[MaterialKind, HandedIn]

    def day(self, name: str, first: HandedIn) -> date | None:
        """Find a day: in the paper's own facts, else in those of any other."""
        for one in (first, *self.handed.values()):
            found: date | None = getattr(one.given, name)
            if found is not None:
                return found
        return None


Look = Callable[[HandedIn, Dossier], Iterable[Remark]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the checklist."""

    material: Material
    state: RowState
    handed: HandedIn | None = None
    remarks: tuple[Remark, ...] = ()

    @property
    def faults(self) -> tuple[Remark, ...]:
        """List what stands in the way."""
        return tuple(one for one in self.remarks if one.fault)

    @property
    def looks(self) -> tuple[Remark, ...]:
        """List what a person will look at."""
        return tuple(one for one in self.remarks if not one.fault)

    @property
    def done(self) -> bool:
        """Tell whether nothing more is asked of whoever hands it in."""
        return self.state not in {RowState.MISSING, RowState.FAULT}


def checklist(
    flow: Flow,
    cases: frozenset[Case],
    handed: Mapping[MaterialKind, HandedIn],
    known: Known,
    look: Callable[[Material, HandedIn, Dossier], tuple[Remark, ...]],
) -> tuple[Row, ...]:
    """Set what is asked for in these circumstances against what was handed in.

    `look` judges one paper (`dossier_checks.remarks`).
    """
    dossier = Dossier(flow, known, handed)
    rows = []
    for material in joined(flow.materials_for(cases)):
        mine = handed.get(material.kind)
        if mine is None:
            rows.append(Row(material, RowState.MISSING))
            continue
        found = look(material, mine, dossier)
        rows.append(Row(material, _state(found), mine, found))
    chosen = {row.material.choice for row in rows if row.material.choice and row.done}
    whole = bound_at_home(handed)
    return tuple(_spared(row, chosen, whole=whole) for row in rows)


def bound_at_home(handed: Mapping[MaterialKind, HandedIn]) -> bool:
    """Tell whether one PDF came that the person had bound: it holds the others."""
    bundle = handed.get(MaterialKind.BUNDLE)
    return bundle is not None and not bundle.given.made_of


def joined(materials: Iterable[Material]) -> tuple[Material, ...]:
    """Make one row of what is asked twice: its checks add up, its notes follow."""
    found: dict[tuple[MaterialKind, str], Material] = {}
    for one in materials:
        place = (one.kind, one.choice)
        first = found.get(place)
        if first is None:
            found[place] = one
            continue
        notes = dict.fromkeys(note for note in (first.note, one.note) if note)
        found[place] = replace(
            first, checks=first.checks | one.checks, note="；".join(notes)
        )
    return tuple(found.values())


def _state(found: tuple[Remark, ...]) -> RowState:
    if any(one.fault for one in found):
        return RowState.FAULT
    return RowState.LOOK if found else RowState.OK


def _spared(row: Row, chosen: set[str], *, whole: bool) -> Row:
    if row.state is not RowState.MISSING:
        return row
    if row.material.choice in chosen or (whole and row.material.kind not in ALONE):
        return Row(row.material, RowState.SPARED)
    return row


def asked_of(rows: Iterable[Row], step: Step, starts: Party) -> tuple[Row, ...]:
    """List the rows that must be seen to before a step may be passed.

    Whoever writes the application also hands in what is the person's.
    """
    mine = {step.by, *step.also}
    if starts in mine:
        mine |= {starts, Party.PERSON}
    return tuple(row for row in rows if row.material.by in mine)


def wanting(rows: Iterable[Row]) -> tuple[str, ...]:
    """List the codes of what is missing or wrong, each once, in order."""
    found: dict[str, None] = {}
    for row in rows:
        if row.state is RowState.MISSING:
            found["dossier.missing"] = None
        found.update((one.code, None) for one in row.faults)
    return tuple(found)


def closed_to(by: Party, step: Step, status: Status) -> str | None:
    """Say by a code why somebody may not change the dossier now; None when they may.

    The applicants may at their own step and while the desk waits for a supplement; a
    teller may take papers in at the counter, but not while reviewing them.
    """
    if status in ENDED:
        return "application.ended"
    if by is Party.TELLER and step.name is StepName.REVIEW:
        return "dossier.not_with_you"
    if status is Status.SUPPLEMENT or step.may_be_done_by(by):
        return None
    return "dossier.not_with_you"
