"""questions and complaints with their limits, and an association's own words."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_UNSEEN = sa.text("unseen")
_INDEXES = {
    "ix_threads_queue": ["association_id", "state", "due_on", "id"],
    "ix_threads_desk": ["association_id", "moved_at", "id"],
    "ix_threads_mine": ["person_id", "moved_at"],
    "ix_threads_silent": ["state", "moved_at"],
    "ix_threads_employer_id": ["employer_id"],
    "ix_threads_closed_at": ["closed_at"],
}


def upgrade() -> None:
    _threads()
    _words()
    _files()
    _settings()
    _wordings()


def _threads() -> None:
    op.create_table(
        "threads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=True),
        sa.Column("matter", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waits_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workdays", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_firm", sa.Boolean(), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("passed_on_n", sa.Integer(), nullable=True),
        sa.Column("passed_from", sa.Uuid(), nullable=True),
        sa.Column("ending", sa.String(length=40), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("helped", sa.Boolean(), nullable=True),
        sa.Column("unseen", sa.Boolean(), nullable=False),
        sa.Column("last_n", sa.Integer(), nullable=False),
        sa.CheckConstraint("workdays > 0", name=op.f("ck_threads_workdays")),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)",
            name=op.f("ck_threads_closed_at"),
        ),
        _owned("threads", "associations", "association_id"),
        _owned("threads", "accounts", "account_id"),
        _owned("threads", "employers", "employer_id"),
        _owned("threads", "accounts", "taken_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threads")),
        sa.UniqueConstraint("number", name=op.f("uq_threads_number")),
    )
    for name, columns in _INDEXES.items():
        op.create_index(name, "threads", columns)
    op.create_index(
        "ix_threads_unseen",
        "threads",
        ["account_id"],
        sqlite_where=_UNSEEN,
        postgresql_where=_UNSEEN,
    )


def _words() -> None:
    op.create_table(
        "thread_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("once", sa.Uuid(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        _owned("thread_messages", "threads", "thread_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_messages")),
        sa.UniqueConstraint(
            "thread_id", "n", name=op.f("uq_thread_messages_thread_id_n")
        ),
        sa.UniqueConstraint(
            "account_id", "once", name=op.f("uq_thread_messages_account_id_once")
        ),
    )


def _files() -> None:
    op.create_table(
        "thread_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("media", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        _owned("thread_files", "threads", "thread_id"),
        _owned("thread_files", "thread_messages", "message_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_files")),
    )
    op.create_index("ix_thread_files_thread_id", "thread_files", ["thread_id"])


def _settings() -> None:
    op.create_table(
        "answer_limits",
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("matter", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("workdays", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("workdays > 0", name=op.f("ck_answer_limits_workdays")),
        _owned("answer_limits", "associations", "association_id"),
        sa.PrimaryKeyConstraint(
            "association_id", "matter", "from_on", name=op.f("pk_answer_limits")
        ),
    )
    op.create_table(
        "reply_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("matter", sa.String(length=40), nullable=True),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _owned("reply_templates", "associations", "association_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_templates")),
    )
    op.create_index(
        "ix_reply_templates_association_id", "reply_templates", ["association_id"]
    )


def _wordings() -> None:
    op.create_table(
        "message_wordings",
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("way", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _owned("message_wordings", "associations", "association_id"),
        sa.PrimaryKeyConstraint(
            "association_id", "kind", "way", name=op.f("pk_message_wordings")
        ),
    )
    op.add_column("outbox", sa.Column("said", sa.Text(), nullable=True))


def _owned(table: str, parent: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}")
    )


def downgrade() -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_column("said")
    op.drop_table("message_wordings")
    op.drop_table("reply_templates")
    op.drop_table("answer_limits")
    op.drop_table("thread_files")
    op.drop_table("thread_messages")
    op.drop_table("threads")
