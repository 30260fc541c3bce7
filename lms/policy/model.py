"""The words of the law: rule sets, quotas and verdicts. Pure and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Self


class Track(StrEnum):
    """The two kinds of study: 必修 and 选修."""

    REQUIRED = "required"
    ELECTIVE = "elective"


class Specialty(StrEnum):
    """The registered specialties of a second-class constructor."""

    BUILDING = "building"
    HIGHWAY = "highway"
    WATER = "water"
    MUNICIPAL = "municipal"
    MINING = "mining"
    MECHANICAL = "mechanical"


class Province(StrEnum):
    """Whose rules apply."""

    NATIONAL = "national"
    INNER_MONGOLIA = "inner_mongolia"
    GUIZHOU = "guizhou"
    CHONGQING = "chongqing"
    SICHUAN = "sichuan"
    SHANDONG = "shandong"
    BEIJING = "beijing"


class Application(StrEnum):
    """What a constructor asks of the authority."""

    RENEWAL = "renewal"
    INITIAL = "initial"
    ADD_SPECIALTY = "add_specialty"
    CHANGE = "change"
    RE_REGISTRATION = "re_registration"
    CANCELLATION = "cancellation"
    LOST_REISSUE = "lost_reissue"


class EmployerChange(StrEnum):
    """How a province treats a change of employer."""

    OFFERED = "offered"
    ONCE_A_YEAR = "once_a_year"
    NOT_OFFERED = "not_offered"


class RenewalStart(StrEnum):
    """Where a renewed validity begins."""

    GRANT = "grant"
    OLD_END = "old_end"


class BarCause(StrEnum):
    """Why the authority refuses to take any application for a time."""

    FALSE_MATERIALS = "false_materials"
    FRAUD = "fraud"


@dataclass(frozen=True, slots=True)
class Quota:
    """What one specialty asks for. Units: hundredths of a 学时, as `kernel.credit`."""

    required: int
    elective: int

    def asked(self, track: Track) -> int:
        """Give what is asked for on one track. Units: hundredths of a 学时."""
        return self.required if track is Track.REQUIRED else self.elective


@dataclass(frozen=True, slots=True)
class WorkdayLimits:
    """The authority's own limits; None where its documents state none.

    Units: working days, the starting day not counted.
    """

    accept: int | None = None
    decide: int | None = 20
    extend: int | None = 10
    change: int | None = None
    deliver: int | None = 10
    deficiency: int | None = 5
    reissue: int | None = 5
    cancel: int | None = None


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One province's rules, as one document of one date states them.

    `clauses` names the article behind each code; a key "code:application" goes before
    "code" where one article speaks of one kind of application only.

    Units: `*_days*` are calendar days; `substitution_cap` hundredths of a 学时.
    """

    key: str
    province: Province
    source: str
    effective_from: date
    clauses: Mapping[str, str]
    main: Quota = Quota(6000, 6000)
    extra: Quota = Quota(3000, 3000)
    overdue_initial: Quota = Quota(6000, 6000)
    overdue_extra: Quota = Quota(3000, 3000)
    opens_days_before: int | None = None
    closes_days_before: int = 30
    renewal_start: RenewalStart = RenewalStart.GRANT
    validity_years: int = 3
    age_cap_years: int = 65
    closed_days_before_cap: int | None = None
    grace_years: int = 3
    lookback_years: int = 3
    employer_change: EmployerChange = EmployerChange.OFFERED
    committed: frozenset[Application] = frozenset()
    substitution_allowed: bool = True
    substitution_cap: int = 6000
    false_materials_years: int = 1
    fraud_years: int = 3
    limits: WorkdayLimits = WorkdayLimits()

    def quota(self, is_main: bool) -> Quota:  # noqa: FBT001 - a question, not a switch
        """Give what the main specialty, or an extra one, asks for."""
        return self.main if is_main else self.extra

    def clause(self, code: str, application: Application | None = None) -> str:
        """Name the article behind a code."""
        particular = self.clauses.get(f"{code}:{application}")
        return particular or self.clauses.get(code, self.source)

    def bar_years(self, cause: BarCause) -> int:
        """Tell for how many years a cause keeps a person out."""
        if cause is BarCause.FRAUD:
            return self.fraud_years
        return self.false_materials_years

    def elective_in_main_only(self) -> Self:
        """Derive the older practice: extra specialties ask for no elective study.

        Off by default; it departs from 建市〔2010〕192号 第十九条.
        """
        return replace(
            self,
            key=f"{self.key}+elective-main-only",
            extra=replace(self.extra, elective=0),
        )
