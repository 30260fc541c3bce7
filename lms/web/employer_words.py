"""The words of companies, links and archives: what codes become, and lists' names."""

from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.people.rules import (
    ArchiveKind,
    EmployerKind,
    LinkState,
    ProofFault,
    ProofMethod,
    ProofOutcome,
    Standing,
)
from lms.policy.flow import Case
from lms.web import company_words

MESSAGES: dict[str, LazyString] = {
    "archive.empty": _l("这个注册期还没有存档资料，请先上传再打包。"),
    "archive.full": _l("存档已满：最多 60 个文件、合计 400 MB。请先移除不需要的。"),
    "archive.held": _l("这份记录正在核查中，暂不能移除资料。"),
    "archive.invalid": _l("文件没有存入，请检查。"),
    "archive.no_paper": _l("这一类请上传图片或 PDF，不要上传录音录像。"),
    "archive.no_period": _l("还没有注册信息，不能按注册期存档。请先填写注册信息。"),
    "archive.no_recording": _l("这一类请上传录音或录像文件。"),
    "archive.no_video": _l("这个文件里没有画面，请选“学习录音”或另选文件。"),
    "archive.title": _l("请写文件名称，最多 80 个字。"),
    "archive.too_big": _l("文件过大：图片和 PDF 最多 10 MB，录音录像最多 40 MB。"),
    "archive.twice": _l("同一个文件已经在存档里了。"),
    "archive.unknown": _l("没有找到这份资料。"),
    "commitment.tick": _l("请先阅读书面承诺，再打勾。"),
    "company.agent_first": _l(
        "企业已经认证：新经办人由现有经办人确认，企业名称由现有经办人到窗口更改。"
    ),
    "employer.acting": _l("您的账号已经是一家企业的经办人，不能再为另一家开户。"),
    "employer.busy": _l("刚才有人登记了同一家企业，请再提交一次。"),
    "employer.invalid": _l("企业信息有误，请检查。"),
    "employer.no_agent": _l("没有找到这位经办人。"),
    "employer.no_authorisation": _l("代办人员须出示法人授权书。"),
    "employer.no_licence": _l("须出示营业执照。"),
    "employer.no_place": _l("请填写办理认证的窗口。"),
    "employer.no_qualification": _l("须出示资质证书。"),
    "employer.not_proved": _l("认证没有通过，请检查所缺材料。"),
    "employer.on_site_only": _l("身份锁信息不一致或已挂失，只能到现场认证。"),
    "employer.proved": _l("企业身份已经认证，不需要再办。"),
    "employer.unconfirmed": _l("您还不是这家企业确认的经办人，请先由窗口或同事确认。"),
    "employer.unknown": _l("没有找到这家企业。"),
    "employer.unproved": _l("企业身份还没有认证，认证之后才能查看人员和申报。"),
    "link.ended": _l("这份邀请或申请已经结束，请刷新页面。"),
    "link.invalid": _l("离职信息有误，请检查。"),
    "link.left_future": _l("离职日期不能晚于今天。"),
    "link.left_long_ago": _l("离职日期过早，请检查年份。"),
    "link.no_company": _l("这家企业还没有在本平台开户，请联系单位先办理开户。"),
    "link.no_reason": _l("请写离职原因，2 至 200 个字。"),
    "link.open": _l("您和这家企业之间已有一份待处理的邀请或申请。"),
    "link.other_employer": _l("只能受聘于一家企业：请先办理从原单位离职。"),
    "link.too_many": _l("一次最多邀请 200 人，请分几次。"),
    "link.unknown": _l("没有找到这位人员。"),
    "lock.not_connected": _l("尚未接入原系统的身份锁，请到现场认证。"),
    "lock.wrong": _l("身份锁编号和密码不符，请检查。"),
    "recording.format": _l("只收 MP3、M4A、WAV、OGG 录音和 MP4、MOV、WebM 录像。"),
    "recording.unreadable": _l("这个录音或录像打不开，请换一个文件。"),
    **company_words.MESSAGES,
}

KINDS: dict[EmployerKind, LazyString] = {
    EmployerKind.CONSTRUCTION: _l("施工"),
    EmployerKind.SURVEY: _l("勘察"),
    EmployerKind.DESIGN: _l("设计"),
    EmployerKind.SUPERVISION: _l("监理"),
    EmployerKind.TENDERING: _l("招标代理"),
    EmployerKind.COSTING: _l("造价咨询"),
}

STANDINGS: dict[Standing, tuple[LazyString, str]] = {
    Standing.UNPROVED: (_l("未认证"), "warn"),
    Standing.ON_SITE_ONLY: (_l("待现场认证"), "warn"),
    Standing.PROVED: (_l("已认证"), "ok"),
}

METHODS: dict[ProofMethod, LazyString] = {
    ProofMethod.LOCK: _l("身份锁认证"),
    ProofMethod.ON_SITE: _l("现场认证"),
}

OUTCOMES: dict[ProofOutcome, tuple[LazyString, str]] = {
    ProofOutcome.PROVED: (_l("通过"), "ok"),
    ProofOutcome.REFUSED: (_l("未通过"), "bad"),
    ProofOutcome.WITHDRAWN: (_l("认证已撤回"), "bad"),
}

FAULTS: dict[ProofFault, LazyString] = {
    ProofFault.USCC_DIFFERS: _l("身份锁的统一社会信用代码与开户的不一致"),
    ProofFault.LOCK_LOST: _l("身份锁遗失"),
    ProofFault.LOCK_UNUSABLE: _l("身份锁不可用"),
    ProofFault.PAPERS: _l("材料不齐或与企业不符"),
}

PAPERS: dict[str, LazyString] = {
    "licence": _l("营业执照"),
    "qualification": _l("资质证书"),
    "authorisation": _l("法人授权书"),
}

STATES: dict[LinkState, tuple[LazyString, str]] = {
    LinkState.PREPARED: (_l("已准备，未发送"), "neutral"),
    LinkState.INVITED: (_l("等本人接受"), "info"),
    LinkState.ASKED: (_l("等单位确认"), "warn"),
    LinkState.ACTIVE: (_l("在职"), "ok"),
    LinkState.REFUSED: (_l("未同意"), "bad"),
    LinkState.WITHDRAWN: (_l("已撤回"), "neutral"),
    LinkState.LEFT: (_l("已离职"), "neutral"),
}


CASES: dict[Case, LazyString] = {
    Case.OVERDUE: _l("超过规定时间才申请"),
    Case.INSURANCE_MISMATCH: _l("社会保险的缴纳单位不是本单位"),
    Case.OTHER_EMPLOYER_SINCE_EXAM: _l("报名考试时的单位不是本单位"),
    Case.RETIRED: _l("本人已经退休"),
    Case.INSURED: _l("在本单位缴纳社会保险"),
    Case.PAPER_HELD: _l("本人领的是纸质注册证书（包括已经遗失、污损的）"),
    Case.CERTIFICATE_LOST: _l("注册证书已丢失"),
    Case.CERTIFICATE_HELD: _l("注册证书还在手里"),
    Case.DISMISSED: _l("双方已解除劳动关系"),
    Case.HIGHER_LEVEL: _l("本人已通过更高级别的考试"),
    Case.REGISTERED: _l("已经注册"),
    Case.ASSESSED: _l("考核认定取得资格"),
    Case.EXPIRED: _l("注册已经过期"),
    Case.NO_PROOF: _l("拿不出解聘证明、仲裁裁决书或判决书"),
}
"""Circumstances as a company says them of its person."""


class Sort(NamedTuple):
    """How a kind of paper is called, what belongs there, and its picture.

    `free` is what nobody owes.
    """

    name: LazyString
    what: LazyString
    icon: str
    free: bool = False


SORTS: dict[ArchiveKind, Sort] = {
    ArchiveKind.TRAINING: Sort(
        _l("培训证明"), _l("继续教育合格证、学时证明"), "certificate"
    ),
    ArchiveKind.AUDIO: Sort(_l("学习录音"), _l("面授、研讨的录音"), "volume"),
    ArchiveKind.VIDEO: Sort(_l("学习录像"), _l("面授、网络学习的录像"), "film"),
    ArchiveKind.PENSION: Sort(
        _l("养老保险"), _l("社保经办机构出具的养老保险缴费证明"), "shield-check"
    ),
    ArchiveKind.DUTY: Sort(
        _l("到岗履职"), _l("任命书、考勤、带班和施工日志"), "hard-hat"
    ),
    ArchiveKind.WORKS: Sort(
        _l("工程业绩"),
        _l("合同、竣工验收、业绩证明；没有可以不放"),
        "building",
        free=True,
    ),
    ArchiveKind.STATEMENT: Sort(
        _l("陈述申辩"),
        _l("核查时向窗口说明情况的书面材料；没有可以不放"),
        "edit",
        free=True,
    ),
}
