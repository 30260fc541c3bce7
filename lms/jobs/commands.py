"""The operator's commands: `flask --app app COMMAND`.

Each imports its work when it is called: the web process needs none of it.
"""

from pathlib import Path
from uuid import UUID

import click
from flask import Flask

from lms.jobs import (
    assess,
    associations_cli,
    domains_cli,
    evidence_cli,
    licences_cli,
    offices_cli,
    staff_cli,
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
        associations_cli.associations,
        domains_cli.domains,
        evidence_cli.evidence,
        staff_cli.inspectors,
        licences_cli.licences,
        offices_cli.offices,
        staff_cli.reviewers,
        staff_cli.staff,
    )
    for command in (_migrate, _jobs, _seed, _assess, _issue_batch, *groups):
        app.cli.add_command(command)


@click.command("migrate")
@click.argument("revision", default="head")
def _migrate(revision: str) -> None:
    """Bring the database to the newest shape."""
    from flask import current_app

    from lms.jobs import migrate

    with current_app.app_context():
        migrate.upgrade(revision)


@click.command("jobs")
def _jobs() -> None:
    """Run the clock's work: messages, expiries, reconciliation."""
    from flask import current_app

    from lms.jobs import scheduler

    scheduler.run(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 - the proxy's own way to the app


@click.command("seed")
def _seed() -> None:
    """Fill an empty database with the demonstration."""
    from flask import current_app

    from lms.jobs.demo import seed

    seed.run(current_app._get_current_object(), click.echo)  # type: ignore[attr-defined]  # noqa: SLF001 - the proxy's own way to the app


@click.command("issue-batch")
@click.argument("batch", type=click.UUID)
@click.argument("parent", type=int)
def _issue_batch(batch: UUID, parent: int) -> None:
    """Share a batch of certificates with the job process, while that lives."""
    from flask import current_app

    from lms.jobs import batches

    with current_app.app_context():
        clock, ports = (
            current_app.extensions[f"lms.{name}"] for name in ("clock", "ports")
        )
        batches.help_with(clock, ports, batch, parent)
