"""资格自测: anybody asks the law about their own case. Nothing is stored."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from lms.policy.flow import NotOffered
from lms.policy.flows import kinds_for, not_taken
from lms.policy.model import Application, Province
from lms.policy.portals import PORTALS, portal_of
from lms.web import application_words, desk, judgement, policy_words
from lms.web.doors import public
from lms.web.limits import limiter
from lms.web.public.assess_form import MOST_ROWS, AssessForm, legal_day_in

bp = Blueprint("assess", __name__, url_prefix="/assess")

Code = TypeVar("Code", bound=StrEnum)


@bp.get("")
@public
def index() -> ResponseReturnValue:
    """Show the form for one province and one kind of application."""
    blank = AssessForm.blank(applied_on=desk.today().isoformat(), rows=[{"main": True}])
    return _page(blank)


@bp.post("")
@limiter.limit("30/minute")
@public
def judge() -> ResponseReturnValue:
    """Judge what was filled in, or add one more specialty to the form."""
    sent = AssessForm.sent()
    if request.form.get("step") == "add":
        if len(sent.rows) < MOST_ROWS:
            sent.rows.append_entry()
        return _page(sent)
    if request.form.get("step") == "edit":
        return _page(sent)
    chosen = _chosen()
    if chosen.declined:
        return _page(sent), 422
    sent.fit(chosen.province, chosen.application, desk.today())
    asked = sent.question(chosen.province, chosen.application, desk.today())
    if asked is None:
        return _page(sent, fitted=True), 422
    found = judgement.judge(asked, today=desk.today())
    return render_template(
        "public/assess_result.html",
        judged=found,
        dates=judgement.DATES,
        bands=judgement.BANDS,
        sent=_sent(),
    )


def _page(shown: AssessForm, *, fitted: bool = False) -> str:
    chosen = _chosen()
    if not fitted:
        shown.fit(chosen.province, chosen.application, desk.today())
    return render_template(
        "public/assess.html",
        form=shown,
        aside=_sent(but={"province", "application", *shown.names()}),
        wrong=fitted,
        chosen=chosen,
        kind_words=policy_words.APPLICATIONS,
        portals=PORTALS,
        portal=portal_of(chosen.province),
        provinces=list(Province),
        most_rows=MOST_ROWS,
    )


def _sent(but: Collection[str] = ()) -> list[tuple[str, str]]:
    """List what was filled in, so that another kind of application finds it again."""
    known = {"csrf_token", "step", *but}
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in known and name in _ours()
    ]


def _ours() -> set[str]:
    """Name every field that the page may ever show."""
    whole = AssessForm.blank(rows=[{} for _ in range(MOST_ROWS)])
    return whole.names() | {"province", "application"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Where and for what, among the kinds that the place takes on the day asked about.

    `declined` was wanted and is not among them; `refused` is what the place says of
    kinds that it does not take.
    """

    province: Province
    application: Application
    kinds: Mapping[Application, str]
    refused: tuple[NotOffered, ...]
    declined: Application | None = None


def _chosen() -> Chosen:
    province = _one_of(Province, "province", Province.INNER_MONGOLIA)
    wanted = _one_of(Application, "application", Application.RENEWAL)
    on: date = legal_day_in(request.values.get("applied_on", "")) or desk.today()
    kinds = {
        kind: application_words.kind_in(kind, ways)
        for kind, ways in kinds_for(province, on).items()
    }
    taken = wanted in kinds
    return Chosen(
        province,
        wanted if taken else next(iter(kinds)),
        kinds,
        not_taken(province, on),
        declined=None if taken else wanted,
    )


def _one_of(codes: type[Code], key: str, default: Code) -> Code:
    try:
        return codes(request.values.get(key, default))
    except ValueError:
        return default
