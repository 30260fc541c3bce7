"""The demonstration's samples: drawn as every night, one of them decided."""

from dataclasses import replace
from datetime import timedelta

from lms.inspections import queries, services
from lms.inspections.rules import Verdict, Why
from lms.jobs import inspections
from lms.jobs.demo.people import Made
from lms.kernel.clock import legal_day
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work

_SAID = "心跳间隔几乎没有差别，应答用时也相同，需要本人说明。"
_DRAWN = (28, 26, 0)
"""How many days ago lots were drawn: twice while people studied, and today."""


def lay(work: Work, association_id: AssociationId, inspector: Made) -> None:
    """Draw over the last month, and let the inspector decide the first sign."""
    today = legal_day(work.now)
    for days in _DRAWN:
        inspections.draw(work, association_id, today - timedelta(days=days))
    waiting = queries.queue(work.session, [association_id], decided=False)
    first = next(one for one in waiting if one.why is not Why.CERTIFICATE)
    own = replace(work, actor=inspector.actor)
    services.find(own, [association_id], first.id, Verdict.DOUBTFUL, _SAID)
