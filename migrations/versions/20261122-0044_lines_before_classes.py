"""who is in line for a place of a class that is full."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_IN_LINE = "state IN ('waiting', 'offered')"


def upgrade() -> None:
    op.create_table(
        "class_waits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'offered' OR until IS NOT NULL",
            name=op.f("ck_class_waits_offered"),
        ),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lessons.id"], name=op.f("fk_class_waits_lesson_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["class_sessions.id"],
            name=op.f("fk_class_waits_session_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_waits")),
    )
    with op.batch_alter_table("class_waits") as batch:
        batch.create_index("ix_class_waits_person_id", ["person_id"])
        batch.create_index("ix_class_waits_line", ["session_id", "state", "since"])
        batch.create_index("ix_class_waits_until", ["state", "until"])
    op.create_index(
        "uq_class_waits_person",
        "class_waits",
        ["session_id", "person_id"],
        unique=True,
        sqlite_where=sa.text(_IN_LINE),
        postgresql_where=sa.text(_IN_LINE),
    )


def downgrade() -> None:
    op.drop_table("class_waits")
