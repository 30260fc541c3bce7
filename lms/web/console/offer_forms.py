"""What the desk types to make coupons, tiers, members' prices and rules of refunds."""

from datetime import timedelta
from typing import Self

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.catalogue import queries as catalogue
from lms.commerce.rules.offers import DealKind
from lms.commerce.rules.refunding import RefundMode
from lms.commerce.services.coupons import CouponFacts
from lms.commerce.services.deals import DealFacts
from lms.kernel.money import Fen
from lms.web import desk
from lms.web.console.amounts import fen
from lms.web.forms import PageForm, SelectChoice

_DAY = _l("请填写日期。")


def on_sale() -> list[tuple[str, str]]:
    """List what the association sells, as choices."""
    session, ours = desk.reading(), desk.association()
    packages = [
        (f"package:{one.id}", one.title)
        for one in catalogue.packages(session)
        if one.association_id == ours
    ]
    courses = [
        (f"course:{one.course_id}", one.title)
        for one in catalogue.on_sale(session, ours)
    ]
    return [*packages, *courses]


class CouponForm(PageForm):
    """A coupon with its codes."""

    title = StringField(
        _l("优惠券名称"),
        validators=[InputRequired(_l("请填写优惠券名称。")), Length(max=60)],
    )
    percent = IntegerField(
        _l("折扣比例（减百分之几）"), validators=[Optional(), NumberRange(1, 100)]
    )
    amount = StringField(
        _l("或者减免金额（元）"),
        validators=[Optional()],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    minimum = StringField(
        _l("最低金额（元）"),
        validators=[Optional()],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    from_on = DateField(_l("开始日期"), validators=[InputRequired(_DAY)])
    until_on = DateField(_l("结束日期（含当日）"), validators=[InputRequired(_DAY)])
    code = StringField(
        _l("优惠码"),
        validators=[Optional(), Length(max=24)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )
    total = IntegerField(
        _l("这个码共可用几次"), validators=[Optional(), NumberRange(1, 100_000)]
    )
    many = IntegerField(
        _l("或者自动生成几个一次性的码"),
        validators=[Optional(), NumberRange(1, 500)],
    )
    each_person = IntegerField(
        _l("每人可用几次"), validators=[InputRequired(), NumberRange(1, 1000)]
    )
    offers = SelectMultipleField(
        _l("适用的课程和套餐（都不选，就是全部）"),
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )

    @classmethod
    def fresh(cls) -> Self:
        """Give the form with what is usual."""
        today = desk.today()
        return cls.blank(
            from_on=today, until_on=today + timedelta(days=30), each_person=1
        ).choose()

    def choose(self) -> Self:
        """Fill the list of choices."""
        self.offers.choices = on_sale()
        return self

    def facts(self) -> CouponFacts:
        """Give what was typed."""
        return CouponFacts(
            title=str(self.title.data or ""),
            percent=self.percent.data or 0,
            amount_fen=fen(self.amount.data or ""),
            minimum_fen=fen(self.minimum.data or ""),
            offers=tuple(self.offers.data or ()),
            from_on=self.from_on.data or desk.today(),
            until_on=self.until_on.data or desk.today(),
            each_person=self.each_person.data or 0,
            code=self.code.data or "",
            total=self.total.data or 0,
            many=self.many.data or 0,
        )


class TierForm(PageForm):
    """So many seats and more cost so many percent less."""

    seats = IntegerField(_l("满几人"), validators=[InputRequired()])
    percent = IntegerField(
        _l("减百分之几"), validators=[InputRequired()], id="tier-percent"
    )
    from_on = DateField(
        _l("开始日期"), validators=[InputRequired(_DAY)], id="tier-from"
    )
    until_on = DateField(
        _l("结束日期（含当日）"), validators=[Optional()], id="tier-until"
    )

    def facts(self) -> DealFacts:
        """Give what was typed."""
        said = {"seats": self.seats.data or 0, "percent": self.percent.data or 0}
        start = self.from_on.data or desk.today()
        return DealFacts(DealKind.TIER, said, "", start, self.until_on.data)


class MemberPriceForm(PageForm):
    """What members pay: for everything a percentage, or a price for one offer."""

    offer = SelectField(_l("课程或套餐"))
    percent = IntegerField(
        _l("减百分之几"), validators=[Optional()], id="price-percent"
    )
    price = StringField(
        _l("或者会员价（元，只对选定的一门）"),
        validators=[Optional()],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    from_on = DateField(
        _l("开始日期"), validators=[InputRequired(_DAY)], id="price-from"
    )
    until_on = DateField(
        _l("结束日期（含当日）"), validators=[Optional()], id="price-until"
    )

    def choose(self) -> Self:
        """Fill the list of choices."""
        self.offer.choices = [("", _l("全部课程和套餐")), *on_sale()]
        return self

    def facts(self) -> DealFacts:
        """Give what was typed."""
        said: dict[str, object] = {"percent": self.percent.data or 0}
        if self.offer.data:
            typed: Fen | int = fen(self.price.data or "") or -1
            said = {"offer": str(self.offer.data), "price_fen": int(typed)}
        start = self.from_on.data or desk.today()
        return DealFacts(DealKind.MEMBER, said, "", start, self.until_on.data)


class RefundRuleForm(PageForm):
    """A rule of refunds from a day on."""

    mode = RadioField(
        _l("已经开始学习的课程"),
        choices=[
            SelectChoice(RefundMode.WHOLE.value, _l("不退款")),
            SelectChoice(
                RefundMode.PRORATED.value, _l("按没有学完的比例退款，学到上限为止")
            ),
        ],
        validators=[InputRequired(_l("请选择一项。"))],
    )
    num = IntegerField(_l("上限：学完几份"), validators=[Optional()])
    den = IntegerField(_l("共分几份"), validators=[Optional()])
    words = TextAreaField(
        _l("补充说明（学员付款前会看到）"),
        validators=[Optional(), Length(max=400)],
        render_kw={"rows": 3},
    )
    from_on = DateField(_l("生效日期"), validators=[InputRequired(_DAY)])

    def facts(self) -> DealFacts:
        """Give what was typed."""
        said = {
            "mode": str(self.mode.data),
            "num": self.num.data or 2,
            "den": self.den.data or 3,
        }
        start = self.from_on.data or desk.today()
        return DealFacts(DealKind.REFUND, said, self.words.data or "", start, None)
