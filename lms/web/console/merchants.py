"""A merchant's file that is named after nobody: managers hear of it at their desk."""

from flask import url_for
from flask_babel import gettext as _

from lms.catalogue import queries as catalogue
from lms.web import desk
from lms.web.console.tasks import Task


def astray() -> bool:
    """Tell whether a file may be meant for this association, under a wrong code.

    So it may be where the association has none and there is one that nobody has.
    """
    settings = desk.settings()
    if not settings.merchants:
        return False
    session = desk.reading()
    own = catalogue.association(session, desk.association()).code
    codes = [one.code for one in catalogue.associations(session)]
    return own not in settings.merchants and bool(settings.astray(codes))


def tasks() -> list[Task]:
    """Give a manager the task to have it put right; others and good files give none."""
    visitor = desk.visitor()
    if visitor is None or "manager" not in visitor.roles or not astray():
        return []
    return [
        Task(
            1,
            _("核对在线收款商户"),
            _("系统里有一份商户设置对不上任何协会的代码，可能是给本协会的"),
            url_for("console_terms.index", _anchor="merchant"),
            "alert",
        )
    ]
