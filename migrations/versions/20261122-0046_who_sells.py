"""who sells: what an invoice says of its seller, and which merchant took a payment."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_PAID = ("payment_attempts", "payments")


def upgrade() -> None:
    with op.batch_alter_table("invoices") as batch:
        batch.add_column(sa.Column("seller", sa.JSON(), nullable=True))
    for name in _PAID:
        with op.batch_alter_table(name) as batch:
            batch.add_column(
                sa.Column(
                    "merchant",
                    sa.String(length=40),
                    server_default="",
                    nullable=False,
                )
            )


def downgrade() -> None:
    for name in _PAID:
        with op.batch_alter_table(name) as batch:
            batch.drop_column("merchant")
    with op.batch_alter_table("invoices") as batch:
        batch.drop_column("seller")
