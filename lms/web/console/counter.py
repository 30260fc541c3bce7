"""柜台开户: for who has no telephone and no e-mail; a lost password, by the card.

A slip is shown once, on the page that answers the deed, and nowhere again.
"""

from collections.abc import Callable

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from lms.accounts.services import Slip
from lms.catalogue import queries as catalogue
from lms.kernel.errors import Conflict, LmsError, NotFound, Refused
from lms.kernel.work import Work
from lms.people import services
from lms.people.rules import read_id_number, read_name
from lms.people.services import Came
from lms.web import desk
from lms.web.account.profile_parts import by_account
from lms.web.doors import staff
from lms.web.forms import PageForm
from lms.web.limits import limiter
from lms.web.messages import words

bp = Blueprint("console_counter", __name__, url_prefix="/console/counter")

_LIMIT = "60/hour"


class CameForm(PageForm):
    """Who came, as their identity card says."""

    name = StringField(
        _l("姓名（与身份证一致）"),
        validators=[InputRequired(_l("请填写姓名。")), Length(max=50)],
        render_kw={"autocomplete": "off", "maxlength": 50},
    )
    number = StringField(
        _l("身份证号码"),
        validators=[InputRequired(_l("请填写身份证号码。")), Length(max=30)],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
        },
    )
    checked = BooleanField(
        _l("我已看过本人身份证原件，人证相符"),
        validators=[InputRequired(_l("请先查看身份证原件。"))],
    )
    agreed = BooleanField(
        _l("本人已在纸质《敏感个人信息处理同意书》上签字"),
        validators=[InputRequired(_l("请先请本人阅读并签字。"))],
        description=_l("开户时须签字；重设密码不用再签。"),
    )


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """Ask who has come."""
    return _page(CameForm.blank())


@bp.post("")
@staff("clerk", "manager")
@limiter.limit(_LIMIT, key_func=by_account)
def open_account() -> ResponseReturnValue:
    """Open an account and show the slip; a number that has one is to be recovered."""
    return _do(services.sign_up_at_counter)


@bp.post("/recover")
@staff("clerk", "manager")
@limiter.limit(_LIMIT, key_func=by_account)
def recover() -> ResponseReturnValue:
    """Show a slip that sets a new password for the account of a card."""
    return _do(services.recover_at_counter)


@bp.post("/dispute")
@staff("clerk", "manager")
@limiter.limit(_LIMIT, key_func=by_account)
def dispute() -> ResponseReturnValue:
    """Open an account for whose number another holds, and ask two managers about it."""
    return _do(services.dispute_at_counter)


def _do(deed: Callable[[Work, Came], Slip]) -> ResponseReturnValue:
    form = CameForm.sent()
    again = deed is services.recover_at_counter
    if again:
        form.agreed.validators = ()  # Who had an account has signed before.
    if not form.validate():
        return _page(form), 422
    number = read_id_number(form.number.data or "")
    if number is None:
        form.number.errors = [words("id_number.checksum", {})]
        return _page(form), 422
    place = catalogue.association(desk.reading(), desk.association()).name
    came = Came(read_name(form.name.data or ""), number.value, place)
    try:
        with desk.begin() as work:
            services.begin_try(work)
        with desk.begin() as work:
            slip = deed(work, came)
            services.forgive_try(work)
    except (Conflict, NotFound, Refused) as no:
        with desk.begin() as work:
            services.end_try(work, deed.__name__, no.code)
        return _page(form, no), 422
    return render_template(
        "console/counter_slip.html", slip=slip, place=place, again=again
    )


def _page(form: CameForm, no: LmsError | None = None) -> str:
    reasons = tuple(words(each, {}) for each in no.reasons) if no else ()
    return render_template(
        "console/counter.html",
        form=form,
        said=words(no.code, no.facts) if no else "",
        reasons=reasons,
        there=no is not None and no.code == "counter.there_already",
        nowhere=no is not None and no.code == "slip.unknown_anywhere",
    )
