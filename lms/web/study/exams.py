"""The test: what it needs, the paper, the mark."""

from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import ImmutableMultiDict

from lms.catalogue import queries as catalogue
from lms.exams import queries, services
from lms.exams.rules import AttemptState
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId
from lms.policy.model import Specialty
from lms.reports import exams as reports
from lms.web import desk
from lms.web.doors import learner

bp = Blueprint("exams", __name__, url_prefix="/exams")


@bp.get("")
@learner
def index() -> ResponseReturnValue:
    """List the tests that are open, shut or passed."""
    session = desk.reading()
    standings = reports.standings(session, desk.me(), on=desk.today())
    names = {
        s.sitting.association_id: catalogue.association(
            session, s.sitting.association_id
        ).name
        for s in standings
    }
    return render_template("study/exams.html", standings=standings, names=names)


@bp.get("/<uuid:association_id>/<specialty>")
@learner
def intro(association_id: UUID, specialty: str) -> ResponseReturnValue:
    """Say what the test asks and how it goes, with the button that begins it."""
    session = desk.reading()
    standing = queries.standing(
        session,
        desk.me(),
        _sitting(session, association_id, specialty),
        on=desk.today(),
    )
    association = catalogue.association(session, standing.sitting.association_id)
    return render_template(
        "study/exam.html", standing=standing, association=association
    )


@bp.post("/<uuid:association_id>/<specialty>/start")
@learner
def start(association_id: UUID, specialty: str) -> ResponseReturnValue:
    """Begin, or go on with the paper that is open."""
    with desk.begin() as work:
        sitting = _sitting(work.session, association_id, specialty)
        attempt_id = services.start(work, desk.me(), sitting)
    return redirect(url_for("exams.paper", attempt_id=attempt_id), 303)


@bp.get("/attempts/<uuid:attempt_id>")
@learner
def paper(attempt_id: UUID) -> ResponseReturnValue:
    """Show the paper while time runs, and the mark afterwards."""
    session = desk.reading()
    attempt = queries.attempt(session, desk.me(), attempt_id)
    if attempt.state is AttemptState.OPEN:
        left = int((attempt.deadline_at - desk.now()).total_seconds())
        return render_template(
            "study/exam_paper.html", attempt=attempt, left_seconds=max(0, left)
        )
    sitting = reports.sitting(
        session, desk.me(), attempt.association_id, attempt.specialty, on=desk.today()
    )
    return render_template(
        "study/exam_result.html",
        attempt=attempt,
        standing=queries.standing(session, desk.me(), sitting, on=desk.today()),
        review=queries.review(session, desk.me(), attempt_id),
    )


@bp.post("/attempts/<uuid:attempt_id>/answers")
@learner
def answers(attempt_id: UUID) -> ResponseReturnValue:
    """Keep answers as they are given."""
    given = _given_json(request.get_json(silent=True))
    with desk.begin() as work:
        count = services.save(work, desk.me(), attempt_id, given)
    return jsonify(saved=count)


@bp.post("/attempts/<uuid:attempt_id>/submit")
@learner
def submit(attempt_id: UUID) -> ResponseReturnValue:
    """Hand the paper in; where no script has asked, keep the answers and ask first."""
    if "ask" in request.form:
        return _ask_first(attempt_id)
    try:
        with desk.begin() as work:
            services.submit(work, desk.me(), attempt_id, _given_form(request.form))
    except Conflict:
        # A second click, or its time is over: the page says what became of it.
        return redirect(url_for("exams.paper", attempt_id=attempt_id), 303)
    flash(_("已交卷。"), "ok")
    return redirect(url_for("exams.paper", attempt_id=attempt_id), 303)


def _ask_first(attempt_id: UUID) -> ResponseReturnValue:
    try:
        with desk.begin() as work:
            services.save(work, desk.me(), attempt_id, _given_form(request.form))
    except Conflict:
        # Its time is over, or it was handed in: there is nothing left to ask.
        return redirect(url_for("exams.paper", attempt_id=attempt_id), 303)
    return redirect(url_for("exams.hand_in", attempt_id=attempt_id), 303)


@bp.get("/attempts/<uuid:attempt_id>/hand-in")
@learner
def hand_in(attempt_id: UUID) -> ResponseReturnValue:
    """Ask whether the paper goes in, and name the questions without an answer."""
    attempt = queries.attempt(desk.reading(), desk.me(), attempt_id)
    if attempt.state is not AttemptState.OPEN:
        return redirect(url_for("exams.paper", attempt_id=attempt_id), 303)
    left = int((attempt.deadline_at - desk.now()).total_seconds())
    blank = [n for n, one in enumerate(attempt.questions, 1) if not one.chosen]
    return render_template(
        "study/exam_hand_in.html",
        attempt=attempt,
        blank=blank,
        left_seconds=max(0, left),
    )


def _sitting(session: Session, association_id: UUID, specialty: str) -> queries.Sitting:
    if specialty not in {s.value for s in Specialty}:
        raise NotFound("registration.unknown")
    known = AssociationId(association_id)
    if known not in {
        s.association_id for s in reports.sittings(session, desk.me(), on=desk.today())
    }:
        raise NotFound("registration.unknown")
    return reports.sitting(
        session, desk.me(), known, Specialty(specialty), on=desk.today()
    )


def _given_json(body: object) -> dict[int, list[int]]:
    """Read `{"answers": {"3": [0, 2]}}` and nothing else."""
    if not isinstance(body, dict) or set(body) != {"answers"}:
        raise Refused("exam.choice_unknown")
    given = body["answers"]
    if not isinstance(given, dict):
        raise Refused("exam.choice_unknown")
    return {_place(place): _choice(chosen) for place, chosen in given.items()}


def _place(text: object) -> int:
    if not isinstance(text, str) or not text.isdecimal() or len(text) > 3:  # noqa: PLR2004 - no paper has so many questions
        raise Refused("exam.choice_unknown")
    return int(text)


def _choice(chosen: object) -> list[int]:
    if not isinstance(chosen, list) or not all(type(c) is int for c in chosen):
        raise Refused("exam.choice_unknown")
    return chosen


def _given_form(form: ImmutableMultiDict[str, str]) -> dict[int, list[int]]:
    """Read fields q0, q1, … each with the places chosen."""
    return {
        _place(name[1:]): [_place(value) for value in form.getlist(name)]
        for name in form
        if name.startswith("q") and name[1:].isdecimal()
    }
