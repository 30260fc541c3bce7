"""Who looks after a key is reminded once, sixty days before it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lms.accounts.rules import Role
from lms.jobs import keys
from lms.kernel.ids import AssociationId
from lms.notify import queries as notify
from lms.signing import queries
from lms.signing.rules import Purpose, association
from lms.signing.services import Brought, bring
from tests.conftest import HandClock
from tests.make import accounts as people
from tests.make import credentials as graduates
from tests.make import signing as make

Begin = Callable[..., Any]
ENDS_IN = (make.SINCE + timedelta(days=12 * 365)) - timedelta(days=60)


@pytest.fixture
def here(begin: Begin) -> AssociationId:
    with begin() as work:
        made = graduates.association(work)
        make.ring(work, association(made))
        people.staff(work, Role.MANAGER, association_id=made)
    return made


def letters(begin: Begin) -> list[str]:
    with begin() as work:
        return [
            str(one.words["what"])
            for one in notify.demo_outbox(work.session)
            if one.template == "key_ending"
        ]


def test_before_the_sixty_days_nobody_is_told(
    begin: Begin, clock: HandClock, here: AssociationId
) -> None:
    clock.now = ENDS_IN - timedelta(days=1)
    keys.run(clock, {})
    assert letters(begin) == []


def test_each_key_is_told_of_once(
    begin: Begin, clock: HandClock, here: AssociationId
) -> None:
    clock.now = ENDS_IN.replace(hour=2)
    for _day in range(3):
        keys.run(clock, {})
        clock.pass_days(1)
    assert sorted(letters(begin)) == ["凭证密钥", "文件签名密钥", "电子印章密钥"]


def test_nobody_is_woken_at_night(
    begin: Begin, clock: HandClock, here: AssociationId
) -> None:
    clock.now = ENDS_IN.replace(hour=19)
    keys.run(clock, {})
    assert letters(begin) == []


def test_what_nobody_decided_falls_with_what_was_brought(
    begin: Begin, clock: HandClock, here: AssociationId
) -> None:
    owner = make.owner(here)
    with begin() as work:
        upload, _made = make.brought(work, Purpose.SEAL)
        brought = Brought(Purpose.SEAL, upload, "改用持牌机构的证书")
        bring(make.manager(work, here), make.maker(), owner, brought)
    clock.pass_days(30)
    keys.run(clock, {})
    with begin() as work:
        assert queries.questions(work.session, owner.key, open_only=True) == ()
