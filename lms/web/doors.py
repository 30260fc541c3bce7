"""Who may come in. Every view says so by exactly one of these decorators.

A route without a door stops the start of the application: doors are shut unless
opened by name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.web import desk

View = TypeVar("View", bound=Callable[..., Any])


class Kind(StrEnum):
    """The kinds of door."""

    PUBLIC = "public"
    HALF = "half"
    SIGNED_IN = "signed_in"
    ROLES = "roles"
    HOOK = "hook"
    API = "api"


@dataclass(frozen=True, slots=True)
class Door:
    """What a view demands of its visitor."""

    kind: Kind
    roles: frozenset[str] = frozenset()

    @property
    def cookieless(self) -> bool:
        """Tell whether cookies count for nothing here, so that CSRF cannot matter."""
        return self.kind in {Kind.HOOK, Kind.API}


def _hang(door: Door) -> Callable[[View], View]:
    def mark(view: View) -> View:
        if hasattr(view, "door"):
            raise RuntimeError(f"{view.__name__} has two doors")
        view.door = door  # type: ignore[attr-defined]  # a mark on the view
        return view

    return mark


public = _hang(Door(Kind.PUBLIC))
"""Anybody."""

half = _hang(Door(Kind.HALF))
"""Who has given a password, with or without the second factor."""

signed_in = _hang(Door(Kind.SIGNED_IN))
"""Any account that is wholly signed in."""

learner = _hang(Door(Kind.ROLES, frozenset({"learner"})))
"""A constructor in person."""

hook = _hang(Door(Kind.HOOK))
"""A machine that proves itself by a signature; carries no cookie."""

api = _hang(Door(Kind.API))
"""A program with a key, or nobody; carries no cookie."""


def staff(*roles: str) -> Callable[[View], View]:
    """Name the staff roles that may come in."""
    return _hang(Door(Kind.ROLES, frozenset(roles)))


def door_of(app: Flask, endpoint: str) -> Door | None:
    """Find the door of an endpoint."""
    return getattr(app.view_functions[endpoint], "door", None)


def close(app: Flask) -> None:
    """Check that every route has a door, and put the guard before them all.

    Raises: RuntimeError naming each undeclared endpoint.
    """
    app.view_functions["static"] = public(app.view_functions["static"])
    open_routes = sorted(
        {r.endpoint for r in app.url_map.iter_rules() if not door_of(app, r.endpoint)}
    )
    if open_routes:
        raise RuntimeError(f"routes without a door: {', '.join(open_routes)}")
    app.before_request(_guard)


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    door = door_of(current_app, request.endpoint)
    if door and not door.cookieless and _has_nul():
        abort(400)
    if door is None or door.kind in {Kind.PUBLIC, Kind.HOOK, Kind.API}:
        return None
    user = desk.user()
    if not user.is_authenticated:
        return _away("account.sign_in", 401)
    if door.kind is Kind.HALF:
        return None
    if user.state != "full":
        return _away("account.factor", 401)
    if door.kind is Kind.ROLES and not door.roles & user.roles:
        abort(403)
    return None


def _has_nul() -> bool:
    """Find the one character that no page sends and PostgreSQL keeps in no text."""
    return b"%00" in request.query_string or any(
        "\0" in value for _name, value in request.form.items(multi=True)
    )


def _away(endpoint: str, status: int) -> ResponseReturnValue:
    """Send a reader to a page that helps; tell a script, or a lost POST, plainly."""
    if request.method != "GET" or request.accept_mimetypes.best == "application/json":
        abort(status)
    here = request.full_path.rstrip("?")
    return redirect(url_for(endpoint, next=here), 303)
