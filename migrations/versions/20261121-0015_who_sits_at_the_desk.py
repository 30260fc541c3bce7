"""who sits at the desk."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _offices()
    _competences()
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


def downgrade() -> None:
    op.execute("UPDATE grants SET role = 'office' WHERE role IN ('teller', 'approver')")
    op.drop_index(op.f("ix_grants_office_id"), table_name="grants")
    with op.batch_alter_table("grants") as batch:
        batch.drop_column("office_id")
    op.drop_table("office_competences")
    op.drop_table("offices")
