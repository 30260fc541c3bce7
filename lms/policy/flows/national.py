"""The whole country's own way, for a province whose documents say nothing else.

Source: 建设部令第153号 第十条至第十九条; 行政许可法.
"""

from collections.abc import Mapping
from dataclasses import replace
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
TITLES = {
    Application.INITIAL: "初始注册",
    Application.RENEWAL: "延续注册",
    Application.CHANGE: "变更注册",
    Application.ADD_SPECIALTY: "增项注册",
    Application.RE_REGISTRATION: "重新注册",
    Application.CANCELLATION: "注销注册",
    Application.LOST_REISSUE: "遗失补办",
}
STEPS = (FILL, EMPLOYER, ACCEPT, REVIEW, DECIDE, CERTIFICATE)
REISSUED = tuple(
    replace(step, limit=Limit.REISSUE) if step is DECIDE else step for step in STEPS
)

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


IDENTITY_HERE = (
    "本平台没有接入人脸识别：每次用登录密码和验证码核验本人；核验不了的，"
    "本人携带身份证原件到窗口，由窗口人员当面核验。"
)
"""What stands here in place of the face that some provinces' own systems look at."""


def committed(application: Application) -> Mapping[Party, str]:
    """Give what both sides sign: of an end, nothing that says it goes on."""
    return ENDING if application is Application.CANCELLATION else COMMITMENTS


def flow(
    application: Application,
    *materials: Material,
    path: Path = Path.ORDINARY,
    steps: tuple[Step, ...] = STEPS,
) -> Flow:
    """Write one flow of this document."""
    return Flow(
        Province.NATIONAL,
        application,
        path,
        SOURCE,
        SINCE,
        steps,
        materials,
        commitments=committed(application),
        commitment_source=TRUE_MATERIALS,
        title=TITLES[application],
    )


TRUE_MATERIALS = "行政许可法第三十一条：申请人对其申请材料实质内容的真实性负责"
COMMITMENTS = {
    Party.PERSON: (
        "本人承诺：所填写的内容和所提交的材料真实、有效，本人受聘于申请表所列的一个单位。"
        "如有虚假，愿承担相应法律责任。"
    ),
    Party.EMPLOYER: (
        "本单位承诺：已核对申请人所填写的内容和所提交的材料，与申请人之间的聘用关系真实。"
        "如有虚假，愿承担相应法律责任。"
    ),
}
"""Words of ours: no document at hand prints a text for the whole country."""

ENDING = {
    Party.PERSON: (
        "本人承诺：申请注销注册是本人的真实意思，所填写的内容真实；提交了材料的，材料真实、有效。"
        "如有虚假，愿承担相应法律责任。"
    ),
    Party.EMPLOYER: (
        "本单位承诺：知悉申请人申请注销注册，申请所填写的与本单位有关的内容真实。"
        "如有虚假，愿承担相应法律责任。"
    ),
}
"""Words of ours for who gives a registration up: employment may have ended already."""

FLOWS: tuple[Flow, ...] = (
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
        steps=REISSUED,
    ),
)
