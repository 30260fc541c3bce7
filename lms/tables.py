"""The one list of every table, for migrations and for tests."""

from lms.accounts import models as accounts
from lms.announcements import models as announcements
from lms.approvals import models as approvals
from lms.calendar import models as calendar
from lms.catalogue import models as catalogue
from lms.claims import models as claims
from lms.classes import models as classes
from lms.commerce import models as commerce
from lms.credentials import models as credentials
from lms.evidence import models as evidence
from lms.exams import models as exams
from lms.exports import models as exports
from lms.hours import models as hours
from lms.inspections import models as inspections
from lms.kernel.db import Table
from lms.learning import models as learning
from lms.legacy import models as legacy
from lms.merges import models as merges
from lms.notify import models as notify
from lms.people import models as people
from lms.registration import models as registration
from lms.signing import models as signing
from lms.teachers import models as teachers
from lms.threads import models as threads

METADATA = Table.metadata

ROOMS = (
    accounts,
    announcements,
    approvals,
    calendar,
    catalogue,
    claims,
    classes,
    commerce,
    credentials,
    evidence,
    exams,
    exports,
    hours,
    inspections,
    learning,
    legacy,
    merges,
    notify,
    people,
    registration,
    signing,
    teachers,
    threads,
)
