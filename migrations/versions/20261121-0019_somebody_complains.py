"""somebody complains."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "inspection_samples", sa.Column("reason", sa.String(length=400), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("inspection_samples", "reason")
