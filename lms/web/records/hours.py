"""我的学时: every figure, and the entries behind it."""

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.evidence import queries as evidence
from lms.kernel.errors import NotFound
from lms.policy.model import Specialty, Track
from lms.reports import centre, gaps, learning
from lms.web import desk
from lms.web.doors import learner
from lms.web.records.home import bp

_WIDTH = 1000


@dataclass(frozen=True, slots=True)
class Scale:
    """A registration period drawn to scale.

    Units: thousandths of its length; `marks` are the days on which credit came.
    """

    today: int
    opens: int | None
    closes: int
    marks: tuple[int, ...]
    opens_on: date | None
    closes_on: date


@bp.get("/hours")
@learner
def hours() -> ResponseReturnValue:
    """Show the rings of each specialty over its registration period."""
    session, today = desk.reading(), desk.today()
    rings = learning.rings(session, desk.me(), on=today)
    days = learning.credit_days(session, desk.me())
    return render_template(
        "records/hours.html",
        rings=[
            (ring, _scale(ring, days.get(ring.specialty, set()), today))
            for ring in rings
        ],
        ends=centre.ends(session, desk.me(), rings, on=today),
        onward=gaps.onward(session, desk.me()),
        loose=learning.loose_credit(session, desk.me(), rings),
        today=today,
    )


@bp.get("/hours/<specialty>/<track>")
@learner
def postings(specialty: str, track: str) -> ResponseReturnValue:
    """List the entries behind one figure."""
    session = desk.reading()
    place = _specialty(specialty), _track(track)
    ring = learning.period(session, desk.me(), place[0], on=desk.today())
    within = (ring.period_from, ring.period_until) if ring else learning.EVER
    return render_template(
        "records/hours_postings.html",
        specialty=place[0],
        track=place[1],
        ring=ring,
        rows=learning.posting_rows(session, desk.me(), place, within),
    )


@bp.post("/hours/verify")
@learner
def verify() -> ResponseReturnValue:
    """Walk the person's own chain of evidence and say whether it is whole."""
    verdict = evidence.verify(desk.walking(), f"person:{desk.me()}")
    if verdict.intact:
        flash(
            _(
                "核对完成：您的 %(lines)s 条记录前后相连，没有改动。",
                lines=verdict.lines,
            ),
            "ok",
        )
    else:
        flash(
            _("第 %(n)s 条记录不一致，请联系协会核查。", n=verdict.bad_n),
            "bad",
        )
    return redirect(url_for("learn.hours"), 303)


def _specialty(text: str) -> Specialty:
    try:
        return Specialty(text)
    except ValueError:
        raise NotFound("specialty.unknown") from None


def _track(text: str) -> Track:
    try:
        return Track(text)
    except ValueError:
        raise NotFound("track.unknown") from None


def _scale(ring: learning.SpecialtyRings, days: set[date], today: date) -> Scale:
    length = max(1, (ring.period_until - ring.period_from).days)

    def at(day: date) -> int:
        return min(_WIDTH, max(0, (day - ring.period_from).days * _WIDTH // length))

    return Scale(
        today=at(today),
        opens=at(ring.opens_on) if ring.opens_on else None,
        closes=at(ring.closes_on),
        marks=tuple(
            sorted(
                {
                    at(day)
                    for day in days
                    if ring.period_from <= day <= ring.period_until
                }
            )
        ),
        opens_on=ring.opens_on,
        closes_on=ring.closes_on,
    )
