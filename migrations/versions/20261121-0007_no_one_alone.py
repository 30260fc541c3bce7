"""no one alone."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain ADD COLUMN: a rebuilt table would lose the triggers that shut it.
    op.add_column("approvals", sa.Column("asked_role", sa.String(length=20)))
    op.add_column("approvals", sa.Column("first_role", sa.String(length=20)))
    op.add_column("approvals", sa.Column("barred", sa.JSON()))
    op.add_column("approval_decisions", sa.Column("role", sa.String(length=20)))
    op.create_table(
        "claims",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("specialty", sa.String(length=40), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=True),
        sa.Column("credit", sa.Integer(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=True),
        sa.Column("by_staff", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["approvals.id"], name=op.f("fk_claims_appeal_id_approvals")
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name=op.f("fk_claims_certificate_id_certificates"),
        ),
        sa.ForeignKeyConstraint(
            ["id"], ["approvals.id"], name=op.f("fk_claims_id_approvals")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_claims_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("appeal_id", name=op.f("uq_claims_appeal_id")),
    )
    op.create_index("ix_claims_desk", "claims", ["association_id", "kind", "asked_at"])
    op.create_index(op.f("ix_claims_person_id"), "claims", ["person_id"])
    op.create_table(
        "claim_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("media", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sent_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_claim_files_claim_id_claims")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["approvals.id"],
            name=op.f("fk_claim_files_question_id_approvals"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_files")),
    )
    for column in ("claim_id", "sent_sha256"):
        op.create_index(op.f(f"ix_claim_files_{column}"), "claim_files", [column])


def downgrade() -> None:
    op.drop_table("claim_files")
    op.drop_table("claims")
    op.drop_column("approval_decisions", "role")
    for column in ("barred", "first_role", "asked_role"):
        op.drop_column("approvals", column)
