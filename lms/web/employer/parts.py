"""What the company's pages share: the blueprint, and for whom somebody acts."""

from typing import Any
from uuid import UUID

from flask import Blueprint, request
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    PasswordField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from lms.kernel.errors import Forbidden, NotFound
from lms.kernel.ids import EmployerId
from lms.people import queries
from lms.people.queries import ActsFor, Shelf
from lms.people.rules import EmployerFacts, EmployerKind, Side, employer_problems
from lms.web import desk
from lms.web.archive_desk import NEEDED, UPLOAD_BYTES
from lms.web.employer_words import KINDS
from lms.web.forms import PageForm
from lms.web.messages import words

bp = Blueprint("employer", __name__, url_prefix="/employer")


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Runs before CSRF reads the form, which is where the general limit would bite.
    if endpoint == "employer.keep":
        request.max_content_length = UPLOAD_BYTES


def acting() -> ActsFor | None:
    """Say for which company the visitor acts."""
    visitor = desk.visitor()
    return queries.acts_for(desk.reading(), visitor.account_id) if visitor else None


def acting_for() -> ActsFor:
    """Say for which company the visitor acts, on pages that any agent may see.

    Raises: Forbidden for who acts for none.
    """
    found = acting()
    if found is None:
        raise Forbidden("employer.unconfirmed")
    return found


def company_id() -> EmployerId:
    """Name the company, on pages that any of its agents may see.

    Raises: Forbidden for who acts for none.
    """
    return acting_for().employer_id


def acting_company() -> EmployerId:
    """Name the company, for pages that show people.

    Raises: Forbidden while it is not proved, or the visitor not confirmed.
    """
    found = acting()
    if found is None or not found.confirmed:
        raise Forbidden("employer.unconfirmed")
    if not found.company.proved:
        raise Forbidden("employer.unproved")
    return found.employer_id


def shelf_of(link_id: UUID) -> Shelf:
    """Find the company's own shelf about one who is or was its own.

    Raises: NotFound, for another company's too.
    """
    employer_id = acting_company()
    card = queries.link_of(desk.reading(), employer_id, link_id)
    if card.person_id is None or card.since is None:
        # Nothing was ever agreed: there is nobody whose papers these could be.
        raise NotFound("link.unknown")
    return Shelf(Side.EMPLOYER, card.person_id, employer_id, link_id)


def kind_choices() -> list[tuple[str, str]]:
    """Offer the six kinds of company."""
    return [(kind.value, str(word)) for kind, word in KINDS.items()]


class OpenForm(PageForm):
    """A company, as its licence says."""

    name = StringField(
        _l("企业名称"),
        validators=[InputRequired(NEEDED), Length(max=100)],
        description=_l("与营业执照一致。"),
        render_kw={"maxlength": 100, "autocomplete": "organization"},
    )
    uscc = StringField(
        _l("统一社会信用代码"),
        validators=[InputRequired(NEEDED), Length(max=40)],
        description=_l("营业执照上的 18 位代码。"),
        render_kw={"maxlength": 24, "autocomplete": "off", "spellcheck": "false"},
    )
    kind = RadioField(
        _l("单位类别"), choices=kind_choices, validators=[InputRequired(NEEDED)]
    )

    @property
    def facts(self) -> EmployerFacts:
        """Give what was typed."""
        return EmployerFacts(self.uscc.data or "", self.name.data or "")

    @property
    def chosen(self) -> EmployerKind:
        """Give the kind."""
        return EmployerKind(str(self.kind.data))

    def good(self) -> bool:
        """Tell whether everything is right; if not, say so at the fields."""
        if not self.validate():
            return False
        problems = employer_problems(self.facts)
        for code in problems:
            field = self.name if code == "employer.name" else self.uscc
            field.errors = [*field.errors, words(code, {})]
        return not problems


class LockForm(PageForm):
    """A lock or account of the old registration system."""

    lock = StringField(
        _l("身份锁编号或用户名"),
        validators=[InputRequired(NEEDED), Length(max=60)],
        render_kw={"maxlength": 60, "autocomplete": "off"},
    )
    secret = PasswordField(
        _l("密码"),
        validators=[InputRequired(NEEDED), Length(max=100)],
        render_kw={"maxlength": 100, "autocomplete": "off"},
    )


class InviteForm(PageForm):
    """A list of people, as it is pasted."""

    people = TextAreaField(
        _l("手机号码或邮箱"),
        validators=[InputRequired(NEEDED), Length(max=20_000)],
        description=_l("每行一人，后面可以写姓名，例如：13800000001 张建国"),
        render_kw={"rows": 4, "maxlength": 20_000, "spellcheck": "false"},
    )


class LeaveForm(PageForm):
    """The last day, and why."""

    left_on = DateField(_l("离职日期"), validators=[InputRequired(NEEDED)])
    reason = StringField(
        _l("离职原因"),
        validators=[InputRequired(NEEDED), Length(max=200)],
        description=_l("例如：劳动合同到期、双方协商解除。"),
        render_kw={"maxlength": 200, "autocomplete": "off"},
    )

    def blame(self, codes: tuple[str, ...]) -> None:
        """Say at its field what the rules object to."""
        for code in codes:
            field = self.reason if code == "link.no_reason" else self.left_on
            field.errors = [*field.errors, words(code, {})]
