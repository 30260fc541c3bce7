"""Questions put, decided, withdrawn."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from lms.approvals import queries, services
from lms.approvals.rules import ApprovalState, Terms
from lms.evidence import queries as evidence
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AccountId, AssociationId, PersonId, new_id
from lms.kernel.work import Actor, Work

HERE, THERE = AssociationId(new_id()), AssociationId(new_id())
TWO = Terms(HERE, 2, "manager")


def as_(work: Work, role: str, person: UUID | None = None) -> Work:
    actor = Actor(
        AccountId(new_id()), PersonId(person or new_id()), frozenset({role}), HERE
    )
    return replace(work, actor=actor)


def asked(work: Work, terms: Terms) -> UUID:
    return services.ask(work, "test.kind", "person:1", {"a": 1}, "笔误", terms=terms)


def test_two_persons_approve_and_each_word_stays(work: Work) -> None:
    question = asked(as_(work, "learner"), TWO)

    first = services.decide(
        as_(work, "clerk"), question, True, "材料齐全", association_id=HERE
    )
    assert (first.state, first.left) == (ApprovalState.OPEN, 1)
    last = services.decide(
        as_(work, "manager"), question, True, "", association_id=HERE
    )

    assert last.state is ApprovalState.APPROVED
    assert [one.comment for one in last.decisions] == ["材料齐全", ""]
    assert evidence.verify(work.session, "person:1").intact
    with pytest.raises(Conflict, match=r"approval\.ended"):
        services.decide(as_(work, "manager"), question, True, "")


def test_a_maker_is_never_the_checker_with_another_account(work: Work) -> None:
    maker = new_id()
    question = asked(as_(work, "learner", maker), Terms(HERE))

    with pytest.raises(Refused, match=r"approval\.own"):
        services.decide(as_(work, "manager", maker), question, True, "")


def test_another_associations_question_is_not_found(work: Work) -> None:
    question = asked(as_(work, "learner"), Terms(THERE))

    with pytest.raises(NotFound):
        services.decide(as_(work, "clerk"), question, True, "", association_id=HERE)
    with pytest.raises(NotFound):
        queries.approval(work.session, question, association_id=HERE)
    assert queries.queue(work.session, HERE, "test.kind") == ()
    assert queries.open_count(work.session, THERE, "test.kind") == 1


def test_only_the_asker_withdraws(work: Work) -> None:
    asker = as_(work, "learner")
    question = asked(asker, Terms(HERE))

    with pytest.raises(NotFound):
        services.withdraw(as_(work, "learner"), question)
    services.withdraw(asker, question)

    card = queries.approval(work.session, question)
    assert card.state is ApprovalState.WITHDRAWN


def test_a_word_once_said_cannot_be_changed(work: Work) -> None:
    question = asked(as_(work, "learner"), Terms(HERE))
    services.decide(as_(work, "clerk"), question, False, "不符")

    with pytest.raises(DatabaseError):
        work.session.execute(text("UPDATE approval_decisions SET comment = ''"))
    work.session.rollback()
