"""Sichuan's flows: the employer confirms, the centre reviews, the department approves.

Source: 四川《二级建造师注册相关》办事说明 (2021-12-08).
"""

from dataclasses import replace
from datetime import date

from lms.policy.flow import (
    Case,
    Check,
    Contact,
    Flow,
    Issue,
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
from lms.policy.flows import national
from lms.policy.model import Application, Province
from lms.policy.offices import OfficeKind

SOURCE = "四川《二级建造师注册相关》办事说明"
SINCE = date(2021, 12, 8)
CENTRE = "省建岗培注册中心"
DEPARTMENT = "住房城乡建设厅"

FILL = Step(
    StepName.FILL,
    Party.PERSON,
    "申请人在线申请，填报注册申请",
    needs=frozenset({Need.MATERIALS, Need.PERSON_COMMITMENT}),
)
EMPLOYER = Step(
    StepName.EMPLOYER,
    Party.EMPLOYER,
    "聘用单位审核同意后上报",
    needs=frozenset({Need.EMPLOYER_PROVED, Need.EMPLOYER_COMMITMENT}),
)
ACCEPT = Step(
    StepName.ACCEPT,
    Party.TELLER,
    f"{CENTRE}网上受理",
    limit=Limit.ACCEPT,
    since=Since.FILED,
    at=OfficeKind.CENTRE,
)
REVIEW = Step(StepName.REVIEW, Party.TELLER, f"{CENTRE}审查", at=OfficeKind.CENTRE)
DECIDE = Step(
    StepName.DECIDE,
    Party.APPROVER,
    f"{DEPARTMENT}审批",
    limit=Limit.DECIDE,
    apart=True,
    at=OfficeKind.DEPARTMENT,
)
ANNOUNCE = Step(
    StepName.ANNOUNCE,
    Party.APPROVER,
    f"{DEPARTMENT}通告",
    at=OfficeKind.DEPARTMENT,
)
CERTIFICATE = Step(
    StepName.CERTIFICATE,
    Party.HOUSE,
    f"{DEPARTMENT}核发电子证书，{CENTRE}生成电子证书",
    limit=Limit.DELIVER,
    since=Since.DECIDED,
)
NUMBERED = replace(
    CERTIFICATE,
    office=f"{DEPARTMENT}核发电子证书并核定注册编号，{CENTRE}生成电子证书",
)
APPROVED = (FILL, EMPLOYER, ACCEPT, REVIEW, DECIDE, CERTIFICATE)
ANNOUNCED = (FILL, EMPLOYER, ACCEPT, REVIEW, DECIDE, ANNOUNCE, NUMBERED)

REISSUED = tuple(
    replace(step, limit=Limit.REISSUE) if step is DECIDE else step for step in APPROVED
)

SIGNED_AND_SEALED = frozenset({Check.SIGNED, Check.SEALED})


def _form(title: str) -> Material:
    return Material(MaterialKind.FORM, title, checks=SIGNED_AND_SEALED)


SEAL_AND_CARD = Material(
    MaterialKind.SEAL_AND_CARD,
    "执业信息卡和执业专用章",
    "持有纸质证书的人员交回",
    case=Case.PAPER_HELD,
)
INITIAL = (
    _form("注册建造师注册申请表"),
    Material(MaterialKind.QUALIFICATION, "建造师执业资格证书"),
    Material(
        MaterialKind.ID_CARD,
        "申请人身份证复印件",
        "材料3：申请人身份证和学历证复印件",
        frozenset({Check.BOTH_SIDES}),
    ),
    Material(
        MaterialKind.EDUCATION,
        "申请人学历证复印件",
        "材料3：申请人身份证和学历证复印件",
    ),
    Material(
        MaterialKind.PERFORMANCE,
        "注册所在地市（州）建设行政主管部门出具的工程业绩证明",
    ),
    Material(
        MaterialKind.CONTRACT, "申请人与聘用单位签订的聘用合同或有效证明文件复印件"
    ),
    Material(
        MaterialKind.STUDY,
        "建造师继续教育证明",
        "超过规定时间申请初始注册的，应当提交",
        case=Case.OVERDUE,
    ),
)
RENEWAL = (
    _form("注册建造师续期注册申请表"),
    Material(MaterialKind.OLD_CERTIFICATE, "原注册证书"),
    Material(
        MaterialKind.CONTRACT,
        "申请人与聘用单位签订的聘用劳动合同复印件或有效证明文件",
    ),
    Material(MaterialKind.PERFORMANCE, "从事工程施工管理活动的业绩证明"),
    Material(MaterialKind.STUDY, "建设行政主管部门认可的继续教育证明"),
)
CHANGE = (
    _form("注册建造师变更注册申请表"),
    Material(
        MaterialKind.OLD_CERTIFICATE, "注册证书", "注册证书、执业信息卡和执业专用章"
    ),
    SEAL_AND_CARD,
    Material(
        MaterialKind.DISMISSAL,
        "申请人与原聘用单位解除聘用合同证明文件",
        "或退休人员退休证明",
        choice="left",
    ),
    Material(
        MaterialKind.RETIREMENT,
        "退休人员退休证明",
        case=Case.RETIRED,
        choice="left",
    ),
    Material(
        MaterialKind.CONTRACT,
        "申请人与新聘用单位签订的聘用合同复印件或有效证明文件",
    ),
)
ADD_SPECIALTY = (
    _form("注册建造师专业增项注册申请表"),
    Material(MaterialKind.OLD_CERTIFICATE, "注册证书", "注册证书和执业信息卡"),
    Material(
        MaterialKind.SEAL_AND_CARD,
        "执业信息卡",
        "持有纸质证书的人员提交",
        case=Case.PAPER_HELD,
    ),
    Material(MaterialKind.QUALIFICATION, "资格证书合格证明"),
    Material(
        MaterialKind.STUDY,
        "该增项专业建造师继续教育证明材料",
        "逾期专业增项注册，应当提供",
        case=Case.OVERDUE,
    ),
)
INFORMATION = (
    _form("注册建造师变更注册申请表"),
    Material(MaterialKind.CHANGE_PROOF, "个人基本信息变更的证明材料"),
)

AT_WORK = "建造师按照其从事工程项目施工管理的专业类别，实行分专业注册。"
WITHIN_3_YEARS = (
    "取得建造师资格证书的人员应当在取得资格证书后三年内，到省级注册机构申请初始注册。"
)
NOT_ACCEPTED = "不符合受理要求的，作出不予受理意见并告知具体原因。"
PRINT = "核发后，申请人登录系统自行打印电子证书、自行制作执业印章。"
CHANGE_NOTICES = (
    "在注册有效期内变更执业单位的，变更后其有效期按原注册有效期计算。",
    "建造师办理变更注册后一年内再次申请变更的，不予办理。",
)
THIRTY_DAYS = (
    "建造师注册后，除工作单位变更外，其他注册内容发生变更的，"
    "须在变更后30日内向省级注册机构办理变更手续。"
)
PAPER_ONLY = "遗失补办或污损更换，限仅持有纸质证书的人员。"
CONTACTS = (
    Contact("申报入口", place="四川政务服务网 → 省住房城乡建设厅"),
    Contact("办事指南", place="四川省建设岗位培训与执业资格注册中心"),
)


def _flow(
    application: Application,
    title: str,
    materials: tuple[Material, ...],
    steps: tuple[Step, ...] = APPROVED,
    notices: tuple[str, ...] = (),
) -> Flow:
    return Flow(
        Province.SICHUAN,
        application,
        Path.ORDINARY,
        SOURCE,
        SINCE,
        steps,
        materials,
        notices=(*notices, NOT_ACCEPTED, PRINT),
        commitments=national.COMMITMENTS,
        commitment_source=national.TRUE_MATERIALS,
        title=title,
        contacts=CONTACTS,
    )


NEW = frozenset({Issue.CERTIFICATE, Issue.REGISTRATION_NO, Issue.PRACTICE_SEAL})
RETURNED = frozenset({Issue.PRACTICE_SEAL, Issue.INFORMATION_CARD})

_CHANGE = _flow(
    Application.CHANGE, "变更注册", CHANGE, notices=(*CHANGE_NOTICES, THIRTY_DAYS)
)
_PAPER = replace(
    _flow(
        Application.LOST_REISSUE,
        "遗失补办",
        (
            _form("注册建造师遗失补办申请表"),
            Material(MaterialKind.LOSS_STATEMENT, "遗失声明"),
        ),
        REISSUED,
        notices=(PAPER_ONLY,),
    ),
    only=frozenset({Case.PAPER_HELD}),
)

FLOWS: tuple[Flow, ...] = (
    replace(
        _flow(
            Application.INITIAL,
            "初始注册",
            INITIAL,
            ANNOUNCED,
            (WITHIN_3_YEARS, AT_WORK),
        ),
        gives=NEW,
    ),
    # The guide has no list of its own for it: what an initial registration asks for.
    replace(
        _flow(Application.RE_REGISTRATION, "重新注册", INITIAL, ANNOUNCED), gives=NEW
    ),
    _flow(Application.RENEWAL, "续期注册", RENEWAL),
    _flow(Application.ADD_SPECIALTY, "增项注册", ADD_SPECIALTY, notices=(AT_WORK,)),
    replace(_CHANGE, takes_back=RETURNED),
    replace(
        _CHANGE,
        path=Path.PERSONAL_INFORMATION,
        title="个人基本信息修改",
        materials=INFORMATION,
        notices=(THIRTY_DAYS, NOT_ACCEPTED, PRINT),
        duty_days=30,
    ),
    # "由单位申请经工商数据比对后办结": nobody reviews it. No line to the
    # register is laid; the company has proved its name to a window or by its lock.
    Flow(
        Province.SICHUAN,
        Application.CHANGE,
        Path.ENTERPRISE_NAME,
        SOURCE,
        SINCE,
        (
            Step(
                StepName.FILL,
                Party.EMPLOYER,
                "由单位申请",
                needs=frozenset({Need.EMPLOYER_PROVED}),
            ),
            Step(
                StepName.COMPARE,
                Party.HOUSE,
                "系统与聘用企业认证的名称核对，一致的即办结，不一致的退回",
                needs=frozenset({Need.BUSINESS_REGISTER}),
                also=frozenset({Party.TELLER}),
            ),
            CERTIFICATE,
        ),
        starts=Party.EMPLOYER,
        notices=("企业名称变更由单位申请，经工商数据比对后办结。", PRINT),
        takes_effect=StepName.COMPARE,
        title="企业名称变更",
        duty_days=30,
        contacts=CONTACTS,
    ),
    # "由单位同意后办结": no office takes part.
    Flow(
        Province.SICHUAN,
        Application.CANCELLATION,
        Path.ORDINARY,
        SOURCE,
        SINCE,
        (
            replace(FILL, needs=frozenset({Need.PERSON_COMMITMENT})),
            replace(EMPLOYER, office="由单位同意后办结"),
        ),
        notices=("注销注册由单位同意后办结。",),
        commitments=national.ENDING,
        commitment_source=national.TRUE_MATERIALS,
        takes_effect=StepName.EMPLOYER,
        title="注销注册",
        gives=frozenset(),
        takes_back=RETURNED,
        contacts=CONTACTS,
    ),
    _PAPER,
    replace(
        _PAPER,
        path=Path.DAMAGED,
        title="污损更换",
        materials=(
            _form("注册建造师污损更换申请表"),
            Material(MaterialKind.OLD_CERTIFICATE, "污损的注册证书"),
        ),
    ),
)
