"""what a staff did: an index of their own lines, few beside what learners do."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_BY_STAFF = sa.text("association_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_evidence_lines_staff",
        "evidence_lines",
        ["association_id", "seq"],
        sqlite_where=_BY_STAFF,
        postgresql_where=_BY_STAFF,
    )


def downgrade() -> None:
    op.drop_index("ix_evidence_lines_staff", table_name="evidence_lines")
