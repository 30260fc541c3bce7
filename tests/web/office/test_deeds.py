"""Which deeds the page of an application takes."""

from __future__ import annotations

from lms.registration.rules.states import Status
from tests.web.office.test_office import Scene, scene

__all__ = ["scene"]


def test_a_deed_that_is_the_applicants_is_nobodys_at_a_desk(scene: Scene) -> None:
    answer = scene.deed(
        scene.teller, "withdraw", scene.card().version, reason="代为撤回"
    )

    assert answer.status_code == 422
    assert scene.card().status is Status.OPEN
