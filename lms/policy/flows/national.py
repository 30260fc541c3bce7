"""The whole country's own way, for a province whose documents say nothing else.

Source: 建设部令第153号 第十条至第十九条; 行政许可法.
"""

from datetime import date

from lms.policy.flow import (
    Case,
    Check,
    Flow,
    Limit,
    Material,
    MaterialKind,
    Need,
    Party,
    Path,
    Since,
    Step,
    StepName,
)
from lms.policy.model import Application, Province

SOURCE = "《注册建造师管理规定》（建设部令第153号）"
SINCE = date(2007, 3, 1)

FILL = Step(
    StepName.FILL,
    Party.PERSON,
    needs=frozenset({Need.MATERIALS, Need.PERSON_COMMITMENT}),
)
EMPLOYER = Step(
    StepName.EMPLOYER,
    Party.EMPLOYER,
    "聘用单位",
    needs=frozenset({Need.EMPLOYER_PROVED, Need.EMPLOYER_COMMITMENT}),
)
ACCEPT = Step(
    StepName.ACCEPT, Party.TELLER, "受理", limit=Limit.ACCEPT, since=Since.FILED
)
REVIEW = Step(StepName.REVIEW, Party.TELLER, "审查")
DECIDE = Step(StepName.DECIDE, Party.APPROVER, "审批", limit=Limit.DECIDE, apart=True)
CERTIFICATE = Step(
    StepName.CERTIFICATE,
    Party.HOUSE,
    "核发电子证书",
    limit=Limit.DELIVER,
    since=Since.DECIDED,
)
STEPS = (FILL, EMPLOYER, ACCEPT, REVIEW, DECIDE, CERTIFICATE)

FORM = Material(
    MaterialKind.FORM, "注册申请表", checks=frozenset({Check.SIGNED, Check.SEALED})
)
QUALIFICATION = Material(MaterialKind.QUALIFICATION, "建造师资格证书")
ID_CARD = Material(
    MaterialKind.ID_CARD, "身份证明", checks=frozenset({Check.BOTH_SIDES})
)
CONTRACT = Material(MaterialKind.CONTRACT, "与聘用单位签订的聘用劳动合同或其他有效证明")
STUDY = Material(MaterialKind.STUDY, "达到继续教育要求的证明")
OVERDUE_STUDY = Material(
    MaterialKind.STUDY, "继续教育证明", "超过规定时间申请的须提交", case=Case.OVERDUE
)
OLD = Material(MaterialKind.OLD_CERTIFICATE, "原注册证书", case=Case.PAPER_HELD)
DISMISSAL = Material(
    MaterialKind.DISMISSAL, "与原聘用单位解除聘用合同的证明", choice="left"
)
RETIRED = Material(
    MaterialKind.RETIREMENT, "退休证明", case=Case.RETIRED, choice="left"
)


def flow(
    application: Application,
    *materials: Material,
    path: Path = Path.ORDINARY,
    steps: tuple[Step, ...] = STEPS,
) -> Flow:
    """Write one flow of this document."""
    return Flow(Province.NATIONAL, application, path, SOURCE, SINCE, steps, materials)


FLOWS = (
    flow(Application.INITIAL, FORM, QUALIFICATION, ID_CARD, CONTRACT, OVERDUE_STUDY),
    flow(Application.RENEWAL, FORM, OLD, CONTRACT, STUDY),
    flow(Application.CHANGE, FORM, OLD, CONTRACT, DISMISSAL, RETIRED),
    flow(Application.ADD_SPECIALTY, FORM, OLD, QUALIFICATION, OVERDUE_STUDY),
    flow(Application.RE_REGISTRATION, FORM, QUALIFICATION, ID_CARD, CONTRACT, STUDY),
    flow(Application.CANCELLATION, FORM, OLD),
    flow(
        Application.LOST_REISSUE,
        FORM,
        Material(MaterialKind.LOSS_STATEMENT, "公众媒体遗失声明"),
    ),
)
