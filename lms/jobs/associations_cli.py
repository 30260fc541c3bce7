"""The operator's hand on associations: `flask --app app associations ...`."""

import re
import sys
from typing import Any

import click
from flask import current_app

from lms.kernel.work import Work
from lms.policy.model import Province

_CODE = re.compile(r"[A-Z0-9]{2,12}")
_NAME = re.compile(r".{4,80}")
_LEAST_MANAGERS = 2
_ROLES = ("manager", "clerk", "author")
_PAIR = (str, str)

Seat = tuple[str, str, str]
"""Role, address and name of somebody who begins."""


@click.group("associations")
def associations() -> None:
    """Open an association, and name those who begin in it."""


@associations.command("open")
@click.argument("code")
@click.argument("name")
@click.argument("province", type=click.Choice([one.value for one in Province]))
@click.option("--contact", default="", help="Telephone of its office.")
@click.option("--bank", default="", help="Where its account is kept.")
@click.option("--account", default="", help="Its account, printed on orders.")
@click.option("--manager", type=_PAIR, multiple=True, help="EMAIL NAME, twice at least")
@click.option("--clerk", type=_PAIR, multiple=True, help="EMAIL NAME")
@click.option("--author", type=_PAIR, multiple=True, help="EMAIL NAME")
def _open(code: str, name: str, province: str, **told: Any) -> None:  # noqa: ANN401 - click's own
    """Open an association under CODE, which stands in its certificates' numbers.

    It takes two managers, as no one decides alone. Each address without an account
    gets one, entered by a code that is sent there. What is left to do stands on their
    page 开通设置.
    """
    from lms.kernel.errors import LmsError
    from lms.kernel.work import HOUSE, unit_of_work

    seats = [(role, *pair) for role in _ROLES for pair in told[role]]
    try:
        _sound(code, name, seats)
        with unit_of_work(HOUSE, clock=current_app.extensions["lms.clock"]) as work:
            _opened(work, (code, name.strip(), province), told, seats)
    except LmsError as refused:
        sys.exit(f"Not done: {refused.code}")
    click.echo(f"{code} {name}: {len(seats)} people may sign in")


def _sound(code: str, name: str, seats: list[Seat]) -> None:
    from lms.kernel.errors import Refused

    if not (_CODE.fullmatch(code) and _NAME.fullmatch(name.strip())):
        raise Refused("association.named")
    managers = {email.casefold() for role, email, _name in seats if role == "manager"}
    if len(managers) < _LEAST_MANAGERS:
        raise Refused("association.two_managers")


def _opened(
    work: Work, named: tuple[str, str, str], told: dict[str, Any], seats: list[Seat]
) -> None:
    from lms.accounts.rules import Role
    from lms.accounts.services import staffing
    from lms.catalogue import queries
    from lms.catalogue.services.setup import AssociationFacts, create_association
    from lms.evidence import services as evidence
    from lms.kernel.errors import Conflict

    code, name, province = named
    if any(one.code == code for one in queries.associations(work.session)):
        raise Conflict("association.there")
    account = {"name": name, "bank": told["bank"], "account": told["account"]}
    facts = AssociationFacts(
        code,
        name,
        Province(province),
        transfer_account=account if told["account"] else {},
        contact=told["contact"],
    )
    made = create_association(work, facts)
    for role, email, called in seats:
        staffing.seat(work, email, called, Role(role), made)
    evidence.note(work, f"association:{made}", "association.opened", code=code)
