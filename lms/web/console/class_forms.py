"""Forms of the desk of classes."""

from datetime import UTC, datetime
from typing import Self

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    IntegerField,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.classes.queries import SessionCard
from lms.classes.rules import MOST_PLACES, Terms
from lms.classes.services import Mark, Plan
from lms.kernel.clock import SHANGHAI
from lms.web.forms import PageForm

_DATE = InputRequired(_l("请填写日期。"))
_TIME = InputRequired(_l("请填写时间。"))


def instant(typed: datetime | None) -> datetime | None:
    """Read a time of the clock on the wall in Shanghai."""
    return typed.replace(tzinfo=SHANGHAI).astimezone(UTC) if typed else None


def on_wall(at: datetime | None) -> datetime | None:
    """Give the time on the wall in Shanghai, as a form shows it."""
    return at.astimezone(SHANGHAI).replace(tzinfo=None) if at else None


def _typed(field: DateTimeLocalField) -> datetime:
    """Give an instant that the form insists on."""
    found = instant(field.data)
    if found is None:
        raise ValueError("read before it was validated")
    return found


class SessionForm(PageForm):
    """One session of a class lesson."""

    lesson = SelectField(_l("课时"), validators=[InputRequired(_l("请选择课时。"))])
    starts_at = DateTimeLocalField(_l("开始"), validators=[_TIME])
    ends_at = DateTimeLocalField(_l("结束"), validators=[_TIME])
    opens_at = DateTimeLocalField(_l("报名开始"), validators=[_TIME])
    closes_at = DateTimeLocalField(_l("报名截止"), validators=[_TIME])
    address = StringField(_l("上课地址"), validators=[Length(max=120)])
    room = StringField(_l("教室"), validators=[Length(max=60)])
    link = StringField(
        _l("直播链接"),
        validators=[Length(max=400)],
        description=_l("只在开课前 30 分钟起，给有名额的学员看。"),
        render_kw={"inputmode": "url"},
    )
    teacher = StringField(_l("授课人"), validators=[Length(max=40)])
    places = IntegerField(
        _l("名额"),
        validators=[InputRequired(_l("请填写名额。")), NumberRange(1, MOST_PLACES)],
        render_kw={"inputmode": "numeric"},
    )

    def offer(self, lessons: list[tuple[str, str]]) -> Self:
        """Fill the list of lessons."""
        self.lesson.choices = [("", str(_l("请选择"))), *lessons]
        return self

    def plan(self) -> Plan:
        """Give what was typed; every time is one in Shanghai."""
        return Plan(
            starts_at=_typed(self.starts_at),
            ends_at=_typed(self.ends_at),
            opens_at=_typed(self.opens_at),
            closes_at=_typed(self.closes_at),
            places=self.places.data or 0,
            address=str(self.address.data or ""),
            room=str(self.room.data or ""),
            link=str(self.link.data or ""),
            teacher=str(self.teacher.data or ""),
        )

    @classmethod
    def of(cls, card: SessionCard) -> Self:
        """Fill the form with a session as it is."""
        return cls.blank(
            lesson=str(card.lesson_id),
            starts_at=on_wall(card.starts_at),
            ends_at=on_wall(card.ends_at),
            opens_at=on_wall(card.opens_at),
            closes_at=on_wall(card.closes_at),
            address=card.address,
            room=card.room,
            link=card.link,
            teacher=card.teacher,
            places=card.places,
        )


class MarkForm(PageForm):
    """What a desk says of somebody without a telephone."""

    came = DateTimeLocalField(_l("到场时间"), validators=[Optional()])
    went = DateTimeLocalField(_l("离场时间"), validators=[Optional()])
    excused = BooleanField(_l("点名时本人在场"))
    reason = StringField(
        _l("原因"), validators=[InputRequired(_l("请写明原因。")), Length(max=200)]
    )

    def mark(self) -> Mark:
        """Give what was typed."""
        came, went = instant(self.came.data), instant(self.went.data)
        return Mark(came, went, bool(self.excused.data))


class TermsForm(PageForm):
    """How classes are held from a day on."""

    from_on = DateField(_l("启用日期"), validators=[_DATE])
    present_percent = IntegerField(
        _l("在场比例（%）"),
        validators=[InputRequired(), NumberRange(50, 100)],
        description=_l("签到到签退之间的时间，占场次时长的最低比例。"),
    )
    leave_hours = IntegerField(
        _l("请假期限（小时）"),
        validators=[InputRequired(), NumberRange(0, 720)],
        description=_l("开课前多少小时之前可以请假或改场次。"),
    )
    makeup_times = IntegerField(
        _l("补课次数"), validators=[InputRequired(), NumberRange(0, 9)]
    )
    makeup_days = IntegerField(
        _l("补课期限（天）"), validators=[InputRequired(), NumberRange(1, 1098)]
    )

    def terms(self) -> Terms:
        """Give what was typed."""
        return Terms(
            self.present_percent.data or 0,
            self.leave_hours.data or 0,
            self.makeup_times.data or 0,
            self.makeup_days.data or 0,
        )
