"""旧平台记录: what an old platform kept of me, and how it becomes mine."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.credit import Credit, hours_text
from lms.legacy.queries import records as queries
from lms.legacy.queries import verifying
from lms.legacy.services import linking
from lms.people import queries as people
from lms.web import desk, legacy_words
from lms.web.account.profile_parts import by_account
from lms.web.doors import learner
from lms.web.limits import limiter

bp = Blueprint("legacy", __name__, url_prefix="/me/legacy")


@bp.get("")
@learner
def index() -> ResponseReturnValue:
    """Show my old records. One that waits tells nothing before it is mine."""
    session, me = desk.reading(), desk.me()
    mine = queries.linked_to(session, me)
    return render_template(
        "records/legacy.html",
        mine=mine,
        papers=verifying.of_person(session, tuple(one.id for one in mine)),
        waiting=queries.waiting_for(session, me),
        complete=people.completeness(session, me).complete,
        me=me,
        said=legacy_words,
    )


@bp.post("")
@learner
@limiter.limit("20/hour", key_func=by_account)
def claim() -> ResponseReturnValue:
    """Take my old records, or ask for them."""
    with desk.begin() as work:
        done = linking.claim(work, desk.me())
    if done.linked:
        flash(
            _(
                "已认领 %(n)s 份旧平台记录，记入 %(hours)s 学时。",
                n=done.linked,
                hours=hours_text(Credit(done.credit)),
            ),
            "ok",
        )
    if done.asked:
        flash(_("已提交。请带身份证到协会核对，核对后两人同意即可。"), "info")
    return redirect(url_for("legacy.index"), 303)
