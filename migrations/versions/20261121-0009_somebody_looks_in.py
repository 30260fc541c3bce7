"""somebody looks in."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BOOKS = ("inspection_draws", "inspection_samples", "inspection_findings")


def upgrade() -> None:
    op.add_column("grants", sa.Column("until", sa.Date(), nullable=True))
    _draws()
    _samples()
    _findings()
    for table in BOOKS:
        _shut(table)


def _draws() -> None:
    op.create_table(
        "inspection_draws",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("pot", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_draws")),
        sa.UniqueConstraint(
            "association_id",
            "until",
            name=op.f("uq_inspection_draws_association_id_until"),
        ),
    )


def _samples() -> None:
    table = "inspection_samples"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("draw_id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=True),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"],
            ["inspection_draws.id"],
            name=op.f("fk_inspection_samples_draw_id"),
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name=op.f("fk_inspection_samples_certificate_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_samples")),
    )
    op.create_index(
        "ix_inspection_samples_queue", table, ["association_id", "drawn_at"]
    )
    op.create_index(op.f("ix_inspection_samples_person_id"), table, ["person_id"])


def _findings() -> None:
    table = "inspection_findings"
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        table,
        sa.Column("seq", key, autoincrement=True, nullable=False),
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("comment", sa.String(length=400), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sample_id"],
            ["inspection_samples.id"],
            name=op.f("fk_inspection_findings_sample_id"),
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_inspection_findings")),
    )
    op.create_index(op.f("ix_inspection_findings_sample_id"), table, ["sample_id"])


def downgrade() -> None:
    for table in reversed(BOOKS):
        op.drop_table(table)
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION {table}_append_only()")
    with op.batch_alter_table("grants") as batch:
        batch.drop_column("until")


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
