"""The demonstration's keys: certified by an authority that calls itself a play."""

from datetime import timedelta

from lms.catalogue import queries as catalogue
from lms.kernel.work import Work
from lms.policy.licences import LICENCES
from lms.signing import services as signing
from lms.signing.ports import KeyMaker
from lms.signing.rules import association, office

_OLDEST = timedelta(days=4 * 366)
"""The first certificates of the demonstration are as old as a registration."""


def lay(work: Work, maker: KeyMaker) -> None:
    """Give every association and every province's authority its three keys."""
    owners = [
        (association(one.id), one.name) for one in catalogue.associations(work.session)
    ]
    owners += [(office(one.province), one.authority) for one in LICENCES.values()]
    for owner, name in owners:
        signing.equip(work, maker, owner, name, work.now - _OLDEST, demonstration=True)
