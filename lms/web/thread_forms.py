"""The forms of questions and complaints, for who asks and for the desk."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from lms.claims.ports import Paper
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.text import shown
from lms.policy.answering import TOPICS, Matter
from lms.threads.rules import BODY_LENGTH, DESK_ENDINGS, SUBJECT_LENGTH, Ending
from lms.threads.services import Reply, Said
from lms.web.claim_forms import ReasonForm
from lms.web.forms import PageForm, SelectChoice
from lms.web.messages import words
from lms.web.thread_words import ENDING, HINT, MATTER

UPLOAD_BYTES = 3 * 11 * 2**20
"""Three papers of 10 MB and the form around them."""

NEEDED = _l("请填写此项。")
_PLACES = {
    "thread.matter": "matter",
    "thread.subject": "subject",
    "thread.many_papers": "papers",
    "thread.ending": "then",
    "thread.not_waiting": "then",
}
"""Where a fault is shown; every other one stands at the words themselves."""


def newlines(typed: str | None) -> str | None:
    """Count the end of a line once, as the browser does, and signs that are seen."""
    return shown(typed) if typed else typed


def _body(label: Any, hint: Any = "") -> TextAreaField:  # noqa: ANN401 - lazy words
    return TextAreaField(
        label,
        validators=[
            InputRequired(NEEDED),
            Length(*BODY_LENGTH, message=_l("请写 2 至 2000 个字。")),
        ],
        filters=[newlines],
        description=hint,
        render_kw={"rows": 6, "maxlength": BODY_LENGTH[1]},
    )


class WordsForm(PageForm):
    """Some words, and the number by which a form is known when it comes twice."""

    once = HiddenField(default=lambda: str(new_id()))
    body = _body(_l("内容"))

    @property
    def number(self) -> UUID:
        """Give the form's own number; one that was tampered with is a new form."""
        try:
            return UUID(self.once.data or "")
        except ValueError:
            return new_id()

    def said(self, papers: Iterable[Paper] = ()) -> Said:
        """Give what was typed."""
        return Said(self.number, str(self.body.data), tuple(papers))

    def blame(self, codes: Iterable[str], **facts: object) -> None:
        """Say at its field what is wrong."""
        for code in codes:
            name = _PLACES.get(code, "body")
            field = self[name if name in self else "body"]
            field.errors = [*field.errors, words(code, facts)]


class SayForm(WordsForm):
    """Words and papers."""

    papers = MultipleFileField(
        _l("附件"),
        description=_l(
            "手机可直接拍照，也可选 JPG、PNG 图片或 PDF；最多 3 个，每个不超过 10 MB。"
        ),
        render_kw={"accept": "image/jpeg,image/png,image/webp,application/pdf"},
    )

    choose_again = ReasonForm.choose_again

    def opened(self) -> tuple[Paper, ...] | None:
        """Open the papers, or say at the field why not."""
        return ReasonForm.opened(cast("ReasonForm", self), needed=False)


class OpenForm(SayForm):
    """A new question or complaint."""

    matter = RadioField(
        _l("主题"),
        choices=lambda: [
            SelectChoice(one.value, f"{MATTER[one]}（{HINT[one]}）") for one in TOPICS
        ],
        validators=[InputRequired(_l("请选择一个主题。"))],
    )
    association = SelectField(_l("发给哪家协会"), validators=[InputRequired(NEEDED)])
    for_company = BooleanField(_l("以单位名义提出（单位的其他经办人也能看到）"))
    subject = StringField(
        _l("标题"),
        validators=[
            InputRequired(NEEDED),
            Length(*SUBJECT_LENGTH, message=_l("请写 2 至 60 个字。")),
        ],
        filters=[newlines],
        render_kw={"maxlength": SUBJECT_LENGTH[1], "autocomplete": "off"},
    )
    body = _body(
        _l("内容"),
        _l("写清时间、课程或订单号、您看到了什么、希望怎么办。不用写身份证号码。"),
    )

    @property
    def association_id(self) -> AssociationId:
        """Name the association that is asked."""
        return AssociationId(UUID(cast("str", self.association.data)))

    @property
    def about(self) -> Matter:
        """Give the matter that was chosen."""
        return Matter(cast("str", self.matter.data))


STAYS, MEANWHILE = "answer", "meanwhile"


class ReplyForm(SayForm):
    """What the desk answers, with papers, and where the matter stands then."""

    seen = HiddenField(default="0")
    body = _body(_l("答复"), _l("提出人能看到全文；您的姓名只显示姓。"))
    then = RadioField(
        _l("答复之后"),
        choices=lambda: [
            SelectChoice(STAYS, _l("等提出人回应")),
            SelectChoice(MEANWHILE, _l("先回一句，仍待答复（承诺的日期不变）")),
            *(
                SelectChoice(one.value, _l("办结：%(why)s", why=ENDING[one]))
                for one in DESK_ENDINGS
            ),
        ],
        default=STAYS,
        validators=[InputRequired(_l("请选择一项。"))],
    )

    def reply(self, papers: Iterable[Paper] = ()) -> Reply:
        """Give what was typed, with the papers that came along."""
        seen = self.seen.data or ""
        then = str(self.then.data)
        return Reply(
            self.said(papers),
            int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0,  # noqa: PLR2004 - far more words than any matter has
            None if then in {STAYS, MEANWHILE} else Ending(then),
        )

    @property
    def meanwhile(self) -> bool:
        """Tell whether the answer is owed still after these words."""
        return str(self.then.data) == MEANWHILE

    def only_answers(self) -> None:
        """Offer no words beforehand, for nothing is owed."""
        offered = cast("list[SelectChoice]", self.then.choices)
        self.then.choices = [one for one in offered if one.value != MEANWHILE]


class NoteForm(WordsForm):
    """What the staff note for themselves."""

    body = _body(_l("内部记录"), _l("只有本协会工作人员能看到。"))


class HandForm(PageForm):
    """To whom a matter goes."""

    to = SelectField(_l("转交给"), validators=[InputRequired(NEEDED)])
