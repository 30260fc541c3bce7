"""The form of an association's design, and the words of what is wrong in it."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.validators import NumberRange

from lms.credentials.rules.designs import (
    LONGEST,
    SEAL_ACROSS,
    SEAL_DOWN,
    Design,
    Layout,
    Part,
    faulty,
    problems,
)
from lms.web.forms import PageForm
from lms.web.messages import words

LAYOUTS = {
    Layout.CLASSIC: (_l("古典"), _l("团花边框，居中排列"), "#9c171a"),
    Layout.PLAIN: (_l("公文"), _l("红头文件式，表格清楚"), "#b3151b"),
    Layout.MODERN: (_l("现代"), _l("左侧色带，照片与二维码在旁"), "#17406d"),
    Layout.HILLS: (_l("山水"), _l("竖排标题，远山线描"), "#24564a"),
}
"""Each design's name, what it looks like, and the colour that suits it."""

SWATCHES = (
    ("#9c171a", _l("朱红")), ("#b3151b", _l("正红")), ("#17406d", _l("藏青")),
    ("#24564a", _l("松绿")), ("#6b3410", _l("赭石")), ("#4b2a63", _l("绛紫")),
)  # fmt: skip

PARTS = {
    Part.SEX: _l("性别"),
    Part.ID_NUMBER: _l("身份证号（打码）"),
    Part.EMPLOYER: _l("聘用企业"),
    Part.REGISTRATION_NO: _l("注册编号"),
    Part.SCORE: _l("考核成绩"),
    Part.PHOTO: _l("照片"),
    Part.ANCHOR: _l("学习证据检查点"),
}

MEANINGS = {
    "name": _l("姓名"),
    "sex": _l("性别"),
    "id_number": _l("身份证号（打码）"),
    "employer": _l("聘用企业"),
    "registration_no": _l("注册编号"),
    "specialties": _l("专业"),
    "period_from": _l("有效期起"),
    "period_until": _l("有效期止"),
    "required": _l("必修学时"),
    "elective": _l("选修学时"),
    "hours": _l("合计学时"),
    "score": _l("考核成绩"),
    "passed_on": _l("考核合格日期"),
    "number": _l("证书编号"),
    "issuer": _l("发证协会"),
    "issued_on": _l("发证日期"),
}
"""What each placeholder of a sentence becomes."""

_PLACES = {
    "colour": "accent",
    "accent_pale": "accent",
    "ink_pale": "ink",
    "subtitle_not_english": "subtitle",
    "placeholder": "sentence",
    "brace": "sentence",
    "seal_far": "seal_across",
    "strange_sign": "title",
    **{f"{name}_long": name for name in LONGEST},
    **{f"{name}_missing": name for name in LONGEST},
    **{f"{name}_protected": name for name in LONGEST},
}
"""At which field a problem is told."""


class _Told:
    """Marks a field that is not optional; what is wrong in it the rules say."""

    field_flags = {"conditional": True}  # noqa: RUF012 - read only

    def __call__(self, _form: object, _field: object) -> None:
        """Pass: the rules of designs judge the whole."""


def _colour(label: str) -> StringField:
    return StringField(label, widget=widgets.ColorInput(), validators=[_Told()])


def _slide(label: str, reach: tuple[int, int]) -> IntegerField:
    return IntegerField(
        label,
        widget=widgets.RangeInput(),
        default=0,
        validators=[_Told(), NumberRange(*reach)],
        render_kw={"min": reach[0], "max": reach[1], "step": 1},
    )


def _line(label: str, name: str) -> StringField:
    must = [_Told()] if name == "title" else []
    return StringField(label, validators=must, render_kw={"maxlength": LONGEST[name]})


class DesignForm(PageForm):
    """All that an association decides about its certificates' look but the logo."""

    revision = HiddenField()
    layout = RadioField(
        _l("样式"), choices=lambda: [(one.value, one.value) for one in Layout]
    )
    accent = _colour(_l("主色"))
    ink = _colour(_l("文字颜色"))
    heading = _line(_l("证书上方的名称"), "heading")
    title = _line(_l("证书标题"), "title")
    subtitle = _line(_l("英文副标题"), "subtitle")
    sentence = TextAreaField(
        _l("正文"),
        validators=[_Told()],
        render_kw={"rows": 5, "maxlength": LONGEST["sentence"]},
    )
    extra = _line(_l("页脚附加一行"), "extra")
    seal_across = _slide(_l("印章左右移动（毫米）"), SEAL_ACROSS)
    seal_down = _slide(_l("印章上下移动（毫米）"), SEAL_DOWN)
    shown = SelectMultipleField(
        _l("可选内容"),
        choices=lambda: [(one.value, word) for one, word in PARTS.items()],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )

    @classmethod
    def of(cls, design: Design, revision: int) -> "DesignForm":
        """Show a design."""
        return cls.blank(
            revision=str(revision),
            layout=design.layout.value,
            accent=design.accent,
            ink=design.ink,
            heading=design.heading,
            title=design.title,
            subtitle=design.subtitle,
            sentence=design.sentence,
            extra=design.extra,
            seal_across=design.seal[0],
            seal_down=design.seal[1],
            shown=[one.value for one in design.shown],
        )

    def seen(self) -> int:
        """Say which saving of the draft the sender had before them."""
        said = str(self.revision.data or "")
        return int(said) if said.isascii() and said.isdecimal() else -1

    def design(self) -> Design:
        """Give what was typed, sound or not."""
        said: dict[str, Any] = {
            name: _plain(getattr(self, name).data) for name in LONGEST
        }
        layout = str(self.layout.data)
        return Design(
            layout=Layout(layout) if layout in set(Layout) else Layout.CLASSIC,
            accent=_plain(self.accent.data).lower(),
            ink=_plain(self.ink.data).lower(),
            seal=(self.seal_across.data or 0, self.seal_down.data or 0),
            shown=frozenset(
                one for one in Part if one.value in (self.shown.data or ())
            ),
            **said,
        )

    def judged(self, lacking: Callable[[Design], str]) -> Design | None:
        """Give the design when it is sound; else each fault stands at its field.

        `lacking` names the signs of a design that no font draws.
        """
        sound = self.validate()
        design = self.design()
        for code in problems(design):
            name = _PLACES.get(code.removeprefix("design."), "title")
            self._fault(name, words(code, {"words": faulty(design, code)}))
            sound = False
        signs = lacking(design) if sound else ""
        for name in LONGEST:
            here = tuple(sign for sign in signs if sign in getattr(design, name))
            if here:
                self._fault(name, words("design.no_glyph", {"words": here}))
        return design if sound and not signs else None

    def _fault(self, name: str, told: str) -> None:
        field = self[name]
        field.errors = [*field.errors, told]


def _plain(typed: object) -> str:
    """Make one line of what was typed."""
    return " ".join(str(typed or "").split())
