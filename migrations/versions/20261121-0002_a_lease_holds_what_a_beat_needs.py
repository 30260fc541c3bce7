"""a lease holds what a beat needs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OPEN = sa.text("ended_at IS NULL")
_NEW = (
    ("browser", sa.String(length=60), "''"),
    ("network", sa.String(length=50), "''"),
    ("mark", sa.DateTime(timezone=True), None),
    ("day", sa.Date(), None),
    ("day_seconds", sa.Integer(), "0"),
    ("watched", sa.Text(), "'[]'"),
    ("study_seconds", sa.Integer(), "0"),
    ("furthest", sa.Integer(), "0"),
    ("position", sa.Integer(), "0"),
    ("questions_open", sa.Integer(), "0"),
    ("boot", sa.String(length=40), "''"),
    ("lag_ms", sa.BigInteger(), "0"),
    ("clock_steps", sa.Integer(), "0"),
    ("gap_squares", sa.BigInteger(), "0"),
    ("beats_hash", sa.LargeBinary(length=32), None),
    ("checks_missed", sa.Integer(), "0"),
)
_OF_HEAD = ("day", "day_seconds")
_OF_STUDY = ("watched", "furthest", "position", "questions_open")


def upgrade() -> None:
    with op.batch_alter_table("study_heads") as batch:
        batch.add_column(
            sa.Column("boot", sa.String(length=40), nullable=False, server_default="")
        )
        batch.add_column(
            sa.Column("lag_ms", sa.BigInteger(), nullable=False, server_default="0")
        )
    with op.batch_alter_table("leases") as batch:
        batch.drop_index(
            "ix_leases_open_beat", sqlite_where=_OPEN, postgresql_where=_OPEN
        )
        for name, kind, _start in _NEW:
            batch.add_column(sa.Column(name, kind, nullable=True))
        batch.add_column(sa.Column("check_at", sa.DateTime(timezone=True)))
        batch.add_column(sa.Column("check_id", sa.Uuid()))
    _fill()
    with op.batch_alter_table("leases") as batch:
        for name, kind, _start in _NEW:
            batch.alter_column(name, existing_type=kind, nullable=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE leases SET (fillfactor = 60)")


def _fill() -> None:
    """Give each lease what its study and head know; an ended one needs only a form."""
    head = "(SELECT {0} FROM study_heads h WHERE h.person_id = leases.person_id)"
    study = "(SELECT {0} FROM studies s WHERE s.id = leases.study_id)"
    nothing = (
        "decode(repeat('00', 32), 'hex')"
        if op.get_bind().dialect.name == "postgresql"
        else "zeroblob(32)"
    )
    sets = [f"{name} = {start}" for name, _kind, start in _NEW if start is not None]
    op.execute(f"UPDATE leases SET {', '.join(sets)}")  # noqa: S608 - own names
    sets = [
        f"mark = {head.format('credited_until')}",
        f"study_seconds = {study.format('credited_seconds')}",
        f"beats_hash = {nothing}",
        *(f"{name} = {head.format(name)}" for name in _OF_HEAD),
        *(f"{name} = {study.format(name)}" for name in _OF_STUDY),
    ]
    op.execute(f"UPDATE leases SET {', '.join(sets)}")  # noqa: S608 - own names


def downgrade() -> None:
    _give_back()
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE leases RESET (fillfactor)")
    with op.batch_alter_table("leases") as batch:
        batch.drop_column("check_id")
        batch.drop_column("check_at")
        for name, _kind, _start in reversed(_NEW):
            batch.drop_column(name)
        batch.create_index(
            "ix_leases_open_beat",
            ["last_beat_at"],
            unique=False,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        )
    with op.batch_alter_table("study_heads") as batch:
        batch.drop_column("lag_ms")
        batch.drop_column("boot")


def _give_back() -> None:
    """Let no second be lost that an open lease holds."""
    lease = (
        "(SELECT l.{0} FROM leases l "
        "WHERE l.study_id = studies.id AND l.ended_at IS NULL)"
    )
    names = {
        "watched": "watched",
        "credited_seconds": "study_seconds",
        "furthest": "furthest",
        "position": "position",
    }
    sets = ", ".join(f"{mine} = {lease.format(its)}" for mine, its in names.items())
    op.execute(
        f"UPDATE studies SET {sets} WHERE id IN "  # noqa: S608 - own names
        "(SELECT study_id FROM leases WHERE ended_at IS NULL)"
    )
    head = (
        "(SELECT l.{0} FROM leases l "
        "WHERE l.person_id = study_heads.person_id AND l.ended_at IS NULL)"
    )
    names = {"credited_until": "mark", "day": "day", "day_seconds": "day_seconds"}
    sets = ", ".join(f"{mine} = {head.format(its)}" for mine, its in names.items())
    op.execute(
        f"UPDATE study_heads SET {sets} WHERE person_id IN "  # noqa: S608 - own names
        "(SELECT person_id FROM leases WHERE ended_at IS NULL)"
    )
