"""The operator's hand on inspectors: `flask --app app inspectors ...`."""

import sys
from datetime import datetime

import click
from flask import current_app


@click.group("inspectors")
def inspectors() -> None:
    """Say who may look into which association, and up to which day."""


@inspectors.command("appoint")
@click.argument("email")
@click.argument("name")
@click.argument("association")
@click.argument("until", type=click.DateTime(["%Y-%m-%d"]))
def _appoint(email: str, name: str, association: str, until: datetime) -> None:
    """Let somebody look into ASSOCIATION (its code) up to and with the day UNTIL.

    An address without an account gets one, entered by a code that is sent there.
    """
    from lms.accounts import services as accounts
    from lms.accounts.rules import Role
    from lms.kernel.errors import LmsError
    from lms.kernel.work import HOUSE, unit_of_work
    from lms.reports import inspection

    try:
        with unit_of_work(HOUSE, clock=current_app.extensions["lms.clock"]) as work:
            where = inspection.association_coded(work.session, association)
            account = inspection.account_at(work.session, email)
            if account is None:
                account = accounts.create_account(work, email=email, name=name)
            day = until.date()
            accounts.grant(
                work, account, Role.INSPECTOR, association_id=where, until=day
            )
    except LmsError as refused:
        sys.exit(f"Not done: {refused.code}")
    click.echo(f"{email}: {association} until {until:%Y-%m-%d}")


@inspectors.command("dismiss")
@click.argument("email")
@click.argument("association")
def _dismiss(email: str, association: str) -> None:
    """Let somebody look into ASSOCIATION no longer, from now on."""
    from lms.accounts import services as accounts
    from lms.accounts.rules import Role
    from lms.kernel.errors import LmsError, NotFound
    from lms.kernel.work import HOUSE, unit_of_work
    from lms.reports import inspection

    try:
        with unit_of_work(HOUSE, clock=current_app.extensions["lms.clock"]) as work:
            where = inspection.association_coded(work.session, association)
            account = inspection.account_at(work.session, email)
            if account is None:
                raise NotFound("account.unknown")
            accounts.revoke(work, account, Role.INSPECTOR, association_id=where)
    except LmsError as refused:
        sys.exit(f"Not done: {refused.code}")
    click.echo(f"{email}: {association} no more")
