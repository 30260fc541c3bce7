"""The forms of claims, for the learner's pages and the desk's."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    DateField,
    DecimalField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # takes the field away
from wtforms.validators import InputRequired, Length, Optional

from lms.claims.ports import Paper, PaperDesk
from lms.claims.rules import ClaimKind, Wanted
from lms.credentials.queries import CertificateCard
from lms.kernel.errors import Refused
from lms.kernel.ids import AssociationId
from lms.policy.facts import Activity
from lms.policy.model import Specialty, Track
from lms.web import desk
from lms.web.claim_words import ACTIVITIES
from lms.web.filters import term
from lms.web.forms import PageForm
from lms.web.messages import words

NEEDED = _l("请填写此项。")
UPLOAD_BYTES = 5 * 11 * 2**20
"""Five papers of 10 MB and the form around them."""

_PLACES = {
    "claim.about": "about",
    "claim.future": "occurred_on",
    "claim.outside_period": "occurred_on",
    "claim.no_track": "track",
    "claim.credit": "hours",
    "claim.no_activity": "activity",
    "claim.worth_nothing": "activity",
    "claim.substitution_off": "activity",
    "claim.no_hours": "hours",
    "claim.no_rank": "author_rank",
    "claim.low_rank": "author_rank",
    "claim.no_characters": "characters",
    "claim.short": "characters",
    "exam.extra_time": "percent",
    "claim.reason": "reason",
    "claim.no_paper": "papers",
    "claim.many_papers": "papers",
    "claim.paper_used": "papers",
    "registration.unknown": "specialty",
}


_ORDER = (
    "activity", "certificate", "percent", "specialty", "track", "about", "hours",
    "occurred_on", "author_rank", "characters", "association", "reason", "papers",
)  # fmt: skip
"""As the page asks; work outside asks for taught hours after the characters."""

_PAPERS_HINT = _l(
    "手机可直接拍照，也可选 JPG、PNG 图片或 PDF；最多 5 个，每个不超过 10 MB。"
)
_PAPERS = {"accept": "image/jpeg,image/png,image/webp,application/pdf"}


class ReasonForm(PageForm):
    """Why, and the papers that prove it."""

    reason = TextAreaField(
        _l("理由"),
        validators=[
            InputRequired(NEEDED),
            Length(min=4, max=400, message=_l("请写 4 至 400 个字。")),
        ],
        render_kw={"rows": 3, "maxlength": 400},
    )
    papers = MultipleFileField(
        _l("证明材料"),
        description=_PAPERS_HINT,
        render_kw=_PAPERS,
    )

    @property
    def errors(self) -> dict[Any, Any]:
        """List what is wrong in the order in which the page asks."""
        found = super().errors
        return {name: found[name] for name in (*_ORDER, *found) if name in found}

    def choose_again(self) -> None:
        """Say that the files which were chosen are gone, for a page that lost them."""
        sent = any(getattr(one, "filename", "") for one in self.papers.data or ())
        if sent and not self.papers.errors:
            self.papers.errors = [words("claim.choose_again", {})]

    def blame(self, codes: Iterable[str]) -> bool:
        """Say at its field what is wrong; tell whether all found one."""
        whole = True
        for code in codes:
            name = _PLACES.get(code)
            if name is None or name not in self:
                whole = False
                continue
            field: Field = self[name]
            field.errors = [*field.errors, words(code, {})]
        return whole

    def opened(self, *, needed: bool = True) -> tuple[Paper, ...] | None:
        """Open the papers, or say at the field why not."""
        found = []
        for upload in self.papers.data or ():
            if not isinstance(upload, FileStorage) or not upload.filename:
                continue
            body = upload.read()
            upload.close()
            try:
                found.append(desk.port(PaperDesk).paper(body))
            except Refused as refused:
                self.papers.errors = [*self.papers.errors, words(refused.code, {})]
        if needed and not found and not self.papers.errors:
            self.blame(["claim.no_paper"])
        return None if self.papers.errors else tuple(found)


class Proof:
    """Marks the papers as owed; `opened` checks that there are some."""

    field_flags = {"required": True}  # noqa: RUF012 - read only

    def __call__(self, form: object, field: Field) -> None:
        """Object to nothing."""


class ClaimForm(ReasonForm):
    """What every claim says."""

    papers = MultipleFileField(
        _l("证明材料"),
        validators=[Proof()],
        description=_PAPERS_HINT,
        render_kw=_PAPERS,
    )
    association = SelectField(_l("受理协会"), validators=[InputRequired(NEEDED)])
    specialty = SelectField(_l("专业"), validators=[InputRequired(NEEDED)])

    def offer(self, associations: list[Any], specialties: list[Specialty]) -> None:
        """Fill the lists of choices."""
        if self.association is not None:
            self.association.choices = associations
        if self.specialty is not None:
            self.specialty.choices = [(one.value, term(one)) for one in specialties]

    def wanted(self, kind: ClaimKind) -> Wanted:
        """Give what was typed."""
        return Wanted(kind, Specialty(cast("str", self.specialty.data)))

    @property
    def association_id(self) -> AssociationId:
        """Name the association that is asked."""
        return AssociationId(UUID(cast("str", self.association.data)))

    @property
    def certificate_id(self) -> UUID | None:
        """Name the certificate it is about, if it is about one."""
        return None


class HoursForm(ClaimForm):
    """Hours that were earned elsewhere, or that stand wrong."""

    track = RadioField(
        _l("类别"),
        choices=[
            SelectChoice("required", _l("必修")),
            SelectChoice("elective", _l("选修")),
        ],
        validators=[InputRequired(NEEDED)],
    )
    hours = DecimalField(
        _l("学时数"),
        places=2,
        validators=[InputRequired(NEEDED)],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    occurred_on = DateField(_l("日期"), validators=[InputRequired(NEEDED)])
    about = StringField(
        _l("名称"),
        validators=[InputRequired(NEEDED), Length(max=200)],
        render_kw={"maxlength": 200},
    )

    def wanted(self, kind: ClaimKind) -> Wanted:
        """Give what was typed."""
        return Wanted(
            kind,
            Specialty(cast("str", self.specialty.data)),
            Track(cast("str", self.track.data)),
            hundredths(self.hours.data),
            self.occurred_on.data,
            about=self.about.data or "",
        )


class TimeForm(ClaimForm):
    """More time in tests."""

    percent = RadioField(
        _l("需要延长"),
        choices=[
            SelectChoice("25", _l("延长四分之一（60 分钟变 75 分钟）")),
            SelectChoice("50", _l("延长一半（60 分钟变 90 分钟）")),
            SelectChoice("100", _l("延长一倍（60 分钟变 120 分钟）")),
        ],
        validators=[InputRequired(_l("请选择一项。"))],
        description=_l(
            "同意后，对之后开始的各专业考试都有效，到这个专业注册期满为止。"
        ),
    )

    def wanted(self, kind: ClaimKind) -> Wanted:
        """Give what was chosen."""
        return Wanted(
            kind,
            Specialty(cast("str", self.specialty.data)),
            percent=int(cast("str", self.percent.data)),
        )


class Sometimes:
    """Marks a field that is owed for some works; the claim's rules say for which."""

    field_flags = {"conditional": True}  # noqa: RUF012 - read only

    def __call__(self, form: object, field: Field) -> None:
        """Object to nothing."""


class WorkForm(ClaimForm):
    """Work outside the classroom (充抵)."""

    activity = RadioField(
        _l("做了哪项工作"),
        choices=lambda: [SelectChoice(a.value, said) for a, said in ACTIVITIES.items()],
        validators=[InputRequired(_l("请选择一项。"))],
    )
    about = StringField(
        _l("成果或课程名称"),
        validators=[InputRequired(NEEDED), Length(max=200)],
        render_kw={"maxlength": 200},
    )
    occurred_on = DateField(
        _l("完成日期"),
        validators=[InputRequired(NEEDED)],
        description=_l("出版、发表或授课的日期。"),
    )
    author_rank = SelectField(
        _l("作者排名（论文、专著必填）"),
        validators=[Sometimes()],
        choices=[
            SelectChoice("", _l("不适用")),
            SelectChoice("1", _l("第一作者")),
            SelectChoice("2", _l("第二作者")),
            SelectChoice("3", _l("第三作者及以后")),
        ],
        default="",
    )
    characters = IntegerField(
        _l("字数（专著必填）"),
        validators=[Optional(), Sometimes()],
        description=_l("例如 60000。"),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    hours = DecimalField(
        _l("讲课学时数（讲课必填）"),
        places=2,
        validators=[Optional(), Sometimes()],
        description=_l("讲几学时抵几学时。"),
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )

    def wanted(self, kind: ClaimKind) -> Wanted:
        """Give what was typed."""
        return Wanted(
            kind,
            Specialty(cast("str", self.specialty.data)),
            None,
            hundredths(self.hours.data),
            self.occurred_on.data,
            Activity(cast("str", self.activity.data)),
            int(self.author_rank.data) if self.author_rank.data else None,
            self.characters.data or 0,
            self.about.data or "",
        )


class CertificateForm(ClaimForm):
    """One certificate; whose it is and its specialty are told by the certificate."""

    association = None  # type: ignore[assignment]  # takes the field away
    specialty = None  # type: ignore[assignment]  # takes the field away
    certificate = SelectField(_l("证书"), validators=[InputRequired(NEEDED)])
    held: dict[str, CertificateCard] = {}  # noqa: RUF012 - each form gets its own

    def about_one(self, cards: Iterable[CertificateCard]) -> None:
        """Offer certificates."""
        self.held = {str(card.id): card for card in cards}
        self.certificate.choices = [
            (key, f"{card.facts.number} · {term(card.specialty)}")
            for key, card in self.held.items()
        ]

    def wanted(self, kind: ClaimKind) -> Wanted:
        """Give what was chosen."""
        return Wanted(kind, self.held[cast("str", self.certificate.data)].specialty)

    @property
    def association_id(self) -> AssociationId:
        """Name the association that issued it."""
        return self.held[cast("str", self.certificate.data)].association_id

    @property
    def certificate_id(self) -> UUID | None:
        """Name the certificate it is about."""
        return UUID(cast("str", self.certificate.data))


FORMS: dict[ClaimKind, type[ClaimForm]] = {
    ClaimKind.SUBSTITUTION: WorkForm,
    ClaimKind.TRANSFER: HoursForm,
    ClaimKind.ADJUSTMENT: HoursForm,
    ClaimKind.UNLOCK: ClaimForm,
    ClaimKind.EXTRA_TIME: TimeForm,
    ClaimKind.REISSUE: CertificateForm,
    ClaimKind.REVOCATION: CertificateForm,
}


def hundredths(hours: Decimal | None) -> int:
    """Turn typed 学时 into credit; more than two places is no credit at all."""
    if hours is None or not hours.is_finite() or abs(hours) > 10_000:  # noqa: PLR2004 - no claim is for more 学时
        return 0
    scaled = hours * 100
    return int(scaled) if scaled == scaled.to_integral_value() else 0


class DecideForm(PageForm):
    """Yes or no, and why."""

    comment = TextAreaField(
        _l("意见"),
        validators=[Length(max=400)],
        description=_l("学员能看到。不同意时必填。"),
        render_kw={"rows": 3, "maxlength": 400},
    )
