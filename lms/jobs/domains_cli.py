"""The operator's hand on associations' own domains: `flask --app app domains ...`."""

import sys

import click
from flask import current_app


@click.group("domains")
def domains() -> None:
    """Show an association under its own domain, once that leads to this house."""


@domains.command("open")
@click.argument("association")
@click.argument("host")
def _open(association: str, host: str) -> None:
    """Show ASSOCIATION (its code) at / of HOST.

    First lead the name and the proxy here, with a certificate: that they can be led
    here is the proof that the domain is the association's. What ASSOCIATION was seen
    under before is closed.
    """
    from lms.catalogue.rules.domains import host_of
    from lms.catalogue.services import domains as services
    from lms.kernel.errors import LmsError
    from lms.kernel.work import HOUSE, unit_of_work
    from lms.reports import inspection

    settings = current_app.extensions["lms.settings"]
    if (host_of(host) or host) in settings.hosts:
        sys.exit("Not done: this is the house's own host")
    try:
        with unit_of_work(HOUSE, clock=current_app.extensions["lms.clock"]) as work:
            where = inspection.association_coded(work.session, association)
            opened = services.open_domain(work, where, host)
    except LmsError as refused:
        sys.exit(f"Not done: {refused.code}")
    click.echo(f"{opened}: {association}")


@domains.command("close")
@click.argument("association")
@click.argument("host")
def _close(association: str, host: str) -> None:
    """Show ASSOCIATION (its code) under HOST no more, from the next request on."""
    from lms.catalogue.services import domains as services
    from lms.kernel.errors import LmsError
    from lms.kernel.work import HOUSE, unit_of_work
    from lms.reports import inspection

    try:
        with unit_of_work(HOUSE, clock=current_app.extensions["lms.clock"]) as work:
            where = inspection.association_coded(work.session, association)
            services.close(work, where, host)
    except LmsError as refused:
        sys.exit(f"Not done: {refused.code}")
    click.echo(f"{host}: {association} no more")


@domains.command("list")
def _list() -> None:
    """List the domains that managers agreed on, and whether each is open."""
    from lms.catalogue.queries import domains as queries
    from lms.kernel.work import reading

    for code, one in queries.every(reading()):
        opened = f"open since {one.opened_at:%Y-%m-%d}" if one.opened_at else "agreed"
        click.echo(f"{code}  {one.host}  {opened}")
