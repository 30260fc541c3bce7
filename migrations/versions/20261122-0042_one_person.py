"""one person, one account: merges, counters' slips, and whose a number is."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_OPEN = sa.text("settled_at IS NULL")


def upgrade() -> None:
    op.add_column("accounts", sa.Column("handle", sa.String(length=12)))
    op.add_column("accounts", sa.Column("merged_into", sa.Uuid()))
    op.create_index("uq_accounts_handle", "accounts", ["handle"], unique=True)
    op.create_index("ix_accounts_merged_into", "accounts", ["merged_into"])
    op.create_index(
        "ix_certificate_standings_person", "certificate_standings", ["person_id"]
    )
    _slips()
    _cases()


def _slips() -> None:
    op.create_table(
        "counter_slips",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_counter_slips_account_id_accounts"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_counter_slips"),
    )
    op.create_index("ix_counter_slips_account_id", "counter_slips", ["account_id"])
    op.create_index("ix_counter_slips_desk", "counter_slips", ["made_by", "made_at"])


def _cases() -> None:
    op.create_table(
        "number_cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("at_counter", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("ended_as", sa.String(length=40)),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name="fk_number_cases_person_id_persons"
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["persons.id"], name="fk_number_cases_holder_id_persons"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_number_cases"),
    )
    op.create_index("ix_number_cases_person_id", "number_cases", ["person_id"])
    op.create_index("ix_number_cases_holder_id", "number_cases", ["holder_id"])
    op.create_index(
        "ix_number_cases_desk", "number_cases", ["association_id", "asked_at"]
    )
    op.create_index(
        "uq_number_cases_open",
        "number_cases",
        ["person_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    op.drop_table("number_cases")
    op.drop_table("counter_slips")
    op.drop_index("ix_certificate_standings_person", table_name="certificate_standings")
    op.drop_index("ix_accounts_merged_into", table_name="accounts")
    op.drop_index("uq_accounts_handle", table_name="accounts")
    op.drop_column("accounts", "merged_into")
    op.drop_column("accounts", "handle")
