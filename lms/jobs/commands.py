"""The operator's commands: `flask --app app COMMAND`.

Each imports its work when it is called: the web process needs none of it.
"""

from pathlib import Path

import click
from flask import Flask

from lms.jobs import (
    assess,
    evidence_cli,
    inspections_cli,
    licences_cli,
    offices_cli,
    reviewers_cli,
)


def register(app: Flask, answer: assess.Answer) -> None:
    """Hang every command on the application; `answer` is the open API's own."""

    @click.command("assess")
    @click.argument(
        "file",
        type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    )
    def _assess(file: Path) -> None:
        """Answer assessments from a JSON file, or from standard input."""
        assess.run(file, answer)

    groups = (
        evidence_cli.evidence,
        inspections_cli.inspectors,
        licences_cli.licences,
        offices_cli.offices,
        reviewers_cli.reviewers,
    )
    for command in (_migrate, _jobs, _seed, _assess, *groups):
        app.cli.add_command(command)


@click.command("migrate")
@click.argument("revision", default="head")
def _migrate(revision: str) -> None:
    """Bring the database to the newest shape."""
    from flask import current_app  # noqa: PLC0415

    from lms.jobs import migrate  # noqa: PLC0415

    with current_app.app_context():
        migrate.upgrade(revision)


@click.command("jobs")
def _jobs() -> None:
    """Run the clock's work: messages, expiries, reconciliation."""
    from flask import current_app  # noqa: PLC0415

    from lms.jobs import scheduler  # noqa: PLC0415

    scheduler.run(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001


@click.command("seed")
def _seed() -> None:
    """Fill an empty database with the demonstration."""
    from flask import current_app  # noqa: PLC0415

    from lms.jobs.demo import seed  # noqa: PLC0415

    seed.run(current_app._get_current_object(), click.echo)  # type: ignore[attr-defined]  # noqa: SLF001
