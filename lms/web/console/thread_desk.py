"""Whose matters a visitor has before them: the association's, or what was sent out.

Clerks and managers see their association's. A reviewer, whom an operator has appointed,
sees what went outside, of each association that they were appointed to.
"""

from dataclasses import replace
from uuid import UUID

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import queries as accounts
from lms.accounts.rules import Role
from lms.catalogue import queries as catalogue
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from lms.threads import queries
from lms.threads.queries import ThreadCard
from lms.threads.rules import comes_from_outside
from lms.web import desk
from lms.web import thread_words as said
from lms.web.console.sheets import Column, exported, own_stream


def reviews() -> bool:
    """Tell whether the visitor is a reviewer from outside."""
    visitor = desk.visitor()
    return visitor is not None and comes_from_outside(visitor.roles)


def places() -> tuple[AssociationId, ...]:
    """Name the associations whose matters the visitor may have before them."""
    if not reviews():
        return (desk.association(),)
    return accounts.associations_as(
        desk.reading(), current_user.account_id, Role.REVIEWER, desk.today()
    )


def outside_table() -> ResponseReturnValue:
    """Give what was sent to a reviewer as a table; it is on the reviewer's record."""
    columns = (
        Column(_("编号"), width=18), Column(_("协会"), width=32),
        Column(_("主题")), Column(_("提出时间"), "instant", 18),
        Column(_("承诺答复"), "day"), Column(_("状态")),
    )  # fmt: skip
    session = desk.reading()
    houses = {one.id: one.name for one in catalogue.associations(session)}
    rows = tuple(
        (
            one.number, houses.get(AssociationId(one.association_id), ""),
            str(said.MATTER[one.matter]), one.opened_at, one.due_on,
            str(said.STATE[one.state][0]),
        )
        for one in queries.outside(session, places())
    )  # fmt: skip
    filters = ((_("范围"), _("转给您的，待办的在前")),)
    stream = own_stream()
    return exported(_("转来的投诉"), columns, rows, "threads.exported", filters, stream)


def found(thread_id: UUID) -> ThreadCard:
    """Give one matter that the visitor has before them.

    Raises: NotFound, for a foreign one, and for a reviewer unless it went outside.
    """
    for place in places():
        try:
            card = queries.at_desk(desk.reading(), place, thread_id)
        except NotFound:
            continue
        if card.outside_at is not None or not reviews():
            return card
    raise NotFound("thread.unknown")


def acting(work: Work, card: ThreadCard) -> Work:
    """Act for the association that the matter was put to."""
    here = AssociationId(card.association_id)
    return replace(work, actor=replace(work.actor, association_id=here))
