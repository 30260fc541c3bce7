"""The office's pages, gathered."""

from lms.web.office import (
    application,
    audits,
    comparing,
    counter,
    home,
    lists,
    materials,
    tables,
)
from lms.web.office.blueprint import bp

__all__ = [
    "application",
    "audits",
    "bp",
    "comparing",
    "counter",
    "home",
    "lists",
    "materials",
    "tables",
]
