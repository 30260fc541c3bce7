"""A learner and a clerk, for the pages of accounts."""

import pytest

from lms.kernel.ids import AccountId
from tests.make import accounts as make
from tests.make.visits import Begin


@pytest.fixture
def learner(begin: Begin) -> AccountId:
    with begin() as work:
        return make.account(work, phone=make.PHONE)


@pytest.fixture
def clerk(begin: Begin) -> AccountId:
    with begin() as work:
        return make.staff(work)
