"""The words of what can go wrong with an association's staff and its domain."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, LazyString] = {
    "domain.asked": _l("已有一项域名提议等待决定。"),
    "domain.not_there": _l("本协会没有这个域名。"),
    "domain.taken": _l("这个域名已由另一个协会使用。"),
    "domain.there": _l("这个域名已经同意，不必再提。"),
    "domain.unknown": _l("没有这个域名。"),
    "domain.unreadable": _l("请填写完整的域名，例如 xue.example.cn，不带端口和路径。"),
    "staff.account_shut": _l("这个账号已停用，不能担任岗位。"),
    "staff.asked": _l("关于这位工作人员已有一项提议等待决定。"),
    "staff.invitation_over": _l("这个邀请已用过、已收回或已过期。"),
    "staff.invited": _l("这个邮箱或手机号已经在邀请中，请等本人接受，或先收回。"),
    "staff.last_manager": _l("这是协会唯一的负责人，不能撤销；请先增加一位负责人。"),
    "staff.no_invitation": _l("没有这个邀请。"),
    "staff.no_manager": _l("您现在不是本协会的负责人，不能办理。"),
    "staff.no_post": _l("请选择一个与现在不同的岗位。"),
    "staff.no_reason": _l("请写明理由，另一位负责人会看到。"),
    "staff.no_second": _l(
        "除您和当事人外没有其他负责人可以同意。请平台运维人员先添加一位负责人，"
        "或由他们用命令办理。"
    ),
    "staff.other_account": _l("您登录的账号与受邀的邮箱或手机号不同，请换账号登录。"),
    "staff.sign_in_first": _l("请先登录受邀的账号。"),
    "terms.account": _l("请填写户名、开户行和账号。"),
    "terms.account_long": _l("账户资料里有一项过长，请检查。"),
    "terms.account_number": _l("账号只写数字和字母，可以有空格和短横。"),
    "terms.answer": _l("应答时间请填 30 至 300 秒。"),
    "terms.asked": _l("同类的提议正在等待决定，请先办结或撤回。"),
    "terms.backwards": _l("启用日期最早是今天，不能追溯。"),
    "terms.cap": _l("每天最多计入的时间请填 1 至 24 小时，或不填。"),
    "terms.mean": _l("平均间隔请填 5 至 60 分钟。"),
    "terms.rate": _l("请选择列出的播放速度。"),
    "staff.unknown": _l("没有这位工作人员。"),
}
