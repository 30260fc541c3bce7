"""Batches of certificates at each desk, with a package that lies on the disk."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from lms.accounts.models import Account
from lms.credentials.models import Certificate, IssueBatch, IssueLine, IssuePack
from lms.credentials.rules.batches import BatchState, LineState, PackState
from lms.credentials.rules.files import FileKind
from lms.credentials.services.packages import PackTask
from lms.exports.models import ExportJob
from lms.exports.rules import ExportState
from lms.kernel import pii
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work
from lms.policy.model import Specialty
from lms.reports.ports import BatchPacker
from tests.house import lives

if TYPE_CHECKING:
    from tests.house.world import World


def lay(
    app: Flask,
    work: Work,
    world: World,
    cast: dict[str, PersonId],
    houses: tuple[AssociationId, AssociationId],
) -> None:
    """Lay a batch in each hand: one that waits at its start, and one that runs."""
    here, there = houses
    packer: BatchPacker = app.extensions["lms.ports"][BatchPacker]
    for which, house in (("own", here), ("same", here), ("foreign", there)):
        things = world.things["staff"][which]
        things["batch_id"] = _batch(work, house, cast["李秀英"], BatchState.CHECKED)
        done = _batch(work, house, cast["李秀英"], BatchState.DONE)
        things["pack_id"] = _pack(work, packer, house, done)
        things["job_id"] = _export(work, house)
    running = _batch(work, here, cast["李秀英"], BatchState.RUNNING)
    world.instead["console_batches.stop"] = {"batch_id": running}


def _export(work: Work, house: AssociationId) -> UUID:
    """An export that somebody else asked for and that can be fetched."""
    row = ExportJob(
        id=new_id(),
        association_id=house,
        kind="cohorts.exported",
        title="按届名单",
        personal=True,
        reason="年度核对",
        locale="zh",
        asked_at=work.now,
        state=ExportState.READY,
        file_key=b"-",
        made_at=work.now,
        expires_at=work.now + timedelta(days=1),
    )
    work.session.add(row)
    work.session.flush()
    return row.id


def _batch(
    work: Work, house: AssociationId, person_id: PersonId, state: BatchState
) -> UUID:
    batch = IssueBatch(
        id=new_id(),
        association_id=house,
        chosen={},
        asked_by=None,
        asked_at=work.now,
        state=state,
        total=2,
        seen=2,
        able=2,
        issued=1,
        # Somebody else's, so that the clock's work leaves it alone.
        owner="elsewhere",
        leased_until=work.now + timedelta(days=1),
    )
    work.session.add(batch)
    work.session.flush()
    held = lives.one(work, Certificate, person_id).id
    for n, line_state in enumerate((LineState.ISSUED, LineState.LEFT), 1):
        work.session.add(
            IssueLine(
                batch_id=batch.id,
                n=n,
                person_id=person_id,
                specialty=tuple(Specialty)[n],
                state=line_state,
                certificate_id=held if n == 1 else None,
            )
        )
    work.session.flush()
    return batch.id


def _pack(
    work: Work, packer: BatchPacker, house: AssociationId, batch_id: UUID
) -> UUID:
    """Put an empty package on the disk, asked for by the desk's clerk."""
    made, key = new_id(), pii.new_key()
    size = packer.make(
        PackTask(made, batch_id, (FileKind.PDF,), 0, key), (), lambda _done: True
    )
    clerk = select(Account.id).where(Account.name == "白经办")
    work.session.add(
        IssuePack(
            id=made,
            batch_id=batch_id,
            association_id=house,
            kinds="pdf",
            asked_by=work.session.scalars(clerk).one(),
            asked_at=work.now,
            state=PackState.READY,
            total=1,
            done=1,
            size=size or 0,
            wrapped=pii.wrap(key, str(made)),
            made_at=work.now,
            expires_at=work.now + timedelta(days=1),
        )
    )
    work.session.flush()
    return made
