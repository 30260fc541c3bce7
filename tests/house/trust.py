"""What waits for the platform's operators: another name, and a renewal of the roots."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from lms.gateways.signing.believing import Roots
from lms.gateways.signing.keys import HouseKeyMaker
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from lms.signing import services as signing
from lms.signing.rules import HOUSE, HOUSE_NAME, Owner, Purpose
from lms.signing.services import Brought
from tests.make import signing as keys

_PURPOSES = (Purpose.DOCUMENT, Purpose.SEAL)


def named_otherwise(work: Work, house: AssociationId, nth: int) -> UUID:
    """A key in another name, to which two managers have said yes."""
    owner = keys.owner(house, demonstration=True)
    upload, made = keys.brought(work, _PURPOSES[nth])
    maker = HouseKeyMaker(keys.FONTS, roots=Roots(made.chain[1:]))
    wanted = replace(owner, name="另一个名称的协会")
    brought = Brought(_PURPOSES[nth], upload, "单位改过名称")
    asked = signing.bring(keys.manager(work, house), maker, wanted, brought)
    signing.decide(keys.manager(work, house), maker, wanted, asked, keys.YES)
    return asked


def renewal(work: Work, nth: int) -> UUID:
    """A question of one operator about a root, for each purpose one."""
    we = Owner(HOUSE, HOUSE_NAME, role="operator", demonstration=True)
    return signing.renew(keys.operator(work), we, _PURPOSES[nth], "根证书将到期")
