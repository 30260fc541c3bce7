"""All of the company's pages behind one blueprint."""

from lms.web.employer import (
    applications,
    archive,
    audits,
    beginning,
    copies,
    home,
    materials,
    people,
)
from lms.web.employer.parts import bp

__all__ = [
    "applications",
    "archive",
    "audits",
    "beginning",
    "bp",
    "copies",
    "home",
    "materials",
    "people",
]
