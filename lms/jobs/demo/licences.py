"""The demonstration's registration certificates: specimens, and marked as such."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta

from lms.credentials import services as credentials
from lms.credentials.ports import RegistrationPrinter
from lms.credentials.rules import (
    PracticeAct,
    PracticeItem,
    RegistrationFacts,
    Term,
)
from lms.jobs.demo.people import Made
from lms.kernel.clock import SHANGHAI
from lms.kernel.work import Work
from lms.people import queries as people

_HOLDERS = ("李秀英", "张建国", "王守成")
_PURPOSE = "包头市某小区一期工程施工投标"


def lay(work: Work, cast: Mapping[str, Made], printer: RegistrationPrinter) -> None:
    """Register some of the cast; one has a seal, and a company that asks to use it."""
    for name in _HOLDERS:
        _register(work, cast[name], printer)
    main = cast["张建国"]
    registered = people.registration(work.session, main.person_id)
    credentials.record_practice(
        work,
        main.person_id,
        credentials.PracticeEvent(
            PracticeItem.SEAL,
            PracticeAct.MADE,
            registered.period_from + timedelta(days=9),
            "自行制作",
        ),
    )
    employer = people.employer(work.session, main.person_id)
    if employer is not None:
        credentials.ask_use_copy(
            replace(work, now=work.now - timedelta(hours=20)),
            credentials.CopyAsk(main.person_id, employer.id, _PURPOSE, days=90),
        )


def _register(work: Work, made: Made, printer: RegistrationPrinter) -> None:
    """Issue what was granted on the first day of the registration that one declared."""
    registered = people.registration(work.session, made.person_id)
    employer = people.employer(work.session, made.person_id)
    first = registered.period_from
    granted = datetime.combine(first, time(10), SHANGHAI)
    credentials.issue_registration(
        replace(work, now=min(granted, work.now)),
        RegistrationFacts(
            person_id=made.person_id,
            province=registered.province,
            terms=tuple(
                Term(each.code, each.valid_from, each.valid_until)
                for each in registered.specialties
            ),
            employer=employer.name if employer else "",
            source=f"demonstration:{made.person_id}",
            reason="registration.granted",
            registration_no=registered.number,
            issued_on=first,
        ),
        printer=printer,
    )
