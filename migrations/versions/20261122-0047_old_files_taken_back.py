"""an old platform's file can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_FILES = "legacy_imports"


def upgrade() -> None:
    with op.batch_alter_table(_FILES) as batch:
        batch.add_column(sa.Column("withdrawal_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("withdrawn_at", _INSTANT, nullable=True))
        batch.create_foreign_key(
            op.f(f"fk_{_FILES}_withdrawal_id"), "approvals", ["withdrawal_id"], ["id"]
        )
        batch.create_unique_constraint(
            op.f(f"uq_{_FILES}_withdrawal_id"), ["withdrawal_id"]
        )
    table = "legacy_withdrawn"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("platform", sa.String(length=60), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("name_mark", sa.LargeBinary(length=32), nullable=True),
        sa.Column("course", sa.String(length=120), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f(f"fk_{table}_association_id"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], [f"{_FILES}.id"], name=op.f(f"fk_{table}_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f(f"fk_{table}_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_number"), table, ["number"])
    op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])


def downgrade() -> None:
    op.drop_table("legacy_withdrawn")
    with op.batch_alter_table(_FILES) as batch:
        batch.drop_constraint(op.f(f"uq_{_FILES}_withdrawal_id"), type_="unique")
        batch.drop_constraint(op.f(f"fk_{_FILES}_withdrawal_id"), type_="foreignkey")
        batch.drop_column("withdrawn_at")
        batch.drop_column("withdrawal_id")
