"""who is there."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_WAITING = sa.text("outcome IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("associations") as batch:
        batch.add_column(
            sa.Column("presence", sa.JSON(), nullable=False, server_default="{}")
        )
    with op.batch_alter_table("study_heads") as batch:
        batch.add_column(sa.Column("check_left", sa.Integer(), nullable=True))
    with op.batch_alter_table("leases") as batch:
        batch.add_column(
            sa.Column("proof", sa.Text(), nullable=False, server_default="")
        )
    op.create_table(
        "presence_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("lease_id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.String(length=40), nullable=True),
        sa.Column("code", sa.String(length=12), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("excused", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("after_misses", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("why", sa.String(length=40), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["lease_id"], ["leases.id"], name=op.f("fk_presence_checks_lease_id")
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_presence_checks_study_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence_checks")),
    )
    op.create_index(
        "uq_presence_checks_waiting",
        "presence_checks",
        ["person_id"],
        unique=True,
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index(
        "ix_presence_checks_person_id", "presence_checks", ["person_id", "asked_at"]
    )
    op.create_table(
        "presence_pictures",
        sa.Column("check_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_id"],
            ["presence_checks.id"],
            name=op.f("fk_presence_pictures_check_id"),
        ),
        sa.PrimaryKeyConstraint("check_id", name=op.f("pk_presence_pictures")),
    )
    op.create_index(
        "ix_presence_pictures_person_id", "presence_pictures", ["person_id"]
    )
    op.create_index(
        "ix_presence_pictures_keep_until", "presence_pictures", ["keep_until"]
    )


def downgrade() -> None:
    op.drop_table("presence_pictures")
    op.drop_table("presence_checks")
    with op.batch_alter_table("leases") as batch:
        batch.drop_column("proof")
    with op.batch_alter_table("study_heads") as batch:
        batch.drop_column("check_left")
    with op.batch_alter_table("associations") as batch:
        batch.drop_column("presence")
