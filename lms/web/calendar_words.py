"""What the calendar of working days says when a notice does not fit."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, LazyString] = {
    "calendar.bad_date": _l("没有这一天：{words}"),
    "calendar.bad_span": _l("起止日期不对：{words}"),
    "calendar.both": _l("{words} 既写了休息又写了上班。"),
    "calendar.count": _l("天数与“共几天”不符：{words}"),
    "calendar.far_day": _l("{words} 不在这一年（或上一年十二月）内。"),
    "calendar.gap": _l("请先导入 {year} 年的通知：中间不能缺年份。"),
    "calendar.holiday_missing": _l("通知里没有 {words} 放假，可能没有粘贴完整。"),
    "calendar.moved": _l("刚才有人导入了同一年的通知，请刷新后再核对。"),
    "calendar.no_dates": _l("没有读到放假或上班的日期，请粘贴通知全文。"),
    "calendar.other_year": _l("通知不是所填年份的：{words}"),
    "calendar.same": _l("与现在的日历相同，不需要导入。"),
    "calendar.too_long": _l("内容过长，最多 20000 字。"),
    "calendar.unread": _l("没有读懂这一句：{words}"),
    "calendar.weekday": _l("日期与星期不符：{words}"),
    "calendar.work_on_weekday": _l("{words} 本来就是工作日。"),
}
