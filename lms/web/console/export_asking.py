"""Ask why a list shall go out that is long or names people, and make it a job."""

from collections.abc import Sequence
from typing import Protocol

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from lms.exports import services
from lms.exports.rules import AT_ONCE, REASON_LENGTH, Wanted
from lms.web import desk

_OURS = frozenset({"csrf_token", "export_reason"})


class Listed(Protocol):
    """What is known of a list before it is written."""

    @property
    def name(self) -> str:
        """Say what it is."""
        ...

    @property
    def kind(self) -> str:
        """Say what the evidence calls its going out."""
        ...

    @property
    def filters(self) -> Sequence[tuple[str, str]]:
        """Say by what it is narrowed."""
        ...

    @property
    def total(self) -> int | None:
        """Say how many rows there will be, where somebody counted."""
        ...


def ask(table: Listed, *, personal: bool) -> ResponseReturnValue:
    """Show a form that asks for the reason; with a good one, take the job."""
    reason = " ".join(request.form.get("export_reason", "").split())
    said = "export_reason" in request.form
    form = tuple(
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in _OURS
    )
    if not REASON_LENGTH[0] <= len(reason) <= REASON_LENGTH[1]:
        page = render_template(
            "console/export_ask.html",
            table=table,
            personal=personal,
            form=form,
            reason=reason,
            wrong=said,
            at_once=AT_ONCE,
            most=REASON_LENGTH[1],
        )
        return page, 422 if said else 200
    wanted = Wanted(
        kind=table.kind,
        title=table.name,
        reason=reason,
        personal=personal,
        total=table.total,
        locale=str(get_locale() or "zh"),
        path=request.full_path.rstrip("?"),
        form=form,
        filters=tuple(table.filters),
    )
    return taken(wanted)


def taken(wanted: Wanted) -> ResponseReturnValue:
    """Take a job, and show the page where it can be watched."""
    with desk.begin() as work:
        job_id = services.ask(work, desk.association(), wanted)
    if wanted.personal:
        flash(_("已提交。含完整个人信息，要由另一位负责人同意后才会生成。"), "ok")
    else:
        flash(_("已开始生成，完成后可以在这里下载。"), "ok")
    return redirect(url_for("console_exports.show", job_id=job_id), 303)
