"""Asking for money back, on the page of one's order."""

from dataclasses import dataclass
from uuid import UUID

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from lms.commerce.queries import OrderCard
from lms.commerce.queries import wishes as queries
from lms.commerce.queries.refunding import LineReturn
from lms.commerce.queries.wishes import WishCard, WishStage
from lms.commerce.services.wishes import NEVER
from lms.web import desk, returning
from lms.web.forms import PageForm


class WishForm(PageForm):
    """Why somebody wants money back."""

    reason = TextAreaField(
        _l("退款原因"),
        validators=[InputRequired(_l("请写明退款原因。")), Length(max=400)],
        render_kw={"rows": 2, "maxlength": 400},
    )


@dataclass(frozen=True, slots=True)
class Returns:
    """What an order's page says of money back: wishes, lines, and a form to ask.

    `may` are the lines of which it may be asked for, `ticked` those that are chosen.
    """

    wishes: tuple[WishCard, ...]
    lines: tuple[LineReturn, ...]
    may: frozenset[UUID]
    ticked: frozenset[UUID]
    form: WishForm

    @property
    def asking(self) -> bool:
        """Tell whether a wish can be put now."""
        waits = {WishStage.WAITING, WishStage.TAKEN_UP}
        return bool(self.may) and not any(one.stage in waits for one in self.wishes)


def returns(
    order: OrderCard, form: WishForm | None, ticked: frozenset[UUID]
) -> Returns:
    """Gather what is said of money back."""
    lines = returning.returnable(order)[1] if order.total_fen else ()
    may = frozenset(one.line.id for one in lines if one.most.reason not in NEVER)
    if form is None:
        by_rule = frozenset(one.line.id for one in lines if one.most.amount_fen)
        ticked = may if len(may) == 1 else by_rule
    return Returns(
        wishes=queries.wishes(desk.reading(), order.id),
        lines=lines,
        may=may,
        ticked=ticked,
        form=form or WishForm.blank(),
    )


def ticked() -> frozenset[UUID]:
    """Read the lines that were chosen; what is no id is none."""
    found = set()
    for one in request.form.getlist("line"):
        try:
            found.add(UUID(one))
        except ValueError:
            continue
    return frozenset(found)
