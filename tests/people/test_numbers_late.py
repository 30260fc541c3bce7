"""What comes too late: a number over another, and slips of who has changed posts."""

from __future__ import annotations

import pytest

from lms.accounts import queries as accounts
from lms.accounts import services as account_services
from lms.accounts.rules import CodeVerdict, Role
from lms.accounts.services import posts
from lms.kernel.errors import Conflict, Refused
from lms.kernel.work import Work
from lms.merges import services as merges
from lms.people import queries, services
from tests.make import accounts as make_accounts
from tests.make import people as make
from tests.make.merges import PUT, YES, Pair, acting
from tests.people.test_numbers import came, said, taken, used


@pytest.fixture
def pair(work: Work) -> Pair:
    """`goes` is the stranger who typed a number, `stays` whose it is."""
    return Pair(work)


def test_a_number_does_not_come_over_one_that_its_asker_has_by_now(
    work: Work, pair: Pair
) -> None:
    number = taken(work, pair)
    case = services.report_number(work, pair.stays, pair.here, said(number))
    asked = merges.propose_number(pair.as_manager(work), case, PUT)
    own = make.id_number()
    services.save_identity(work, pair.stays, "张建国", own)

    with (
        pytest.raises(Conflict, match=r"number\.asker_has_one"),
        work.session.begin_nested(),
    ):
        merges.decide(pair.as_manager(work, 1), asked, YES)
    merges.withdraw(pair.as_manager(work), asked)
    with pytest.raises(Refused) as refused:
        merges.propose_number(pair.as_manager(work), case, PUT)

    assert refused.value.reasons == ("number.asker_has_one",)
    assert queries.open_id_number(work.session, pair.stays) == own
    assert queries.open_id_number(work.session, pair.goes) == number


def test_a_slip_sets_no_password_of_who_works_here_by_now(
    work: Work, pair: Pair
) -> None:
    slip = services.recover_at_counter(
        pair.as_manager(work), came(taken(work, pair), name="王陌生")
    )
    account = accounts.account_of(work.session, pair.goes).id
    account_services.grant(work, account, Role.MANAGER, association_id=pair.here)

    assert used(work, slip) is CodeVerdict.EXPIRED


def test_the_slips_of_who_leaves_the_counter_reset_nothing(
    work: Work, pair: Pair
) -> None:
    clerk = make_accounts.staff(
        work, Role.CLERK, association_id=pair.here, email="gone@demo.example"
    )
    number = taken(work, pair)
    lost = came(number, name="王陌生")
    slip = services.recover_at_counter(acting(work, clerk, pair.here), lost)

    posts.take(work, clerk, Role.CLERK, pair.here)

    assert used(work, slip) is CodeVerdict.EXPIRED
    again = services.recover_at_counter(pair.as_manager(work), lost)
    assert used(work, again) is CodeVerdict.RIGHT
