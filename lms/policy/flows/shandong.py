"""Shandong's flows as Jinan takes them: signed and sealed papers, and a film.

Source: 《二级建造师证书办理须知》(济南).
"""

from dataclasses import replace
from datetime import date

from lms.policy.flow import (
    Contact,
    Flow,
    Issue,
    Limit,
    Material,
    Need,
    Party,
    Path,
    Since,
    Step,
    StepName,
)
from lms.policy.flows.shandong_papers import (
    ADD_SPECIALTY,
    CANCELLATION,
    CHANGE,
    INFORMATION,
    INITIAL,
    LOST,
    RENAMED,
    RENEWAL,
)
from lms.policy.model import Application, Province
from lms.policy.offices import OfficeKind

SOURCE = "《二级建造师证书办理须知》（济南）"
SINCE = date(2021, 2, 1)
BUREAU = "济南市住房和城乡建设局"
CENTRE = "省建设执业资格注册中心"
BUNDLE_BYTES = 2 * 1024 * 1024

COMMITTED = f"{SOURCE} 申请表中的个人承诺、单位承诺；未附文本，本文由平台拟写"
COMMITMENTS = {
    Party.PERSON: (
        "个人承诺：本人所填写的申请信息和所上传的材料真实、完整、有效，"
        "本人受聘于申请表所列单位。如有虚假，愿承担相应法律责任。"
    ),
    Party.EMPLOYER: (
        "单位承诺：本单位已核对申请人的申请信息和材料，与申请人之间的劳动合同真实有效。"
        "如有虚假，愿承担相应法律责任。"
    ),
}

ENDING = {
    Party.PERSON: (
        "个人承诺：申请注销注册是本人的真实意思，所填写的申请信息和所上传的材料真实、完整、有效。"
        "如有虚假，愿承担相应法律责任。"
    ),
    Party.EMPLOYER: (
        "单位承诺：本单位知悉申请人申请注销注册，申请信息中与本单位有关的内容真实。"
        "如有虚假，愿承担相应法律责任。"
    ),
}

FILL = Step(
    StepName.FILL,
    Party.PERSON,
    "申请人在注册系统申报，上传签字盖章的申请表和申报材料（网厅申报或现场登记）",
    needs=frozenset({Need.MATERIALS, Need.PERSON_COMMITMENT}),
    also=frozenset({Party.TELLER}),
)
EMPLOYER = Step(
    StepName.EMPLOYER,
    Party.EMPLOYER,
    "企业上报各市主管部门，打印申请表，单位承诺加盖单位公章",
    needs=frozenset({Need.EMPLOYER_PROVED, Need.EMPLOYER_COMMITMENT}),
)
ACCEPT = Step(
    StepName.ACCEPT,
    Party.TELLER,
    f"{BUREAU}受理",
    limit=Limit.ACCEPT,
    since=Since.FILED,
    at=OfficeKind.MUNICIPAL,
)
REVIEW = Step(
    StepName.REVIEW,
    Party.TELLER,
    f"{BUREAU}核查注册人员的执业经历，如需补充资料会告知补正",
    at=OfficeKind.MUNICIPAL,
)
DECIDE = Step(
    StepName.DECIDE,
    Party.APPROVER,
    f"{BUREAU}审批",
    limit=Limit.DECIDE,
    apart=True,
    at=OfficeKind.MUNICIPAL,
)
ANNOUNCE = Step(
    StepName.ANNOUNCE,
    Party.APPROVER,
    "向社会公开审批结果",
    at=OfficeKind.MUNICIPAL,
)
CERTIFICATE = Step(
    StepName.CERTIFICATE,
    Party.HOUSE,
    f"{BUREAU}发放注册证书",
    limit=Limit.DELIVER,
    since=Since.DECIDED,
)
STEPS = (FILL, EMPLOYER, ACCEPT, REVIEW, DECIDE, ANNOUNCE, CERTIFICATE)
REISSUED = tuple(
    replace(step, limit=Limit.REISSUE) if step is DECIDE else step for step in STEPS
)

CHECK_NAME = (
    "在基本资料中核对姓名与证件号码，与实际证件不符的请及时修正，申报过程中不可以修改。"
)
UPLOAD = (
    "申报材料的扫描件上传至济南市政务服务大厅建设大厦分厅（网厅），也可以到一窗受理窗口"
    "现场登记。"
)
CONTACTS = (
    Contact(
        "受理咨询", "61378805", "济南市市政务服务大厅建设大厦分厅，经十路14306号二楼"
    ),
    Contact("业务指导", "87087270", "山东省住房和城乡建设厅"),
    Contact(
        "网上申报", place="山东省建设执业资格注册暨继续教育管理系统、济南政务服务网厅"
    ),
)


def _flow(
    application: Application,
    title: str,
    materials: tuple[Material, ...],
    steps: tuple[Step, ...] = STEPS,
) -> Flow:
    ends = application is Application.CANCELLATION
    return Flow(
        Province.SHANDONG,
        application,
        Path.ORDINARY,
        SOURCE,
        SINCE,
        steps,
        materials,
        notices=(CHECK_NAME, UPLOAD),
        commitments=ENDING if ends else COMMITMENTS,
        commitment_source=COMMITTED,
        title=title,
        contacts=CONTACTS,
    )


_CHANGE = _flow(Application.CHANGE, "变更注册", CHANGE)
_LOST = _flow(Application.LOST_REISSUE, "遗失补证", LOST, REISSUED)

FLOWS: tuple[Flow, ...] = (
    replace(
        _flow(Application.INITIAL, "初始注册", INITIAL),
        gives=frozenset({Issue.CERTIFICATE, Issue.REGISTRATION_NO}),
    ),
    _flow(Application.RENEWAL, "延续注册", RENEWAL),
    _CHANGE,
    replace(
        _CHANGE,
        path=Path.ENTERPRISE_NAME,
        title="单位更名",
        materials=RENAMED,
        # The unit hands in its own papers as it confirms.
        steps=(
            FILL,
            replace(EMPLOYER, needs=EMPLOYER.needs | {Need.MATERIALS}),
            *STEPS[2:],
        ),
    ),
    _flow(Application.ADD_SPECIALTY, "增项注册", ADD_SPECIALTY),
    replace(
        _flow(
            Application.CANCELLATION,
            "注销注册",
            CANCELLATION,
            (FILL, EMPLOYER, ACCEPT, REVIEW, DECIDE, ANNOUNCE),
        ),
        gives=frozenset(),
        takes_back=frozenset({Issue.CERTIFICATE}),
    ),
    _LOST,
    replace(
        _LOST,
        path=Path.SEAL_LOST,
        title="遗失补办印章",
        steps=REISSUED[:-1],
        gives=frozenset({Issue.PRACTICE_SEAL}),
    ),
    # The way to a new certificate after a change of one's name or number too.
    replace(_LOST, path=Path.DAMAGED, title="污损更换"),
    Flow(
        Province.SHANDONG,
        Application.CHANGE,
        Path.PERSONAL_INFORMATION,
        SOURCE,
        SINCE,
        (
            Step(
                StepName.FILL,
                Party.PERSON,
                "申请人上传签字盖章的申请表等材料扫描形成的一个PDF文件",
                needs=frozenset({Need.MATERIALS, Need.PERSON_COMMITMENT}),
            ),
            Step(
                StepName.PRELIMINARY,
                Party.TELLER,
                f"{CENTRE}对扫描件材料进行预审",
                at=OfficeKind.CENTRE,
            ),
            Step(
                StepName.IN_PERSON,
                Party.TELLER,
                f"申请人持纸质资料和原件到{CENTRE}审核",
                apart=True,
                at=OfficeKind.CENTRE,
            ),
        ),
        INFORMATION,
        notices=(
            "扫描件须形成一个PDF文件（不大于2M）上传。",
            (
                "预审合格后，申请人持“提交材料清单”中所需纸质资料和所需原件，"
                "到省注册中心进行审核（考核认定人员只更改系统信息）。"
            ),
            (
                "已注册的二级建造师办理完成信息更改后，需到市级建设主管部门办理换领二级建造师"
                "注册证书有关手续（按“遗失补办或污损更换”申报业务，打印发放新“注册证书”）。"
            ),
        ),
        commitments={Party.PERSON: COMMITMENTS[Party.PERSON]},
        commitment_source=COMMITTED,
        bundle_bytes=BUNDLE_BYTES,
        takes_effect=StepName.IN_PERSON,
        title="个人信息更改",
        gives=frozenset(),
        then=(Application.LOST_REISSUE, Path.DAMAGED),
        contacts=CONTACTS,
    ),
)
