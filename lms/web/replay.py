"""Lists that the clock's work writes: the very view that a desk pressed, asked again.

So a list that became a job is the list that the desk sees: one query, one head, one
mask. It is asked as who asked for it, and only while they may still come in.
"""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import IO

from flask import Flask, current_app, g, request, session

from lms.accounts.queries import VisitorCard
from lms.accounts.queries.staffing import standing_in
from lms.exports.ports import Told
from lms.exports.rules import Made, Task
from lms.kernel.errors import Refused
from lms.kernel.work import reading
from lms.web import desk, doors
from lms.web.account.visitor import Visitor
from lms.web.console.sheets import GivenUp, Sink


class ViewLists:
    """`ListMaker` over the console's own views."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, task: Task, out: IO[bytes], told: Told) -> Made | None:
        """Ask the view again, with a sink in the place of a browser."""
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - the proxy's own way to the app
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (
            tempfile.TemporaryDirectory(dir=self._folder) as folder,
            app.app_context(),
            app.test_request_context(
                task.narrowing.path,
                base_url=app.extensions["lms.settings"].base_url,
                method="POST",
                data=_form(task),
            ),
        ):
            sink = Sink(out, told, whole=task.personal, folder=folder)
            try:
                _ask(app, task, sink)
            except GivenUp:
                return None
        if sink.rows is None:
            raise Refused("export.no_list")
        return Made(rows=sink.rows, size=0, sha256=b"")


def _form(task: Task) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in task.narrowing.form:
        found.setdefault(name, []).append(value)
    return found


def _ask(app: Flask, task: Task, sink: Sink) -> None:
    """Ask a view as the one who asked for its list.

    Raises: Refused when they may no longer come in.
    """
    endpoint = request.endpoint or ""
    card = _asker(task, desk.now())
    door = doors.door_of(app, endpoint) if endpoint else None
    if card is None or door is None or not door.roles & card.roles:
        raise Refused("export.asker_gone")
    session["lang"] = task.locale
    g._login_user = Visitor("", card)  # noqa: SLF001 - where Flask-Login keeps it
    g.export_sink = sink
    app.view_functions[endpoint](**(request.view_args or {}))


def _asker(task: Task, now: datetime) -> VisitorCard | None:
    if task.asked_by is None:
        return None
    return standing_in(reading(), task.asked_by, task.association_id, now)
