"""What waits at an office, by limit and by step; what was decided."""

from collections import Counter
from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.registration.queries import desk as desks
from lms.registration.queries import letters
from lms.registration.queries.desk import Line
from lms.registration.rules.desk import Bucket
from lms.web import application_words as said
from lms.web import desk, office_words
from lms.web.doors import staff
from lms.web.office.blueprint import bp, here

_MINE = "mine"


@bp.get("")
@staff("teller", "approver")
def index() -> ResponseReturnValue:
    """Show what waits: counts by limit, and a list sorted by its last day."""
    session, place = desk.reading(), here()
    found = desks.queue(session, place)
    chosen = request.args.get("show", "")
    shown = [line for line in found if _chosen(line, chosen)]
    return render_template(
        "office/home.html",
        place=place,
        counts=Counter(line.bucket for line in found),
        buckets=office_words.BUCKETS,
        mine=sum(line.mine for line in found),
        flagged=[line for line in found if line.flags],
        lines=shown,
        total=len(found),
        shown=chosen,
        objections=letters.open_objections(session, place.provinces),
        flags=office_words.FLAGS,
        promise=promise,
        said=said,
    )


def _chosen(line: Line, chosen: str) -> bool:
    if chosen == _MINE:
        return line.mine
    if chosen in set(Bucket):
        return line.bucket == chosen
    return True


@bp.get("/decided")
@staff("teller", "approver")
def decided() -> ResponseReturnValue:
    """List what was decided, the newest first."""
    session, place = desk.reading(), here()
    return render_template(
        "office/decided.html",
        place=place,
        lines=desks.decided(session, place),
        said=said,
    )


def promise(due_on: date | None, left: int | None, bucket: Bucket) -> str:
    """Say by when it is promised, and what is left of that."""
    if bucket is Bucket.WAITING:
        if left is None:
            return str(_("期限暂停，等申请人补正"))
        return str(_("期限暂停，还剩 %(left)s 个工作日", left=left))
    if due_on is None:
        return str(_("本步骤没有规定期限"))
    if bucket is Bucket.OVERDUE:
        return str(_("承诺办结 %(day)s，已超期", day=due_on.isoformat()))
    if left is None:
        return str(_("承诺办结 %(day)s", day=due_on.isoformat()))
    return str(
        _(
            "承诺办结 %(day)s，还剩 %(left)s 个工作日",
            day=due_on.isoformat(),
            left=left,
        )
    )
