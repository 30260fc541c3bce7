"""Forms of the course editor."""

import re
from collections.abc import Callable, Iterable
from html import escape, unescape
from typing import Any, ClassVar, Self
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest
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
from lms.catalogue.rules import LessonKind, sound_question
from lms.catalogue.rules.captions import marked, read_captions
from lms.catalogue.rules.trees import Tree
from lms.catalogue.services import QuestionIn
from lms.kernel.errors import Refused
from lms.policy.model import Specialty, Track
from lms.web.filters import duration, term
from lms.web.forms import PageForm
from lms.web.messages import words

_CAPTION_BYTES = 2**20
_FEW_DIGITS = re.compile(r"[0-9]{1,5}")


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
        _l("售至"),
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

    def by_register(self) -> Self:
        """Ask for no typed name: those who teach stand in the register."""
        self.teacher.validators = [Optional()]
        return self

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
    film = FileField(
        _l("视频文件"), render_kw={"accept": "video/*,.mkv,.flv,.wmv,.avi,.ts,.mpg"}
    )
    paper = FileField(
        _l("PDF 文件（可不传）"), render_kw={"accept": "application/pdf,.pdf"}
    )
    captions = TextAreaField(
        _l("字幕文字（SRT 或 WebVTT）"),
        validators=[Length(max=400_000)],
        render_kw={"rows": 6},
    )
    captions_file = FileField(_l("字幕文件（.srt 或 .vtt）"))
    body = TextAreaField(
        _l("正文"), validators=[Length(max=400_000)], render_kw={"rows": 14}
    )
    questions = TextAreaField(
        _l("随堂题"), validators=[Length(max=20_000)], render_kw={"rows": 8}
    )

    def offer(self) -> Self:
        """Fill the list of kinds, and ask for what a lesson of its kind must have.

        A film may follow: nothing is published without it.
        """
        self.kind.choices = [(one.value, term(one)) for one in LessonKind]
        kind = self.kind.data
        if kind == LessonKind.DOCUMENT:
            if not self.has_paper and self.sent_file(self.paper) is None:
                _require(self.body, DataRequired(_l("请填写正文，或上传 PDF。")))
            _require(self.minutes, InputRequired(_l("请填写最短学习时间。")))
        elif kind == LessonKind.CLASS:
            _require(self.minutes, InputRequired(_l("请填写最短上课时间。")))
        elif kind == LessonKind.QUIZ:
            _require(self.questions, DataRequired(_l("请填写题目。")))
            self.credit.validators = [Optional(), NumberRange(0, 100)]
        return self

    has_paper = False
    """Whether the lesson has a document already: then words are not asked for."""

    @staticmethod
    def sent_file(field: Field) -> FileStorage | None:
        """Give the file that came in a field, if one was chosen."""
        found = field.data
        return found if isinstance(found, FileStorage) and found.filename else None

    @property
    def shown_kind(self) -> str:
        """Say whose fields the page shows; an unknown kind shows a text's."""
        kind = str(self.kind.data)
        return kind if kind in set(LessonKind) else LessonKind.DOCUMENT.value

    def captions_sent(self) -> str:
        """Give the captions: of the file, else as typed."""
        file = self.sent_file(self.captions_file)
        if file is not None:
            file.stream.seek(0)
            return decoded(file.stream.read(_CAPTION_BYTES))
        return str(self.captions.data or "")

    @property
    def marks_dropped(self) -> bool:
        """Tell whether the captions came with marks, which nobody will see."""
        return marked(self.captions_sent())

    def validate_captions(self, _field: Field) -> None:
        """Hold the captions to what can be read: WebVTT or SRT."""
        text = self.captions_sent()
        if text.strip("\ufeff \r\n\t"):
            read = read_captions(text)
            if read.wrong:
                raise ValidationError(words(read.wrong, {"line": read.line}))

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


def decoded(sent: bytes) -> str:
    """Read a text file as people keep it: UTF-8, UTF-16 with its mark, or GB 18030.

    >>> decoded("先验槽".encode("gbk"))
    '先验槽'
    """
    if sent.startswith((b"\xff\xfe", b"\xfe\xff")):
        return sent.decode("utf-16", "replace")
    try:
        return sent.decode("utf-8-sig")
    except UnicodeDecodeError:
        return sent.decode("gb18030", "replace")


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


def typed_again(html: str) -> str:
    r"""Give plain text back as it was typed; what holds other markup stays markup.

    >>> typed_again("<p>一<br>二</p><p>三 &amp; 四</p>")
    '一\n二\n\n三 & 四'
    >>> typed_again("<p>一 &lt;b</p>"), typed_again("<h3>一</h3>")
    ('<p>一 &lt;b</p>', '<h3>一</h3>')
    """
    blocks = html.removeprefix("<p>").removesuffix("</p>").split("</p><p>")
    text = unescape("\n\n".join(one.replace("<br>", "\n") for one in blocks))
    return text if rich(text) == html else html


def questions_from(text: str) -> list[QuestionIn]:
    """Read questions as authors type them, one block each, blank lines between.

    The first line is the stem, a line with * before its words is a right option, one
    with - a wrong one, one with ? the explanation, one with @ the time in the film.

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
    why, at = "", None
    for line in lines[1:]:
        sign, words = line[0], line[1:].strip()
        if sign == "?":
            why = words
        elif sign == "@":
            at = max(1, film_time(words))
        elif sign in "*-":
            if sign == "*":
                key.append(len(options))
            options.append(words)
        else:
            raise Refused("question.unsound")
    return QuestionIn(lines[0], tuple(options), tuple(key), why, at)


def film_time(words: str) -> int:
    """Read a time of a film.

    >>> film_time("1:02:03"), film_time("2：05"), film_time("90")
    (3723, 125, 90)

    Raises: Refused.
    """
    parts = words.replace("：", ":").strip().split(":")
    if len(parts) > 3 or not all(_FEW_DIGITS.fullmatch(one) for one in parts):  # noqa: PLR2004 - hours, minutes, seconds
        raise Refused("question.time")
    seconds = 0
    for one in parts:
        seconds = seconds * 60 + int(one)
    return seconds


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
                *([f"@ {duration(question.at_second)}"] if question.at_second else []),
            ]
        )
        for question in questions
    )


_MOST_BRANCHES = 2000


def tree_sent(told: Any) -> tuple[str, Tree]:  # noqa: ANN401 - JSON from outside
    """Read an order of chapters and lessons, and the mark of the one before.

    Raises: BadRequest.
    """
    try:
        seen, rows = told["seen"], told["tree"]
        tree = tuple(
            (UUID(row["chapter"]), tuple(UUID(one) for one in row["lessons"]))
            for row in rows[:_MOST_BRANCHES]
        )
    except (KeyError, ValueError, TypeError, AttributeError) as wrong:
        raise BadRequest from wrong
    if not isinstance(seen, str):
        raise BadRequest
    return seen, tree
