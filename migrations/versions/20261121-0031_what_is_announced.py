"""what is announced, what nobody must have, and what became of each message."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_UNREAD = sa.text("read_at IS NULL AND archived_at IS NULL")
_DESK = {
    "ix_outbox_desk": ["association_id", "owed_at", "seq"],
    "ix_outbox_desk_state": ["association_id", "state", "owed_at", "seq"],
    "ix_outbox_desk_kind": ["association_id", "template", "owed_at", "seq"],
}


def upgrade() -> None:
    _announcements()
    _receipts()
    op.create_table(
        "message_refusals",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("wish", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_message_refusals_account_id")
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "wish", "channel", name=op.f("pk_message_refusals")
        ),
    )
    for column in (
        sa.Column("association_id", sa.Uuid(), nullable=True),
        sa.Column("lane", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column(
            "repeatable", sa.Boolean(), nullable=False, server_default=sa.text("false")
        ),
        sa.Column("went_by", sa.String(length=40), nullable=True),
        sa.Column("masked", sa.String(length=120), nullable=False, server_default=""),
        sa.Column("fault", sa.String(length=60), nullable=True),
    ):
        op.add_column("outbox", column)
    op.drop_index("ix_outbox_due", "outbox")
    op.create_index("ix_outbox_due", "outbox", ["state", "lane", "next_try_at"])
    for name, columns in _DESK.items():
        op.create_index(name, "outbox", columns)


def _announcements() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("audience", sa.String(length=40), nullable=False),
        sa.Column("among", sa.String(length=40), nullable=False),
        sa.Column("mail", sa.Boolean(), nullable=False),
        sa.Column("sms", sa.Boolean(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("approval_id", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cursor", sa.Uuid(), nullable=True),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("mailed", sa.Integer(), nullable=False),
        sa.Column("texted", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "reached >= 0 AND mailed >= 0 AND texted >= 0",
            name=op.f("ck_announcements_counts"),
        ),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_announcements_association_id"),
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approvals.id"], name=op.f("fk_announcements_approval_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
    )
    op.create_index(
        "ix_announcements_desk", "announcements", ["association_id", "made_at", "id"]
    )
    op.create_index("ix_announcements_due", "announcements", ["state", "from_at"])


def _receipts() -> None:
    table = "announcement_receipts"
    op.create_table(
        table,
        sa.Column("announcement_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name=op.f("fk_announcement_receipts_announcement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_announcement_receipts_account_id"),
        ),
        sa.PrimaryKeyConstraint(
            "announcement_id", "account_id", name=op.f("pk_announcement_receipts")
        ),
    )
    op.create_index(op.f("ix_announcement_receipts_at"), table, ["at"])
    op.create_index("ix_announcement_receipts_mine", table, ["account_id", "at"])
    op.create_index(
        "ix_announcement_receipts_unread",
        table,
        ["account_id"],
        sqlite_where=_UNREAD,
        postgresql_where=_UNREAD,
    )


def downgrade() -> None:
    for name in _DESK:
        op.drop_index(name, "outbox")
    op.drop_index("ix_outbox_due", "outbox")
    op.create_index("ix_outbox_due", "outbox", ["state", "next_try_at"])
    with op.batch_alter_table("outbox") as outbox:
        for name in (
            "fault", "masked", "went_by", "repeatable", "lane", "association_id"
        ):  # fmt: skip
            outbox.drop_column(name)
    op.drop_table("message_refusals")
    op.drop_table("announcement_receipts")
    op.drop_table("announcements")
