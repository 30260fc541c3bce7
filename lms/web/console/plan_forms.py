"""The form of a plan for papers."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    DecimalField,
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from lms.exams.rules import Blueprint, Difficulty, QuestionKind, Row
from lms.exams.rules.blueprints import MOST_ROWS
from lms.policy.model import Specialty
from lms.web.console.bank_forms import InnerForm, Told
from lms.web.console.bank_words import LEVELS
from lms.web.filters import term
from lms.web.forms import PageForm, SelectChoice
from lms.web.messages import words

NEEDED = _l("请填写此项。")
SPARE = 3
"""Empty rows below those that are filled."""

_FIGURE = {"inputmode": "numeric", "autocomplete": "off"}
_PLACES = {
    "blueprint.minutes": "minutes",
    "blueprint.pass_mark": "pass_mark",
    "blueprint.retakes": "retakes",
    "blueprint.past": "since",
}


class RowForm(InnerForm):
    """One line of a plan; without a count it is left out."""

    kind = SelectField(
        _l("题型"),
        choices=lambda: [SelectChoice(one.value, term(one)) for one in QuestionKind],
        default=QuestionKind.SINGLE.value,
    )
    chapter = SelectField(_l("章节"), default="")
    difficulty = SelectField(
        _l("难度"),
        default="",
        choices=lambda: [
            SelectChoice("", _l("不限")),
            *(SelectChoice(one.value, said) for one, said in LEVELS.items()),
        ],
    )
    count = IntegerField(_l("题数"), validators=[Optional()], render_kw=_FIGURE)
    points = DecimalField(
        _l("每题分值"),
        validators=[Optional()],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    common = IntegerField(
        _l("公共题占比"),
        description=_l("百分数，可留空。"),
        validators=[Optional()],
        render_kw=_FIGURE,
    )

    @property
    def empty(self) -> bool:
        """Tell whether nothing is asked here."""
        return not self.count.data and not self.points.data

    @property
    def points_of_all(self) -> int:
        """Add up the points of this line. Units: hundredths."""
        return (self.count.data or 0) * _hundredths(self.points.data)

    def row(self) -> Row:
        """Give what was typed."""
        level = str(self.difficulty.data or "")
        return Row(
            QuestionKind(str(self.kind.data)),
            self.count.data or 0,
            _hundredths(self.points.data),
            self.chapter.data or "",
            Difficulty(level) if level else None,
            self.common.data,
        )


class PlanForm(PageForm):
    """A plan, the day from which it counts, and why."""

    specialty = SelectField(_l("适用专业"), validators=[Told()])
    since = DateField(_l("启用日期"), validators=[InputRequired(NEEDED)])
    minutes = IntegerField(
        _l("考试时间（分钟）"), validators=[InputRequired(NEEDED)], render_kw=_FIGURE
    )
    pass_mark = IntegerField(
        _l("合格线（分）"), validators=[InputRequired(NEEDED)], render_kw=_FIGURE
    )
    retakes = IntegerField(
        _l("补考次数"), validators=[InputRequired(NEEDED)], render_kw=_FIGURE
    )
    rows = FieldList(FormField(RowForm), max_entries=MOST_ROWS + SPARE)
    reason = TextAreaField(
        _l("调整理由"),
        validators=[
            InputRequired(NEEDED),
            Length(min=4, max=400, message=_l("请写 4 至 400 个字。")),
        ],
        render_kw={"rows": 2, "maxlength": 400},
    )

    def offer(self, chapters: Sequence[str]) -> None:
        """Fill the lists, and put empty rows below."""
        self.specialty.choices = [("", _l("全部专业"))] + [
            (one.value, term(one)) for one in Specialty
        ]
        named = [("", _l("不限")), *((one, one) for one in chapters)]
        while len(self.rows) < MOST_ROWS and (
            not self.rows.entries or not self.rows.entries[-1].form.empty
        ):
            self.rows.append_entry()
        for entry in self.rows:
            typed = entry.form.chapter.data or ""
            known = typed in {"", *chapters}
            entry.form.chapter.choices = named if known else [*named, (typed, typed)]

    def blueprint(self) -> Blueprint:
        """Give what was typed."""
        return Blueprint(
            rows=tuple(one.form.row() for one in self.rows if not one.form.empty),
            minutes=self.minutes.data or 0,
            pass_mark=self.pass_mark.data or 0,
            retakes=self.retakes.data if self.retakes.data is not None else -1,
        )

    def points(self) -> int:
        """Add up the points of the lines as they stand. Units: hundredths."""
        return sum(one.form.points_of_all for one in self.rows)

    def chosen(self) -> Specialty | None:
        """Name the specialty that it is for; None is for all."""
        return Specialty(self.specialty.data) if self.specialty.data else None

    def blame(self, codes: Iterable[str]) -> list[str]:
        """Say at its field what is wrong; give what belongs to no single field."""
        rest = []
        for code in codes:
            said = words(code, {})
            if code in _PLACES:
                field = self[_PLACES[code]]
                field.errors = [*field.errors, said]
            else:
                rest.append(said)
        return rest


def typed(blueprint: Blueprint) -> dict[str, Any]:
    """Give a plan as its form shows it."""
    return {
        "minutes": blueprint.minutes,
        "pass_mark": blueprint.pass_mark,
        "retakes": blueprint.retakes,
        "rows": [
            {
                "kind": row.kind.value,
                "chapter": row.chapter,
                "difficulty": row.difficulty.value if row.difficulty else "",
                "count": row.count,
                "points": Decimal(row.points) / 100,
                "common": row.common_percent,
            }
            for row in blueprint.rows
        ],
    }


def _hundredths(points: Decimal | None) -> int:
    """Turn typed points into hundredths; what is finer is nothing."""
    if points is None or not points.is_finite() or abs(points) > 1000:  # noqa: PLR2004 - no paper has so many points
        return 0
    scaled = points * 100
    return int(scaled) if scaled == scaled.to_integral_value() else 0
