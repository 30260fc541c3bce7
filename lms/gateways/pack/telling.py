"""Tell in a PDF, for people, what an evidence pack holds."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from lms.evidence.rules import Line
from lms.gateways.drawing.fonts import Fonts
from lms.kernel.clock import SHANGHAI
from lms.reports.packs import Pack

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "profile.saved": "保存资料",
        "profile.locked": "资料锁定",
        "profile.corrected": "资料更正",
        "profile.forgotten": "资料删除",
        "photo.reviewed": "照片审核",
        "registration.written": "写入注册信息",
        "registration.lapsed": "届满的专业移出注册信息",
        "registration.ended": "注册终止",
        "enrolment.made": "选课入学",
        "enrolment.opened": "课程重新开放",
        "enrolment.assigned": "指定课程专业",
        "enrolment.ended": "退课",
        "study.segment": "学习时段",
        "question.answered": "课内答题",
        "presence.passed": "在场确认通过",
        "presence.missed": "在场确认未应答",
        "lesson.completed": "完成课时",
        "hours.posted": "学时入账",
        "legacy.linked": "认领旧平台记录",
        "legacy.taken_back": "旧平台记录随文件撤回",
        "class.placed": "占用上课名额",
        "class.taken": "上课名额付款确认",
        "class.freed": "退出上课名额",
        "class.in": "上课签到",
        "class.spot": "上课点名应答",
        "class.out": "上课签退",
        "class.excused": "上课点名补记",
        "class.credited": "上课计学时",
        "class.missed": "缺课",
        "class.waits": "候补上课名额",
        "class.offered": "候补名额保留",
        "class.wait_taken": "候补名额已占用",
        "class.wait_lapsed": "候补名额逾期让出",
        "class.wait_left": "退出候补",
        "class.wait_ended": "候补结束",
        "exam.started": "开始考试",
        "exam.deadline_moved": "考试时间顺延",
        "exam.graded": "考试评分",
        "exam.unlocked": "考试解锁",
        "exam.time_given": "考试加时",
        "certificate.issued": "签发合格证",
        "certificate.stamped": "合格证加盖时间戳",
        "certificate.superseded": "合格证换发",
        "certificate.revoked": "合格证撤销",
        "certificate.used": "合格证用于申请",
        "certificate.shared": "本人分享证书",
        "certificate.share_ended": "本人关闭分享",
        "certificate.granted": "本人授权单位查看证书",
        "certificate.grant_withdrawn": "本人收回授权",
        "certificate.opened_by_employer": "单位下载证书",
        "registration_certificate.issued": "签发注册证书",
        "approval.asked": "提出申请",
        "approval.decided": "作出决定",
        "approval.withdrawn": "撤回申请",
        "domain.agreed": "同意使用域名",
        "domain.closed": "停用域名",
        "domain.opened": "开通域名",
        "account.counter_failed": "柜台核对身份没有办成",
        "terms.account": "变更收款账户",
        "terms.study": "变更学习规则",
        "staff.changed": "调整岗位",
        "staff.invitation_ended": "收回岗位邀请",
        "staff.invited": "邀请工作人员",
        "staff.joined": "接受岗位",
        "staff.seated": "平台指派岗位",
        "staff.unseated": "平台撤销岗位",
        "staff.withdrawn": "撤销岗位",
        "claim.asked": "提交申请材料",
        "claim.appealed": "提出申诉",
        "claim.applied": "决定生效",
        "claim.paper_seen": "办理人查看材料",
        "person.revealed": "工作人员查看资料",
        "person.data_given": "本人导出资料",
        "person.erased": "个人信息删除",
        "person.key_destroyed": "密钥销毁",
        "inspection.found": "监督检查结论",
        "inspection.opened": "监督检查立案",
        "inspection.packed": "制作证据包",
        "person.merged": "另一账号并入",
        "person.merged_into": "并入另一账号",
        "merge.apart": "确认与另一账号不是同一人",
        "merge.proposed": "提议合并账号",
        "enrolment.folded": "重复课程合并",
        "number.reported": "提出号码被占用",
        "number.freed": "身份证号码归还本人",
        "number.settled": "号码核对办结",
        "link.asked": "申请关联单位",
        "link.invited": "单位邀请",
        "link.prepared": "单位预录",
        "link.accepted": "确认关联单位",
        "use_copy.asked": "申请使用副本",
        "specialty.ended": "专业失效",
        "credit.recorded": "信用记录",
        "thread.opened": "提出咨询投诉",
        "thread.written": "咨询投诉补充留言",
        "thread.taken": "受理咨询投诉",
        "thread.handed": "转交咨询投诉",
        "thread.answered": "答复咨询投诉",
        "thread.answered_meanwhile": "先行回复咨询投诉（仍待答复）",
        "thread.noted": "咨询投诉内部记录",
        "thread.paper_seen": "打开咨询投诉附件",
        "thread.closed": "办结咨询投诉",
        "thread.judged": "评价咨询投诉答复",
        "thread.passed_on": "申诉咨询投诉",
        "thread.sent_out": "咨询投诉转给复核员",
        "bodies.erased": "材料到期删除",
        "hold.placed": "保全",
        "hold.released": "解除保全",
    }
)
ENDED: Mapping[str | None, str] = MappingProxyType(
    {
        "done": "学完本课",
        "left": "离开页面",
        "silent": "长时间没有消息，自动结束",
        "unanswered": "连续未应答，自动结束",
        "taken_over": "换到另一设备",
        "refunded": "课程已退款",
        "in_class": "到课签到，线上自动结束",
        "reopened": "重新打开页面",
    }
)
_OTHER = {
    "link": "单位关联",
    "practice": "注册执业",
    "use_copy": "使用副本",
    "archive": "单位档案",
    "teacher": "师资",
    "application": "注册申请",
    "registration_certificate": "注册证书",
}


def called(kind: str) -> str:
    """Name a kind of line in words."""
    return KINDS.get(kind) or _OTHER.get(kind.partition(".")[0]) or f"其他（{kind}）"


def summary(pack: Pack, fonts: Fonts) -> bytes:
    """Draw the summary."""
    # Only here, for what draws is large and packs are rare.
    from lms.gateways.pack.summary import Sheet  # noqa: PLC0415 - slow to import, seldom wanted

    sheet = Sheet(fonts, f"{pack.name}  {pack.id_masked}")
    sheet.title("学习证据摘要")
    sheet.row("姓名", pack.name)
    sheet.row("身份证号码", pack.id_masked)
    sheet.row("期间", f"{pack.since:%Y-%m-%d} 至 {pack.until:%Y-%m-%d}")
    sheet.row("合格证", "、".join(pack.certificates) or "无")
    sheet.row("检查点", f"{pack.size} 条，根 {pack.root[:16]}")
    seconds = sum(_facts(x)["seconds"] for x in pack.lines if x.kind == "study.segment")
    sheet.row("服务器计时合计", f"{seconds // 3600} 小时 {seconds % 3600 // 60} 分")
    sheet.row("说明", "时间均为北京时间；试卷、照片和证书只含上述期间，记录为全部。")
    sheet.title("各类记录")
    counts = Counter(called(line.kind) for line in pack.lines)
    for kind, count in counts.most_common():
        sheet.row(kind, f"{count} 条")
    sheet.title("学习时段")
    for line in pack.lines:
        if line.kind == "study.segment":
            facts = _facts(line)
            sheet.row(
                _clock(facts["since"]),
                f"计 {facts['seconds']} 秒，{facts['beats']} 次心跳，"
                f"{ENDED.get(facts['why'], facts['why'])}",
            )
    return sheet.done()


def _facts(line: Line) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(line.facts)
    return facts


def _clock(written: str) -> str:
    """Say an instant of a line as the pages do: in Beijing."""
    instant = datetime.fromisoformat(written.replace("Z", "+00:00"))
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
