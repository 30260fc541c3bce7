"""how fast a film may run."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "associations",
        sa.Column("top_rate", sa.Integer(), server_default="100", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("associations", "top_rate")
