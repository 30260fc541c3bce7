"""who teaches, and by what right."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_OPEN = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    _teachers()
    _papers()
    _consents()
    for table, of, other in (
        ("version_teachers", "version_id", "course_versions"),
        ("class_teachers", "session_id", "class_sessions"),
    ):
        op.create_table(
            table,
            sa.Column(of, sa.Uuid(), nullable=False),
            sa.Column("teacher_id", sa.Uuid(), nullable=False),
            sa.Column("position", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(
                [of], [f"{other}.id"], name=op.f(f"fk_{table}_{of}")
            ),
            sa.ForeignKeyConstraint(
                ["teacher_id"], ["teachers.id"], name=op.f(f"fk_{table}_teacher_id")
            ),
            sa.PrimaryKeyConstraint(of, "teacher_id", name=op.f(f"pk_{table}")),
        )
        with op.batch_alter_table(table) as batch:
            batch.create_index(op.f(f"ix_{table}_teacher_id"), ["teacher_id"])
        with op.batch_alter_table(other) as batch:
            batch.add_column(
                sa.Column(
                    "from_register",
                    sa.Boolean(),
                    server_default=sa.false(),
                    nullable=False,
                )
            )


def _teachers() -> None:
    op.create_table(
        "teachers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("sex", sa.String(length=10), nullable=False),
        sa.Column("employer", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("specialties", sa.JSON(), nullable=False),
        sa.Column("since_year", sa.Integer(), nullable=True),
        sa.Column("cv_html", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("id_mark", sa.LargeBinary(length=32), nullable=True),
        sa.Column("entered_by", sa.JSON(), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=True),
        sa.Column("returned_for", sa.String(length=400), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_for", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_teachers_association_id"),
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approvals.id"], name=op.f("fk_teachers_approval_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teachers")),
        sa.UniqueConstraint(
            "association_id", "id_mark", name=op.f("uq_teachers_association_id_id_mark")
        ),
    )
    with op.batch_alter_table("teachers") as batch:
        batch.create_index("ix_teachers_desk", ["association_id", "made_at", "id"])
        batch.create_index("ix_teachers_state", ["state", "retired_at"])


def _papers() -> None:
    op.create_table(
        "teacher_papers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("called", sa.String(length=60), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=True),
        sa.Column("issuer", sa.String(length=80), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("media", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("sent_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["teacher_id"], ["teachers.id"], name=op.f("fk_teacher_papers_teacher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teacher_papers")),
    )
    with op.batch_alter_table("teacher_papers") as batch:
        batch.create_index(op.f("ix_teacher_papers_teacher_id"), ["teacher_id"])
        batch.create_index("ix_teacher_papers_until", ["valid_until", "teacher_id"])


def _consents() -> None:
    op.create_table(
        "teacher_consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.Column("media", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("noted_by", sa.Uuid(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["teacher_id"],
            ["teachers.id"],
            name=op.f("fk_teacher_consents_teacher_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teacher_consents")),
    )
    with op.batch_alter_table("teacher_consents") as batch:
        batch.create_index(op.f("ix_teacher_consents_teacher_id"), ["teacher_id"])
        batch.create_index(
            "ix_teacher_consents_open",
            ["teacher_id"],
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        )


def downgrade() -> None:
    for table, other in (
        ("class_teachers", "class_sessions"),
        ("version_teachers", "course_versions"),
    ):
        with op.batch_alter_table(other) as batch:
            batch.drop_column("from_register")
        op.drop_table(table)
    for table in ("teacher_consents", "teacher_papers", "teachers"):
        op.drop_table(table)
