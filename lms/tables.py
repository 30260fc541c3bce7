"""The one list of every table, for migrations and for tests."""

from lms.approvals import models as approvals
from lms.credentials import models as credentials
from lms.evidence import models as evidence
from lms.hours import models as hours
from lms.kernel.db import Table
from lms.people import models as people

METADATA = Table.metadata

ROOMS = (
    approvals,
    credentials,
    evidence,
    hours,
    people,
)
