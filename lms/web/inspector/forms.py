"""What an inspector says: whom to find and why, a verdict, a pack."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.inspections.rules import LONGEST_COMMENT, SHORTEST_COMMENT, Verdict
from lms.web.forms import PageForm, SelectChoice
from lms.web.inspector.words import VERDICTS


def _reason() -> StringField:
    return StringField(
        _l("核查事由"),
        validators=[
            InputRequired(_l("请写明核查事由。")),
            Length(min=4, max=200, message=_l("请写 4 至 200 个字。")),
        ],
        render_kw={"autocomplete": "off", "maxlength": 200},
    )


class SearchForm(PageForm):
    """Whom to find, and why. Sent by POST: a number never stands in an address."""

    number = StringField(
        _l("证书编号"),
        validators=[Length(max=60)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    name = StringField(
        _l("完整姓名"), validators=[Length(max=40)], render_kw={"autocomplete": "off"}
    )
    part = StringField(
        _l("身份证号码中连续四位以上"),
        validators=[Length(max=18)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    reason = _reason()


class OpenForm(PageForm):
    """Why a record is opened."""

    reason = _reason()


class ReviewForm(PageForm):
    """Who complained of what, so that a review is opened."""

    reason = TextAreaField(
        _l("投诉来源和事由"),
        validators=[
            InputRequired(_l("请写明投诉来源和事由。")),
            Length(
                min=SHORTEST_COMMENT,
                max=LONGEST_COMMENT,
                message=_l("请写 4 至 400 个字。"),
            ),
        ],
        description=_l("写明何时、从哪里收到、反映什么；不要写投诉人的姓名和电话。"),
        render_kw={"rows": 3, "maxlength": LONGEST_COMMENT},
    )


class FindingForm(PageForm):
    """What a sample is worth, and why."""

    verdict = RadioField(
        _l("结论"),
        choices=[SelectChoice(one.value, VERDICTS[one][0]) for one in Verdict],
        validators=[InputRequired(_l("请选择结论。"))],
    )
    comment = TextAreaField(
        _l("核查意见"),
        validators=[
            InputRequired(_l("请写明您的看法。")),
            Length(
                min=SHORTEST_COMMENT,
                max=LONGEST_COMMENT,
                message=_l("请写 4 至 400 个字。"),
            ),
        ],
        render_kw={"rows": 4, "maxlength": LONGEST_COMMENT},
    )


class PackForm(PageForm):
    """Over which days a pack goes, and what it is for."""

    since = DateField(_l("开始日期"), validators=[InputRequired(_l("请选择日期。"))])
    until = DateField(_l("结束日期"), validators=[InputRequired(_l("请选择日期。"))])
    reason = _reason()


class RevealForm(PageForm):
    """What to open, and why."""

    what = RadioField(
        _l("查看内容"),
        choices=[
            SelectChoice("id_number", _l("完整身份证号码")),
            SelectChoice("photo", _l("一寸照片")),
            SelectChoice("signature", _l("手写签名")),
            SelectChoice("presence_picture", _l("在场确认照片")),
        ],
        validators=[InputRequired(_l("请选择要查看的内容。"))],
    )
    reason = _reason()
