"""What Guizhou's flows are made of: its steps, words and commitments.

Source: 黔建建通〔2023〕55号.
"""

from datetime import date

from lms.policy.flow import (
    Case,
    Check,
    Contact,
    ExemptKind,
    Issue,
    Limit,
    Material,
    MaterialKind,
    Need,
    Party,
    Since,
    Step,
    StepName,
)
from lms.policy.offices import OfficeKind

SOURCE = "黔建建通〔2023〕55号"
SINCE = date(2023, 8, 1)
"""The day from which the department takes applications itself (一, 二(一))."""
LAST_PAPER_EXCHANGE = date(2023, 12, 31)
PAPER_VOID_SINCE = date(2024, 1, 1)
"""From here on paper certificates are void (四(二))."""
CENTRE = "省住房和城乡建设厅政务服务中心（省建设执业资格注册服务中心）"
DEPARTMENT = "省住房和城乡建设厅"
MUNICIPAL = "聘用企业所属市（州）住房城乡建设主管部门"
PORTAL = "贵州政务服务网"

COMMITTED = f"{SOURCE} 二（二）5 要求注册人和聘用企业承诺，未附文本；本文由平台拟写"
COMMITMENTS = {
    Party.PERSON: (
        "本人对本次申报信息的真实性、有效性、合法性作出承诺，并承担相应法律责任。"
        "若发现申报材料中存在虚假内容或者承诺情况与实际情况不符的，愿依法依规接受处理。"
    ),
    Party.EMPLOYER: (
        "本企业对本次申报信息的真实性、有效性、合法性作出承诺，并承担相应法律责任。"
        "若发现申报材料中存在虚假内容或者承诺情况与实际情况不符的，愿依法依规接受处理。"
    ),
}

EXEMPT_KINDS = (
    ExemptKind("retired", "达到法定退休年龄正式退休和依法提前退休的"),
    ExemptKind(
        "institution",
        "因事业单位改制等原因保留事业单位身份，实际工作单位为所在事业单位下属企业，"
        "社会保险由该事业单位缴纳的",
    ),
    ExemptKind(
        "university",
        "属于大专院校所属勘察设计、工程监理、工程造价单位聘请的本校在职教师或科研人员，"
        "社会保险由所在院校缴纳的",
    ),
    ExemptKind("army", "属于军队自主择业人员的"),
    ExemptKind("bought_out", "因企业改制、征地拆迁等买断社会保险的"),
    ExemptKind("other", "有法律法规、国家政策依据的其他情形"),
)
"""Source: 建办市函〔2019〕92号, to which 二(二)1 refers without repeating them."""

FILL = Step(
    StepName.FILL,
    Party.EMPLOYER,
    "聘用企业（法人用户）在线填报注册申报信息",
    needs=frozenset({Need.EMPLOYER_PROVED, Need.EMPLOYER_COMMITMENT, Need.MATERIALS}),
)
# Where no line to the registers is laid, a teller compares by hand.
COMPARE = Step(
    StepName.COMPARE,
    Party.HOUSE,
    "系统核对申请的专业、聘用企业与平台登记的是否一致；"
    "资格证书、参保缴纳单位由受理人员审核时核对",
    also=frozenset({Party.TELLER}),
)
ON_SITE = Step(
    StepName.ON_SITE,
    Party.TELLER,
    f"{MUNICIPAL}现场核实佐证材料原件",
    case=Case.INSURANCE_MISMATCH,
    at=OfficeKind.MUNICIPAL,
)
CONFIRM = Step(
    StepName.CONFIRM,
    Party.PERSON,
    "注册人扫描聘用企业出示的二维码，核验本人身份后确认上报",
    needs=frozenset({Need.SCAN, Need.IDENTITY, Need.PERSON_COMMITMENT}),
)
ACCEPT = Step(
    StepName.ACCEPT,
    Party.TELLER,
    f"{CENTRE}受理",
    limit=Limit.ACCEPT,
    since=Since.FILED,
    at=OfficeKind.CENTRE,
)
REVIEW = Step(StepName.REVIEW, Party.TELLER, f"{CENTRE}审核", at=OfficeKind.CENTRE)
DECIDE = Step(
    StepName.DECIDE,
    Party.APPROVER,
    f"{DEPARTMENT}网上审批，做出书面决定",
    limit=Limit.DECIDE,
    apart=True,
    at=OfficeKind.DEPARTMENT,
)
ANNOUNCE = Step(
    StepName.ANNOUNCE,
    Party.APPROVER,
    "向社会公告，不再公示审核意见",
    at=OfficeKind.DEPARTMENT,
)
CERTIFICATE = Step(
    StepName.CERTIFICATE,
    Party.HOUSE,
    "核发电子证书，注册人查询下载",
    limit=Limit.DELIVER,
    since=Since.DECIDED,
)
STEPS = (
    FILL,
    COMPARE,
    ON_SITE,
    CONFIRM,
    ACCEPT,
    REVIEW,
    DECIDE,
    ANNOUNCE,
    CERTIFICATE,
)

PROOF = Material(
    MaterialKind.EXEMPT_KIND,
    "聘用企业与参保缴纳单位不一致的佐证材料原件",
    "限建办市函〔2019〕92号所列6类情形："
    + "；".join(f"{n}.{kind.words}" for n, kind in enumerate(EXEMPT_KINDS, 1))
    + "。向聘用企业所属市（州）住房城乡建设主管部门提供原件现场核实，"
    "否则注册申请将不予受理。",
    frozenset({Check.ORIGINAL}),
    case=Case.INSURANCE_MISMATCH,
    by=Party.EMPLOYER,
)

NO_PAPERS = (
    "注册人和聘用企业不再提交学历证书、继续教育学时证明、劳动合同、身份证明，"
    "由双方对申报信息真实性、有效性、合法性进行承诺，并承担相应法律责任。"
)
MISMATCH = (
    "聘用企业与参保缴纳单位信息不一致且属于原则上不认定为“挂证”行为6类情形的，"
    "须向聘用企业所属市（州）住房城乡建设主管部门提供佐证材料原件进行现场核实，"
    "否则注册申请将不予受理。"
)
FOLLOW = f"注册人和聘用企业在{PORTAL}查询办理进度和审批结果。"
ONE_EMPLOYER = (
    "二级建造师申请注册前，应当受聘于一个建设工程施工、勘察、设计、监理、招标代理、"
    "造价咨询等单位。"
)
ELECTRONIC = (
    "电子证书与纸质证书信息不一致的，以电子证书信息为准；伪造篡改电子证书的，一律无效。"
)
NEW_EMPLOYER = "二级建造师变更执业单位的，应先完成注销注册后再申请重新注册。"
CONTACTS = (
    Contact("申报入口", place=f"{PORTAL}，搜索“二级建造师执业资格认定”"),
    Contact("注册业务办理", place=CENTRE),
    Contact("现场核实、强制注销", place="企业所属市（州）住房城乡建设主管部门"),
)
NEW = frozenset({Issue.CERTIFICATE, Issue.REGISTRATION_NO})
