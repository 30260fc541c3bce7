"""classes that meet: sessions, places, spot roll calls and dated rules."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("study_heads") as batch:
        batch.add_column(
            sa.Column("away_until", sa.DateTime(timezone=True), nullable=True)
        )
    _sessions()
    _places()
    _beside()


def _sessions() -> None:
    op.create_table(
        "class_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("room", sa.String(length=60), nullable=False),
        sa.Column("link", sa.String(length=400), nullable=False),
        sa.Column("teacher", sa.String(length=40), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("cancelled_for", sa.String(length=200), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "taken >= 0 AND taken <= places", name=op.f("ck_class_sessions_taken")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_class_sessions_times")),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_class_sessions_association_id"),
        ),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lessons.id"], name=op.f("fk_class_sessions_lesson_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["course_versions.id"],
            name=op.f("fk_class_sessions_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_sessions")),
    )
    with op.batch_alter_table("class_sessions") as batch:
        batch.create_index("ix_class_sessions_desk", ["association_id", "starts_at"])
        batch.create_index("ix_class_sessions_lesson_id", ["lesson_id", "starts_at"])
        batch.create_index("ix_class_sessions_state", ["state", "starts_at"])


def _places() -> None:
    op.create_table(
        "class_places",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("freed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("freed_why", sa.String(length=40), nullable=True),
        sa.Column("in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_how", sa.String(length=40), nullable=True),
        sa.Column("out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("out_how", sa.String(length=40), nullable=True),
        sa.Column("device", sa.String(length=32), nullable=True),
        sa.Column("spots", sa.JSON(), nullable=False),
        sa.Column("present_seconds", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'freed') = (freed_at IS NOT NULL)",
            name=op.f("ck_class_places_freed"),
        ),
        sa.CheckConstraint(
            "present_seconds >= 0", name=op.f("ck_class_places_present")
        ),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lessons.id"], name=op.f("fk_class_places_lesson_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["class_sessions.id"],
            name=op.f("fk_class_places_session_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_places")),
    )
    with op.batch_alter_table("class_places") as batch:
        batch.create_index("ix_class_places_order_id", ["order_id"])
    _once("uq_class_places_person", ["session_id", "person_id"], "state <> 'freed'")
    _once(
        "uq_class_places_lesson",
        ["person_id", "lesson_id"],
        "state IN ('held', 'taken')",
    )
    _once("uq_class_places_device", ["session_id", "device"], "device IS NOT NULL")


def _once(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        name,
        "class_places",
        columns,
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def _beside() -> None:
    op.create_table(
        "class_choices",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lessons.id"], name=op.f("fk_class_choices_lesson_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["class_sessions.id"],
            name=op.f("fk_class_choices_session_id"),
        ),
        sa.PrimaryKeyConstraint(
            "person_id", "lesson_id", name=op.f("pk_class_choices")
        ),
    )
    op.create_table(
        "class_spots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["class_sessions.id"],
            name=op.f("fk_class_spots_session_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_spots")),
        sa.UniqueConstraint(
            "session_id", "n", name=op.f("uq_class_spots_session_id_n")
        ),
    )
    op.create_table(
        "class_terms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("present_percent", sa.Integer(), nullable=False),
        sa.Column("leave_hours", sa.Integer(), nullable=False),
        sa.Column("makeup_times", sa.Integer(), nullable=False),
        sa.Column("makeup_days", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "present_percent BETWEEN 50 AND 100", name=op.f("ck_class_terms_percent")
        ),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_class_terms_association_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_terms")),
        sa.UniqueConstraint(
            "association_id",
            "from_on",
            name=op.f("uq_class_terms_association_id_from_on"),
        ),
    )


def downgrade() -> None:
    for table in (
        "class_terms",
        "class_spots",
        "class_choices",
        "class_places",
        "class_sessions",
    ):
        op.drop_table(table)
    with op.batch_alter_table("study_heads") as batch:
        batch.drop_column("away_until")
