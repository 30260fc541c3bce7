"""What waits at an office, by limit and by step; what was decided."""

from collections import Counter
from collections.abc import Iterable

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.policy.flow import StepName
from lms.registration.queries import desk as desks
from lms.registration.queries import letters
from lms.registration.queries.applications import ApplicationCard
from lms.registration.queries.desk import Line, Opened
from lms.registration.rules.desk import Bucket
from lms.web import application_words as said
from lms.web import desk, office_words
from lms.web.doors import staff
from lms.web.office.blueprint import bp, here

MINE = "mine"


@bp.get("")
@staff("teller", "approver")
def index() -> ResponseReturnValue:
    """Show what waits: counts by limit, and a list sorted by its last day."""
    session, place = desk.reading(), here()
    found = desks.queue(session, place)
    chosen = request.args.get("show", "")
    shown = chosen_of(found, chosen)
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


def chosen_of(found: Iterable[Line], chosen: str) -> list[Line]:
    """Keep the lines of a bucket, or those that are the visitor's to do."""
    return [line for line in found if _chosen(line, chosen)]


def _chosen(line: Line, chosen: str) -> bool:
    if chosen == MINE:
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


def promise(line: Line | Opened) -> str:
    """Say by when it is promised, and what is left of that."""
    card, left = line.card, line.left
    rest = _("还剩 %(left)s 个工作日", left=left) if left is not None else ""
    if line.bucket is Bucket.OVERDUE:
        rest = _("已超期")
    if line.bucket is Bucket.WAITING:
        told = _("期限暂停，等申请人补正")
    elif card.due_on is not None and _accepts(card):
        told = _("补正已交，须受理 %(day)s", day=card.due_on.isoformat())
    elif card.due_on is not None:
        told = _("承诺办结 %(day)s", day=card.due_on.isoformat())
    elif line.tell_by is not None:
        told = _("须受理或告知补正 %(day)s", day=line.tell_by.isoformat())
    else:
        told, rest = _without_day(card), ""
    return f"{told}，{rest}" if rest else str(told)


def _accepts(card: ApplicationCard) -> bool:
    """Tell whether the day that binds is that of the acceptance after a supplement."""
    return card.step.name is StepName.ACCEPT and card.told_on is not None


def _without_day(card: ApplicationCard) -> str:
    """Say why no day is promised: no limit, or none that can be counted yet."""
    if card.due_not_before is None:
        return str(_("本步骤没有规定期限"))
    day = card.due_not_before.isoformat()
    return str(_("承诺办结不早于 %(day)s，待放假安排公布后确定", day=day))
