"""Forms of the course editor."""

from collections.abc import Iterable
from typing import Self

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    DecimalField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.catalogue.queries import QuestionCard
from lms.catalogue.rules import LessonKind
from lms.catalogue.services import QuestionIn
from lms.kernel.errors import Refused
from lms.policy.model import Specialty, Track
from lms.web.filters import term
from lms.web.forms import PageForm

_LETTERS = "ABCDEFGH"


class CourseForm(PageForm):
    """What a version says of itself."""

    title = StringField(_l("课程名称"), validators=[InputRequired(), Length(max=80)])
    specialty = SelectField(_l("专业"))
    track = SelectField(_l("必修/选修"))
    year = IntegerField(_l("年度"), validators=[NumberRange(2020, 2100)])
    price = DecimalField(
        _l("价格（元）"), places=2, validators=[NumberRange(0, 100_000)]
    )
    teacher = StringField(_l("主讲教师"), validators=[InputRequired(), Length(max=40)])
    teacher_title = StringField(_l("教师职称"), validators=[Length(max=80)])
    summary = TextAreaField(_l("课程简介"), validators=[Length(max=5000)])

    def offer(self) -> Self:
        """Fill the lists of choices."""
        self.specialty.choices = [("", term(None))] + [
            (one.value, term(one)) for one in Specialty
        ]
        self.track.choices = [(one.value, term(one)) for one in Track]
        return self


class LessonForm(PageForm):
    """One lesson."""

    title = StringField(_l("课时名称"), validators=[InputRequired(), Length(max=120)])
    kind = SelectField(_l("类型"))
    credit = DecimalField(
        _l("学时"), places=2, validators=[InputRequired(), NumberRange(0, 100)]
    )
    minutes = DecimalField(
        _l("最短学习时间（分钟，视频按片长）"),
        places=2,
        validators=[Optional(), NumberRange(0, 10_000)],
    )
    film = FileField(_l("视频文件（MP4，H.264）"))
    captions = TextAreaField(_l("字幕（WebVTT）"), validators=[Length(max=400_000)])
    body = TextAreaField(_l("正文"), validators=[Length(max=400_000)])
    questions = TextAreaField(_l("随堂题"), validators=[Length(max=20_000)])

    def offer(self) -> Self:
        """Fill the list of kinds."""
        self.kind.choices = [(one.value, term(one)) for one in LessonKind]
        return self


def questions_from(text: str) -> list[QuestionIn]:
    """Read questions as authors type them, one block each, blank lines between.

    The first line is the stem, a line with * before its words is a right option, one
    with - a wrong one, and one with ? the explanation.

    Raises: Refused.
    """
    found = []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        if lines:
            found.append(_question(lines))
    return found


def _question(lines: list[str]) -> QuestionIn:
    options: list[str] = []
    key: list[int] = []
    why = ""
    for line in lines[1:]:
        sign, words = line[0], line[1:].strip()
        if sign == "?":
            why = words
        elif sign in "*-":
            if sign == "*":
                key.append(len(options))
            options.append(words)
        else:
            raise Refused("question.unsound")
    return QuestionIn(lines[0], tuple(options), tuple(key), why)


def typed(questions: Iterable[QuestionCard]) -> str:
    """Write questions as `questions_from` reads them."""
    return "\n\n".join(
        "\n".join(
            [
                question.stem,
                *(
                    f"{'*' if str(place) in question.key else '-'} {option}"
                    for place, option in enumerate(question.options)
                ),
                *([f"? {question.explanation}"] if question.explanation else []),
            ]
        )
        for question in questions
    )
