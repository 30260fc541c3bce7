"""The one blueprint that all views of accounts hang on."""

from flask import Blueprint

bp = Blueprint("account", __name__, url_prefix="/account")
