"""The demonstration's associations as houses: a domain, a guest, a rule to come."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from lms.accounts.rules import Identifier, IdentifierKind, Role
from lms.accounts.services import inviting, staffing
from lms.catalogue.rules.terms import StudyTerms
from lms.catalogue.services import domains, terms
from lms.jobs.demo.people import Made
from lms.kernel.clock import legal_day
from lms.kernel.ids import AssociationId
from lms.kernel.work import Actor, Work

DOMAIN = "bt.localhost"
"""Browsers lead every name under localhost to this machine."""

SELLER = {
    "bank": "演示银行包头分行",
    "account": "6200 0000 0000 0000 001",
    "uscc": "51150200MJY000001X",
    "address": "内蒙古自治区包头市演示路1号",
    "phone": "0472-0000001",
}


def lay(
    work: Work, houses: Mapping[str, AssociationId], staff: Mapping[str, Made]
) -> None:
    """Show one association under its own domain; let two managers run the other."""
    domains.open_domain(work, houses["BTJX"], DOMAIN)
    here = houses["YSJX"]
    first, second = (_hand(work, staff[one], here) for one in ("manager2", "manager"))
    guest = Identifier(IdentifierKind.EMAIL, "su@demo.example")
    staffing.ask_invitation(
        first,
        here,
        inviting.Invited("苏经办", guest, Role.CLERK),
        "年底办证的人多，窗口缺一位经办人",
    )
    asked = terms.ask_study(
        first,
        here,
        StudyTerms(8 * 3600, 125, {"on": 1}),
        legal_day(work.now) + timedelta(days=30),
        "防止熬夜刷课",
    )
    terms.decide(second, here, asked, (True, "同意"))


def say_who_sells(
    work: Work, here: AssociationId, name: str, staff: Mapping[str, Made]
) -> None:
    """Let two managers say what invoices tell of their seller, some weeks ago."""
    first, second = (
        replace(one, now=work.now - timedelta(days=60))
        for one in (_hand(work, staff[who], here) for who in ("manager2", "manager"))
    )
    asked = terms.ask_account(first, here, {"name": name, **SELLER}, "开具发票要用")
    terms.decide(second, here, asked, (True, "同意"))


def _hand(work: Work, who: Made, here: AssociationId) -> Work:
    actor = Actor(who.account_id, who.person_id, frozenset({"manager"}), here)
    return replace(work, now=work.now - timedelta(hours=3), actor=actor)
