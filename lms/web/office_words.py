"""The words of the office's pages: queues, deeds, papers, lists and refusals."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.policy.flow import Issue, Need, Path, StepName
from lms.policy.model import Application
from lms.policy.offices import NoticeKind, OfficeKind, Task, Topic
from lms.registration.queries.applications import ApplicationCard
from lms.registration.queries.provenance import Origin, Source
from lms.registration.rules.desk import Bucket
from lms.registration.rules.letters import LetterKind
from lms.registration.rules.states import Act, FlagKind

MESSAGES: dict[str, LazyString] = {
    "audit.invalid": _l("抽查设置有误："),
    "audit.no_words": _l("请写明理由，4 至 1000 个字。"),
    "audit.not_now": _l("这项核查现在不能这样办理，请刷新页面看最新情况。"),
    "audit.early": _l("交付期限还没有到，资料也没有交齐，现在不能提出撤销。"),
    "audit.sound_early": _l(
        "本人或单位的资料还没有交齐，交付期限也没有到，现在不能写合格。"
    ),
    "audit.sound_unseen": _l(
        "资料没有交齐。如在柜台看过原件等，请写明凭什么认定合格，至少 10 个字。"
    ),
    "audit.second_person": _l(
        "抽取这次核查的人和提出撤销建议的人，都不能作出撤销决定，"
        "须由没有参与的另一位审批人员办理。"
    ),
    "audit.why_missing": _l(
        "还缺{missing}。请写明为什么没有，4 至 400 个字，或先去补资料。"
    ),
    "audit.statement": _l("请写明要陈述的内容，4 至 2000 个字。"),
    "audit.many_attached": _l("附件一次最多 6 个，多的请分几次提交。"),
    "audit.unheard": _l(
        "本人和单位可以在 {until} 前（含当日）陈述申辩、补充资料，期满后才能撤销。"
    ),
    "audit.narrow": _l(
        "抽查范围太窄：不足 90 天的，至少 7 天，比例不超过 50%，"
        "且抽到的不超过准予份数的一半。"
    ),
    "audit.nothing_granted": _l(
        "这段时间没有可以抽查的准予注册（正在核查的不重复抽）。"
    ),
    "audit.share": _l("抽查比例填 1 至 100。"),
    "audit.span": _l("结束日期早于开始日期，请检查是不是填反了。"),
    "audit.future": _l("这一天还没有到：只能抽取今天以前（含今天）准予的注册。"),
    "audit.too_soon": _l("交付期限太短：从今天起至少 5 天。"),
    "audit.unknown": _l("没有找到这项核查。"),
    "desk.announce_first": _l("请在“公示公告”页批量发布公告，发布后自动进入下一步。"),
    "desk.no_items": _l("请逐项写明要补正什么，一行一项。"),
    "desk.not_here": _l("这一步不由本窗口办理。"),
    "desk.not_present": _l(
        "您今天还没有核对过这个人的身份证原件。请回到“柜台办理”，当面核对后再办。"
    ),
    "desk.not_published": _l("还没有公示，请先在“公示公告”页发布公示。"),
    "desk.objection_open": _l("还有异议没有答复，答复后才能继续。"),
    "desk.objection_upheld": _l("异议成立，不能继续办理，请作出不予许可的决定。"),
    "desk.own": _l("不能办理本人的申请，请由同事办理。"),
    "desk.own_company": _l("您是这家企业的经办人，不能办理它的事项，请由同事办理。"),
    "desk.still_public": _l("公示期还没有结束（{until} 止），期满后才能继续。"),
    "desk.too_long": _l("内容过长：理由最多 1000 字，补正最多 20 项。"),
    "desk.nobody": _l("没有找到这个人。请核对身份证号码；没有账号的，先请本人注册。"),
    "letter.unknown": _l("没有找到这份文书。"),
    "notice.answered": _l("这条异议刚才已有人答复，请刷新页面。"),
    "notice.empty": _l("请至少勾选一份申请，一次最多 200 份。"),
    "notice.twice": _l("同一份申请只能勾选一次，请刷新页面。"),
    "notice.mixed": _l("公示和公告要分开发布，请只勾选同一类。"),
    "notice.no_contact": _l(
        "请填能联系到您的手机号、带区号的固定电话，或者邮箱，否则答复送不到。"
    ),
    "notice.no_title": _l("请填写标题。"),
    "notice.not_due": _l("勾选的申请中有的现在不需要发布，请刷新页面。"),
    "notice.nothing_said": _l("请写明异议内容、您的姓名和联系方式。"),
    "notice.objection_unknown": _l("没有找到这条异议。"),
    "notice.over": _l("公示期已经结束，不再接收异议。"),
    "notice.published": _l("勾选的申请中有的已经公示过，请刷新页面。"),
    "notice.unknown": _l("没有找到这份公示公告。"),
}

BUCKETS: dict[Bucket, tuple[LazyString, LazyString, str, str]] = {
    Bucket.OVERDUE: (_l("已超期"), _l("超过承诺办结日，请马上办理"), "bad", "alert"),
    Bucket.SOON: (_l("两个工作日内到期"), _l("今明两个工作日须办"), "warn", "clock"),
    Bucket.NEW: (_l("待受理"), _l("新提交，等受理决定"), "info", "inbox"),
    Bucket.WORKING: (_l("审查中"), _l("已受理，正在审查"), "info", "edit"),
    Bucket.DECIDE: (_l("待审批"), _l("审查完毕，等审批决定"), "info", "check-circle"),
    Bucket.PUBLIC: (_l("待公示公告"), _l("等发布，或公示期内"), "info", "globe"),
    Bucket.WAITING: (_l("等补正"), _l("已告知补正，办理期限暂停"), "neutral", "pause"),
}

DEEDS: dict[tuple[StepName | None, Act], tuple[LazyString, LazyString, str]] = {
    (StepName.ACCEPT, Act.PASS): (
        _l("予以受理"),
        _l("出具受理凭证，从今天起计算办理期限。"),
        "primary",
    ),
    (StepName.ON_SITE, Act.PASS): (
        _l("现场核实一致"),
        _l("原件已当场核实，进入下一步。"),
        "primary",
    ),
    (StepName.PRELIMINARY, Act.PASS): (
        _l("预审合格"),
        _l("请申请人按清单携带原件到场。"),
        "primary",
    ),
    (StepName.IN_PERSON, Act.PASS): (
        _l("到场审核合格"),
        _l("原件与扫描件一致，进入下一步。"),
        "primary",
    ),
    (StepName.REVIEW, Act.PASS): (
        _l("审查合格，转审批"),
        _l("由另一位审批人员作出决定。"),
        "primary",
    ),
    (StepName.NOTICE, Act.PASS): (
        _l("公示期满无异议"),
        _l("公示期结束且没有成立的异议，进入下一步。"),
        "primary",
    ),
    (None, Act.PASS): (_l("办完这一步"), _l("进入下一步。"), "primary"),
    (None, Act.GRANT): (
        _l("准予"),
        _l("出具准予决定书，按规定生成电子证书。"),
        "primary",
    ),
    (None, Act.SUPPLEMENT): (
        _l("一次告知补正"),
        _l("只能告知一次，请写全；补正期间办理期限暂停。"),
        "outline",
    ),
    (None, Act.RESUME): (
        _l("不再等待，继续办理"),
        _l(
            "补正期限已过而没有答复时使用：按现有材料继续审查和决定，办理期限接着计算。"
        ),
        "outline",
    ),
    (None, Act.EXTEND): (
        _l("延长十个工作日"),
        _l("经负责人批准，只能延长一次，须告知申请人理由。"),
        "outline",
    ),
    (None, Act.DECLINE): (
        _l("不予受理"),
        _l("出具不予受理决定书，写明理由和救济途径。"),
        "danger",
    ),
    (None, Act.REFUSE): (
        _l("不予许可"),
        _l("出具不予许可决定书，写明理由和救济途径。"),
        "danger",
    ),
}
"""A button's words, what it brings about, and its tone."""

SPOKEN = frozenset({Act.SUPPLEMENT, Act.DECLINE, Act.REFUSE, Act.EXTEND, Act.RESUME})
"""The deeds that need a reason."""

LETTERS: dict[LetterKind, LazyString] = {
    LetterKind.ACCEPTANCE: _l("受理凭证"),
    LetterKind.NON_ACCEPTANCE: _l("不予受理决定书"),
    LetterKind.DEFICIENCY: _l("补正材料告知书"),
    LetterKind.EXTENSION: _l("延长办理期限告知书"),
    LetterKind.GRANT: _l("准予决定书"),
    LetterKind.REFUSAL: _l("不予许可决定书"),
    LetterKind.REVOCATION: _l("撤销注册决定书"),
}

ORIGINS: dict[Origin, tuple[LazyString, str]] = {
    Origin.BOOK: (_l("证书库"), "ok"),
    Origin.OFFICE: (_l("窗口核实"), "ok"),
    Origin.TYPED: (_l("本人填写，未核实"), "bad"),
}
"""Whence a registration is known, and its tone."""

SOURCES: dict[Source, LazyString] = {
    Source.PAPER: _l("注册证书原件"),
    Source.REGISTER: _l("本省注册管理系统"),
    Source.NATIONAL: _l("全国建筑市场监管公共服务平台"),
}
"""With what an office compares a registration."""

COUNTER_NEEDS: dict[Need, LazyString] = {
    Need.IDENTITY: _l("本人携身份证原件到场，当面核对一致"),
    Need.BUSINESS_REGISTER: _l("已与市场监管部门登记信息核对一致"),
}
"""What a teller may note as proved at the counter."""

FLAGS: dict[FlagKind, tuple[LazyString, LazyString, str]] = {
    FlagKind.OVERDUE: (
        _l("已超过承诺期限"),
        _l("请写明超期原因和处理情况。"),
        "bad",
    ),
    FlagKind.DEEMED_ACCEPTANCE: (
        _l("视为受理，待确认"),
        _l("逾期没有告知补正，依法自收到材料之日起即为受理。确认后按受理办理。"),
        "warn",
    ),
    FlagKind.DEEMED_GRANT: (
        _l("视为准予延续，待确认"),
        _l("有效期届满前没有作出决定，依法视为准予延续。由审批人员确认后生效。"),
        "warn",
    ),
    FlagKind.UNANSWERED: (
        _l("补正期限已过，没有答复"),
        _l(
            "没有规定可以视为撤回。确认后不再等待，按现有材料继续审查和决定，办理期限接着计算；还要等的，选不成立。"
        ),
        "warn",
    ),
    FlagKind.CERTIFICATE_REVOKED: (
        _l("所依据的合格证已撤销"),
        _l("请重新核对继续教育情况，写明处理意见。"),
        "bad",
    ),
    FlagKind.HOURS_WITHDRAWN: (
        _l("所依据的部分学时已被协会撤回"),
        _l(
            "这些学时来自旧平台，协会的两位负责人已撤回登记。请按现在的学时重新核对，写明处理意见；已经准予的，依法决定是否撤销。"
        ),
        "bad",
    ),
}

NOTICES: dict[NoticeKind, tuple[LazyString, str]] = {
    NoticeKind.PUBLICITY: (_l("公示"), "warn"),
    NoticeKind.ANNOUNCEMENT: (_l("公告"), "info"),
    NoticeKind.ABNORMAL: (_l("注册状态异常"), "bad"),
}

OFFICE_KINDS: dict[OfficeKind, LazyString] = {
    OfficeKind.DEPARTMENT: _l("省级主管部门"),
    OfficeKind.CENTRE: _l("注册中心"),
    OfficeKind.MUNICIPAL: _l("市（州）主管部门"),
    OfficeKind.DISTRICT: _l("区县主管部门"),
    OfficeKind.COUNTER: _l("政务服务窗口"),
}

TASKS: dict[Task, LazyString] = {
    Task.INTAKE: _l("受理"),
    Task.REVIEW: _l("审查"),
    Task.DECIDE: _l("审批"),
    Task.ON_SITE: _l("现场核实"),
    Task.FORCED: _l("强制注销和异常认定"),
}

TOPICS: dict[Topic, LazyString] = {
    Topic.POLICY: _l("政策咨询"),
    Topic.TECHNICAL: _l("系统使用咨询"),
    Topic.COUNTER: _l("窗口咨询"),
}


def deed(step: StepName, act: Act) -> tuple[LazyString, LazyString, str]:
    """Give the words of a deed at a step."""
    return DEEDS.get((step, act)) or DEEDS[None, act]


_CERTIFIES = (
    _l("出具准予决定书，按规定生成电子证书。"),
    _l("确定准予吗？决定书和电子证书随即生成。"),
)
_ENDS = (
    _l("出具准予决定书，所列专业的注册随即注销。"),
    _l("确定准予注销吗？注册随即注销，决定书随即生成。"),
)
_LATER = (
    _l("出具准予决定书；后面的公告等步骤办完才生效。"),
    _l("确定准予吗？决定书随即生成，后面的公告等步骤办完才生效。"),
)
_ONLY_DECIDES = (
    _l("出具准予决定书，不生成电子证书。"),
    _l("确定准予吗？决定书随即生成。"),
)


def granting(card: ApplicationCard) -> tuple[LazyString, LazyString]:
    """Say what a grant brings about, beside the button and as it is asked."""
    if card.flow.takes_effect is not StepName.DECIDE:
        return _LATER
    if card.path is Path.ABNORMAL:
        return _ONLY_DECIDES
    if card.application is Application.CANCELLATION:
        return _ENDS
    return _CERTIFIES if Issue.CERTIFICATE in card.flow.gives else _ONLY_DECIDES
