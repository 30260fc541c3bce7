"""How an application goes, step by step, as one document of one date states it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lms.policy.model import Application, Province
from lms.policy.offices import OfficeKind


class Path(StrEnum):
    """Which way one kind of application takes; most take the ordinary one."""

    ORDINARY = "ordinary"
    ENTERPRISE_NAME = "enterprise_name"
    PERSONAL_INFORMATION = "personal_information"
    WRITTEN = "written"
    FORCED = "forced"
    ABNORMAL = "abnormal"
    PAPER_EXCHANGE = "paper_exchange"
    SIGNATURE_SUPPLEMENT = "signature_supplement"
    DAMAGED = "damaged"
    SEAL_LOST = "seal_lost"
    ONE_OFF = "one_off"


class StepName(StrEnum):
    """What happens at one step. The order within a flow is the flow's own."""

    FILL = "fill"
    EMPLOYER = "employer"
    CONFIRM = "confirm"
    ON_SITE = "on_site"
    COMPARE = "compare"
    PRELIMINARY = "preliminary"
    IN_PERSON = "in_person"
    ACCEPT = "accept"
    REVIEW = "review"
    NOTICE = "notice"
    DECIDE = "decide"
    ANNOUNCE = "announce"
    CERTIFICATE = "certificate"


class Party(StrEnum):
    """Who does a step. The house does what needs no judgement."""

    PERSON = "person"
    EMPLOYER = "employer"
    TELLER = "teller"
    APPROVER = "approver"
    HOUSE = "house"


class Need(StrEnum):
    """What must be there before a step may be passed."""

    IDENTITY = "identity"
    SCAN = "scan"
    PERSON_COMMITMENT = "person_commitment"
    EMPLOYER_COMMITMENT = "employer_commitment"
    SIGNATURE = "signature"
    EMPLOYER_PROVED = "employer_proved"
    BUSINESS_REGISTER = "business_register"
    MATERIALS = "materials"
    REGISTRATION = "registration"


class Limit(StrEnum):
    """Which of the authority's limits binds a step (`WorkdayLimits` by name)."""

    ACCEPT = "accept"
    DECIDE = "decide"
    CHANGE = "change"
    DELIVER = "deliver"
    REISSUE = "reissue"
    CANCEL = "cancel"
    DEFICIENCY = "deficiency"
    EXTEND = "extend"


class Since(StrEnum):
    """The day from which a limit counts."""

    FILED = "filed"
    ACCEPTED = "accepted"
    DECIDED = "decided"


class Case(StrEnum):
    """A circumstance under which a step or a material is asked for."""

    OVERDUE = "overdue"
    INSURANCE_MISMATCH = "insurance_mismatch"
    OTHER_EMPLOYER_SINCE_EXAM = "other_employer_since_exam"
    RETIRED = "retired"
    INSURED = "insured"
    PAPER_HELD = "paper_held"
    CERTIFICATE_LOST = "certificate_lost"
    CERTIFICATE_HELD = "certificate_held"
    DISMISSED = "dismissed"
    HIGHER_LEVEL = "higher_level"
    REGISTERED = "registered"
    ASSESSED = "assessed"
    EXPIRED = "expired"
    NO_PROOF = "no_proof"


class MaterialKind(StrEnum):
    """What a paper, picture or film proves."""

    FORM = "form"
    QUALIFICATION = "qualification"
    ID_CARD = "id_card"
    HOUSEHOLD = "household"
    EDUCATION = "education"
    PERFORMANCE = "performance"
    CONTRACT = "contract"
    STUDY = "study"
    OLD_CERTIFICATE = "old_certificate"
    SEAL_AND_CARD = "seal_and_card"
    DISMISSAL = "dismissal"
    RETIREMENT = "retirement"
    INSURANCE = "insurance"
    VIDEO = "video"
    LICENCE = "licence"
    UNIT_QUALIFICATION = "unit_qualification"
    REPRESENTATIVE_VIDEO = "representative_video"
    DECLARATION = "declaration"
    HIGHER_LEVEL = "higher_level"
    LOSS_REPORT = "loss_report"
    LOSS_STATEMENT = "loss_statement"
    RULING = "ruling"
    EXEMPT_KIND = "exempt_kind"
    SIGNATURE = "signature"
    PHOTO = "photo"
    AUTHORISATION = "authorisation"
    CHANGE_PROOF = "change_proof"
    BUNDLE = "bundle"


class Check(StrEnum):
    """What is looked at in a material, as soon as it is there."""

    SIGNED = "signed"
    SEALED = "sealed"
    ENDS_A_YEAR_ON = "ends_a_year_on"
    BEGINS_AFTER_DISMISSAL = "begins_after_dismissal"
    AFTER_CERTIFICATE = "after_certificate"
    THREE_MONTHS = "three_months"
    SOUND = "sound"
    ONE_PDF = "one_pdf"
    WHITE_GROUND = "white_ground"
    BOTH_SIDES = "both_sides"
    ORIGINAL = "original"
    PRACTICE_SEALED = "practice_sealed"
    PREVIOUS_MONTH = "previous_month"


class Issue(StrEnum):
    """What is made for the holder by a grant, or given back by one."""

    CERTIFICATE = "certificate"
    REGISTRATION_NO = "registration_no"
    PRACTICE_SEAL = "practice_seal"
    INFORMATION_CARD = "information_card"


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask about what: the topic and the numbers as a document prints them."""

    topic: str
    telephone: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class ExemptKind:
    """A reason why the payer of the insurance may differ from the employer."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class NotOffered:
    """A kind of application that a province does not take, and what is done instead."""

    province: Province
    application: Application
    path: Path
    source: str
    effective_from: date
    words: str


@dataclass(frozen=True, slots=True)
class Closure:
    """Days, both included, on which a province takes no application at all."""

    province: Province
    source: str
    since: date
    until: date
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a flow.

    `office` is who does it in the province's own words. `case` says when the step is
    taken at all, `unless` when it is not; `apart` that whoever does it did no earlier
    step at the desk. `also` may do the step in place of `by`: a teller who takes an
    application in at the counter, the other side of a contract. `at` is the kind of
    office, where the document says more than "the authority".
    """

    name: StepName
    by: Party
    office: str = ""
    limit: Limit | None = None
    since: Since = Since.ACCEPTED
    needs: frozenset[Need] = frozenset()
    case: Case | None = None
    apart: bool = False
    unless: Case | None = None
    also: frozenset[Party] = frozenset()
    at: OfficeKind | None = None

    def may_be_done_by(self, party: Party) -> bool:
        """Tell whether a party may do this step."""
        return party is self.by or party in self.also


@dataclass(frozen=True, slots=True)
class Material:
    """One thing that is handed in. Materials of one `choice` stand for each other.

    `title` and `note` are the province's words, in Chinese. `case` says when it is
    asked for at all, `unless` when it is not.
    """

    kind: MaterialKind
    title: str
    note: str = ""
    checks: frozenset[Check] = frozenset()
    case: Case | None = None
    choice: str = ""
    by: Party = Party.PERSON
    unless: Case | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """One kind of application in one province by one document.

    `starts` is whoever writes the application. `notices` are sentences that the
    applicant must read, in Chinese. `announced` says that a grant is made public.
    `title` is the province's own name for the kind, `type_code` its number for it.
    `effective_until` is the last day on which one may begin; None is no end yet. `only`
    are circumstances without which the way is shut. `commitment_source` says where the
    texts of `commitments` are from. `gives` is made by a grant, `takes_back` given up.
    `then` is what the holder has to apply for next. `waives` are reasons of the law,
    by code, that this way sets aside.

    Units: `notice_days` calendar days, `video_seconds` as named; `bundle_bytes` the
    most that a merged PDF may weigh; `lapse_days` the calendar days after which an
    application that was not accepted is closed; `duty_days` calendar days from the
    event within which the holder has to file; `shut_days` the last calendar days of a
    specialty's validity in which this way is shut.
    """

    province: Province
    application: Application
    path: Path
    source: str
    effective_from: date
    steps: tuple[Step, ...]
    materials: tuple[Material, ...] = ()
    starts: Party = Party.PERSON
    notices: tuple[str, ...] = ()
    commitments: Mapping[Party, str] = field(default_factory=dict)
    notice_days: int = 0
    bundle_bytes: int | None = None
    video_seconds: int = 5
    lapse_days: int | None = None
    takes_effect: StepName = StepName.DECIDE
    title: str = ""
    type_code: str = ""
    effective_until: date | None = None
    only: frozenset[Case] = frozenset()
    commitment_source: str = ""
    gives: frozenset[Issue] = frozenset({Issue.CERTIFICATE})
    takes_back: frozenset[Issue] = frozenset()
    exempt_kinds: tuple[ExemptKind, ...] = ()
    contacts: tuple[Contact, ...] = ()
    then: tuple[Application, Path] | None = None
    duty_days: int | None = None
    shut_days: int | None = None
    waives: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """Name the flow; an application keeps the name it was begun under."""
        return f"{self.province}/{self.application}/{self.path}/{self.effective_from}"

    @property
    def starters(self) -> frozenset[Party]:
        """Name everyone who may begin the application; its first step is theirs."""
        return self.steps[0].also | {self.starts}

    @property
    def counter(self) -> bool:
        """Tell whether a teller may take the application in at the counter."""
        return Party.TELLER in self.starters

    def in_force(self, on: date) -> bool:
        """Tell whether an application may be begun this way on a legal day."""
        return self.effective_from <= on and (
            self.effective_until is None or on <= self.effective_until
        )

    @property
    def announced(self) -> bool:
        """Tell whether a grant is announced to the public."""
        return any(step.name is StepName.ANNOUNCE for step in self.steps)

    def steps_for(self, cases: frozenset[Case]) -> tuple[Step, ...]:
        """Give the steps that an application in these circumstances takes."""
        return tuple(s for s in self.steps if _asked(s, cases))

    def materials_for(self, cases: frozenset[Case]) -> tuple[Material, ...]:
        """Give the materials that are asked for in these circumstances."""
        return tuple(m for m in self.materials if _asked(m, cases))

    def step(self, name: StepName) -> Step:
        """Give a step by its name.

        Raises: LookupError where the flow has no such step.
        """
        for each in self.steps:
            if each.name is name:
                return each
        raise LookupError(name)


def _asked(thing: Step | Material, cases: frozenset[Case]) -> bool:
    wanted = thing.case is None or thing.case in cases
    return wanted and (thing.unless is None or thing.unless not in cases)
