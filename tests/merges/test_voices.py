"""Two accounts are one voice: what is asked can be done, and nobody is the second."""

from __future__ import annotations

import pytest

from lms.accounts import queries as accounts
from lms.catalogue import services as courses
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.teachers import services as teachers
from tests.make import catalogue as make_courses
from tests.make import teachers as make_teachers
from tests.make.merges import Pair, acting, studied


@pytest.fixture
def pair(work: Work) -> Pair:
    return Pair(work)


def test_nothing_is_proposed_that_the_second_word_could_not_carry_out(
    work: Work, pair: Pair
) -> None:
    _course, first = make_courses.course(work, pair.here)
    studied(work, pair.goes, first, 1)
    second = courses.new_version(work, pair.here, first)
    courses.submit(work, pair.here, second)
    courses.publish(work, pair.here, second)
    studied(work, pair.stays, second, 1)

    with pytest.raises(Refused) as refused:
        pair.proposed(work)
    assert refused.value.reasons == ("merge.two_versions",)


def test_who_wrote_of_a_teacher_does_not_check_it_under_the_account_that_stays(
    work: Work, pair: Pair
) -> None:
    def hand(person_id: PersonId) -> Work:
        card = accounts.account_of(work.session, person_id)
        return acting(work, card.id, pair.here)

    # Both had a post once: who goes wrote one teacher, and asked for another's check.
    written = make_teachers.entered(hand(pair.goes), pair.here)
    asked = make_teachers.waiting(hand(pair.goes), pair.here, id_number="")
    other = make_teachers.nobody(work, pair.here)
    pair.merged(work)

    with pytest.raises(Refused, match=r"approval\.(own|before)"):
        make_teachers.check(hand(pair.stays), pair.here, asked)
    teachers.add_paper(
        other, pair.here, written, make_teachers.paper(), make_teachers.scan()
    )
    teachers.ask_check(other, pair.here, written)
    with pytest.raises(Refused, match=r"approval\.before"):
        make_teachers.check(hand(pair.stays), pair.here, written)
    teachers.take_back(hand(pair.stays), pair.here, asked)
