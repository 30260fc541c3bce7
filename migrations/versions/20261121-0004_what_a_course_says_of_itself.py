"""what a course says of itself."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("course_versions") as table:
        table.add_column(sa.Column("valid_until", sa.Date(), nullable=True))
        table.add_column(sa.Column("cover_key", sa.String(length=64), nullable=True))
        table.add_column(
            sa.Column("returned_for", sa.String(length=400), nullable=True)
        )


def downgrade() -> None:
    with op.batch_alter_table("course_versions") as table:
        table.drop_column("returned_for")
        table.drop_column("cover_key")
        table.drop_column("valid_until")
