"""What the law's codes mean, in words: why, and what to do next."""

from collections.abc import Sequence

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.kernel.credit import Credit, hours_text
from lms.policy.model import Application
from lms.policy.verdict import Finding, WindowState
from lms.web.filters import term

APPLICATIONS: dict[Application, LazyString] = {
    Application.RENEWAL: _l("延续注册"),
    Application.INITIAL: _l("初始注册"),
    Application.ADD_SPECIALTY: _l("增项注册"),
    Application.CHANGE: _l("变更注册"),
    Application.RE_REGISTRATION: _l("重新注册"),
    Application.CANCELLATION: _l("注销注册"),
    Application.LOST_REISSUE: _l("遗失补办"),
}

WINDOWS: dict[WindowState, LazyString] = {
    WindowState.EARLY: _l("未到申请时间"),
    WindowState.OPEN: _l("在申请时间内"),
    WindowState.LATE: _l("已过申请时间"),
    WindowState.EXPIRED: _l("注册已届满"),
}

_MESSAGES: dict[str, LazyString] = {
    "age.over_65": _l("申请之日或准予之日已超过 65 周岁（%(birthday)s），不予注册。"),
    "age.near_65": _l(
        "距 65 周岁（%(birthday)s）不足 90 日，自 %(since)s 起除注销外不再受理。"
    ),
    "hours.short": _l("%(specialty)s %(track)s还差 %(missing)s 学时。"),
    "window.early": _l(
        "还未到申请时间：%(opens_on)s 起可以申请，%(closes_on)s 为最后一日。"
    ),
    "window.late": _l(
        "已过申请的最后一日 %(closes_on)s；注册在 %(ends_on)s 届满前仍然有效。"
    ),
    "window.expired": _l("注册有效期已于 %(ends_on)s 届满。"),
    "change.not_offered": _l("本省不办理执业单位变更：先注销注册，再申请重新注册。"),
    "change.within_a_year": _l(
        "变更执业单位后一年内不再办理变更，%(until)s 之后可以申请。"
    ),
    "bar.false_materials": _l(
        "因隐瞒情况或提供虚假材料，%(until)s 之前（含当日）不得申请。"
    ),
    "bar.fraud": _l(
        "因以欺骗、贿赂等不正当手段取得注册被撤销，%(until)s 之前（含当日）不得申请。"
    ),
    "commitment.person_missing": _l("本人尚未作出书面承诺。"),
    "commitment.employer_missing": _l("聘用企业尚未作出书面承诺。"),
    "age.gains_nothing": _l(
        "%(specialty)s在 %(ends_on)s 届满，那时已年满 65 周岁："
        "延续不会延长有效期，不必再为延续学习。"
    ),
    "qualification.overdue": _l(
        "%(specialty)s资格证书签发已超过 3 年（%(free_until)s 为最后一日），"
        "须先完成本专业继续教育。"
    ),
    "certificate.missing": _l("%(specialty)s学时已满，还没有继续教育合格证。"),
    "certificate.consumed": _l(
        "%(specialty)s合格证已用于另一个注册有效期，一证不能两用。"
    ),
    "certificate.revoked": _l("%(specialty)s合格证已被撤销，所载学时不再计入。"),
    "certificate.mismatch": _l(
        "您提供的%(specialty)s合格证，与证书库所载的姓名或专业不一致。"
    ),
    "change.filed_late": _l(
        "信息变更后应在 30 日内办理（%(until)s 为最后一日），现已逾期，仍可受理。"
    ),
}

_NEXT: dict[str, LazyString] = {
    "age.over_65": _l("不能再申请注册；仍有有效注册的，应办理注销注册。"),
    "age.near_65": _l("如不再执业，可申请注销注册；具体事宜请咨询注册主管部门。"),
    "hours.short": _l("选学能补足这部分学时的课程，学完后学时当日入账。"),
    "window.early": _l("先备齐学时和材料，到开放之日再提交。"),
    "window.late": _l(
        "尽快联系注册主管部门；届满后可按重新注册办理，届满前已学的学时请保留证明。"
    ),
    "window.expired": _l("不能再按本事项申请；重新具备条件后，可申请重新注册。"),
    "change.not_offered": _l(
        "请原聘用企业提交注销申请并由本人确认，再由新企业提交重新注册。"
    ),
    "change.within_a_year": _l("满一年后的次日再提交；其间可照常在现单位执业。"),
    "bar.false_materials": _l("期满次日起可以重新申请；对处理有异议的，可依法申诉。"),
    "bar.fraud": _l("期满次日起可以重新申请；对处理有异议的，可依法申诉。"),
    "commitment.person_missing": _l("申请时由本人签署承诺书，承诺继续教育情况属实。"),
    "commitment.employer_missing": _l("请聘用企业在申请时签署承诺书并盖章。"),
    "age.gains_nothing": _l("现在的注册到届满日一直有效，不用办理；届满后不再注册。"),
    "qualification.overdue": _l("完成下列学时后再提交，学时证明请妥善保管。"),
    "certificate.missing": _l("参加结业测试，合格后申领合格证；它是延续注册的依据。"),
    "certificate.consumed": _l("完成本注册有效期的继续教育，取得新的合格证后再申请。"),
    "certificate.revoked": _l(
        "在“我的申请”中查看撤销理由，有异议可以申诉；否则请重新学习并通过测试。"
    ),
    "certificate.mismatch": _l(
        "请核对证书编号和专业：填错的撤回即可，确属本人的请联系发证协会核实。"
    ),
    "change.filed_late": _l("请尽快提交变更申请，并说明逾期的原因。"),
}

_FLAWS: dict[str, LazyString] = {
    "type.wrong": _l("值的类型不对。"),
    "key.twice": _l("同一个键出现了两次。"),
    "key.unknown": _l("没有这个键。"),
    "key.missing": _l("缺少这个键。"),
    "code.unknown": _l("没有这个代码。"),
    "date.malformed": _l("日期应写作 2026-11-21，且在 1900 年至 2199 年之间。"),
    "date.missing": _l("办理这个事项需要填写此日期。"),
    "date.before_application": _l("准予之日不能早于申请之日。"),
    "date.reversed": _l("有效期的截止日早于起始日。"),
    "instant.malformed": _l("时刻应写作 2026-11-21T10:00:00+08:00。"),
    "instant.naive": _l("时刻须带时区，例如 +08:00 或 Z。"),
    "number.out_of_range": _l("数值超出范围。"),
    "hours.malformed": _l('学时应为十进制数字的字符串，例如 "1.5"。'),
    "hours.too_precise": _l("学时最多两位小数。"),
    "hours.not_positive": _l("学时须大于零。"),
    "list.empty": _l("至少要有一项。"),
    "specialty.twice": _l("同一专业只能出现一次。"),
    "specialty.two_mains": _l("主项专业只能有一个。"),
}

_PROBLEMS: dict[str, LazyString] = {
    "request.invalid": _l("请求内容有误，详见 errors。"),
    "json.malformed": _l("请求正文不是有效的 JSON（UTF-8）。"),
    "json.expected": _l("请以 application/json 发送。"),
    "list.too_long": _l("一次最多 5000 项。"),
    "certificates.too_many": _l("一次最多 %(most)s 张证书。"),
    "api_key.invalid": _l("缺少有效的接口密钥：Authorization: Bearer xsk_…"),
    "api_key.minute": _l("这把密钥每分钟最多查询 %(per_minute)s 张证书，请稍候再试。"),
    "api_key.day": _l("这把密钥每天最多查询 %(per_day)s 张证书，请明天再试。"),
    "api_key.misses": _l(
        "这把密钥今天查不到的证书太多，暂停到明天。请先核对编号和姓名。"
    ),
    "workdays.uncovered": _l(
        "超出已公布的工作日历（%(first)s 至 %(last)s），无法计算，也不作推测。"
    ),
}


def message(finding: Finding) -> str:
    """Say why, in the visitor's language."""
    words: str = str(_MESSAGES[finding.code]) % _facts(finding)
    return words


def next_step(finding: Finding) -> str:
    """Say what a person can do about it."""
    return str(_NEXT[finding.code])


def flaw(code: str) -> str:
    """Say what is wrong with a value that was sent."""
    return str(_FLAWS[code])


def problem(code: str, **facts: object) -> str:
    """Say why a question was not answered at all."""
    words: str = str(_PROBLEMS[code]) % facts
    return words


def headline(name: str, reasons: Sequence[Finding], *, no_gain: bool = False) -> str:
    """Give the verdict on a kind, by its name, in one line.

    `no_gain`: nothing would come of it.
    """
    if no_gain:
        words = _l("届满时已年满 65 周岁，%(application)s不会延长有效期")
    elif not reasons:
        words = _l("可以申请%(application)s")
    elif all(each.code.startswith("commitment.") for each in reasons):
        words = _l("条件已具备，申请%(application)s时须签署书面承诺")
    else:
        words = _l("暂不能申请%(application)s")
    said: str = str(words) % {"application": name}
    return said


def _facts(finding: Finding) -> dict[str, object]:
    facts: dict[str, object] = {
        name: value.isoformat() for name, value in finding.days.items()
    }
    if finding.specialty is not None:
        facts["specialty"] = term(finding.specialty)
    if finding.track is not None:
        facts["track"] = term(finding.track)
    facts["missing"] = hours_text(Credit(finding.missing))
    return facts
