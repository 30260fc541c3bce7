"""The one list of every table, for migrations and for tests."""

from lms.evidence import models as evidence
from lms.kernel.db import Table

METADATA = Table.metadata

ROOMS = (evidence,)
