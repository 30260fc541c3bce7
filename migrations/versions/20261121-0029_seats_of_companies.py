"""a company buys seats."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BOOK = "seat_steps"
_COMPANYS = sa.text("employer_id IS NOT NULL")


def upgrade() -> None:
    _lists()
    op.add_column(
        "employer_links",
        sa.Column("quiet_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.add_column(
        "orders",
        sa.Column(
            "employer_id",
            sa.Uuid(),
            sa.ForeignKey("employers.id", name="fk_orders_employer_id"),
            nullable=True,
        ),
        inline_references=True,
    )
    op.create_index(
        "ix_orders_employer",
        "orders",
        ["employer_id", "placed_at"],
        sqlite_where=_COMPANYS,
        postgresql_where=_COMPANYS,
    )
    op.add_column(
        "order_lines",
        sa.Column("quantity", sa.Integer(), nullable=False, server_default="1"),
    )
    _quotes()
    _seats()
    _shut(BOOK)


def _lists() -> None:
    op.create_table(
        "roster_drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employers.id"], name=op.f("fk_roster_drafts_employer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_drafts")),
    )
    op.create_index(
        op.f("ix_roster_drafts_employer_id"),
        "roster_drafts",
        ["employer_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_roster_drafts_made_at"), "roster_drafts", ["made_at"], unique=False
    )
    op.create_table(
        "roster_entries",
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("id_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("specialties", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["roster_drafts.id"], name=op.f("fk_roster_entries_draft_id")
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["employer_links.id"], name=op.f("fk_roster_entries_link_id")
        ),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_roster_entries")),
        sa.UniqueConstraint("draft_id", "n", name=op.f("uq_roster_entries_draft_id_n")),
    )
    op.create_table(
        "link_addresses",
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["employer_links.id"], name=op.f("fk_link_addresses_link_id")
        ),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_link_addresses")),
    )
    op.create_index(
        op.f("ix_link_addresses_kept_at"), "link_addresses", ["kept_at"], unique=False
    )
    op.create_table(
        "nudges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("by_account", sa.Uuid(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employers.id"], name=op.f("fk_nudges_employer_id")
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["employer_links.id"], name=op.f("fk_nudges_link_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudges")),
        sa.UniqueConstraint(
            "link_id", "told_on", name=op.f("uq_nudges_link_id_told_on")
        ),
    )
    op.create_index(
        "ix_nudges_employer", "nudges", ["employer_id", "told_at"], unique=False
    )
    op.create_index("ix_nudges_person", "nudges", ["person_id"], unique=False)


def _quotes() -> None:
    op.create_table(
        "quotes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("once", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("company_name", sa.String(length=100), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("by_clerk", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("total_fen", sa.Integer(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("total_fen >= 0", name=op.f("ck_quotes_total_not_negative")),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_quotes_association_id"),
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employers.id"], name=op.f("fk_quotes_employer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotes")),
        sa.UniqueConstraint("number", name=op.f("uq_quotes_number")),
        sa.UniqueConstraint("once", name=op.f("uq_quotes_once")),
    )
    op.create_index(
        "ix_quotes_association", "quotes", ["association_id", "made_at"], unique=False
    )
    op.create_index(
        "ix_quotes_employer", "quotes", ["employer_id", "made_at"], unique=False
    )
    op.create_table(
        "quote_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("quote_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("version_ids", sa.JSON(), nullable=False),
        sa.Column("unit_fen", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.CheckConstraint("seats > 0", name=op.f("ck_quote_lines_seats")),
        sa.CheckConstraint(
            "unit_fen >= 0 AND price_fen >= 0",
            name=op.f("ck_quote_lines_price_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["quote_id"], ["quotes.id"], name=op.f("fk_quote_lines_quote_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_lines")),
        sa.UniqueConstraint(
            "quote_id", "position", name=op.f("uq_quote_lines_quote_id_position")
        ),
    )
    op.create_table(
        "purchase_orders",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("quote_id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("company_name", sa.String(length=100), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employers.id"],
            name=op.f("fk_purchase_orders_employer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_purchase_orders_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["quote_id"], ["quotes.id"], name=op.f("fk_purchase_orders_quote_id")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_purchase_orders")),
        sa.UniqueConstraint("quote_id", name=op.f("uq_purchase_orders_quote_id")),
    )
    op.create_index(
        "ix_purchase_orders_number",
        "purchase_orders",
        ["employer_id", "number"],
        unique=False,
    )


def _seats() -> None:
    op.create_table(
        "seats",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'assigned') = (person_id IS NOT NULL)",
            name=op.f("ck_seats_sitter"),
        ),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_seats_association_id"),
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employers.id"], name=op.f("fk_seats_employer_id")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["order_lines.id"], name=op.f("fk_seats_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["employer_links.id"], name=op.f("fk_seats_link_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_seats_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
        sa.UniqueConstraint("line_id", "n", name=op.f("uq_seats_line_id_n")),
    )
    op.create_index(
        "ix_seats_employer", "seats", ["employer_id", "state"], unique=False
    )
    op.create_index(op.f("ix_seats_order_id"), "seats", ["order_id"], unique=False)
    op.create_index(op.f("ix_seats_person_id"), "seats", ["person_id"], unique=False)
    op.create_index(
        "uq_seats_sitter",
        "seats",
        ["line_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("person_id IS NOT NULL"),
        postgresql_where=sa.text("person_id IS NOT NULL"),
    )
    op.create_table(
        "seat_steps",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["seats.id"], name=op.f("fk_seat_steps_seat_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_steps")),
        sa.UniqueConstraint("seat_id", "seq", name=op.f("uq_seat_steps_seat_id_seq")),
    )
    op.create_index(
        op.f("ix_seat_steps_person_id"), "seat_steps", ["person_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table(BOOK)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {BOOK}_append_only()")
    for table in ("seats", "purchase_orders", "quote_lines", "quotes"):
        op.drop_table(table)
    with op.batch_alter_table("order_lines") as batch:
        batch.drop_column("quantity")
    op.drop_index("ix_orders_employer", table_name="orders")
    with op.batch_alter_table("orders") as batch:
        batch.drop_column("employer_id")
    with op.batch_alter_table("employer_links") as batch:
        batch.drop_column("quiet_at")
    for table in ("nudges", "link_addresses", "roster_entries", "roster_drafts"):
        op.drop_table(table)


def _shut(table: str) -> None:
    """Refuse UPDATE and DELETE on a book that is only ever added to."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{table} is append-only'; END $$ LANGUAGE plpgsql"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only "
        f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )
