"""Beijing's flows: the district looks first, the city decides, notice, announcement.

Source: the registration system's public source code; no document is at hand.
"""

from dataclasses import replace
from datetime import date

from lms.policy.flow import (
    Check,
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

SOURCE = "北京市二级建造师注册管理系统规则"
SINCE = date(2023, 11, 1)
CITY = "市住房城乡建设委"
LAPSE_DAYS = 90
SHUT_DAYS = 30
NOTICE_DAYS = 10
"""Units: calendar days. The system publishes and names no length: ours."""

COMMITTED = f"{SOURCE} 继续教育由本人承诺；未附文本，本文由平台拟写"
STUDIED = {
    **national.COMMITMENTS,
    Party.PERSON: (
        "本人承诺：近三年已完成120学时继续教育；所填写的内容和所提交的材料真实、有效。"
        "如有虚假，愿承担相应法律责任。"
    ),
}

FILL = replace(national.FILL, office="个人填报（未申报 → 待确认）")
EMPLOYER = replace(national.EMPLOYER, office="聘用企业确认（待确认 → 已申报）")
ACCEPT = Step(
    StepName.ACCEPT,
    Party.TELLER,
    "受理（已申报 → 已受理）",
    limit=Limit.ACCEPT,
    since=Since.FILED,
    at=OfficeKind.DISTRICT,
)
DISTRICT = Step(
    StepName.PRELIMINARY,
    Party.TELLER,
    "区县审查（已受理 → 已上报）",
    at=OfficeKind.DISTRICT,
)
REVIEW = Step(
    StepName.REVIEW,
    Party.TELLER,
    f"{CITY}审查（已上报 → 已审查）",
    at=OfficeKind.DEPARTMENT,
)
DECIDE = Step(
    StepName.DECIDE,
    Party.APPROVER,
    f"{CITY}决定（已审查 → 已决定）",
    limit=Limit.DECIDE,
    apart=True,
    at=OfficeKind.DEPARTMENT,
)
NOTICE = Step(
    StepName.NOTICE,
    Party.APPROVER,
    "公示（已决定 → 已公示）",
    at=OfficeKind.DEPARTMENT,
)
ANNOUNCE = Step(
    StepName.ANNOUNCE,
    Party.APPROVER,
    "公告（已公示 → 已公告）",
    at=OfficeKind.DEPARTMENT,
)
CERTIFICATE = replace(national.CERTIFICATE, office="核发电子证书")
STEPS = (
    FILL,
    EMPLOYER,
    ACCEPT,
    DISTRICT,
    REVIEW,
    DECIDE,
    NOTICE,
    ANNOUNCE,
    CERTIFICATE,
)

INSURANCE = Material(
    MaterialKind.INSURANCE,
    "上月社会保险缴纳记录",
    "由聘用企业缴纳",
    frozenset({Check.PREVIOUS_MONTH}),
)
LAPSES = "申报后90日内未受理的，申请自动关闭，可以重新申报。"
LAST_30_DAYS = "专业有效期届满前30日内只受理注销注册。"
RENEWAL_WINDOW = "延期注册在专业有效期届满前90日至30日内申报。"
NEAR_65 = "距65周岁不足90日的，不再受理注册申请。"
OPEN_FOR_BUSINESS = "聘用企业须为开业状态；分公司不得作为聘用企业。"
ONCE_A_YEAR = "聘用企业一年内只能变更一次。"
CANCEL_FIRST = "注册已过期的，须先办理注销注册，再申请重新注册。"
REASONS_STAY = "驳回原因保留一年可查。"

_TYPES = {
    Application.INITIAL: ("01", "初始注册"),
    Application.CHANGE: ("02", "变更注册"),
    Application.RENEWAL: ("03", "延期注册"),
    Application.ADD_SPECIALTY: ("04", "增项注册"),
    Application.RE_REGISTRATION: ("05", "重新注册"),
    Application.LOST_REISSUE: ("06", "遗失补办"),
    Application.CANCELLATION: ("07", "注销注册"),
}
_INSURED = frozenset(_TYPES) - {Application.CANCELLATION, Application.LOST_REISSUE}
_SHUT = frozenset({Application.CHANGE, Application.ADD_SPECIALTY})
_NEW = frozenset({Application.INITIAL, Application.RE_REGISTRATION})


def _flow(application: Application, *notices: str) -> Flow:
    whole = next(f for f in national.FLOWS if f.application is application)
    code, title = _TYPES[application]
    renewing = application is Application.RENEWAL
    more = (INSURANCE,) if application in _INSURED else ()
    if application in _NEW:
        gives = frozenset({Issue.CERTIFICATE, Issue.REGISTRATION_NO})
    else:
        gives = whole.gives
    return Flow(
        Province.BEIJING,
        application,
        Path.ORDINARY,
        SOURCE,
        SINCE,
        STEPS,
        (*whole.materials, *more),
        notices=(*notices, LAPSES, REASONS_STAY),
        commitments=STUDIED if renewing else national.committed(application),
        commitment_source=COMMITTED if renewing else national.TRUE_MATERIALS,
        notice_days=NOTICE_DAYS,
        lapse_days=LAPSE_DAYS,
        takes_effect=StepName.ANNOUNCE,
        title=title,
        type_code=code,
        gives=gives,
        shut_days=SHUT_DAYS if application in _SHUT else None,
    )


_CHANGE = _flow(
    Application.CHANGE, ONCE_A_YEAR, OPEN_FOR_BUSINESS, NEAR_65, LAST_30_DAYS
)

FLOWS: tuple[Flow, ...] = (
    _flow(Application.INITIAL, OPEN_FOR_BUSINESS, NEAR_65),
    _CHANGE,
    replace(
        _CHANGE,
        path=Path.PERSONAL_INFORMATION,
        title="变更注册（个人信息）",
        materials=(
            national.FORM,
            Material(MaterialKind.CHANGE_PROOF, "个人信息变更证明"),
        ),
        notices=(NEAR_65, LAST_30_DAYS, LAPSES, REASONS_STAY),
    ),
    replace(
        _CHANGE,
        path=Path.ENTERPRISE_NAME,
        title="变更注册（企业信息）",
        steps=(
            Step(
                StepName.FILL,
                Party.EMPLOYER,
                "聘用企业填报（已申报）",
                needs=frozenset({Need.EMPLOYER_PROVED, Need.MATERIALS}),
            ),
            *STEPS[2:],
        ),
        materials=(
            Material(MaterialKind.LICENCE, "变更后的营业执照", by=Party.EMPLOYER),
        ),
        starts=Party.EMPLOYER,
        notices=(OPEN_FOR_BUSINESS, LAST_30_DAYS, LAPSES, REASONS_STAY),
    ),
    _flow(Application.RENEWAL, RENEWAL_WINDOW, NEAR_65, OPEN_FOR_BUSINESS),
    _flow(Application.ADD_SPECIALTY, NEAR_65, LAST_30_DAYS),
    _flow(Application.RE_REGISTRATION, CANCEL_FIRST, OPEN_FOR_BUSINESS, NEAR_65),
    _flow(Application.LOST_REISSUE),
    replace(_flow(Application.CANCELLATION), gives=frozenset()),
)
