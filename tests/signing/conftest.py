"""An association whose keys are looked after."""

from __future__ import annotations

import pytest

from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from lms.signing.rules import Owner
from tests.make import credentials as graduates
from tests.make import signing as make


@pytest.fixture
def here(work: Work) -> AssociationId:
    return graduates.association(work)


@pytest.fixture
def mine(here: AssociationId) -> Owner:
    return make.owner(here)
