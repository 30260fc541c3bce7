"""资格自测: anybody asks the law about their own case. Nothing is stored."""

from collections.abc import Collection
from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from lms.policy.model import Application, Province
from lms.policy.portals import PORTALS, portal_of
from lms.web import desk, judgement, policy_words
from lms.web.doors import public
from lms.web.limits import limiter
from lms.web.public.assess_form import MOST_ROWS, AssessForm

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
    province, application = _chosen()
    sent.fit(province, application, desk.today())
    asked = sent.question(province, application)
    if asked is None:
        return _page(sent, fitted=True), 422
    found = judgement.judge(asked, today=desk.today())
    return render_template(
        "public/assess_result.html",
        judged=found,
        dates=judgement.DATES,
        bands=judgement.BANDS,
        sent=_sent(),
        **_words(province, application),
    )


def _page(shown: AssessForm, *, fitted: bool = False) -> str:
    province, application = _chosen()
    if not fitted:
        shown.fit(province, application, desk.today())
    return render_template(
        "public/assess.html",
        form=shown,
        aside=_sent(but={"province", "application", *shown.names()}),
        wrong=fitted,
        portals=PORTALS,
        portal=portal_of(province),
        provinces=list(Province),
        most_rows=MOST_ROWS,
        **_words(province, application),
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


def _words(province: Province, application: Application) -> dict[str, object]:
    return {
        "province": province,
        "application": application,
        "applications": policy_words.APPLICATIONS,
    }


def _chosen() -> tuple[Province, Application]:
    return (
        _one_of(Province, "province", Province.INNER_MONGOLIA),
        _one_of(Application, "application", Application.RENEWAL),
    )


def _one_of(codes: type[Code], key: str, default: Code) -> Code:
    try:
        return codes(request.values.get(key, default))
    except ValueError:
        return default
