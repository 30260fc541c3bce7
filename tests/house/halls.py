"""What lies on an office's desk, and what lies on another province's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import select

from lms.accounts import services as accounts
from lms.accounts.queries import reaching
from lms.accounts.rules import identifier
from lms.approvals import services as approvals
from lms.approvals.rules import Terms
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.ids import PersonId, new_id
from lms.kernel.work import Actor, Work
from lms.people import services as people
from lms.people.models import Employer
from lms.policy.flow import Party, Path, StepName
from lms.policy.flows import flow_for, flow_of
from lms.policy.model import Application, Province
from lms.policy.offices import NoticeKind
from lms.registration.models import (
    ApplicationRow,
    Flag,
    NoticeLine,
    Objection,
    OfficeLetter,
    PublicNotice,
)
from lms.registration.queries import offices
from lms.registration.rules.letters import LetterKind
from lms.registration.rules.numbers import number
from lms.registration.rules.states import FlagKind, Status
from lms.registration.services import dossier as dossiers
from lms.registration.services.offices import APPOINTMENT
from tests.house.lives import Things, owner
from tests.make import dossier as make_dossier

if TYPE_CHECKING:
    from tests.house.world import World

_LETTER = {
    "title": "受理凭证", "number": "1", "to": "某人", "paragraphs": ["正文"],
    "items": [], "after": [], "facts": [["申请人", "某人"]], "signed": "某厅",
    "on": "2026-11-20",
}  # fmt: skip


def lay(work: Work, world: World, cast: dict[str, PersonId]) -> None:
    """Gather the things of an office; only Inner Mongolia's is ever signed in."""
    for which, name, province in (
        ("own", "欧阳㛃𬀩", Province.INNER_MONGOLIA),
        ("same", "王守成", Province.INNER_MONGOLIA),
        ("foreign", "杨明", Province.SICHUAN),
    ):
        world.things["office"][which] = _case(work, cast[name], province)
    own = world.things["office"]["own"]
    company = work.session.scalars(select(Employer.id)).first()
    own["employer_id"] = company
    notice: dict[str, object] = {
        "notice_id": _notice_of(work, UUID(str(own["application_id"])))
    }
    for deed in ("show", "pdf", "object_to"):
        world.instead[f"lists.{deed}"] = notice
    world.forms["lists.object_to"] = {"application": str(own["application_id"])}
    world.forms["office.take_in"] = {"person": str(cast["孙备"])}
    _at_the_counter(work, cast["孙备"])
    for things in world.things["learner"].values():
        one = things.get("application_id")
        if one is not None:
            things["letter_id"] = _letter(work, UUID(str(one)))
    _seats(work, world)


def _at_the_counter(work: Work, person_id: PersonId) -> None:
    """Let the teller have seen somebody's ID card today."""
    place = identifier("office@demo.example")
    assert place is not None
    teller = reaching.account_at(work.session, reaching.contact_index(place))
    there = replace(work, actor=Actor(account_id=teller))
    people.note_look(there, person_id, "counter", "本人到窗口办理")


def _letter(work: Work, application_id: UUID) -> UUID:
    paper = OfficeLetter(
        id=new_id(), application_id=application_id, n=900,
        kind=LetterKind.ACCEPTANCE, words=_LETTER, made_at=work.now,
    )  # fmt: skip
    work.session.add(paper)
    work.session.flush()
    return paper.id


def _case(work: Work, person_id: PersonId, province: Province) -> Things:
    row = work.session.scalars(
        select(ApplicationRow).where(
            ApplicationRow.person_id == person_id, ApplicationRow.closed_at.is_(None)
        )
    ).first()
    if row is None:
        row = _arrived(work, person_id, province)
    _asks_for_a_contract(row)
    asked = flow_of(row.flow).materials_for(frozenset())
    material = make_dossier.ready(asked[0].kind)
    row.step, step = StepName.FILL, row.step
    work.session.flush()
    own = owner(work, person_id)
    material_id = dossiers.hand_in(own, row.id, material, Party.PERSON)
    row.step = step
    flag = Flag(
        id=new_id(), application_id=row.id, kind=FlagKind.OVERDUE, subject="door",
        raised_at=work.now, facts={}, comment="",
    )  # fmt: skip
    work.session.add(flag)
    work.session.flush()
    return {
        "application_id": row.id,
        "material_id": material_id,
        "letter_id": _letter(work, row.id),
        "flag_id": flag.id,
        "objection_id": _objection(work, row),
    }


def _asks_for_a_contract(row: ApplicationRow) -> None:
    """Make it a change of employer, so that the counter may scan a contract in."""
    change = Application.CHANGE
    flow = flow_for(row.province, change, Path.ORDINARY, legal_day(row.opened_at))
    assert flow is not None
    row.application, row.flow = change, flow.key


def _arrived(work: Work, person_id: PersonId, province: Province) -> ApplicationRow:
    """An application on another province's desk."""
    one, today = new_id(), legal_day(work.now)
    kind = Application.RENEWAL
    flow = flow_for(province, kind, Path.ORDINARY, today)
    assert flow is not None
    row = ApplicationRow(
        id=one, number=number(province, kind, today, one), person_id=person_id,
        province=province, application=kind, path=Path.ORDINARY,
        flow=flow.key, specialties=["highway"],
        cases=[], facts={}, started_by=Party.PERSON, opened_at=work.now,
        step=StepName.ACCEPT, status=Status.OPEN, met=[], filed_on=today, version=1,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    return row


def _objection(work: Work, row: ApplicationRow) -> UUID:
    office = offices.offices(work.session, row.province)[0]
    notice = PublicNotice(
        id=new_id(), office_id=office.id, province=row.province,
        kind=NoticeKind.PUBLICITY, number=f"D{row.id}", title="公示",
        published_at=work.now, until=legal_day(work.now) + timedelta(days=10),
    )  # fmt: skip
    line = NoticeLine(
        notice_id=notice.id, n=1, application_id=row.id, application=row.application,
        name="某人", employer="", specialties=row.specialties, registration_no="",
    )  # fmt: skip
    one, key = new_id(), pii.new_key()
    said = Objection(
        id=one, notice_id=notice.id, application_id=row.id, number=str(one)[:20],
        words="不符合条件", wrapped=pii.wrap(key, str(one)),
        contact=pii.seal(key, "某公司", f"objections|contact|{one}"),
        raised_at=work.now, answer="",
    )  # fmt: skip
    for each in (notice, line, said):
        work.session.add(each)
        work.session.flush()
    return one


def _notice_of(work: Work, application_id: UUID) -> UUID:
    found = work.session.scalars(
        select(NoticeLine.notice_id).where(NoticeLine.application_id == application_id)
    ).first()
    assert found is not None
    return found


def _seats(work: Work, world: World) -> None:
    """An office for the operators' pages, with a task and an open appointment."""
    office = offices.office_coded(work.session, "SC-ZX")
    new = accounts.create_account(work, name="任用", email="seat@demo.example")
    payload = {
        "office": str(office.id), "account": str(new), "role": "teller",
        "until": "2027-11-20", "document": "文件",
    }  # fmt: skip
    asked = approvals.ask(
        work,
        APPOINTMENT,
        f"office:{office.id}",
        payload,
        "任命",
        terms=Terms(last_role="operator", barred=frozenset({uuid4()})),
    )
    world.things["staff"]["own"] |= {
        "office_id": office.id,
        "competence_id": office.competences[0].id,
        "appointment_id": asked,
    }
