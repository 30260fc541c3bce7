"""the book is sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "evidence_leaves",
    "evidence_nodes",
    "evidence_checkpoints",
    "evidence_keys",
)
BODIES = "evidence_bodies"


def upgrade() -> None:
    op.create_table(
        BODIES,
        sa.Column("line_seq", _seq(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_seq"],
            ["evidence_lines.seq"],
            name=op.f("fk_evidence_bodies_line_seq"),
        ),
        sa.PrimaryKeyConstraint("line_seq", name=op.f("pk_evidence_bodies")),
    )
    op.create_index("ix_evidence_bodies_keep_until", BODIES, ["keep_until"])
    op.create_table(
        "evidence_leaves",
        sa.Column("place", _seq(), autoincrement=False, nullable=False),
        sa.Column("line_seq", _seq(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_evidence_leaves")),
        sa.UniqueConstraint("line_seq", name=op.f("uq_evidence_leaves_line_seq")),
    )
    op.create_table(
        "evidence_nodes",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", _seq(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("level", "number", name=op.f("pk_evidence_nodes")),
    )
    op.create_table(
        "evidence_checkpoints",
        sa.Column("size", _seq(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("seen_seq", _seq(), nullable=False),
        sa.Column("horizon", _seq(), nullable=False),
        sa.Column("settled_seq", _seq(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_evidence_checkpoints")),
    )
    op.create_index("ix_evidence_checkpoints_at", "evidence_checkpoints", ["at"])
    op.create_table(
        "evidence_keys",
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("text", name=op.f("pk_evidence_keys")),
    )
    op.create_table(
        "evidence_witnesses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_witnesses")),
    )
    op.create_index(
        "ix_evidence_witnesses_association_id", "evidence_witnesses", ["association_id"]
    )
    for table in APPEND_ONLY:
        _shut(table)
    _fix(BODIES)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
            op.execute(f"DROP FUNCTION {table}_append_only()")
        op.execute(f"DROP TRIGGER {BODIES}_no_update ON {BODIES}")
        op.execute(f"DROP FUNCTION {BODIES}_no_update()")
    for table in ("evidence_witnesses", *reversed(APPEND_ONLY), BODIES):
        op.drop_table(table)


def _seq() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _shut(table: str) -> None:
    """Refuse UPDATE and DELETE on a book that is only ever added to."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{table} is append-only'; END $$ LANGUAGE plpgsql"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only "
        f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )


def _fix(table: str) -> None:
    """Refuse UPDATE on what may go, but never differ."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
        )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {table}_no_update() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{table} is never changed'; END $$ LANGUAGE plpgsql"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_no_update()"
    )
