"""Inner Mongolia's flows: two commitments for papers, and a hand-drawn signature.

Source: 内建行函〔2022〕508号 and its two annexes.
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

SOURCE = "内建行函〔2022〕508号"
SINCE = date(2022, 8, 5)
SIGNATURES_SINCE = date(2022, 8, 8)
"""The day from which certificates show the holder's signature (二(一))."""
LAST_SUPPLEMENT = date(2022, 12, 31)
"""The last day to supply a signature, and to renew what had run out (一(一))."""
UNSIGNED_VOID_SINCE = date(2023, 1, 1)
"""From here on a certificate without signature, or without dates, is void (二(一))."""
DEPARTMENT = "自治区住房和城乡建设厅"
PORTAL = "内蒙古政务服务网"
NOTICE_DAYS = 10
"""Units: calendar days. The letter asks for a notice and names no length: ours."""

COMMITTED = "内建行函〔2022〕508号 一（二）要求书面承诺，未附文本；本文由平台拟写"
COMMITMENTS = {
    Party.PERSON: (
        "本人书面承诺：在本次延续注册前的注册有效期内，本人已按规定完成继续教育，"
        "满足继续教育要求。本人将保存继续教育培训、养老保险缴纳、到岗履职等资料"
        "（包括但不限于继续教育合格证书、音频、视频等资料），配合自治区住房和城乡建设厅"
        "的核查工作。"
    ),
    Party.EMPLOYER: (
        "本单位书面承诺：本单位聘用的该二级建造师已按规定完成继续教育，"
        "满足继续教育要求。本单位将保存其继续教育培训、养老保险缴纳、到岗履职等资料"
        "（包括但不限于继续教育合格证书、音频、视频等资料），配合自治区住房和城乡建设厅"
        "的核查工作。"
    ),
}

AT_DEPARTMENT = OfficeKind.DEPARTMENT
COMMIT = replace(
    national.FILL,
    office="二级建造师本人提出，并作出书面承诺",
    needs=frozenset({Need.MATERIALS, Need.PERSON_COMMITMENT, Need.SIGNATURE}),
)
EMPLOYER = replace(national.EMPLOYER, office="受聘企业确认，并作出书面承诺")
ACCEPT = replace(national.ACCEPT, office=f"{DEPARTMENT}受理", at=AT_DEPARTMENT)
REVIEW = replace(national.REVIEW, office=f"{DEPARTMENT}审查", at=AT_DEPARTMENT)
DECIDE = replace(national.DECIDE, office=f"{DEPARTMENT}审批", at=AT_DEPARTMENT)
CERTIFICATE = replace(national.CERTIFICATE, office="核发电子注册证书")
STEPS = (COMMIT, EMPLOYER, ACCEPT, REVIEW, DECIDE, CERTIFICATE)

PHOTO = Material(
    MaterialKind.PHOTO,
    "1寸白底免冠照",
    "持证人上传",
    checks=frozenset({Check.WHITE_GROUND}),
)
SIGNATURE = Material(MaterialKind.SIGNATURE, "手写签名图像", "持证人申报注册业务时上传")
PICTURES = (PHOTO, SIGNATURE)

PRINTED = (
    "确需使用纸质版证书的，由本人打印电子证书后，在个人签名处手写本人签名；"
    "未手写签名或与签名图像笔迹不一致的，该证书无效。"
)
UNSIGNED = "2023年1月1日起，无个人签名、不显示注册有效期的证书失效。"
AUTHORISED = "聘用企业调用证书信息时，需建造师本人确认实际情况后进行相应授权操作。"
KEPT = (
    "建造师和相关单位应当保存继续教育培训、养老保险缴纳、到岗履职等资料，"
    "配合自治区住房和城乡建设厅的核查工作。"
)
BEFORE_THE_END = "注册证书仍在有效期内的，应在有效期届满前提出延续注册申请。"
FROM_GRANT = (
    "准予延续注册的，有效期从准予延续注册之日起计算；"
    "准予之日距65周岁不满3年的，有效期至65周岁当日。"
)
ONE_OFF = (
    "注册证书已过期的，应于2022年12月31日前提出延续申请；有效期届满且未提出的，"
    "自2022年12月31日起证书失效，在重新具备注册条件后可按规定申请重新注册。"
)
CONTACTS = (
    Contact("申报入口", place=f"{PORTAL} → 建造师注册资格认定"),
    Contact("证书验证", place="“蒙速办”APP 扫描电子证书上的二维码"),
)


def _like_the_country(application: Application) -> Flow:
    """Take the country's own list, signed and with a photograph, to the department.

    The letter speaks of renewal and cancellation only; its first annex says that photo
    and signature are uploaded with whatever is applied for.
    """
    whole = next(f for f in national.FLOWS if f.application is application)
    return replace(
        whole,
        province=Province.INNER_MONGOLIA,
        source=f"{SOURCE} 附件1、{national.SOURCE}",
        effective_from=SIGNATURES_SINCE,
        steps=(
            replace(COMMIT, office="二级建造师本人提出"),
            replace(EMPLOYER, office="受聘企业确认"),
            *STEPS[2:],
        ),
        materials=(*whole.materials, *PICTURES),
        notices=(PRINTED, UNSIGNED, AUTHORISED),
        contacts=CONTACTS,
        gives=_NEW if application in _NUMBERED else whole.gives,
    )


_NEW = frozenset({Issue.CERTIFICATE, Issue.REGISTRATION_NO})
_NUMBERED = (Application.INITIAL, Application.RE_REGISTRATION)

RENEWAL = Flow(
    Province.INNER_MONGOLIA,
    Application.RENEWAL,
    Path.ORDINARY,
    f"{SOURCE} 一",
    SINCE,
    STEPS,
    PICTURES,
    notices=(BEFORE_THE_END, KEPT, FROM_GRANT, PRINTED, AUTHORISED),
    commitments=COMMITMENTS,
    commitment_source=COMMITTED,
    title="延续注册",
    contacts=CONTACTS,
)

SUPPLEMENT = Flow(
    Province.INNER_MONGOLIA,
    Application.LOST_REISSUE,
    Path.SIGNATURE_SUPPLEMENT,
    f"{SOURCE} 二（一）",
    SIGNATURES_SINCE,
    (
        Step(
            StepName.FILL,
            Party.EMPLOYER,
            "聘用企业提出个人签名补录",
            needs=frozenset({Need.EMPLOYER_PROVED}),
        ),
        # The employer files it; the signature itself only the holder can give.
        Step(
            StepName.CONFIRM,
            Party.PERSON,
            "注册建造师本人签名",
            needs=frozenset({Need.SIGNATURE}),
        ),
        CERTIFICATE,
    ),
    (SIGNATURE,),
    starts=Party.EMPLOYER,
    notices=(
        (
            "未上传个人签名的注册建造师，需于2022年12月31日前由聘用企业进行签名补录。"
            "补录期间，新旧底版电子证书均可正常使用。"
        ),
        UNSIGNED,
    ),
    takes_effect=StepName.CONFIRM,
    title="个人签名补录",
    effective_until=LAST_SUPPLEMENT,
    contacts=CONTACTS,
)

CANCELLATION = Flow(
    Province.INNER_MONGOLIA,
    Application.CANCELLATION,
    Path.ORDINARY,
    f"{SOURCE} 三（一）",
    SINCE,
    (
        replace(
            COMMIT,
            office="二级建造师提出注销申请",
            needs=frozenset({Need.PERSON_COMMITMENT}),
        ),
        replace(EMPLOYER, office="聘用企业确认并提交注销申请"),
        ACCEPT,
        replace(DECIDE, limit=Limit.CANCEL, since=Since.FILED),
    ),
    notices=(
        (
            "因解除劳动关系、企业注销营业执照等原因申请注销的，"
            f"二级建造师应通过聘用企业在{PORTAL}提交注销申请。"
        ),
    ),
    commitments=national.ENDING,
    commitment_source=national.TRUE_MATERIALS,
    title="注销注册",
    gives=frozenset(),
    contacts=CONTACTS,
)

WRITTEN = replace(
    CANCELLATION,
    path=Path.WRITTEN,
    source=f"{SOURCE} 三（二）",
    steps=(
        Step(
            StepName.FILL,
            Party.PERSON,
            "二级建造师或聘用企业提交书面申请",
            needs=frozenset({Need.MATERIALS}),
            also=frozenset({Party.EMPLOYER, Party.TELLER}),
        ),
        replace(ACCEPT, limit=None),
        Step(StepName.NOTICE, Party.APPROVER, "注销注册信息公示", at=AT_DEPARTMENT),
        replace(DECIDE, limit=None, office="公示期无异议的，直接办理注销注册"),
        Step(
            StepName.ANNOUNCE, Party.APPROVER, f"{DEPARTMENT}网站公告", at=AT_DEPARTMENT
        ),
    ),
    materials=(
        Material(
            MaterialKind.FORM, "注销注册书面申请", checks=frozenset({Check.SIGNED})
        ),
        Material(MaterialKind.DISMISSAL, "已解除劳动关系的证明"),
    ),
    notices=(
        (
            f"已解除劳动关系但因各种情形无法通过{PORTAL}提交注销申请的，二级建造师或聘用企业"
            "可提交书面申请办理注销注册。"
        ),
        "注销注册信息予以公示；公示期无异议的，直接办理注销注册并公告。",
        "采取此情形办理注销注册的，不适用10个工作日时限。",
    ),
    commitments={},
    commitment_source="",
    notice_days=NOTICE_DAYS,
    title="注销注册（书面申请）",
    only=frozenset({Case.DISMISSED}),
)

FLOWS: tuple[Flow, ...] = (
    RENEWAL,
    replace(
        RENEWAL,
        path=Path.ONE_OFF,
        source=f"{SOURCE} 一（一）",
        notices=(ONE_OFF, KEPT, FROM_GRANT, PRINTED),
        effective_until=LAST_SUPPLEMENT,
        title="延续注册（证书已过期）",
        only=frozenset({Case.EXPIRED}),
        waives=frozenset({"window.expired"}),
    ),
    SUPPLEMENT,
    CANCELLATION,
    WRITTEN,
    _like_the_country(Application.INITIAL),
    _like_the_country(Application.CHANGE),
    _like_the_country(Application.ADD_SPECIALTY),
    _like_the_country(Application.RE_REGISTRATION),
)
