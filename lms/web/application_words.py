"""The words of the registration desk: kinds, steps, parties, states and refusals."""

from collections.abc import Sequence

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.policy.flow import (
    Case,
    Flow,
    Limit,
    MaterialKind,
    Need,
    Party,
    Path,
    Step,
    StepName,
)
from lms.policy.model import Application
from lms.registration.rules.states import Act, FlagKind, Status
from lms.web.law_texts import law_text
from lms.web.policy_words import APPLICATIONS

MESSAGES: dict[str, LazyString] = {
    "application.accepted": _l(
        "已经受理的申请不能再不予受理，请办理审查，由审批人员决定。"
    ),
    "application.employer_left": _l(
        "申请人已经不在申请中的聘用企业，不能继续办理。请撤回这份申请，"
        "由现在的单位确认关联后重新申请。"
    ),
    "application.still_waiting": _l(
        "申请人补正的时间还没有到。请等补正期限过后再办理。"
    ),
    "application.not_accepted": _l("这份申请还没有受理，补正期限过后请办理不予受理。"),
    "application.ended": _l("这份申请已经办结，不能再操作。"),
    "application.flag_settled": _l("这条提示已经有人处理，请刷新页面。"),
    "application.flag_unknown": _l("没有找到这条提示。"),
    "application.in_flight": _l(
        "已有一份申请正在办理，同一时间只能办理一份。请先办完或撤回。"
    ),
    "application.moved_on": _l(
        "刚才有人办理了这份申请，您的操作没有生效。请查看最新进度。"
    ),
    "application.registered": _l(
        "注册还在有效期内，不办理初始注册或重新注册；到期前请办理延续注册。"
    ),
    "application.not_registered": _l(
        "增项注册要有有效的注册：现在没有注册，或已经失效、注销、撤销。"
    ),
    "application.other_province": _l(
        "这个人的注册在另一个省，本省不能办理。请向注册所在省申请。"
    ),
    "application.deregistered_unknown": _l(
        "平台没有原注册的记录，请填写原注册注销或失效的日期。"
    ),
    "application.deregistered_future": _l("原注册注销或失效的日期还没有到，请核对。"),
    "application.no_employer": _l("请先在“我的单位”与聘用企业建立关联，再申请。"),
    "application.same_employer": _l(
        "您现在就注册在这家企业，不需要变更。换单位的，请先在“我的单位”登记离职，"
        "由新单位确认关联后，再申请变更注册。"
    ),
    "application.no_extension": _l("不能延长：本省没有延长期限，或已经延长过一次。"),
    "application.extended_late": _l(
        "办结期限已过，不能再延长。请尽快作出决定；延长要在期限届满前办理并告知理由。"
    ),
    "application.no_specialty": _l("请至少选择一个专业。"),
    "application.closed_days": _l(
        "本省这几天因新旧系统衔接不受理申请，请在恢复受理后再来。"
    ),
    "application.shut_near_end": _l(
        "有专业在有效期的最后 30 日内，本省此时只受理注销注册。"
    ),
    "application.no_such_way": _l("本省现在不办理这一事项。"),
    "application.no_validity": _l("按今天准予计算，没有可以给出的有效期，不能准予。"),
    "application.not_eligible": _l("现在还不符合申请条件，没有提交。原因："),
    "application.not_in_book": _l(
        "注册信息只由本人填写，没有核实，不能据此发证。请本人携带身份证和原注册证书到注册窗口"
        "核对；不用撤回这份申请，核对后回到本页再提交。"
    ),
    "registration.differs": _l(
        "与原件或系统不一致的，不能确认。请核对注册编号、专业和有效期；"
        "确实不同的，请告知申请人更正或不予许可。"
    ),
    "application.not_needed": _l("这一步不需要办理这一项，请刷新页面。"),
    "application.not_now": _l("这份申请现在不在这一步，请刷新页面查看进度。"),
    "application.not_ready": _l("还有事项没有完成，不能进入下一步："),
    "application.not_yours": _l("这一步不由您办理。"),
    "application.other_starts": _l("这一事项由另一方发起，请按页面说明联系。"),
    "application.profile": _l("个人资料还不完整，请先补齐："),
    "application.reason_missing": _l("请写明理由，申请人会看到。"),
    "application.certificate_revoked": _l(
        "申请人的继续教育合格证刚被撤销，系统正在标注此申请，请一分钟后刷新再办理。"
    ),
    "certificate.missing": _l("还没有本注册有效期的继续教育合格证"),
    "certificate.revoked": _l("继续教育合格证已被撤销"),
    "certificate.mismatch": _l("提供的合格证与证书库记载的姓名或专业不一致"),
    "certificate.consumed": _l(
        "这张继续教育合格证已用于另一个注册有效期，不能再次使用。"
    ),
    "proof.number": _l("证书编号为 4 至 60 个字符，请照证书填写。"),
    "proof.specialty": _l("请选择证书上的专业。"),
    "proof.too_many": _l("待核实的证书最多 10 张，请先撤回不需要的。"),
    "proof.unknown": _l("没有找到这张证书的记录，可能已经撤回。"),
    "application.second_person": _l(
        "受理、审查、核对和审批须由不同的人办理，请由另一位人员审批。"
    ),
    "application.told_already": _l("补正只能一次告知，已经告知过。"),
    "application.told_too_late": _l("已超过一次告知补正的期限，不能再要求补正。"),
    "application.unchanged": _l(
        "告知补正以后，材料、照片和签名都没有变化；重新交同一个文件，不算补正。"
        "请先补好再提交；确实没有可以补的，请在下面打勾，并写明理由。"
    ),
    "application.unchanged_words": _l(
        "请写明为什么没有可以补的，至少 10 个字，窗口人员会据此办理。"
    ),
    "application.unknown": _l("没有找到这份申请。"),
    "application.case_needed": _l("不符合这一办法的适用情形，请选择其他事项。"),
    "profile.frozen": _l(
        "有申请正在办理，办结前不能修改个人资料。如确需修改，请先撤回申请。"
    ),
    "compare.business_register": _l("与市场监管部门登记的企业名称不一致"),
    "compare.employer": _l("与在职关系不一致：您和申请的聘用企业还没有互相确认关联"),
    "compare.specialty": _l("申请的专业与登记的专业不一致"),
    "identity.no_contact": _l("账号没有手机号或邮箱，不能发送验证码。"),
    "need.business_register": _l("尚未与市场监管部门登记信息核对"),
    "need.employer_commitment": _l("聘用企业尚未签署书面承诺"),
    "need.employer_proved": _l("聘用企业的身份尚未认证"),
    "need.identity": _l("尚未完成本人身份核验"),
    "need.materials": _l("申报材料不齐或有问题"),
    "need.person_commitment": _l("本人尚未签署书面承诺"),
    "need.scan": _l("尚未扫描单位出示的二维码"),
    "need.registration": _l(
        "注册信息由本人填写、未核实：请先与注册证书原件或注册管理系统核对并记录"
    ),
    "need.signature": _l("个人资料中没有手写签名"),
    "scan.expired": _l("二维码已过期，请让单位刷新页面后重新扫描。"),
    "scan.spent": _l("这个二维码已经用过或申请已有变化，请让单位刷新页面后重新扫描。"),
    "scan.not_yours": _l(
        "这个二维码不是给您这个账号的。请退出登录，换成注册人本人的账号，再打开它。"
    ),
    "scan.wrong": _l("这个二维码无效，请扫描单位页面上的二维码。"),
    # What the law answers, where only the code is at hand.
    "age.over_65": _l("已超过 65 周岁"),
    "age.near_65": _l("距 65 周岁不足 90 日"),
    "hours.short": _l("继续教育学时不足"),
    "window.early": _l("还未到申请时间"),
    "window.late": _l("已过申请的最后一日"),
    "window.expired": _l("注册有效期已届满"),
    "change.not_offered": _l("本省不办理执业单位变更"),
    "change.within_a_year": _l("变更执业单位后不满一年"),
    "bar.false_materials": _l("因提供虚假材料，在限制申请期内"),
    "bar.fraud": _l("因以不正当手段取得注册，在限制申请期内"),
    "commitment.person_missing": _l("本人尚未作出书面承诺"),
    "commitment.employer_missing": _l("聘用企业尚未作出书面承诺"),
    "qualification.overdue": _l("资格证书签发已超过 3 年"),
}

PATHS: dict[Path, LazyString] = {
    Path.ORDINARY: _l("一般办理"),
    Path.ENTERPRISE_NAME: _l("企业名称变更"),
    Path.PERSONAL_INFORMATION: _l("个人信息变更"),
    Path.WRITTEN: _l("书面申请"),
    Path.FORCED: _l("强制注销"),
    Path.ABNORMAL: _l("列为注册状态异常"),
    Path.PAPER_EXCHANGE: _l("纸质证书换领电子证书"),
    Path.SIGNATURE_SUPPLEMENT: _l("个人签名补录"),
    Path.DAMAGED: _l("污损更换"),
    Path.SEAL_LOST: _l("印章遗失补办"),
    Path.ONE_OFF: _l("已过期的延续"),
}

STEPS: dict[StepName, LazyString] = {
    StepName.FILL: _l("填写申请"),
    StepName.EMPLOYER: _l("聘用企业确认"),
    StepName.CONFIRM: _l("本人确认"),
    StepName.ON_SITE: _l("现场核实"),
    StepName.COMPARE: _l("核对登记信息"),
    StepName.PRELIMINARY: _l("预审"),
    StepName.IN_PERSON: _l("到场审核"),
    StepName.ACCEPT: _l("受理"),
    StepName.REVIEW: _l("审查"),
    StepName.NOTICE: _l("公示"),
    StepName.DECIDE: _l("审批"),
    StepName.ANNOUNCE: _l("公告"),
    StepName.CERTIFICATE: _l("生成电子证书"),
}

PARTIES: dict[Party, LazyString] = {
    Party.PERSON: _l("本人"),
    Party.EMPLOYER: _l("聘用企业"),
    Party.TELLER: _l("受理人员"),
    Party.APPROVER: _l("审批人员"),
    Party.HOUSE: _l("系统"),
}

STATUSES: dict[Status, tuple[LazyString, str]] = {
    Status.OPEN: (_l("办理中"), "info"),
    Status.SUPPLEMENT: (_l("待补正"), "warn"),
    Status.NOT_ACCEPTED: (_l("不予受理"), "bad"),
    Status.GRANTED: (_l("准予"), "ok"),
    Status.REFUSED: (_l("不予许可"), "bad"),
    Status.WITHDRAWN: (_l("已撤回"), "neutral"),
    Status.LAPSED: (_l("逾期关闭"), "neutral"),
}

ACTS: dict[Act, LazyString] = {
    Act.OPEN: _l("开始申请"),
    Act.PASS: _l("办完这一步"),
    Act.RETURN: _l("退回"),
    Act.SUPPLEMENT: _l("告知补正"),
    Act.ANSWER: _l("提交补正"),
    Act.DECLINE: _l("不予受理"),
    Act.GRANT: _l("准予"),
    Act.REFUSE: _l("不予许可"),
    Act.WITHDRAW: _l("撤回"),
    Act.LAPSE: _l("逾期关闭"),
    Act.PROVE: _l("完成一项"),
    Act.EXTEND: _l("延长办理期限"),
    Act.RESUME: _l("补正期满，继续办理"),
    Act.FLAG: _l("系统提示"),
    Act.SETTLE: _l("处理提示"),
}

FLAGS: dict[FlagKind, LazyString] = {
    FlagKind.OVERDUE: _l("办理已超过承诺期限，系统已提示窗口，由工作人员处理。"),
    FlagKind.DEEMED_ACCEPTANCE: _l(
        "窗口逾期没有告知补正，依法自收到之日起即为受理，由工作人员确认。"
    ),
    FlagKind.DEEMED_GRANT: _l(
        "有效期届满前没有作出决定，依法视为准予延续，由审批人员确认后生效。"
    ),
    FlagKind.UNANSWERED: _l(
        "补正期限已过，没有收到答复。工作人员确认前仍可提交；确认后按现有材料审查和决定。"
    ),
    FlagKind.CERTIFICATE_REVOKED: _l(
        "申请所依据的合格证已被撤销，由工作人员核对后处理。"
    ),
    FlagKind.HOURS_WITHDRAWN: _l(
        "申请所依据的部分学时来自旧平台，协会已撤回登记，由工作人员核对后处理。"
    ),
}

CASES: dict[Case, LazyString] = {
    Case.OVERDUE: _l("超过规定时间才申请"),
    Case.INSURANCE_MISMATCH: _l("社会保险的缴纳单位与聘用企业不是同一家"),
    Case.OTHER_EMPLOYER_SINCE_EXAM: _l("报名考试时的单位与现在的单位不是同一家"),
    Case.RETIRED: _l("我已经退休"),
    Case.INSURED: _l("我在聘用企业缴纳社会保险"),
    Case.PAPER_HELD: _l("我领的是纸质注册证书（包括已经遗失、污损的）"),
    Case.CERTIFICATE_LOST: _l("我的注册证书丢失了"),
    Case.CERTIFICATE_HELD: _l("我的注册证书还在手里"),
    Case.DISMISSED: _l("我已与原单位解除劳动关系"),
    Case.HIGHER_LEVEL: _l("我已通过一级建造师等更高级别的考试"),
    Case.REGISTERED: _l("我已经注册"),
    Case.ASSESSED: _l("我是考核认定取得资格的"),
    Case.EXPIRED: _l("我的注册已经过期"),
    Case.NO_PROOF: _l("我拿不出解聘证明、仲裁裁决书或判决书"),
}

MATERIALS: dict[MaterialKind, LazyString] = {
    MaterialKind.FORM: _l("申请表"),
    MaterialKind.QUALIFICATION: _l("资格证书"),
    MaterialKind.ID_CARD: _l("身份证"),
    MaterialKind.HOUSEHOLD: _l("户口簿"),
    MaterialKind.EDUCATION: _l("学历证书"),
    MaterialKind.PERFORMANCE: _l("业绩证明"),
    MaterialKind.CONTRACT: _l("劳动合同"),
    MaterialKind.STUDY: _l("继续教育证明"),
    MaterialKind.OLD_CERTIFICATE: _l("原注册证书"),
    MaterialKind.SEAL_AND_CARD: _l("执业印章和信息卡"),
    MaterialKind.DISMISSAL: _l("解聘证明"),
    MaterialKind.RETIREMENT: _l("退休证明"),
    MaterialKind.INSURANCE: _l("社会保险证明"),
    MaterialKind.VIDEO: _l("本人视频"),
    MaterialKind.LICENCE: _l("营业执照"),
    MaterialKind.UNIT_QUALIFICATION: _l("单位资质证书"),
    MaterialKind.REPRESENTATIVE_VIDEO: _l("法人申请视频"),
    MaterialKind.DECLARATION: _l("声明"),
    MaterialKind.HIGHER_LEVEL: _l("更高级别考试合格证"),
    MaterialKind.LOSS_REPORT: _l("丢失情况报告"),
    MaterialKind.LOSS_STATEMENT: _l("遗失声明"),
    MaterialKind.RULING: _l("仲裁裁决书或判决书"),
    MaterialKind.EXEMPT_KIND: _l("不属于挂证情形的佐证"),
    MaterialKind.SIGNATURE: _l("签名照"),
    MaterialKind.PHOTO: _l("证件照片"),
    MaterialKind.AUTHORISATION: _l("授权书"),
    MaterialKind.CHANGE_PROOF: _l("变更证明"),
    MaterialKind.BUNDLE: _l("合并的 PDF"),
}

NEEDS: dict[Need, LazyString] = {
    Need.IDENTITY: _l("本人身份核验"),
    Need.SCAN: _l("扫码确认"),
    Need.PERSON_COMMITMENT: _l("本人书面承诺"),
    Need.EMPLOYER_COMMITMENT: _l("聘用企业书面承诺"),
    Need.SIGNATURE: _l("手写签名"),
    Need.EMPLOYER_PROVED: _l("企业身份认证"),
    Need.BUSINESS_REGISTER: _l("核对企业登记信息"),
    Need.MATERIALS: _l("申报材料"),
    Need.REGISTRATION: _l("核对注册信息"),
}

PROMISES: dict[Limit, LazyString] = {
    **dict.fromkeys(Limit, _l("承诺办结")),
    Limit.ACCEPT: _l("承诺受理"),
    Limit.DEFICIENCY: _l("窗口须受理或告知补正"),
    Limit.DELIVER: _l("承诺发证"),
}

PROOFS: dict[str, LazyString] = {
    "code": _l("密码和验证码"),
    "face": _l("人脸比对"),
    "in_person": _l("窗口现场核验"),
    "scan": _l("扫描单位二维码"),
}
"""How a need was met, by the code that was noted with it."""


def title(flow: Flow) -> str:
    """Name a kind of application in the province's own words."""
    return law_text(flow.title) or kind(flow.application, flow.path)


def kind(application: Application, path: Path) -> str:
    """Name a kind of application and its way."""
    name = str(APPLICATIONS[application])
    return name if path is Path.ORDINARY else f"{name}（{PATHS[path]}）"


def kind_in(application: Application, ways: Sequence[Flow]) -> str:
    """Name a kind in a province: where one special way is all there is, that way."""
    if len(ways) > 1 or any(way.path is Path.ORDINARY for way in ways):
        return str(APPLICATIONS[application])
    return title(ways[0])


def step(found: Step) -> str:
    """Name a step in the province's own words."""
    return law_text(found.office) or str(STEPS[found.name])
