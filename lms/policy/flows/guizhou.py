"""Guizhou's flows: the employer files, the person scans a code and confirms by face.

Source: 黔建建通〔2023〕55号.
"""

from dataclasses import replace
from datetime import date

from lms.policy.flow import (
    Case,
    Check,
    Closure,
    Flow,
    Limit,
    Material,
    MaterialKind,
    Need,
    NotOffered,
    Party,
    Path,
    Step,
    StepName,
)
from lms.policy.flows.guizhou_parts import (
    ACCEPT,
    ANNOUNCE,
    CERTIFICATE,
    COMMITMENTS,
    COMMITTED,
    COMPARE,
    CONFIRM,
    CONTACTS,
    DECIDE,
    ELECTRONIC,
    EXEMPT_KINDS,
    FILL,
    FOLLOW,
    LAST_PAPER_EXCHANGE,
    MISMATCH,
    NEW,
    NEW_EMPLOYER,
    NO_PAPERS,
    ONE_EMPLOYER,
    PROOF,
    REVIEW,
    SINCE,
    SOURCE,
    STEPS,
)
from lms.policy.flows.national import IDENTITY_HERE
from lms.policy.model import Application, Province
from lms.policy.offices import OfficeKind

_FILED = Flow(
    Province.GUIZHOU,
    Application.RENEWAL,
    Path.ORDINARY,
    f"{SOURCE} 二、五（一）2",
    SINCE,
    STEPS,
    (PROOF,),
    starts=Party.EMPLOYER,
    notices=(
        "应当在注册有效期届满30日前申请延续注册；继续教育不满足要求的，不予延续。",
        (
            "注册专业有效期从准予延续注册之日起计算，为3年；准予之日距65周岁不满3年的，"
            "有效期至65周岁当日。"
        ),
        NO_PAPERS,
        MISMATCH,
        IDENTITY_HERE,
        FOLLOW,
        ELECTRONIC,
    ),
    commitments=COMMITMENTS,
    commitment_source=COMMITTED,
    title="延续注册",
    exempt_kinds=EXEMPT_KINDS,
    contacts=CONTACTS,
)


def _filed(application: Application, title: str, clause: str, *notices: str) -> Flow:
    return replace(
        _FILED,
        application=application,
        title=title,
        source=f"{SOURCE} 二、{clause}",
        notices=(*notices, NO_PAPERS, MISMATCH, IDENTITY_HERE, FOLLOW, ELECTRONIC),
    )


CANCELLATION = Flow(
    Province.GUIZHOU,
    Application.CANCELLATION,
    Path.ORDINARY,
    f"{SOURCE} 五（一）4",
    SINCE,
    (
        replace(
            FILL,
            office="聘用企业提交注销注册申请",
            needs=frozenset({Need.EMPLOYER_PROVED}),
        ),
        replace(
            CONFIRM,
            office="注册人扫描二维码，核验本人身份并确认后，即为完成注销注册",
            needs=frozenset({Need.SCAN, Need.IDENTITY}),
        ),
    ),
    starts=Party.EMPLOYER,
    notices=(
        (
            "由聘用企业提交注销注册申请，注册人扫描二维码人脸识别确认后，即为完成注销注册，"
            "原注册证书自行失效。"
        ),
        IDENTITY_HERE,
        "二级建造师与聘用企业解除劳动关系后，应当及时办理注销注册手续。",
    ),
    takes_effect=StepName.CONFIRM,
    title="注销注册",
    gives=frozenset(),
    contacts=CONTACTS,
)

_ONE_SIDE = Step(
    StepName.FILL,
    Party.PERSON,
    "一方不配合的，另一方向企业所属市（州）住房城乡建设主管部门提交",
    needs=frozenset({Need.MATERIALS}),
    also=frozenset({Party.EMPLOYER, Party.TELLER}),
)
_MUNICIPAL_ACCEPT = replace(
    ACCEPT,
    office="企业所属市（州）住房城乡建设主管部门受理",
    at=OfficeKind.MUNICIPAL,
)
_MUNICIPAL_DECIDE = replace(
    DECIDE,
    office="企业所属市（州）住房城乡建设主管部门办理强制注销",
    at=OfficeKind.MUNICIPAL,
)
_REQUEST = Material(MaterialKind.FORM, "注销注册申请", checks=frozenset({Check.SIGNED}))

FORCED = replace(
    CANCELLATION,
    path=Path.FORCED,
    source=f"{SOURCE} 五（一）4、建办市〔2018〕57号",
    steps=(_ONE_SIDE, _MUNICIPAL_ACCEPT, _MUNICIPAL_DECIDE),
    materials=(
        _REQUEST,
        Material(MaterialKind.DISMISSAL, "解聘证明", choice="proof"),
        Material(MaterialKind.RULING, "劳动仲裁裁决书、司法判决书等", choice="proof"),
    ),
    starts=Party.PERSON,
    notices=(
        (
            "解除劳动关系后一方不配合办理注销手续的，另一方可向企业所属市（州）住房城乡建设"
            "主管部门提交注销注册申请、解聘证明、劳动仲裁裁决书、司法判决书等办理强制注销。"
        ),
        (
            "无法提供以上证明材料的，可依据一方申请将相关人员列为注册状态异常，"
            "并向社会公示。"
        ),
    ),
    takes_effect=StepName.DECIDE,
    title="强制注销",
)

ABNORMAL = replace(
    FORCED,
    path=Path.ABNORMAL,
    source=f"{SOURCE} 五（一）4",
    steps=(
        _ONE_SIDE,
        _MUNICIPAL_ACCEPT,
        replace(
            _MUNICIPAL_DECIDE,
            office="企业所属市（州）住房城乡建设主管部门列为注册状态异常",
        ),
        replace(ANNOUNCE, office="向社会公示", at=OfficeKind.MUNICIPAL),
    ),
    materials=(_REQUEST,),
    notices=(
        (
            "无法提供解聘证明、劳动仲裁裁决书、司法判决书等证明材料的，市（州）住房城乡建设"
            "主管部门可依据一方申请将相关人员列为注册状态异常，并向社会公示。"
        ),
    ),
    title="列为注册状态异常",
    only=frozenset({Case.NO_PROOF}),
)

ENTERPRISE_NAME = Flow(
    Province.GUIZHOU,
    Application.CHANGE,
    Path.ENTERPRISE_NAME,
    f"{SOURCE} 五（一）7",
    SINCE,
    (
        replace(
            FILL,
            office="聘用企业提出申请",
            needs=frozenset({Need.EMPLOYER_PROVED}),
        ),
        replace(
            COMPARE,
            office=(
                "系统核对聘用企业是否已用变更后的名称认证；"
                "市场监管部门的登记由受理人员审核时核对"
            ),
            needs=frozenset({Need.BUSINESS_REGISTER}),
        ),
        ACCEPT,
        REVIEW,
        DECIDE,
        ANNOUNCE,
        CERTIFICATE,
    ),
    starts=Party.EMPLOYER,
    notices=(
        "聘用企业名称变更的以实名认证结果为准，应先确认已在市场监管部门完成相应变更流程。",
        FOLLOW,
    ),
    title="聘用企业名称变更",
    contacts=CONTACTS,
)

PERSONAL_INFORMATION = replace(
    ENTERPRISE_NAME,
    path=Path.PERSONAL_INFORMATION,
    steps=(
        Step(
            StepName.FILL,
            Party.PERSON,
            "本人提出申请，上传证明材料扫描件",
            needs=frozenset({Need.MATERIALS, Need.IDENTITY, Need.PERSON_COMMITMENT}),
        ),
        ACCEPT,
        REVIEW,
        DECIDE,
        ANNOUNCE,
        CERTIFICATE,
    ),
    materials=(
        Material(
            MaterialKind.CHANGE_PROOF,
            "本人基本信息变更的相应证明材料",
            "姓名、身份证号码等信息发生变更的，上传证明材料扫描件",
        ),
    ),
    starts=Party.PERSON,
    notices=("本人基本信息变更的须上传相应证明材料扫描件。", FOLLOW),
    commitments={Party.PERSON: COMMITMENTS[Party.PERSON]},
    commitment_source=COMMITTED,
    title="本人基本信息变更",
)

PAPER_EXCHANGE = Flow(
    Province.GUIZHOU,
    Application.LOST_REISSUE,
    Path.PAPER_EXCHANGE,
    f"{SOURCE} 四（二）",
    SINCE,
    (
        Step(
            StepName.FILL,
            Party.PERSON,
            "本人核验身份，申请换发电子证书",
            needs=frozenset({Need.IDENTITY, Need.PERSON_COMMITMENT}),
        ),
        ACCEPT,
        replace(DECIDE, limit=Limit.REISSUE),
        CERTIFICATE,
    ),
    notices=(
        (
            "纸质证书有效期未满的、遗失或污损更换的应于2023年12月31日前登录审批系统申请换发"
            "电子证书；有效期届满的办理延续注册手续换发电子证书。"
        ),
        "自2024年1月1日起，二级建造师注册证书统一使用电子证书，纸质证书作废。",
        ELECTRONIC,
    ),
    commitments={Party.PERSON: COMMITMENTS[Party.PERSON]},
    commitment_source=COMMITTED,
    title="纸质证书换发电子证书",
    effective_until=LAST_PAPER_EXCHANGE,
    only=frozenset({Case.PAPER_HELD}),
    contacts=CONTACTS,
)

FLOWS: tuple[Flow, ...] = (
    replace(
        _filed(
            Application.INITIAL,
            "初始注册",
            "五（一）1",
            ONE_EMPLOYER,
            "可自资格证书签发之日起3年内提出申请；逾期未申请者，须符合本专业继续教育的"
            "要求后方可申请初始注册。",
        ),
        gives=NEW,
    ),
    _FILED,
    _filed(
        Application.ADD_SPECIALTY,
        "增项注册",
        "五（一）3",
        "取得增项专业资格证书超过3年未注册的，须符合该注册专业继续教育的要求后方可申请。"
        "准予增项注册后，原专业注册有效截止日期保持不变。",
    ),
    replace(
        _filed(
            Application.RE_REGISTRATION,
            "重新注册",
            "五（一）5、6",
            ONE_EMPLOYER,
            "被注销注册或者不予注册的，在重新具备注册条件后，可申请重新注册。",
            NEW_EMPLOYER,
        ),
        gives=NEW,
    ),
    CANCELLATION,
    FORCED,
    ABNORMAL,
    ENTERPRISE_NAME,
    PERSONAL_INFORMATION,
    PAPER_EXCHANGE,
)

NOT_OFFERED: tuple[NotOffered, ...] = (
    NotOffered(
        Province.GUIZHOU,
        Application.CHANGE,
        Path.ORDINARY,
        f"{SOURCE} 五（一）6",
        SINCE,
        NEW_EMPLOYER,
    ),
    NotOffered(
        Province.GUIZHOU,
        Application.LOST_REISSUE,
        Path.ORDINARY,
        f"{SOURCE} 四",
        SINCE,
        "贵州已启用电子证书，不再补发纸质证书；"
        "自2024年1月1日起纸质证书作废，登录贵州政务服务网即可查询电子证书。",
    ),
)

CLOSURES: tuple[Closure, ...] = (
    Closure(
        Province.GUIZHOU,
        f"{SOURCE} 三",
        date(2023, 7, 25),
        date(2023, 7, 31),
        "新旧系统衔接：企业截止申报时间为2023年7月24日，"
        "自2023年8月1日起通过贵州政务服务网提出申请。",
    ),
)
