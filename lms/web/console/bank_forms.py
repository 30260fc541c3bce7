"""The forms of the bank: what to look for, a question, a case with its questions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    Field,
    FieldList,
    Form,
    FormField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

from lms.exams.queries import STATES, BankFilters
from lms.exams.rules import PLAIN, Difficulty, NewQuestion, Part, QuestionKind
from lms.exams.rules.questions import (
    MOST_PARTS,
    TRUE_FALSE,
    Fault,
    faults,
    letters,
    places,
    tidied,
)
from lms.kernel.ids import AssociationId
from lms.policy.model import Specialty
from lms.web.console.bank_words import LEVELS, fault
from lms.web.console.bank_words import STATES as STATE_WORDS
from lms.web.filters import term
from lms.web.forms import PageForm, SelectChoice

NEEDED = _l("请填写此项。")
_OPTIONS = _l("每行一个，2 至 8 个；判断题留空就是“正确、错误”。")
_KEY = _l("字母，如 A 或 ACD；判断题 A 是正确、B 是错误。")


def _kinds() -> list[SelectChoice]:
    return [SelectChoice(kind.value, term(kind)) for kind in PLAIN]


class Told:
    """Marks a field that always says something, so that it is no choice to fill in."""

    field_flags = {"conditional": True}  # noqa: RUF012 - read only

    def __call__(self, form: object, field: Field) -> None:
        """Object to nothing."""


class InnerForm(Form):
    """A form inside a form: the token is the outer one's, the words are the house's."""

    class Meta:
        """Settings that WTForms reads."""

        get_translations = PageForm.Meta.get_translations


class AnswerForm(InnerForm):
    """One question of a case."""

    kind = SelectField(
        _l("题型"), choices=_kinds, validators=[Told()], default=PLAIN[0].value
    )
    stem = TextAreaField(_l("小题"), validators=[Told()], render_kw={"rows": 2})
    options = TextAreaField(
        _l("选项"), validators=[Told()], description=_OPTIONS, render_kw={"rows": 4}
    )
    key = StringField(
        _l("答案"),
        validators=[Told()],
        description=_KEY,
        render_kw={"autocomplete": "off"},
    )
    explanation = TextAreaField(_l("解析"), render_kw={"rows": 2})

    @property
    def empty(self) -> bool:
        """Tell whether nothing was typed: such a block is left out."""
        typed = (self.stem, self.options, self.key, self.explanation)
        return not any((one.data or "").strip() for one in typed)

    def part(self) -> Part:
        """Give what was typed."""
        return Part(
            QuestionKind(str(self.kind.data)),
            self.stem.data or "",
            _options(self.options, QuestionKind(str(self.kind.data))),
            _key_of(self.key),
            self.explanation.data or "",
        )


class AboutForm(PageForm):
    """Where a question belongs."""

    specialty = SelectField(_l("专业"), validators=[Told()])
    chapter = StringField(
        _l("章节"),
        validators=[InputRequired(NEEDED)],
        render_kw={"list": "chapters", "maxlength": 80, "autocomplete": "off"},
    )
    difficulty = SelectField(
        _l("难度"),
        validators=[Told()],
        choices=lambda: [SelectChoice(one.value, said) for one, said in LEVELS.items()],
        default=Difficulty.MEDIUM.value,
    )

    def offer(self) -> None:
        """Fill the list of specialties."""
        self.specialty.choices = [("", term(None))] + [
            (one.value, term(one)) for one in Specialty
        ]

    def blame(self, found: Iterable[Fault]) -> bool:
        """Say at its field what is wrong; tell whether nothing is."""
        sound = True
        for one in found:
            sound = False
            field = self._place(one)
            if fault(one.code) not in field.errors:
                field.errors = [*field.errors, fault(one.code)]
        return sound

    def _place(self, one: Fault) -> Field:
        name = "options" if one.field.startswith("option") else one.field
        form: Mapping[str, Any] = self
        if one.part and "parts" in self:
            form = self["parts"].entries[one.part - 1].form
        found: Field = form[name] if name in form else self["stem"]
        return found


class QuestionForm(AboutForm):
    """One question of the bank."""

    kind = SelectField(
        _l("题型"), choices=_kinds, validators=[Told()], default=PLAIN[0].value
    )
    stem = TextAreaField(
        _l("题干"), validators=[InputRequired(NEEDED)], render_kw={"rows": 3}
    )
    options = TextAreaField(
        _l("选项"), validators=[Told()], description=_OPTIONS, render_kw={"rows": 5}
    )
    key = StringField(
        _l("答案"),
        validators=[InputRequired(NEEDED)],
        description=_KEY,
        render_kw={"autocomplete": "off"},
    )
    explanation = TextAreaField(_l("解析"), render_kw={"rows": 2})
    basis = StringField(_l("依据"), render_kw={"maxlength": 200})

    def question(self, owner: AssociationId) -> NewQuestion:
        """Give what was typed."""
        kind = QuestionKind(str(self.kind.data))
        return tidied(
            NewQuestion(
                association_id=owner,
                specialty=_specialty(self.specialty),
                kind=kind,
                chapter=self.chapter.data or "",
                stem=self.stem.data or "",
                options=_options(self.options, kind),
                key=_key_of(self.key),
                explanation=self.explanation.data or "",
                basis=self.basis.data or "",
                difficulty=Difficulty(str(self.difficulty.data)),
            )
        )


class CaseForm(AboutForm):
    """A case: its story, and the questions to it."""

    stem = TextAreaField(
        _l("案例背景"), validators=[InputRequired(NEEDED)], render_kw={"rows": 8}
    )
    basis = StringField(_l("依据"), render_kw={"maxlength": 200})
    parts = FieldList(
        FormField(AnswerForm), label=_l("小题"), min_entries=2, max_entries=MOST_PARTS
    )

    def question(self, owner: AssociationId) -> NewQuestion:
        """Give what was typed; blocks left empty are left out."""
        while len(self.parts) > 1 and self.parts.entries[-1].form.empty:
            self.parts.pop_entry()
        return tidied(
            NewQuestion(
                association_id=owner,
                specialty=_specialty(self.specialty),
                kind=QuestionKind.CASE,
                chapter=self.chapter.data or "",
                stem=self.stem.data or "",
                basis=self.basis.data or "",
                difficulty=Difficulty(str(self.difficulty.data)),
                parts=tuple(entry.form.part() for entry in self.parts),
            )
        )


FORMS: Mapping[bool, type[QuestionForm | CaseForm]] = {
    False: QuestionForm,
    True: CaseForm,
}
"""By whether it is a case."""


def sound(form: QuestionForm | CaseForm, owner: AssociationId) -> NewQuestion | None:
    """Give what was typed, or say at the fields what is wrong."""
    good = form.validate()
    question = form.question(owner)
    return question if form.blame(faults(question)) and good else None


def typed(question: NewQuestion) -> dict[str, Any]:
    """Give a question as its form shows it."""
    return {
        "specialty": question.specialty.value if question.specialty else "",
        "chapter": question.chapter,
        "difficulty": question.difficulty.value,
        "basis": question.basis,
        **_asked(question),
        "parts": [_asked(part) for part in question.parts],
    }


def _asked(asked: NewQuestion | Part) -> dict[str, Any]:
    usual = asked.kind is QuestionKind.TRUE_FALSE and asked.options == TRUE_FALSE
    return {
        "kind": asked.kind.value,
        "stem": asked.stem,
        "options": "" if usual else "\n".join(asked.options),
        "key": letters(asked.key),
        "explanation": asked.explanation,
    }


def _specialty(field: SelectField) -> Specialty | None:
    return Specialty(field.data) if field.data else None


def _options(field: TextAreaField, kind: QuestionKind) -> tuple[str, ...]:
    said = tuple(one for one in (field.data or "").splitlines() if one.strip())
    return TRUE_FALSE if kind is QuestionKind.TRUE_FALSE and not said else said


def _key_of(field: StringField) -> tuple[int, ...]:
    """Read a key; what is none becomes one that no option answers to."""
    found = places(field.data or "")
    return (99,) if found is None and (field.data or "").strip() else found or ()


@dataclass(frozen=True, slots=True)
class Looked:
    """What the address asks for, and how to say it again."""

    filters: BankFilters
    said: dict[str, str]


def looked(args: Mapping[str, str]) -> Looked:
    """Read what an address asks for; what is strange is not asked."""
    specialty = _known(args.get("specialty", ""), {"common", *Specialty})
    kind = _known(args.get("kind", ""), set(QuestionKind))
    level = _known(args.get("difficulty", ""), set(Difficulty))
    state = _known(args.get("state", ""), set(STATES)) or "live"
    said = {
        "specialty": specialty,
        "kind": kind,
        "difficulty": level,
        "state": state if state != "live" else "",
        "chapter": args.get("chapter", "")[:80],
        "words": args.get("words", "")[:80],
        "own": "1" if args.get("own") == "1" else "",
    }
    page = args.get("page", "1")
    filters = BankFilters(
        specialty=Specialty(specialty) if specialty not in {"", "common"} else None,
        common=specialty == "common",
        kind=QuestionKind(kind) if kind else None,
        difficulty=Difficulty(level) if level else None,
        chapter=said["chapter"],
        state=state,
        own=bool(said["own"]),
        words=said["words"],
        page=int(page) if page.isdecimal() and len(page) < 7 else 1,  # noqa: PLR2004 - no bank has so many pages
    )
    return Looked(filters, {name: value for name, value in said.items() if value})


def narrowed(filters: BankFilters) -> tuple[tuple[str, str], ...]:
    """Say by which words the list is narrowed."""
    some = filters.common or filters.specialty is not None
    return (
        (_("专业"), term(filters.specialty) if some else ""),
        (_("查找"), filters.words),
        (_("章节"), filters.chapter),
        (_("题型"), term(filters.kind) if filters.kind else ""),
        (_("难度"), str(LEVELS[filters.difficulty]) if filters.difficulty else ""),
        (_("状态"), str(STATE_WORDS[filters.state])),
        (_("只看本协会的"), _("是") if filters.own else _("否")),
    )


def _known(said: str, known: set[Any]) -> str:
    return said if said in known else ""
