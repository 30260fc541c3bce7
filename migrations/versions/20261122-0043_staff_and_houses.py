"""staff by two managers."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("grants", sa.Column("asked_by", sa.Uuid(), nullable=True))
    op.add_column("grants", sa.Column("agreed_by", sa.Uuid(), nullable=True))
    table = "staff_invitations"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("contact_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approvals.id"], name=op.f(f"fk_{table}_approval_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f(f"fk_{table}_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("approval_id", name=op.f(f"uq_{table}_approval_id")),
        sa.UniqueConstraint("token_hash", name=op.f(f"uq_{table}_token_hash")),
        sa.UniqueConstraint(
            "association_id",
            "contact_index",
            name=op.f(f"uq_{table}_association_id_contact_index"),
        ),
    )
    op.create_index(op.f(f"ix_{table}_association_id"), table, ["association_id"])
    _domains()


def _domains() -> None:
    table = "association_domains"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("host", sa.String(length=100), nullable=False),
        sa.Column("open_host", sa.String(length=100), nullable=True),
        sa.Column("agreed_at", _INSTANT, nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f(f"fk_{table}_association_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("open_host", name=op.f(f"uq_{table}_open_host")),
        sa.UniqueConstraint(
            "association_id", "host", name=op.f(f"uq_{table}_association_id_host")
        ),
    )
    _terms()


def _terms() -> None:
    table = "association_terms"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("agreed_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f(f"fk_{table}_association_id"),
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approvals.id"], name=op.f(f"fk_{table}_approval_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("approval_id", name=op.f(f"uq_{table}_approval_id")),
    )
    op.create_index(
        "ix_association_terms_kind", table, ["association_id", "kind", "agreed_at"]
    )


def downgrade() -> None:
    op.drop_table("association_terms")
    op.drop_table("association_domains")
    op.drop_table("staff_invitations")
    op.drop_column("grants", "agreed_by")
    op.drop_column("grants", "asked_by")
