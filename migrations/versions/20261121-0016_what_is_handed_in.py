"""what is handed in."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BOOK = "application_materials"
BODIES = "application_material_bodies"


def upgrade() -> None:
    op.create_table(
        BOOK,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(length=40), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("media", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sent_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("millis", sa.Integer(), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_application_materials_application_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_materials")),
        sa.UniqueConstraint(
            "application_id",
            "kind",
            "version",
            name=op.f("uq_application_materials_application_id_kind_version"),
        ),
    )
    op.create_table(
        BODIES,
        sa.Column("material_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["material_id"],
            ["application_materials.id"],
            name=op.f("fk_application_material_bodies_material_id"),
        ),
        sa.PrimaryKeyConstraint(
            "material_id", name=op.f("pk_application_material_bodies")
        ),
    )
    _shut(BOOK)


def downgrade() -> None:
    op.drop_table(BODIES)
    op.drop_table(BOOK)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {BOOK}_append_only()")


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
