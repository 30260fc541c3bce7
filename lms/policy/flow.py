"""How an application goes, step by step, as one document of one date states it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lms.policy.model import Application, Province


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


class Limit(StrEnum):
    """Which of the authority's limits binds a step (`WorkdayLimits` by name)."""

    ACCEPT = "accept"
    DECIDE = "decide"
    CHANGE = "change"
    DELIVER = "deliver"
    REISSUE = "reissue"
    CANCEL = "cancel"


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


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a flow.

    `office` is who does it in the province's own words. `case` says when the step is
    taken at all; `apart` that whoever does it did no earlier step at the desk.
    """

    name: StepName
    by: Party
    office: str = ""
    limit: Limit | None = None
    since: Since = Since.ACCEPTED
    needs: frozenset[Need] = frozenset()
    case: Case | None = None
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Material:
    """One thing that is handed in. Materials of one `choice` stand for each other.

    `title` and `note` are the province's words, in Chinese.
    """

    kind: MaterialKind
    title: str
    note: str = ""
    checks: frozenset[Check] = frozenset()
    case: Case | None = None
    choice: str = ""
    by: Party = Party.PERSON


@dataclass(frozen=True, slots=True)
class Flow:
    """One kind of application in one province by one document.

    `starts` is whoever writes the application. `notices` are sentences that the
    applicant must read, in Chinese. `announced` says that a grant is made public.

    Units: `notice_days` and `video_seconds` as named; `bundle_bytes` the most that a
    merged PDF may weigh.
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
    takes_effect: StepName = StepName.DECIDE

    @property
    def key(self) -> str:
        """Name the flow; an application keeps the name it was begun under."""
        return f"{self.province}/{self.application}/{self.path}/{self.effective_from}"

    @property
    def announced(self) -> bool:
        """Tell whether a grant is announced to the public."""
        return any(step.name is StepName.ANNOUNCE for step in self.steps)

    def steps_for(self, cases: frozenset[Case]) -> tuple[Step, ...]:
        """Give the steps that an application in these circumstances takes."""
        return tuple(s for s in self.steps if s.case is None or s.case in cases)

    def materials_for(self, cases: frozenset[Case]) -> tuple[Material, ...]:
        """Give the materials that are asked for in these circumstances."""
        return tuple(m for m in self.materials if m.case is None or m.case in cases)

    def step(self, name: StepName) -> Step:
        """Give a step by its name.

        Raises: LookupError where the flow has no such step.
        """
        for each in self.steps:
            if each.name is name:
                return each
        raise LookupError(name)
