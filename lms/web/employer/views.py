"""All of the company's pages behind one blueprint."""

from lms.web.employer import (
    applications,
    archive,
    audits,
    beginning,
    board,
    certificates,
    copies,
    home,
    materials,
    orders,
    people,
    quotes,
    roster,
    seats,
    tables,
)
from lms.web.employer.parts import bp

__all__ = [
    "applications",
    "archive",
    "audits",
    "beginning",
    "board",
    "bp",
    "certificates",
    "copies",
    "home",
    "materials",
    "orders",
    "people",
    "quotes",
    "roster",
    "seats",
    "tables",
]
