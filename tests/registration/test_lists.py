"""Lists that an office publishes, and what the public says to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.work import Work
from lms.policy.flow import Case, Party, Path, StepName
from lms.policy.model import Application, Province
from lms.registration import services as core
from lms.registration.queries import applications, letters
from lms.registration.queries.applications import ApplicationCard
from lms.registration.queries.desk import Desk
from lms.registration.rules.letters import LetterKind
from lms.registration.rules.states import Act, Status
from lms.registration.services import Doing, notices
from lms.registration.services.notices import Chosen, Voice
from tests.registration.test_desk import arrived, do, hall, papers, sits
from tests.registration.walk import PRESS, Cast, Way, as_, begin, cast, step

LIST = "关于准予二级建造师注册的公告"


def announced(work: Work) -> tuple[Cast, ApplicationCard, Desk]:
    who, card = arrived(work, Province.SICHUAN, Application.RE_REGISTRATION)
    centre = hall(work, "SC-ZX", "teller")
    department = hall(work, "SC-JST", "approver")
    for _ in range(2):
        card = do(sits(work, who.teller), centre, card, Act.PASS)
    card = do(sits(work, who.approver), department, card, Act.GRANT)
    assert card.step.name is StepName.ANNOUNCE
    return who, card, department


def test_an_announcement_names_the_granted_and_carries_them_on(work: Work) -> None:
    who, card, department = announced(work)
    approver = sits(work, who.approver)
    with pytest.raises(Refused, match=r"desk\.announce_first"):
        do(approver, department, card, Act.PASS)

    chosen = (Chosen(card.id, card.version),)
    made = notices.publish(approver, department, LIST, chosen, printer=PRESS)

    assert made.number == "四川省住房和城乡建设厅公告〔2026〕1号"
    assert [line.application_id for line in made.lines] == [card.id]
    assert applications.application(work.session, card.id).status is Status.GRANTED


def test_a_list_that_a_colleague_published_is_not_published_again(work: Work) -> None:
    who, card, department = announced(work)
    approver = sits(work, who.approver)
    chosen = (Chosen(card.id, card.version),)
    notices.publish(approver, department, LIST, chosen, printer=PRESS)

    with pytest.raises(Conflict, match=r"application\.moved_on"):
        notices.publish(approver, department, LIST, chosen, printer=PRESS)


def test_nobody_stands_twice_on_a_list(work: Work) -> None:
    who, card, department = announced(work)
    chosen = (Chosen(card.id, card.version), Chosen(card.id, card.version - 1))

    with pytest.raises(Refused, match=r"notice\.twice"):
        notices.publish(
            sits(work, who.approver), department, LIST, chosen, printer=PRESS
        )


def test_an_empty_list_is_not_published(work: Work) -> None:
    who, _card, department = announced(work)

    with pytest.raises(Refused, match=r"notice\.empty"):
        notices.publish(sits(work, who.approver), department, LIST, (), printer=PRESS)


def public(work: Work) -> tuple[Cast, ApplicationCard, Desk]:
    """A cancellation by the written path that waits for its public notice."""
    who = cast(work, province=Province.INNER_MONGOLIA)
    left = frozenset({Case.DISMISSED})
    way = Way(Province.INNER_MONGOLIA, Application.CANCELLATION, Path.WRITTEN, left)
    card = begin(work, who, way)
    while card.step.name is not StepName.NOTICE:
        card = step(work, who, card)
    return who, card, hall(work, "NM-JST", "approver")


def published(work: Work) -> tuple[Cast, ApplicationCard, Desk, UUID]:
    who, card, place = public(work)
    approver = sits(work, who.approver)
    with pytest.raises(Refused, match=r"desk\.not_published"):
        do(approver, place, card, Act.PASS)
    chosen = (Chosen(card.id, card.version),)
    made = notices.publish(approver, place, "注销公示", chosen, printer=PRESS)
    return who, card, place, made.id


def after_the_notice(work: Work, place: Desk) -> tuple[Work, Desk]:
    later = replace(work, now=datetime(2026, 12, 10, 2, 0, tzinfo=UTC))
    return later, replace(place, today=date(2026, 12, 10))


def test_nothing_goes_on_while_the_public_may_object(work: Work) -> None:
    who, card, place, _notice = published(work)
    approver = sits(work, who.approver)
    with pytest.raises(Refused, match=r"desk\.still_public"):
        do(approver, place, card, Act.PASS)

    later, then = after_the_notice(approver, place)
    card = do(later, then, card, Act.PASS)

    assert card.step.name is not StepName.NOTICE


def test_an_objection_must_be_answered_and_an_upheld_one_stops_it(work: Work) -> None:
    who, card, place, notice = published(work)
    voice = Voice(card.id, "此人仍在本单位任职，合同未解除", "某公司", "0471-1234567")
    notices.object_to(work, notice, voice)
    (said,) = letters.objections(work.session, card.id)
    later, then = after_the_notice(sits(work, who.approver), place)
    with pytest.raises(Refused, match=r"desk\.objection_open"):
        do(later, then, card, Act.PASS)
    assert notices.who_objected(later, then, said.id) == "某公司 0471-1234567"

    notices.answer(later, then, said.id, "经核实成立", upheld=True)

    with pytest.raises(Conflict, match=r"notice\.answered"):
        notices.answer(later, then, said.id, "再答", upheld=False)
    with pytest.raises(Refused, match=r"desk\.objection_upheld"):
        do(later, then, card, Act.PASS)
    card = do(later, then, card, Act.REFUSE, reason="异议成立，不予注销")
    assert card.status is Status.REFUSED
    assert papers(work, card)[-1] is LetterKind.REFUSAL


def test_objections_end_with_the_public_notice(work: Work) -> None:
    _who, card, place, notice = published(work)
    later, _then = after_the_notice(work, place)
    voice = Voice(card.id, "此人仍在本单位任职", "某公司", "0471-1234567")

    with pytest.raises(Refused, match=r"notice\.over"):
        notices.object_to(later, notice, voice)
    with pytest.raises(NotFound):
        notices.object_to(work, notice, replace(voice, application_id=uuid4()))


def test_nobody_reads_or_answers_an_objection_to_their_own(work: Work) -> None:
    who, card, place, notice = published(work)
    voice = Voice(card.id, "此人仍在本单位任职，合同未解除", "某公司", "0471-1234567")
    notices.object_to(work, notice, voice)
    (said,) = letters.objections(work.session, card.id)
    own = sits(work, who.person)

    with pytest.raises(Refused, match=r"desk\.own"):
        notices.who_objected(own, place, said.id)
    with pytest.raises(Refused, match=r"desk\.own"):
        notices.answer(own, place, said.id, "不成立", upheld=False)


VOICE = "此人仍在本单位任职，合同未解除"


def withdrawn(work: Work, who: Cast, card: ApplicationCard) -> None:
    doing = Doing(card.id, Act.WITHDRAW, Party.PERSON, None)
    core.act(as_(work, who.person), doing, printer=PRESS)


def test_an_objection_to_what_was_withdrawn_is_still_answered(work: Work) -> None:
    who, card, place, notice = published(work)
    notices.object_to(work, notice, Voice(card.id, VOICE, "某公司", "0471-1234567"))
    (said,) = letters.objections(work.session, card.id)
    withdrawn(work, who, card)
    approver = sits(work, who.approver)
    teller = replace(place, parties=frozenset({Party.TELLER}))

    with pytest.raises(Refused, match=r"application\.not_yours"):
        notices.answer(sits(work, who.teller), teller, said.id, "已撤回", upheld=False)
    notices.answer(approver, place, said.id, "申请已撤回", upheld=False)

    assert letters.open_objections(work.session, [Province.INNER_MONGOLIA]) == ()


def test_nobody_objects_to_what_has_ended(work: Work) -> None:
    who, card, _place, notice = published(work)
    withdrawn(work, who, card)

    with pytest.raises(Refused, match=r"notice\.over"):
        notices.object_to(work, notice, Voice(card.id, VOICE, "某公司", "0471-1234567"))


def test_only_the_desk_that_answers_reads_who_objected(work: Work) -> None:
    who, card, place, notice = published(work)
    notices.object_to(work, notice, Voice(card.id, VOICE, "某公司", "0471-1234567"))
    (said,) = letters.objections(work.session, card.id)
    teller = replace(place, parties=frozenset({Party.TELLER}))

    with pytest.raises(Refused, match=r"application\.not_yours"):
        notices.who_objected(sits(work, who.teller), teller, said.id)
