"""Chongqing's flows: a look at the person before each, and everything electronic.

Source: 《重庆市二级建造师电子注册证书样式和使用规则》(annex 1),
《重庆市二级建造师注册电子化申报和审批流程》(annex 2), 实名认证流程 (annex 3).
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
    NotOffered,
    Party,
    Path,
    Since,
    Step,
    StepName,
)
from lms.policy.flows import national
from lms.policy.model import Application, Province
from lms.policy.offices import OfficeKind

SOURCE = "《重庆市二级建造师注册电子化申报和审批流程》"
SINCE = date(2022, 1, 1)
PAPER_VOID_SINCE = date(2022, 1, 1)
"""From here on a paper certificate is not used any more (annex 2, 四(二))."""
COMMITTEE = "市住房城乡建委"
AT_DEPARTMENT = OfficeKind.DEPARTMENT

FILL = Step(
    StepName.FILL,
    Party.PERSON,
    "申请人核验本人身份，填写申报信息并上传材料原件扫描件",
    needs=frozenset({Need.IDENTITY, Need.MATERIALS, Need.PERSON_COMMITMENT}),
)
EMPLOYER = Step(
    StepName.EMPLOYER,
    Party.EMPLOYER,
    f"聘用企业确认并签署书面承诺，上报{COMMITTEE}",
    needs=frozenset({Need.EMPLOYER_PROVED, Need.EMPLOYER_COMMITMENT}),
)
# Where no line to the register is laid, a teller compares by hand.
COMPARE = Step(
    StepName.COMPARE,
    Party.HOUSE,
    "系统核对申请的专业、聘用企业与平台登记的是否一致",
    also=frozenset({Party.TELLER}),
    at=AT_DEPARTMENT,
)
ACCEPT = Step(
    StepName.ACCEPT,
    Party.TELLER,
    "上报后第二个工作日网上受理，出具受理凭证",
    limit=Limit.ACCEPT,
    since=Since.FILED,
    at=AT_DEPARTMENT,
)
REVIEW = Step(StepName.REVIEW, Party.TELLER, f"{COMMITTEE}审核", at=AT_DEPARTMENT)
DECIDE = Step(
    StepName.DECIDE,
    Party.APPROVER,
    f"{COMMITTEE}网上审批",
    limit=Limit.DECIDE,
    apart=True,
    at=AT_DEPARTMENT,
)
CERTIFICATE = Step(
    StepName.CERTIFICATE,
    Party.HOUSE,
    "系统生成并颁发电子注册证书",
    limit=Limit.DELIVER,
    since=Since.DECIDED,
)
STEPS = (FILL, EMPLOYER, COMPARE, ACCEPT, REVIEW, DECIDE, CERTIFICATE)
IN_THREE_DAYS = tuple(
    replace(step, limit=Limit.CHANGE) if step.name is StepName.DECIDE else step
    for step in STEPS
)

SIGNATURE = Material(MaterialKind.SIGNATURE, "本人签名照")
PHOTO = Material(MaterialKind.PHOTO, "证件照片", checks=frozenset({Check.WHITE_GROUND}))

EACH_TIME = (
    "个人在“渝快办”注册账号并完成实名认证，每次申报相关业务前，须进行人脸识别。"
    "若无法通过人脸认证的，本人可携带身份证原件前往重庆市工程建设政务服务中心现场认证。"
)
ENTERPRISE_IDENTITY = (
    "企业身份认证可选择身份锁认证（或用户名、密码），也可选择现场认证：携带营业执照、"
    "资质证书（代办的须携带法人授权书）前往工商注册所在地的区县住房城乡建设主管部门办理。"
)
NEW_FOR_OLD = (
    "延续注册、增项注册或变更注册被批准的，生成并颁发新的电子注册证书，"
    "旧的电子注册证书失效。"
)
CLAIM = "证书持有者本人应当登录新系统中“电子证书管理”栏，领取并下载电子证书。"
EQUAL = "电子注册证书文件和电子注册证书打印件（黑白或彩色）具有同等法律效力。"
TEN_DAYS = "自受理之日起10个工作日内办结。"
THREE_DAYS = "变更注册自受理之日起3个工作日内办结。"
PAPER_VOID = "自2022年1月1日起，纸质注册证书不再使用。"
CONTACTS = (
    Contact("新系统使用技术咨询", "023-63672107"),
    Contact("二级建造师注册政策咨询", "023-63672007"),
    Contact(
        "申报入口",
        place="渝快办 → 个人办事 → 服务部门 → 市住房城乡建委 → 二级注册建造师相关注册",
    ),
)


def _scan(material: Material) -> Material:
    return replace(
        material,
        note=material.note or "原件扫描件",
        checks=material.checks | {Check.ORIGINAL},
    )


def _flow(application: Application, *notices: str) -> Flow:
    """Ask for the country's list: this document names no papers of its own."""
    whole = next(f for f in national.FLOWS if f.application is application)
    changing = application is Application.CHANGE
    new = application in (Application.INITIAL, Application.RE_REGISTRATION)
    return Flow(
        Province.CHONGQING,
        application,
        Path.ORDINARY,
        f"{SOURCE}、{national.SOURCE}",
        SINCE,
        IN_THREE_DAYS if changing else STEPS,
        (*(_scan(each) for each in whole.materials), PHOTO, SIGNATURE),
        notices=(
            EACH_TIME,
            national.IDENTITY_HERE,
            THREE_DAYS if changing else TEN_DAYS,
            *notices,
            CLAIM,
            EQUAL,
        ),
        commitments=national.COMMITMENTS,
        commitment_source=national.TRUE_MATERIALS,
        title=whole.title,
        contacts=CONTACTS,
        gives=whole.gives | {Issue.REGISTRATION_NO} if new else whole.gives,
    )


CANCELLATION = Flow(
    Province.CHONGQING,
    Application.CANCELLATION,
    Path.ORDINARY,
    f"{SOURCE} 三",
    SINCE,
    (
        replace(
            FILL,
            office="申请人核验本人身份，提出注销申请",
            needs=frozenset({Need.IDENTITY, Need.PERSON_COMMITMENT}),
        ),
        replace(EMPLOYER, office="聘用企业确认后即为完成注销注册"),
    ),
    notices=(
        EACH_TIME,
        national.IDENTITY_HERE,
        (
            "注销注册在申请人提出申请后，由聘用企业在新系统确认后即为完成注销注册，"
            "电子证书同步注销。"
        ),
    ),
    commitments=national.ENDING,
    commitment_source=national.TRUE_MATERIALS,
    takes_effect=StepName.EMPLOYER,
    title="注销注册",
    gives=frozenset(),
    contacts=CONTACTS,
)

PAPER_EXCHANGE = Flow(
    Province.CHONGQING,
    Application.LOST_REISSUE,
    Path.PAPER_EXCHANGE,
    f"{SOURCE} 四（二）",
    SINCE,
    (
        Step(
            StepName.FILL,
            Party.PERSON,
            "本人核验身份，上传本人签名照",
            needs=frozenset({Need.IDENTITY, Need.MATERIALS, Need.SIGNATURE}),
            # Whose paper certificate is not in the book shows it at the window.
            also=frozenset({Party.TELLER}),
            at=AT_DEPARTMENT,
        ),
        replace(CERTIFICATE, office="领取电子证书", limit=None),
    ),
    (SIGNATURE,),
    notices=(
        (
            "实施电子化审批前仍在有效期内的注册证书，由该证书持有者本人通过人脸识别进入"
            "“电子证书管理”栏，上传本人签名照，领取电子证书，证书有效期维持不变。"
        ),
        PAPER_VOID,
        EACH_TIME,
        national.IDENTITY_HERE,
    ),
    takes_effect=StepName.FILL,
    title="纸质证书换领电子证书",
    only=frozenset({Case.PAPER_HELD}),
    contacts=CONTACTS,
)

FLOWS: tuple[Flow, ...] = (
    _flow(Application.INITIAL, ENTERPRISE_IDENTITY),
    _flow(Application.RE_REGISTRATION, ENTERPRISE_IDENTITY),
    _flow(Application.RENEWAL, NEW_FOR_OLD),
    _flow(Application.ADD_SPECIALTY, NEW_FOR_OLD),
    _flow(Application.CHANGE, NEW_FOR_OLD, ENTERPRISE_IDENTITY),
    CANCELLATION,
    PAPER_EXCHANGE,
)

NOT_OFFERED: tuple[NotOffered, ...] = (
    NotOffered(
        Province.CHONGQING,
        Application.LOST_REISSUE,
        Path.ORDINARY,
        f"{SOURCE} 四",
        SINCE,
        "重庆不再发放纸质注册证书，无需补办：登录“电子证书管理”栏即可重新下载电子证书。"
        "仍持有纸质证书的，办理“纸质证书换领电子证书”。",
    ),
)
