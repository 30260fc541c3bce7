"""Forms of the course editor."""

import re
from collections.abc import Callable, Iterable
from html import escape
from typing import Any, ClassVar, Self

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    Field,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    StopValidation,
    ValidationError,
)

from lms.catalogue.queries import QuestionCard
from lms.catalogue.rules import LessonKind, sound_captions, sound_question
from lms.catalogue.services import QuestionIn
from lms.kernel.errors import Refused
from lms.policy.model import Specialty, Track
from lms.web.filters import term
from lms.web.forms import PageForm
from lms.web.messages import words

_CAPTION_BYTES = 2**20
_TAG = re.compile(r"</?(?:[a-zA-Z][^<>\n]*|[0-9][0-9:.]*)?>")
"""What WebVTT marks a cue's words with: class, voice, language, a time, an end."""


class Figure(DecimalField):
    """A number of at most two places: neither infinite nor a signal."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        super().process_formdata(valuelist)
        if self.data is not None and not (
            self.data.is_finite() and self.data * 100 == int(self.data * 100)
        ):
            self.data = None
            super().process_formdata(["?"])


COMMON = "common"
"""How the form says that a course is for every specialty."""


class Priced:
    """Ask for a price above nothing, or for the word that it is free."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: "CourseForm", field: Figure) -> None:
        """Look at both fields.

        Raises: ValidationError, StopValidation.
        """
        typed_one = bool(field.raw_data and str(field.raw_data[0]).strip())
        if form.free.data and field.data:
            raise ValidationError(_l("勾选了“免费课程”，就不要再填价格。"))
        if typed_one and (form.free.data or field.data != 0):
            return
        field.errors = []
        if form.free.data:
            raise StopValidation
        raise StopValidation(str(_l("请填写价格；不收费的请勾选“免费课程”。")))


class CourseForm(PageForm):
    """What a version says of itself. Nothing that costs is chosen beforehand."""

    title = StringField(_l("课程名称"), validators=[InputRequired(), Length(max=80)])
    specialty = SelectField(
        _l("专业"), validators=[InputRequired(_l("请选择专业，或选“公共”。"))]
    )
    track = SelectField(
        _l("必修/选修"), validators=[InputRequired(_l("请选择必修或选修。"))]
    )
    year = IntegerField(
        _l("年度"), validators=[InputRequired(), NumberRange(2020, 2100)]
    )
    valid_until = DateField(
        _l("售至（可不填）"),
        validators=[Optional()],
        description=_l("过了这一天自动下架，已购学员不受影响。"),
    )
    price = Figure(
        _l("价格（元）"),
        places=2,
        validators=[Priced(), NumberRange(0, 100_000)],
        render_kw={"required": False, "inputmode": "decimal"},
    )
    free = BooleanField(_l("免费课程"))
    teacher = StringField(_l("主讲教师"), validators=[InputRequired(), Length(max=40)])
    teacher_title = StringField(_l("教师职称"), validators=[Length(max=80)])
    summary = TextAreaField(
        _l("课程简介"), validators=[Length(max=5000)], render_kw={"rows": 6}
    )

    def offer(self) -> Self:
        """Fill the lists of choices."""
        choose = ("", str(_l("请选择")))
        self.specialty.choices = [choose, (COMMON, term(None))] + [
            (one.value, term(one)) for one in Specialty
        ]
        self.track.choices = [choose] + [(one.value, term(one)) for one in Track]
        return self


class LessonForm(PageForm):
    """One lesson; its page shows the fields of its kind alone."""

    title = StringField(_l("课时名称"), validators=[InputRequired(), Length(max=120)])
    kind = SelectField(_l("类型"), validators=[InputRequired()])
    credit = Figure(
        _l("学时"), places=2, validators=[InputRequired(), NumberRange(0, 100)]
    )
    minutes = Figure(
        _l("最短学习时间（分钟）"),
        places=2,
        validators=[Optional(), NumberRange(0, 10_000)],
    )
    film = FileField(_l("视频文件（MP4，H.264）"))
    captions = TextAreaField(
        _l("字幕（WebVTT）"), validators=[Length(max=400_000)], render_kw={"rows": 6}
    )
    captions_file = FileField(_l("字幕文件（.vtt）"))
    body = TextAreaField(
        _l("正文"), validators=[Length(max=400_000)], render_kw={"rows": 14}
    )
    questions = TextAreaField(
        _l("随堂题"), validators=[Length(max=20_000)], render_kw={"rows": 8}
    )

    def offer(self, *, has_film: bool = False) -> Self:
        """Fill the list of kinds, and ask for what a lesson of its kind must have."""
        self.kind.choices = [(one.value, term(one)) for one in LessonKind]
        kind = self.kind.data
        if kind == LessonKind.FILM and not has_film:
            _require(self.film, FileRequired(_l("请选择视频文件。")))
        elif kind == LessonKind.DOCUMENT:
            _require(self.body, DataRequired(_l("请填写正文。")))
            _require(self.minutes, InputRequired(_l("请填写最短学习时间。")))
        elif kind == LessonKind.QUIZ:
            _require(self.questions, DataRequired(_l("请填写题目。")))
            self.credit.validators = [Optional(), NumberRange(0, 100)]
        return self

    @property
    def shown_kind(self) -> str:
        """Say whose fields the page shows; an unknown kind shows a text's."""
        kind = str(self.kind.data)
        return kind if kind in set(LessonKind) else LessonKind.DOCUMENT.value

    def captions_sent(self) -> str:
        """Give the captions without their marks: of the file, else as typed."""
        return _TAG.sub("", self._captions())

    @property
    def marks_dropped(self) -> bool:
        """Tell whether the captions came with marks, which nobody will see."""
        return _TAG.search(self._captions()) is not None

    def _captions(self) -> str:
        file = self.captions_file.data
        if file is not None and file.filename:
            file.stream.seek(0)
            return str(file.stream.read(_CAPTION_BYTES).decode("utf-8-sig"))
        return str(self.captions.data or "")

    def validate_captions(self, _field: Field) -> None:
        """Hold the captions to what browsers read."""
        try:
            text = self.captions_sent().replace("\r\n", "\n").strip()
        except UnicodeDecodeError:
            text = "?"
        if text and not sound_captions(text):
            raise ValidationError(words("lesson.captions", {}))

    def validate_questions(self, field: Field) -> None:
        """Hold each question to a stem, options and an answer among them."""
        try:
            asked = questions_from(str(field.data or ""))
        except Refused as refused:
            raise ValidationError(words(refused.code, {})) from refused
        for question in asked:
            if not sound_question(question.options, question.key):
                code = "question.unsound"
                raise ValidationError(f"{words(code, {})}（{question.stem[:20]}）")


def _require(field: Field, validator: Callable[[Any, Any], None]) -> None:
    field.validators = [
        validator,
        *(one for one in field.validators if not isinstance(one, Optional)),
    ]
    field.flags.required = True


def rich(typed_text: str) -> str:
    r"""Make paragraphs of plain text; what already holds markup stays as it is.

    >>> rich("一\n二\n\n三 & 四")
    '<p>一<br>二</p><p>三 &amp; 四</p>'
    """
    text = typed_text.replace("\r\n", "\n").strip()
    if not text or re.search(r"<[a-zA-Z/]", text):
        return text
    blocks = re.split(r"\n\s*\n", escape(text, quote=False))
    return "".join(f"<p>{'<br>'.join(one.strip().splitlines())}</p>" for one in blocks)


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
