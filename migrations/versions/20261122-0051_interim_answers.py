"""answers after which a matter still waits, and templates of such answers."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_TABLES = ("thread_messages", "reply_templates")


def upgrade() -> None:
    """Every word and template of before was an answer for good."""
    for name in _TABLES:
        with op.batch_alter_table(name) as table:
            table.add_column(
                sa.Column(
                    "interim", sa.Boolean(), nullable=False, server_default=sa.false()
                )
            )
            table.alter_column("interim", server_default=None)


def downgrade() -> None:
    for name in _TABLES:
        with op.batch_alter_table(name) as table:
            table.drop_column("interim")
