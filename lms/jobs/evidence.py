"""Seal the book every minute, and send the day's checkpoint to its witnesses."""

from collections.abc import Mapping
from typing import Any

from lms.evidence import queries, services
from lms.evidence.ports import Sealer
from lms.evidence.services import Sealed
from lms.kernel.clock import Clock, legal_day
from lms.kernel.work import HOUSE, Work, unit_of_work
from lms.notify import services as notify
from lms.notify.rules import Channel, Letter

Ports = Mapping[type[Any], Any]


def run(clock: Clock, ports: Ports) -> None:
    """Seal what is new; then owe today's mails, each once."""
    seal(clock, ports[Sealer])
    with unit_of_work(HOUSE, clock=clock) as work:
        send(work)


def seal(clock: Clock, sealer: Sealer) -> Sealed | None:
    """Seal all that is new, some thousand lines at a time; give the last sealing."""
    last = None
    while True:
        with unit_of_work(HOUSE, clock=clock) as work:
            sealed = services.seal(work, sealer)
        last = sealed or last
        if sealed is None or not sealed.more:
            return last


def send(work: Work) -> None:
    """Owe the newest checkpoint to every witness, once a legal day."""
    checkpoint = queries.checkpoint(work.session)
    if checkpoint is None:
        return
    today = legal_day(work.now)
    for witness in queries.witnesses(work.session):
        notify.owe(
            work,
            Letter(
                channel=Channel.MAIL,
                template="checkpoint",
                address=witness.address,
                facts={"note": checkpoint.note, "size": checkpoint.size},
                dedupe=f"checkpoint:{witness.id}:{today}",
            ),
        )
