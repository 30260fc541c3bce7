"""The words of announcements, of the ways that messages go, and of what they are."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.announcements.rules import Audience, State
from lms.notify.rules import Channel, MessageState, Wish

MESSAGES: dict[str, LazyString] = {
    "announcement.unknown": _l("没有找到这条通知。"),
    "announcement.moved": _l("刚才有人处理了这条通知，请刷新后再看。"),
    "announcement.anew": _l(
        "您打开本页以后，通知改过并重新提交了。现在显示的是新的内容，请重新核对。"
    ),
    "announcement.changed": _l(
        "您打开本页以后，同事改过这条通知。现在显示的是新的内容，请看过再发送。"
    ),
    "announcement.over": _l("截止日期已经过去，请改后再发。"),
    "announcement.span": _l("发送时间晚于截止日期，请改后再发。"),
    "announcement.nobody": _l("没有人符合所选的范围，没有发送。"),
    "leave.unknown": _l("这个退订链接不完整或已失效，请在“接收设置”里修改。"),
    "message.unknown": _l("没有找到这条消息。"),
    "message.not_repeatable": _l("内容含验证码等保密信息，发出后已销毁，不能重发。"),
    "message.not_now": _l("还在发送中，或收件人不愿接收，不能重发。"),
    "message.again_today": _l("今天已经重发过，明天才能再发。"),
    "message.broken": _l("消息内容有误，无法发出，请联系平台运维。"),
    "wording.unknown": _l("没有这类消息，或它不能改写。"),
    "wording.unsound": _l("用语还有问题，没有保存。"),
    "wording.empty": _l("正文是空的。要用标准用语，请点“恢复标准用语”。"),
    "wording.no_subject": _l("请填写邮件标题。"),
    "wording.long_subject": _l("邮件标题最多 60 个字，不能换行。"),
    "wording.long_mail": _l("邮件正文最多 1000 个字。"),
    "wording.too_long": _l(
        "短信太长：连同签名和代入的内容最多 201 个字（三条短信），请删减。"
    ),
    "wording.signature": _l("不要写【】：短信签名由系统自动加在最前面。"),
    "blank.unknown": _l("没有“{name}”这个占位符，请只用下面列出的。"),
    "blank.brace": _l("有单独的大括号，请检查占位符是否写完整。"),
    "blank.missing": _l("缺少必须写明的“{name}”，请把它写进正文。"),
}

AUDIENCE: Mapping[Audience, LazyString] = {
    Audience.ALL: _l("全部学员"),
    Audience.SPECIALTY: _l("按注册专业"),
    Audience.COURSE: _l("按所学课程"),
    Audience.COMPANY: _l("按聘用企业"),
    Audience.ENDING: _l("注册即将到期"),
    Audience.SHORT: _l("延续注册学时未修满"),
}

STATE: Mapping[State, tuple[LazyString, str]] = {
    State.DRAFT: (_l("草稿"), "neutral"),
    State.WAITING: (_l("待复核"), "warn"),
    State.SET: (_l("待发送"), "info"),
    State.SENDING: (_l("发送中"), "info"),
    State.SENT: (_l("已发送"), "ok"),
    State.TAKEN_BACK: (_l("已撤回"), "neutral"),
}

CHANNEL: Mapping[Channel, LazyString] = {
    Channel.SMS: _l("短信"),
    Channel.MAIL: _l("邮件"),
    Channel.CONTACT: _l("短信或邮件"),
    Channel.NOTICE: _l("站内"),
}

MESSAGE: Mapping[MessageState, tuple[LazyString, str]] = {
    MessageState.DUE: (_l("待发送"), "info"),
    MessageState.SENT: (_l("已发出"), "ok"),
    MessageState.DEAD: (_l("发送失败"), "bad"),
    MessageState.UNWANTED: (_l("未发送：不愿接收或已撤回"), "neutral"),
}

WISH: Mapping[Wish, LazyString] = {
    Wish.ANNOUNCEMENT: _l("协会和平台的通知公告"),
    Wish.NUDGE: _l("单位的催学提醒"),
}

TEMPLATE: Mapping[str, LazyString] = {
    "account_closed": _l("账号已注销"),
    "account_moved": _l("收款账户已变更"),
    "account_reinstated": _l("账号已恢复"),
    "account_suspended": _l("账号已停用"),
    "announcement": _l("通知公告（邮件）"),
    "announcement_sms": _l("通知公告（短信）"),
    "appeal_unstaffed": _l("申诉缺复核人"),
    "application_moved": _l("注册申请进展"),
    "audit_asked": _l("抽查：要求提交资料"),
    "audit_proposed": _l("抽查：拟撤销注册"),
    "audit_revoked": _l("抽查：已撤销注册"),
    "audit_sound": _l("抽查：没有问题"),
    "calendar_owed": _l("工作日历待更新"),
    "certificate_issued": _l("合格证已颁发"),
    "certificate_withdrawn": _l("合格证已撤销"),
    "checkpoint": _l("证据校验点"),
    "claim_decided": _l("申请的答复"),
    "class_cancelled": _l("上课场次取消"),
    "class_changed": _l("上课时间地点变动"),
    "class_missed": _l("缺课与补课"),
    "class_offered": _l("候补名额保留"),
    "class_picked": _l("单位代选上课场次"),
    "class_tomorrow": _l("上课提醒"),
    "code_identity": _l("身份核对验证码"),
    "code_new_contact": _l("新手机或邮箱验证码"),
    "code_reset": _l("重设密码验证码"),
    "code_sign_in": _l("登录验证码"),
    "code_sign_up": _l("注册账号验证码"),
    "company_at_counter": _l("企业到窗口办理"),
    "contact_changed": _l("手机或邮箱已更换"),
    "counter_reset": _l("柜台重设密码"),
    "employer_nudge": _l("单位的催学提醒"),
    "factor_added": _l("两步验证已开启"),
    "factor_demo": _l("演示用动态验证码"),
    "factor_removed": _l("两步验证已关闭"),
    "invoice_issued": _l("发票已开具"),
    "key_alarmed": _l("密钥异常"),
    "key_ending": _l("密钥即将到期"),
    "legacy_withdrawn": _l("旧平台记录已撤回"),
    "link_invited": _l("单位邀请"),
    "link_invited_new": _l("单位邀请（新账号）"),
    "no_code_identity": _l("身份核对：没有此账号"),
    "no_code_new_contact": _l("更换联系方式：已被使用"),
    "no_code_reset": _l("重设密码：没有此账号"),
    "no_code_sign_in": _l("登录：没有此账号"),
    "no_code_sign_up": _l("注册账号：已有账号"),
    "number_freed": _l("身份证号码已归本人"),
    "number_questioned": _l("身份证号码有人提出核对"),
    "number_settled": _l("身份证号码核对结果"),
    "objection_answered": _l("公示异议的答复"),
    "order_paid": _l("订单已付款"),
    "order_refunded": _l("退款已办理"),
    "password_changed": _l("密码已更改"),
    "people_end": _l("单位人员注册到期"),
    "person_merged": _l("账号已合并"),
    "quote_made": _l("报价单"),
    "recovery_used": _l("备用码已使用"),
    "refund_refused": _l("退款申请的答复"),
    "registration_ends": _l("注册到期提醒"),
    "registration_issued": _l("注册证书已颁发"),
    "registration_lapsed": _l("注册已失效"),
    "registration_voided": _l("注册证书已作废"),
    "seat_assigned": _l("单位已分配课程"),
    "seats_opened": _l("企业席位已开通"),
    "staff_invited": _l("工作人员邀请"),
    "thread_answered": _l("咨询投诉的答复"),
    "thread_outside": _l("申诉转给复核员"),
    "thread_review": _l("有申诉请您复核"),
    "use_copy_asked": _l("单位申请证书使用件"),
}

OF_DESK = (
    "account_moved", "announcement", "announcement_sms", "certificate_issued",
    "claim_decided",
    "class_cancelled", "class_changed", "class_missed", "class_offered",
    "class_picked", "class_tomorrow",
    "invoice_issued", "order_paid", "order_refunded", "quote_made",
    "refund_refused", "seat_assigned", "seats_opened", "thread_answered",
)  # fmt: skip
"""What an association's desk can narrow its log by: what it sends."""
