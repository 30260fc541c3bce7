"""Write down what happens to practice seals and information cards."""

from dataclasses import dataclass
from datetime import date

from lms.credentials import queries
from lms.credentials.models import PracticeRecord
from lms.credentials.rules import PracticeAct, PracticeItem, acts_after
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work


@dataclass(frozen=True, slots=True)
class PracticeEvent:
    """What happened to a seal or a card, and on which legal day."""

    item: PracticeItem
    act: PracticeAct
    on: date
    note: str = ""


def record_practice(work: Work, person_id: PersonId, event: PracticeEvent) -> None:
    """Write one line: made, returned, voided or lost.

    Raises: Refused when it cannot follow what was recorded last, when its day lies
        ahead or before the last one, or when nobody is registered who could have one.
    """
    lines = queries.practice(work.session, person_id, event.item)
    last = lines[0] if lines else None
    if event.act not in acts_after(last.act if last else None):
        raise Refused("practice.order")
    if event.on > legal_day(work.now) or (last and event.on < last.on):
        raise Refused("practice.day")
    made = event.act is PracticeAct.MADE
    if made and queries.registered(work.session, person_id) is None:
        raise Refused("practice.unregistered")
    work.session.add(
        PracticeRecord(
            person_id=person_id,
            item=event.item,
            act=event.act,
            on=event.on,
            note=event.note.strip()[:200],
            at=work.now,
            account_id=work.actor.account_id,
        )
    )
    work.session.flush()
    evidence.note(
        work,
        f"person:{person_id}",
        f"practice.{event.act.value}",
        item=event.item,
        on=event.on,
    )
