"""The operator's hand on offices: `flask --app app offices ...`."""

import sys
from datetime import datetime

import click
from flask import current_app


@click.group("offices")
def offices() -> None:
    """Open the offices that the documents name; seat the first people there."""


@offices.command("directory")
def _directory() -> None:
    """Open every office that the documents name and that is not there yet."""
    from lms.kernel.work import HOUSE, unit_of_work
    from lms.registration.services import offices as services

    with unit_of_work(HOUSE, clock=current_app.extensions["lms.clock"]) as work:
        opened = services.open_directory(work)
    click.echo(f"{len(opened)} offices")


@offices.command("appoint")
@click.argument("email")
@click.argument("role", type=click.Choice(["teller", "approver"]))
@click.argument("office")
@click.argument("until", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("document")
def _appoint(
    email: str, role: str, office: str, until: datetime, document: str
) -> None:
    """Seat EMAIL at OFFICE (its code) up to UNTIL, by DOCUMENT.

    For a house that has no two operators yet; afterwards the console's page, where a
    second operator must agree.
    """
    from lms.accounts.rules import Role
    from lms.kernel.errors import LmsError, NotFound
    from lms.kernel.work import HOUSE, unit_of_work
    from lms.registration.queries import offices as queries
    from lms.registration.services import offices as services
    from lms.reports import inspection

    try:
        with unit_of_work(HOUSE, clock=current_app.extensions["lms.clock"]) as work:
            account = inspection.account_at(work.session, email)
            if account is None:
                raise NotFound("account.unknown")
            where = queries.office_coded(work.session, office).id
            wanted = services.Appointment(
                account, Role(role), where, until.date(), document
            )
            services.appoint(work, wanted)
    except LmsError as refused:
        sys.exit(f"Not done: {refused.code}")
    click.echo(f"{email}: {role} at {office} until {until:%Y-%m-%d}")
