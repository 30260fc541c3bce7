"""The operator's hand on the book of evidence: `flask --app app evidence ...`."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click
from flask import current_app

if TYPE_CHECKING:
    from lms.evidence.rules.findings import Report
    from lms.evidence.rules.notes import Note


@click.group("evidence")
def evidence() -> None:
    """Seal the book of evidence, check it, name its witnesses."""


@evidence.command("seal")
def _seal() -> None:
    """Seal what is new now."""
    from lms.evidence.ports import Sealer
    from lms.jobs import evidence as work

    clock, ports = (
        current_app.extensions[f"lms.{name}"] for name in ("clock", "ports")
    )
    sealed = work.seal(clock, ports[Sealer])
    click.echo(sealed.note.text.rstrip("\n") if sealed else "Nothing is new.")


@evidence.command("checkpoint")
def _checkpoint() -> None:
    """Print the newest checkpoint, to be kept outside."""
    from lms.evidence import queries
    from lms.kernel.work import reading

    newest = queries.checkpoint(reading())
    if newest is None:
        sys.exit("Nothing has been sealed yet.")
    click.echo(newest.note, nl=False)


@evidence.command("verify")
@click.option(
    "--checkpoint",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint kept outside, as a file or a saved mail. May be given often.",
)
def _verify(files: tuple[Path, ...]) -> None:
    """Walk every line, the tree and the checkpoints; name the first bad record."""
    outside = _notes(files)
    started = time.monotonic()
    report = _walked(outside)
    _say(report, time.monotonic() - started)
    if not report.intact:
        sys.exit(f"BAD: {report.finding}")
    if not outside:
        click.echo(
            "No checkpoint from outside was given: a whole rewrite by who holds this "
            "machine and its key would not show."
        )
    click.echo("INTACT")


def _notes(files: tuple[Path, ...]) -> "list[Note]":
    from lms.evidence.rules.notes import notes_in

    notes: list[Note] = []
    for file in files:
        found = notes_in(file.read_text("utf-8", errors="replace"))
        if not found:
            sys.exit(f"{file}: holds no checkpoint")
        notes.extend(found)
    return notes


def _walked(outside: "list[Note]") -> "Report":
    """Walk over one snapshot of the database."""
    from sqlalchemy import text

    from lms.evidence import queries
    from lms.kernel.clock import legal_day
    from lms.kernel.db import db

    today = legal_day(current_app.extensions["lms.clock"]())
    engine = db.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        return queries.check(connection, today, outside)


def _say(report: "Report", seconds: float) -> None:
    rate = report.lines / seconds if seconds else 0
    click.echo(
        f"{report.lines} lines in {report.streams} streams, {report.leaves} leaves, "
        f"{report.checkpoints} checkpoints, {report.bodies} bodies "
        f"({report.gone} gone, {report.gone_early} of them before their time)\n"
        f"{seconds:.1f} s, {rate:,.0f} lines/s"
    )
    if report.outside:
        click.echo(
            f"{report.covered} lines are fixed by {report.outside} "
            "checkpoint(s) from outside"
        )


@evidence.command("witnesses")
def _witnesses() -> None:
    """List who gets the checkpoint every day."""
    from lms.evidence import queries
    from lms.kernel.pii import mask_email
    from lms.kernel.work import reading

    for one in queries.witnesses(reading()):
        address = mask_email(one.address)
        click.echo(f"{one.id}  {one.association_id}  {one.name}  {address}")


@evidence.command("witness-add")
@click.argument("association")
@click.argument("name")
@click.argument("address")
def _witness_add(association: str, name: str, address: str) -> None:
    """Send the day's checkpoint to an office: ASSOCIATION is its code."""
    from lms.catalogue import queries as catalogue
    from lms.evidence import services
    from lms.kernel.errors import LmsError
    from lms.kernel.work import HOUSE, unit_of_work

    try:
        with unit_of_work(HOUSE, clock=current_app.extensions["lms.clock"]) as work:
            found = catalogue.associations(work.session)
            ids = [one.id for one in found if one.code == association]
            if not ids:
                sys.exit(f"{association}: no such association")
            added = services.add_witness(work, ids[0], name, address)
    except LmsError as error:
        sys.exit(error.code)
    click.echo(str(added))


@evidence.command("witness-remove")
@click.argument("witness", type=click.UUID)
def _witness_remove(witness: UUID) -> None:
    """Stop the daily mail to an office, and forget its address."""
    from lms.evidence import services
    from lms.kernel.errors import LmsError
    from lms.kernel.work import HOUSE, unit_of_work

    try:
        with unit_of_work(HOUSE, clock=current_app.extensions["lms.clock"]) as work:
            services.drop_witness(work, witness)
    except LmsError as error:
        sys.exit(error.code)


@evidence.command("hold")
@click.argument("stream")
@click.argument("reason")
@click.option("--release", is_flag=True, help="Let retention go on.")
def _hold(stream: str, reason: str, *, release: bool) -> None:
    """Keep a stream's bodies past their day: STREAM is like person:<id>."""
    from lms.evidence import services
    from lms.kernel.errors import LmsError
    from lms.kernel.work import HOUSE, unit_of_work

    act = services.release_hold if release else services.place_hold
    try:
        with unit_of_work(HOUSE, clock=current_app.extensions["lms.clock"]) as work:
            act(work, stream, reason)
    except LmsError as refused:
        sys.exit(f"Not done: {refused.code}")
    click.echo(f"{'released' if release else 'held'}: {stream}")


@evidence.command("holds")
def _holds() -> None:
    """List what is held, and was."""
    from lms.evidence import queries
    from lms.kernel.work import reading

    for one in queries.holds(reading()):
        ended = f"{one.released_at:%Y-%m-%d}" if one.released_at else "open"
        click.echo(f"{one.stream}  {one.placed_at:%Y-%m-%d}  {ended}  {one.reason}")
