"""who ever had a matter, though without a word"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

# Who had a matter when it was passed on, and who has it now. Who handed it on before
# that stands in the evidence alone.
_PASSED = """
INSERT INTO thread_holders (thread_id, person_id, n)
SELECT threads.id, accounts.person_id, 0
FROM threads JOIN accounts ON accounts.id = threads.passed_from
"""
_TAKEN = """
INSERT INTO thread_holders (thread_id, person_id, n)
SELECT threads.id, accounts.person_id, threads.last_n
FROM threads JOIN accounts ON accounts.id = threads.taken_by
WHERE NOT EXISTS (
    SELECT 1 FROM thread_holders AS had
    WHERE had.thread_id = threads.id AND had.person_id = accounts.person_id)
"""


def upgrade() -> None:
    op.create_table(
        "thread_holders",
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_thread_holders_thread_id")
        ),
        sa.PrimaryKeyConstraint(
            "thread_id", "person_id", name=op.f("pk_thread_holders")
        ),
    )
    op.execute(_PASSED)
    op.execute(_TAKEN)


def downgrade() -> None:
    op.drop_table("thread_holders")
