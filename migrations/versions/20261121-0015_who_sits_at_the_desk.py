"""who sits at the desk."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BOOKS = ("public_notices", "public_notice_lines", "office_letters")


def upgrade() -> None:
    _offices()
    _competences()
    _notices()
    _lines()
    _objections()
    _letters()
    for table in BOOKS:
        _shut(table)
    op.add_column("grants", sa.Column("office_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_grants_office_id"), "grants", ["office_id"])
    # There was one role at the desk; nobody holds it for an office yet.
    op.execute("UPDATE grants SET role = 'teller' WHERE role = 'office'")


def _offices() -> None:
    op.create_table(
        "offices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("province", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("telephones", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("open_hours", sa.String(length=200), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offices")),
        sa.UniqueConstraint("code", name=op.f("uq_offices_code")),
    )
    op.create_index(op.f("ix_offices_province"), "offices", ["province"])


def _competences() -> None:
    table = "office_competences"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(length=40), nullable=False),
        sa.Column("task", sa.String(length=40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "until IS NULL OR until >= since", name=op.f("ck_office_competences_order")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_office_competences_office_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_competences")),
        sa.UniqueConstraint(
            "office_id",
            "province",
            "task",
            "since",
            name=op.f("uq_office_competences_office_id_province_task_since"),
        ),
    )
    op.create_index("ix_office_competences_who", table, ["province", "task", "since"])


def _notices() -> None:
    table = "public_notices"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_public_notices_office_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_notices")),
        sa.UniqueConstraint("number", name=op.f("uq_public_notices_number")),
    )
    op.create_index(op.f("ix_public_notices_province"), table, ["province"])
    op.create_index(op.f("ix_public_notices_published_at"), table, ["published_at"])


def _lines() -> None:
    table = "public_notice_lines"
    op.create_table(
        table,
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("application", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("employer", sa.String(length=120), nullable=False),
        sa.Column("specialties", sa.JSON(), nullable=False),
        sa.Column("registration_no", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_public_notice_lines_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["public_notices.id"],
            name=op.f("fk_public_notice_lines_notice_id"),
        ),
        sa.PrimaryKeyConstraint("notice_id", "n", name=op.f("pk_public_notice_lines")),
        sa.UniqueConstraint(
            "notice_id",
            "application_id",
            name=op.f("uq_public_notice_lines_notice_id_application_id"),
        ),
    )
    op.create_index(
        op.f("ix_public_notice_lines_application_id"), table, ["application_id"]
    )


def _letters() -> None:
    table = "office_letters"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_office_letters_application_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_letters")),
        sa.UniqueConstraint(
            "application_id", "n", name=op.f("uq_office_letters_application_id_n")
        ),
    )
    op.create_index(op.f("ix_office_letters_application_id"), table, ["application_id"])


def _objections() -> None:
    table = "objections"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_objections_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["public_notices.id"],
            name=op.f("fk_objections_notice_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        sa.UniqueConstraint("number", name=op.f("uq_objections_number")),
    )
    op.create_index(op.f("ix_objections_notice_id"), table, ["notice_id"])
    op.create_index(op.f("ix_objections_application_id"), table, ["application_id"])


def downgrade() -> None:
    op.drop_table("objections")
    for table in reversed(BOOKS):
        op.drop_table(table)
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION {table}_append_only()")
    op.execute("UPDATE grants SET role = 'office' WHERE role IN ('teller', 'approver')")
    op.drop_index(op.f("ix_grants_office_id"), table_name="grants")
    with op.batch_alter_table("grants") as batch:
        batch.drop_column("office_id")
    op.drop_table("office_competences")
    op.drop_table("offices")


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
