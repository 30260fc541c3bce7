"""One world for all tests of doors that a process runs: it takes seconds to build."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.house import ground as grounds
from tests.house.ground import Ground


@pytest.fixture(scope="session")
def whole_ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    yield from grounds.made(tmp_path_factory)


@pytest.fixture
def ground(whole_ground: Ground) -> Iterator[Ground]:
    """The world as it was built; what a test leaves is put back."""
    with whole_ground.app.app_context():
        whole_ground.enter()
        yield whole_ground
        whole_ground.put_back()
