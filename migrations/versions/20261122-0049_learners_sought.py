"""learners by company, course, account and certificate: what finds them."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_UNUSUAL = sa.text("state <> 'active'")


def upgrade() -> None:
    op.create_index(
        "ix_enrolments_course",
        "enrolments",
        ["version_id", "completed_at", "closed_at", "last_at"],
    )
    op.drop_index("ix_enrolments_version_id", table_name="enrolments")
    op.create_index(
        "ix_accounts_unusual",
        "accounts",
        ["state", "person_id"],
        sqlite_where=_UNUSUAL,
        postgresql_where=_UNUSUAL,
    )
    op.create_index(
        "ix_employments_name",
        "employments",
        ["name"],
        postgresql_ops={"name": "varchar_pattern_ops"},
    )


def downgrade() -> None:
    op.drop_index("ix_employments_name", table_name="employments")
    op.drop_index("ix_accounts_unusual", table_name="accounts")
    op.create_index("ix_enrolments_version_id", "enrolments", ["version_id"])
    op.drop_index("ix_enrolments_course", table_name="enrolments")
