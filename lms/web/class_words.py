"""The words of classes: of their sessions, of places, and of what is refused."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.classes.queries import PlaceCard
from lms.classes.rules import Freed, How, Mode, PlaceState, SessionState

MESSAGES: dict[str, LazyString] = {
    "class.begun": _l("已经开课或有人签到，不能再修改或取消。"),
    "class.cancelled": _l("这个场次已取消。"),
    "class.choose": _l("请先为“{title}”选择上课场次，再提交订单。"),
    "class.closed": _l("这个场次的报名已截止。"),
    "class.device": _l("这部手机已为另一位学员签到，一部手机只能为一人签到。"),
    "class.done": _l("这节课您已经修完，不用再选场次。"),
    "class.elsewhere": _l("您正在另一场课上签到中，请先签退。"),
    "class.ended": _l("这个场次或名额已经办结，请刷新后再看。"),
    "class.their_choice": _l("本人已经选了场次；要改选，请本人登录后办理。"),
    "class.full": _l("这个场次刚刚满员，请改选其他场次。"),
    "class.has_room": _l("这个场次还有名额，可以直接选，不用候补。"),
    "class.leave_late": _l("开课前 {hours} 小时之后不能请假或改选场次。"),
    "class.mark_times": _l("时间须在场次之内，且不晚于现在，离场晚于到场。"),
    "class.mark_waits": _l("这位学员已有一条补签待复核。"),
    "class.makeup_late": _l("这个场次已超过补课期限。"),
    "class.makeup_used": _l("补课次数已用完，请联系协会。"),
    "class.no_mark": _l("请填写到场或离场的时间。"),
    "class.no_place": _l("您在这个场次没有名额，请先选择场次。"),
    "class.no_reason": _l("请写明原因。"),
    "class.not_in": _l("您还没有签到，或已经签退。"),
    "class.not_open": _l("这个场次还没有开始报名。"),
    "class.not_over": _l("课程还没有结束，不能结课。"),
    "class.not_running": _l("只有上课期间可以点名。"),
    "class.not_yet": _l("还没有到签到时间：开课前 45 分钟起可以签到。"),
    "class.not_yours": _l("请先购买这门课程，再选择场次。"),
    "class.out_late": _l("已超过签退时间，请联系协会工作人员。"),
    "class.over": _l("这个场次已经结束。"),
    "class.spot_open": _l("正在点名，三分钟后才能再点。"),
    "class.spot_over": _l("这次点名已经结束。"),
    "class.stale": _l("二维码已过期，请对着现场屏幕重新扫。"),
    "class.forged": _l("这个二维码无效，请对着现场屏幕重新扫。"),
    "class.terms": _l("上课规则填写有误。"),
    "class.terms_there": _l("这一天已有上课规则，请选别的启用日期。"),
    "class.unknown": _l("没有找到这个场次。"),
    "class.unpaid": _l("这个名额属于待付款订单，请先付款。"),
    "class.unsound": _l("场次还不能保存。"),
    "class.yours": _l("您已经在这个场次里。"),
    "class.backwards": _l("结束时间要晚于开始时间。"),
    "class.past": _l("开课时间要晚于现在。"),
    "class.too_short": _l("场次时长不足以支撑这节课的学时。"),
    "class.too_long": _l("一个场次最长 14 小时。"),
    "class.signup_order": _l("报名截止要晚于报名开始。"),
    "class.signup_late": _l("报名截止不能晚于开课。"),
    "class.places": _l("名额要在 1 到 5000 之间。"),
    "class.places_taken": _l("名额不能少于已占用的名额。"),
    "class.nowhere": _l("请填写上课地址，或直播链接。"),
    "class.link": _l("直播链接要以 https:// 开头。"),
    "class.percent": _l("在场比例要在 50 到 100 之间。"),
    "class.leave": _l("请假期限要在 0 到 720 小时之间。"),
    "class.times": _l("补课次数要在 0 到 9 之间。"),
    "class.days": _l("补课期限要在 1 到 1098 天之间。"),
    "class.from": _l("启用日期不能早于今天。"),
    "lesson.meets": _l("这节是面授或直播课，请到现场或直播间签到学习。"),
    "lesson.class_questions": _l("面授直播课时不能有随堂题。"),
    "lease.in_class": _l("您正在面授或直播课签到中，签退后才能在线学习。"),
}

SESSION: Mapping[SessionState, tuple[LazyString, str]] = {
    SessionState.PLANNED: (_l("报名或待开课"), "info"),
    SessionState.CANCELLED: (_l("已取消"), "bad"),
    SessionState.HELD: (_l("已结课"), "ok"),
}

FREED: Mapping[Freed, LazyString] = {
    Freed.UNPAID: _l("未付款"),
    Freed.REFUNDED: _l("已退款"),
    Freed.LEAVE: _l("已请假"),
    Freed.MOVED: _l("已改场次"),
    Freed.CANCELLED: _l("场次取消"),
}

HOW: Mapping[How, LazyString] = {
    How.CODE: _l("扫码"),
    How.HAND: _l("补签"),
}

MODE: Mapping[Mode, LazyString] = {
    Mode.IN: _l("签到"),
    Mode.OUT: _l("签退"),
    Mode.SPOT: _l("点名"),
}


def place_words(place: PlaceCard) -> tuple[LazyString, str]:
    """Say where a place stands, and in which tone."""
    if place.state is PlaceState.FREED and place.freed_why is not None:
        return FREED[place.freed_why], "neutral"
    if place.state is PlaceState.TAKEN and place.out_at is not None:
        return _l("已签退，未计学时"), "warn"
    if place.state is PlaceState.TAKEN and place.in_at is not None:
        return _l("已签到"), "info"
    return {
        PlaceState.HELD: (_l("待付款"), "warn"),
        PlaceState.TAKEN: (_l("已占名额"), "info"),
        PlaceState.CREDITED: (_l("已计学时"), "ok"),
        PlaceState.MISSED: (_l("缺勤"), "bad")
        if place.in_at is None
        else (_l("在场不足"), "bad"),
    }[place.state]
