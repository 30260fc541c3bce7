"""who signs with which key."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _signing_keys()
    _signing_key_lines()
    _signing_questions()
    _signing_roots()
    _shut("signing_key_lines")


def downgrade() -> None:
    op.drop_table("signing_roots")
    op.drop_table("signing_questions")
    op.drop_table("signing_key_lines")
    op.drop_table("signing_keys")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION signing_key_lines_append_only()")


def _signing_keys() -> None:
    op.create_table(
        "signing_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kid", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("owner_name", sa.String(length=200), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("material", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("standing", sa.String(length=40), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("broken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "valid_from < valid_until", name=op.f("ck_signing_keys_term")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["approvals.id"],
            name=op.f("fk_signing_keys_question_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_keys")),
        sa.UniqueConstraint("kid", name=op.f("uq_signing_keys_kid")),
    )
    op.create_index(
        "uq_signing_keys_one_active",
        "signing_keys",
        ["owner", "purpose"],
        unique=True,
        sqlite_where=sa.text("standing = 'active'"),
        postgresql_where=sa.text("standing = 'active'"),
    )


def _signing_key_lines() -> None:
    op.create_table(
        "signing_key_lines",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("standing", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_id"], ["signing_keys.id"], name=op.f("fk_signing_key_lines_key_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["approvals.id"],
            name=op.f("fk_signing_key_lines_question_id"),
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_signing_key_lines")),
    )
    op.create_index(
        op.f("ix_signing_key_lines_key_id"),
        "signing_key_lines",
        ["key_id"],
        unique=False,
    )


def _signing_questions() -> None:
    op.create_table(
        "signing_questions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("owner_name", sa.String(length=200), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("kid", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public", sa.LargeBinary(), nullable=True),
        sa.Column("chain", sa.LargeBinary(), nullable=True),
        sa.Column("material", sa.LargeBinary(), nullable=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["id"], ["approvals.id"], name=op.f("fk_signing_questions_id")
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["signing_keys.id"], name=op.f("fk_signing_questions_key_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_questions")),
    )
    op.create_index(
        op.f("ix_signing_questions_owner"), "signing_questions", ["owner"], unique=False
    )
    op.create_index(
        "uq_signing_questions_one_open",
        "signing_questions",
        ["owner", "purpose"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL AND act <> 'compromise'"),
        postgresql_where=sa.text("ended_at IS NULL AND act <> 'compromise'"),
    )
    op.create_index(
        "uq_signing_questions_one_alarm",
        "signing_questions",
        ["key_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL AND act = 'compromise'"),
        postgresql_where=sa.text("ended_at IS NULL AND act = 'compromise'"),
    )


def _signing_roots() -> None:
    op.create_table(
        "signing_roots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("root", sa.String(length=40), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_roots")),
        sa.UniqueConstraint(
            "root", "demonstration", name=op.f("uq_signing_roots_root_demonstration")
        ),
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
