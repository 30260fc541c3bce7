"""what was granted is checked."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _audit_draws()
    _audit_cases()
    _audit_cases_found()
    _shut("audit_draws")


def downgrade() -> None:
    op.drop_table("audit_cases")
    op.drop_table("audit_draws")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_draws_append_only()")


def _audit_draws() -> None:
    op.create_table(
        "audit_draws",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(length=40), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("pot", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_draws")),
    )
    op.create_index(
        "ix_audit_draws_province", "audit_draws", ["province", "at"], unique=False
    )


def _audit_cases() -> None:
    op.create_table(
        "audit_cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("draw_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=True),
        sa.Column("province", sa.String(length=40), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("person_handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_handed", sa.JSON(), nullable=False),
        sa.Column("employer_handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("employer_handed", sa.JSON(), nullable=False),
        sa.Column("found_by", sa.Uuid(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_audit_cases_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["audit_draws.id"], name=op.f("fk_audit_cases_draw_id")
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employers.id"], name=op.f("fk_audit_cases_employer_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_audit_cases_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_cases")),
        sa.UniqueConstraint(
            "draw_id",
            "application_id",
            name=op.f("uq_audit_cases_draw_id_application_id"),
        ),
    )


def _audit_cases_found() -> None:
    op.create_index(
        op.f("ix_audit_cases_employer_id"), "audit_cases", ["employer_id"], unique=False
    )
    op.create_index(
        op.f("ix_audit_cases_person_id"), "audit_cases", ["person_id"], unique=False
    )
    op.create_index(
        "ix_audit_cases_queue",
        "audit_cases",
        ["province", "state", "due_on"],
        unique=False,
    )


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
