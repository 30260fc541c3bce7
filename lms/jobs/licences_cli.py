"""Registration certificates for other departments: `flask --app app licences ...`."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app


@click.group("licences")
def licences() -> None:
    """Hand registration certificates' data on, signed."""


@licences.command("export")
@click.argument("province")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), default="2000-01-01")
def _export(province: str, file: Path, since: datetime) -> None:
    """Write to FILE what PROVINCE's certificates say, changed from a legal day on.

    One signature of the house's evidence key covers the whole; a file that is there
    already is not overwritten.
    """
    from lms.credentials import queries
    from lms.evidence.ports import Sealer
    from lms.kernel.clock import start_of
    from lms.kernel.db import db
    from lms.policy.model import Province

    if province not in set(Province):
        sys.exit(f"No such province: {province}. Known: {', '.join(Province)}")
    where, begins = Province(province), start_of(since.date())
    sealer: Any = current_app.extensions["lms.ports"][Sealer]
    now = current_app.extensions["lms.clock"]()
    cards = queries.changed_since(db.session(), where, begins)
    text = queries.signed_list(where, cards, (begins, now), sealer)
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        sys.exit(f"{file} is there already")
    click.echo(f"{len(cards)} certificates in {file}")
