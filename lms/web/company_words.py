"""The words of what companies buy and hand in: rosters, quotes, seats, nudges."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.commerce.rules.seats import QuoteState, SeatDeed, SeatState
from lms.people.rules.roster import NudgeKind

Word = tuple[LazyString, str]

MESSAGES: dict[str, LazyString] = {
    # -- workbooks that somebody hands in --------------------------------------------
    "workbook.acts": _l(
        "文件里含有宏、外部链接或嵌入对象，不能接收。请新建空白表格，只粘贴数值后再上传。"
    ),
    "workbook.empty": _l("表格是空的，请检查是否选错了文件。"),
    "workbook.format": _l("只接受 Excel 表格（.xlsx），请另存为 .xlsx 后上传。"),
    "workbook.many_rows": _l("表格行数过多，请分成几个文件。"),
    "workbook.none": _l("请先选择一个 Excel 文件。"),
    "workbook.old": _l(
        "这是旧版 Excel 文件或设有密码，请去掉密码并另存为 .xlsx 后上传。"
    ),
    "workbook.room": _l("表格处理暂时不可用，请稍后再试。"),
    "workbook.too_big": _l("文件过大：最多 2 MB。请去掉图片和多余的工作表。"),
    "workbook.unreadable": _l("表格打不开，可能已经损坏，请重新保存后上传。"),
    # -- rosters ----------------------------------------------------------------------
    "roster.bad_rows": _l("有 {count} 行有误，改正之后才能导入。一行都没有导入。"),
    "roster.email": _l("邮箱有误。"),
    "roster.email_twice": _l("邮箱在名册里重复。"),
    "roster.empty": _l("表头下面没有人员。"),
    "roster.formula": _l("这一行有公式，请改成数值。"),
    "roster.head_twice": _l("表头里有两列相同，请只保留一列。"),
    "roster.id_as_figure": _l(
        "身份证号码被 Excel 存成了数字，后几位已经丢失。请先把这一列设为“文本”再填写。"
    ),
    "roster.id_twice": _l("身份证号码在名册里重复。"),
    "roster.no_contact": _l("手机号和邮箱至少填一项。"),
    "roster.no_head": _l("没有找到表头：需要“姓名”和“手机号”（或“邮箱”）两列。"),
    "roster.no_name": _l("没有填写姓名。"),
    "roster.over": _l("这份名册已经超过一天没有确认，内容已经清除，请重新上传。"),
    "roster.phone": _l("手机号有误，应为 11 位。"),
    "roster.phone_twice": _l("手机号在名册里重复。"),
    "roster.specialty": _l("专业名称不认识，请用六个专业的名称，多个用顿号隔开。"),
    "roster.too_many": _l("一份名册最多 5000 人，请分成几个文件。"),
    "roster.unknown": _l("没有找到这份名册。"),
    # -- nudges -----------------------------------------------------------------------
    "nudge.kind": _l("请选择提醒的内容。"),
    "nudge.nobody": _l("请先勾选要提醒的人员。"),
    "nudge.not_there": _l("不是在职人员"),
    "nudge.quiet": _l("本人已关闭单位提醒"),
    "nudge.too_many": _l("一次最多提醒 500 人，请缩小范围。"),
    "nudge.too_soon": _l("三天内已经提醒过"),
    # -- quotes and orders of companies -----------------------------------------------
    "quote.empty": _l("请至少填写一门课程或一个套餐的人数。"),
    "quote.invalid": _l("报价内容有误，请检查。"),
    "quote.many_lines": _l("一份报价单最多 20 项。"),
    "quote.no_company": _l("没有找到这家企业：须先在本平台开户并通过认证。"),
    "quote.not_open": _l("这份报价单已经下单、作废或过期，请重新报价。"),
    "quote.number": _l("订购单号最多 40 个字。"),
    "quote.number_used": _l(
        "订购单号 {number} 已用于订单 {order}。确实是另一笔采购的，请换一个号。"
    ),
    "quote.other_house": _l("一份报价单只能有一个协会的课程。"),
    "quote.seats": _l("人数应为 1 至 2000。"),
    "quote.too_much": _l("金额过大，请检查人数，或分成几份报价单。"),
    "quote.twice": _l("同一门课程填写了两次。"),
    "quote.unknown": _l("没有找到这份报价单。"),
    # -- seats ------------------------------------------------------------------------
    "seat.incomplete": _l("个人资料只填了 {percent}%，请本人先到个人中心填完"),
    "seat.nobody": _l("请先勾选人员。"),
    "seat.not_enough": _l("席位不够：还剩 {free} 个，选了 {asked} 人。没有分配。"),
    "seat.not_linked": _l("不是本单位在职人员"),
    "seat.not_now": _l("这个席位现在不能这样操作，请刷新页面查看。"),
    "seat.ordered": _l("本人正在付款购买这门课程"),
    "seat.owned": _l("已经有这门课程，不需要再分配"),
    "seat.unknown": _l("没有找到这个席位。"),
    "seat.used": _l("已经开始学习，席位不能收回。"),
    "seat.withdrawn": _l("课程已经下架"),
}

QUOTES: Mapping[QuoteState, Word] = MappingProxyType(
    {
        QuoteState.OPEN: (_l("有效"), "info"),
        QuoteState.ORDERED: (_l("已下单"), "ok"),
        QuoteState.WITHDRAWN: (_l("已作废"), "neutral"),
        QuoteState.OVER: (_l("已过期"), "neutral"),
    }
)

SEATS: Mapping[SeatState, Word] = MappingProxyType(
    {
        SeatState.FREE: (_l("未分配"), "neutral"),
        SeatState.ASSIGNED: (_l("已分配"), "info"),
        SeatState.RETURNED: (_l("已退款"), "neutral"),
    }
)

DEEDS: Mapping[SeatDeed, LazyString] = MappingProxyType(
    {
        SeatDeed.ASSIGNED: _l("分配"),
        SeatDeed.TAKEN_BACK: _l("收回"),
        SeatDeed.RETURNED: _l("退款收回"),
        SeatDeed.REOPENED: _l("退款未成，恢复"),
    }
)

NUDGES: Mapping[NudgeKind, LazyString] = MappingProxyType(
    {
        NudgeKind.HOURS: _l("尽快学满学时"),
        NudgeKind.SEAT: _l("开始学习单位开通的课程"),
        NudgeKind.PROFILE: _l("填写完整个人资料"),
        NudgeKind.INVITATION: _l("接受单位的邀请"),
    }
)
