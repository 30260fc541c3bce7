"""Words in the visitor's language, and pieces of pages that are the same for many.

A page says a hundred words, draws thirty icons and names forty addresses; what does
not change between two pages is worked out once here.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, cast

from flask import Flask, g, url_for
from flask_babel import get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.runtime import Macro
from markupsafe import Markup
from werkzeug.routing import BuildError


def _translate() -> Callable[[str], str]:
    """Find this request's translations.

    Kept where Flask-Babel resets it when the language changes within a request.
    """
    kept: SimpleNamespace | None = g.get("_flask_babel")
    found = getattr(kept, "babel_translations", None)
    if found is None:
        found = get_translations().gettext
        g.get("_flask_babel").babel_translations = found
    return cast("Callable[[str], str]", found)


@pass_eval_context
def say(context: EvalContext, text: str, /, **values: object) -> str:
    """Say a text of a template, with its values put in."""
    said = _translate()(text)
    if context.autoescape:
        # The text is ours; each value is escaped as it is put in.
        said = Markup(said)  # noqa: S704 - values are escaped as they go in
    return said % values if values or "%" in text else said


def language() -> str:
    """Name the language that is spoken now: `zh` or `en`."""
    locale = get_locale()
    return locale.language if locale else "zh"


def register(app: Flask) -> None:
    """Give templates their words, addresses and kept pieces."""
    app.jinja_env.globals.update(
        {
            "_": say,
            "gettext": say,
            "door": _doors(),
            "url_for": _addresses(app),
            "once": lru_cache(maxsize=1000),
            "kept": _pieces(),
        }
    )


def _doors() -> Callable[..., str]:
    plain: dict[str, str] = {}

    def door(endpoint: str, /, **values: Any) -> str:  # noqa: ANN401 - what `url_for` takes
        """Give the address of a page, or nothing when there is no such page."""
        found = None if values else plain.get(endpoint)
        if found is None:
            try:
                found = url_for(endpoint, **values)
            except BuildError:
                found = ""
            if not values:
                plain[endpoint] = found
        return found

    return door


def _addresses(app: Flask) -> Callable[..., str]:
    files: dict[str, str] = {}

    def address(endpoint: str, /, **values: Any) -> str:  # noqa: ANN401 - what `url_for` takes
        """Give an address; a static file's is worked out once."""
        if endpoint != "static" or values.keys() != {"filename"}:
            return app.url_for(endpoint, **values)
        name = values["filename"]
        found = files.get(name)
        if found is None:
            found = files[name] = app.url_for(endpoint, filename=name)
        return found

    return address


def _pieces() -> Callable[..., str]:
    drawn: dict[tuple[Hashable, ...], str] = {}

    def kept(piece: Macro, *facts: Hashable) -> str:
        """Give what a macro writes for these facts; nothing personal may be one."""
        key = (piece.name, language(), *facts)
        found = drawn.get(key)
        if found is None:
            found = drawn[key] = piece(*facts)
        return found

    return kept
