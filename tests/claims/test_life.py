"""A claim's whole life, whatever anybody tries: the room against a plain model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.claims import queries, services
from lms.claims.services import Answer
from lms.evidence import queries as evidence
from lms.hours import queries as hours
from lms.kernel.errors import LmsError
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work
from tests.make import claims as make
from tests.make import credentials as graduates

CAST = {
    "clerk a": "clerk", "clerk b": "clerk", "clerk c": "clerk",
    "manager a": "manager", "manager b": "manager", "manager c": "manager",
    # The learner's second account, with a desk's role.
    "double": "manager",
}  # fmt: skip
SELF = {"learner", "double"}
MOVES = st.lists(
    st.tuples(
        st.sampled_from([*CAST, "learner"]),
        st.sampled_from(["yes", "yes", "no", "withdraw", "appeal"]),
    ),
    max_size=9,
)


@dataclass
class Model:
    """What ought to be true of one claim."""

    state: str = "open"
    heard: list[str] = field(default_factory=list)
    barred: set[str] = field(default_factory=set)
    appealed: bool = False

    def move(self, who: str, deed: str) -> bool:
        """Make a move; tell whether the rules allow it."""
        if deed == "appeal":
            return self._appeal(who)
        if self.state != "open":
            return False
        if deed == "withdraw":
            allowed = who in SELF
            self.state = "withdrawn" if allowed else self.state
            return allowed
        return self._word(who, deed)

    def _appeal(self, who: str) -> bool:
        if who not in SELF or self.state != "refused" or self.appealed:
            return False
        self.appealed, self.state = True, "open"
        self.barred, self.heard = set(self.heard), []
        return True

    def _word(self, who: str, deed: str) -> bool:
        if who in SELF or who in self.barred or who in self.heard:
            return False
        if deed == "no":
            self.state = "refused"
        elif self.heard:
            if CAST[who] != "manager":
                return False
            self.state = "approved"
        elif not self.appealed and CAST[who] != "clerk":
            return False
        self.heard.append(who)
        return True


@dataclass
class Stage:
    """One claim in the house, and the persons around it."""

    work: Work
    me: PersonId
    here: AssociationId
    claim: UUID
    people: dict[str, UUID]

    def move(self, who: str, deed: str) -> bool:
        """Try a move; tell whether the house allowed it."""
        nested = self.work.session.begin_nested()
        try:
            self._do(who, deed)
        except LmsError:
            nested.rollback()
            return False
        nested.commit()
        return True

    def _do(self, who: str, deed: str) -> None:
        acting = (
            make.own(self.work, self.me)
            if who == "learner"
            else make.staff(self.work, CAST[who], self.here, self.people[who])
        )
        if deed == "withdraw":
            services.withdraw(acting, self.claim)
        elif deed == "appeal":
            services.appeal(acting, self.me, self.claim, "请其他人再看一次")
        else:
            services.decide(
                acting,
                self.claim,
                Answer(deed == "yes", "已看过"),
                association_id=self.here,
                printer=graduates.PLAIN,
            )


@pytest.fixture
def ground(work: Work) -> tuple[Work, PersonId, AssociationId]:
    here = graduates.association(work)
    return work, graduates.constructor(work), here


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(MOVES)
def test_a_claim_lives_as_the_rules_say(
    ground: tuple[Work, PersonId, AssociationId], moves: list[tuple[str, str]]
) -> None:
    work, me, here = ground
    whole = work.session.begin_nested()
    people: dict[str, Any] = {who: new_id() for who in CAST} | {"double": me}
    for who, role in CAST.items():
        make.appointed(work, role, here, people[who])
    stage = Stage(work, me, here, make.asked(work, me, here), people)
    model = Model()
    since, until = graduates.PERIOD
    for who, deed in moves:
        assert stage.move(who, deed) is model.move(who, deed), (who, deed, model)
        card = queries.owned(work.session, me, stage.claim)
        posted = hours.postings(work.session, me, since=since, until=until)
        assert card.question.state == model.state
        assert len(posted) == (model.state == "approved")
    assert evidence.verify(work.session, f"person:{me}").intact
    whole.rollback()
