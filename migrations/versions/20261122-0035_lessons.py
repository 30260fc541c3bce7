"""documents page by page."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _documents()
    op.create_table(
        "document_pages",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_document_pages_document_id"),
        ),
        sa.PrimaryKeyConstraint("document_id", "n", name=op.f("pk_document_pages")),
    )
    op.create_index(op.f("ix_document_pages_key"), "document_pages", ["key"])
    with op.batch_alter_table("lessons") as table:
        table.add_column(sa.Column("document_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_lessons_document_id"), "documents", ["document_id"], ["id"]
        )
        table.create_index(op.f("ix_lessons_document_id"), ["document_id"])


def downgrade() -> None:
    with op.batch_alter_table("lessons") as table:
        table.drop_index(op.f("ix_lessons_document_id"))
        table.drop_constraint(op.f("fk_lessons_document_id"), type_="foreignkey")
        table.drop_column("document_id")
    op.drop_table("document_pages")
    op.drop_table("documents")


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("source_key", sa.String(length=64), nullable=True),
        sa.Column("kept_bytes", sa.BigInteger(), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_documents_size")),
        sa.CheckConstraint(
            "state != 'ready' OR (pages > 0 AND source_key IS NOT NULL)",
            name=op.f("ck_documents_ready"),
        ),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_documents_association_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_index("ix_documents_state", "documents", ["state", "made_at"])
    op.create_index(
        "ix_documents_association_id", "documents", ["association_id", "state"]
    )
