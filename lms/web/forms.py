"""The base of every form."""

from functools import cache
from typing import Any, Self

from babel.support import NullTranslations, Translations
from flask import request
from flask.json.provider import DefaultJSONProvider
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.i18n import messages_path

from lms.web import speech

__all__ = ["PageForm", "SelectChoice", "StrictJson"]


@cache
def _faults(language: str) -> NullTranslations:
    """Read WTForms' own words once, not once a request."""
    return Translations.load(messages_path(), [language], domain="wtforms")


class StrictJson(DefaultJSONProvider):
    """Flask's JSON, for which a text nested without end is no JSON."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:  # noqa: ANN401 - any JSON
        """Read a text.

        Raises: ValueError.
        """
        try:
            return super().loads(s, **kwargs)
        except RecursionError as deep:
            raise ValueError("nested too deep") from deep


class PageForm(FlaskForm):
    """A form that knows its request; its CSRF token comes from Flask-WTF."""

    class Meta(FlaskForm.Meta):
        """Flask-WTF's settings, with kept words."""

        def get_translations(self, form: object) -> NullTranslations:
            """Give the words of faults in the visitor's language."""
            return _faults(speech.language())

    @classmethod
    def sent(cls) -> Self:
        """Fill the form from what the browser sent, files included."""
        return cls(formdata=CombinedMultiDict([request.files, request.form]))

    @classmethod
    def blank(cls, **values: object) -> Self:
        """Make the form for showing, filled with what is known."""
        return cls(formdata=None, data=values)
