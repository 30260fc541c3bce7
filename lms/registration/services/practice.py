"""What a grant does to the practice seal and the information card."""

from lms.credentials import queries as credentials_queries
from lms.credentials import services as credentials
from lms.credentials.rules import PracticeAct, PracticeItem, acts_after
from lms.credentials.services import PracticeEvent
from lms.kernel.clock import legal_day
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.people import services as people
from lms.policy.flow import Flow, Issue, Path
from lms.policy.model import Application
from lms.registration.models import ApplicationRow

_ITEMS = {
    Issue.PRACTICE_SEAL: PracticeItem.SEAL,
    Issue.INFORMATION_CARD: PracticeItem.CARD,
}


def settle(work: Work, row: ApplicationRow, flow: Flow) -> None:
    """Write down what is given back, declared void or made again with a grant.

    A seal that nobody recorded here stays unrecorded: the document asks for it, the
    house does not invent one.
    """
    ends = _ends(work, row)
    back = PracticeAct.VOIDED if ends else PracticeAct.RETURNED
    cancels = row.application is Application.CANCELLATION
    for issue, item in _ITEMS.items():
        if ends or (issue in flow.takes_back and not cancels):
            _write(work, row, item, back)
    held = credentials_queries.registered(work.session, PersonId(row.person_id))
    if row.path is Path.SEAL_LOST and held is not None:
        _write(work, row, PracticeItem.SEAL, PracticeAct.LOST)
        _write(work, row, PracticeItem.SEAL, PracticeAct.MADE)


def _ends(work: Work, row: ApplicationRow) -> bool:
    """Tell whether nothing stays registered: with some specialties left, seals stay."""
    if row.application is not Application.CANCELLATION:
        return False
    held = people.periods_of(work, PersonId(row.person_id))
    return {each.specialty.value for each in held} <= set(row.specialties)


def _write(
    work: Work, row: ApplicationRow, item: PracticeItem, act: PracticeAct
) -> None:
    person_id = PersonId(row.person_id)
    lines = credentials_queries.practice(work.session, person_id, item)
    if not lines or act not in acts_after(lines[0].act):
        return
    today = legal_day(work.now)
    note = f"application:{row.number}"
    credentials.record_practice(work, person_id, PracticeEvent(item, act, today, note))
