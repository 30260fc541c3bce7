"""certificates are issued in batches."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('checking', 'waiting', 'running')")
_UNPRINTED = sa.text("printed_at IS NULL")


def upgrade() -> None:
    _batches()
    _lines()
    _packs()
    _paper()


def downgrade() -> None:
    for table in (
        "paper_copies",
        "issue_packs",
        "issue_batch_lines",
        "issue_batches",
    ):
        op.drop_table(table)


def _batches() -> None:
    op.create_table(
        "issue_batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("able", sa.Integer(), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("by_hand", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_done", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner", sa.String(length=60), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_batches")),
    )
    op.create_index(
        "ix_issue_batches_desk", "issue_batches", ["association_id", "asked_at"]
    )
    op.create_index(
        "ix_issue_batches_open",
        "issue_batches",
        ["asked_at"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def _lines() -> None:
    op.create_table(
        "issue_batch_lines",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("specialty", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reasons", sa.String(length=400), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["issue_batches.id"],
            name=op.f("fk_issue_batch_lines_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name=op.f("fk_issue_batch_lines_certificate_id"),
        ),
        sa.PrimaryKeyConstraint("batch_id", "n", name=op.f("pk_issue_batch_lines")),
        sa.UniqueConstraint(
            "batch_id",
            "person_id",
            "specialty",
            name=op.f("uq_issue_batch_lines_batch_id_person_id_specialty"),
        ),
    )
    op.create_index(
        "ix_issue_batch_lines_queue", "issue_batch_lines", ["batch_id", "state", "n"]
    )
    for column in ("person_id", "certificate_id"):
        op.create_index(
            op.f(f"ix_issue_batch_lines_{column}"), "issue_batch_lines", [column]
        )


def _packs() -> None:
    op.create_table(
        "issue_packs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("kinds", sa.String(length=40), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("owner", sa.String(length=60), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["issue_batches.id"], name=op.f("fk_issue_packs_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_packs")),
    )
    op.create_index(op.f("ix_issue_packs_batch_id"), "issue_packs", ["batch_id"])
    op.create_index("ix_issue_packs_state", "issue_packs", ["state", "asked_at"])


def _paper() -> None:
    op.create_table(
        "paper_copies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by", sa.Uuid(), nullable=True),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name=op.f("fk_paper_copies_certificate_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_copies")),
    )
    op.create_index(op.f("ix_paper_copies_person_id"), "paper_copies", ["person_id"])
    op.create_index(
        "ix_paper_copies_desk", "paper_copies", ["association_id", "asked_at"]
    )
    op.create_index(
        "uq_paper_copies_open",
        "paper_copies",
        ["certificate_id"],
        unique=True,
        sqlite_where=_UNPRINTED,
        postgresql_where=_UNPRINTED,
    )
