"""The base of every form."""

from typing import Self

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict


class PageForm(FlaskForm):
    """A form that knows its request; its CSRF token comes from Flask-WTF."""

    @classmethod
    def sent(cls) -> Self:
        """Fill the form from what the browser sent, files included."""
        return cls(formdata=CombinedMultiDict([request.files, request.form]))

    @classmethod
    def blank(cls, **values: object) -> Self:
        """Make the form for showing, filled with what is known."""
        return cls(formdata=None, data=values)
