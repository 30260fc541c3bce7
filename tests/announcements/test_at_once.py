"""One person's word sends no more in a day, however fast it is said."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from flask import Flask

from lms.announcements import services
from lms.announcements.rules import State
from lms.kernel.work import Work
from tests.announcements.test_sending import learners, wanted
from tests.races import race

Begin = Callable[..., Any]


def test_two_that_are_sent_at_once_share_one_persons_day(
    app: Flask, begin: Begin
) -> None:
    here, _made = learners(begin, 1)
    with begin() as work:
        drafts = [services.draft(work, here, wanted(sms=True)) for _each in range(2)]

    def send(made: UUID, work: Work) -> State:
        return services.submit(work, here, made, 150)

    got = race(app, [partial(send, made) for made in drafts])

    assert sorted(str(one) for one in got) == [State.SET, State.WAITING]
