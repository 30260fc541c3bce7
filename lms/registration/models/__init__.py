"""The tables of the registration desk."""

from lms.registration.models.offices import Competence, Office

__all__ = ["Competence", "Office"]
