"""statements come, invoices go out."""

import datetime as dt
import uuid

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_SHUT = ("invoice_layouts", "money_lines")
_OLD_LINE = sa.text("state <> 'withdrawn'")
_TYPED = sa.text("state <> 'withdrawn' AND line_id IS NULL")
_OF_LINE = sa.text("state <> 'withdrawn' AND line_id IS NOT NULL")
_LINE = ["association_id", "bank_account", "value_on", "running_no"]
_EAST = dt.timezone(dt.timedelta(hours=8))


def upgrade() -> None:
    _bank_mappings()
    _statement_imports()
    _statement_lines()
    _statement_returns()
    _invoice_layouts()
    _invoice_handovers()
    _invoices()
    _invoice_orders()
    _invoice_reds()
    _invoice_files()
    _money_lines()
    _reconciliation_runs()
    _reconciliation_differences()
    _transfers()
    for table in _SHUT:
        _shut(table)
    _write_up()


def downgrade() -> None:
    op.drop_index("uq_transfers_line_order", table_name="transfers")
    op.drop_index("uq_transfers_bank_line", table_name="transfers")
    op.drop_index("ix_transfers_line_id", table_name="transfers")
    with op.batch_alter_table("transfers") as table:
        if op.get_bind().dialect.name == "postgresql":
            table.drop_constraint("fk_transfers_line_id", type_="foreignkey")
        table.drop_column("line_id")
        table.drop_column("note")
    _index("uq_transfers_bank_line", _LINE, _OLD_LINE)
    for table in _TABLES[::-1]:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in _SHUT:
            op.execute(f"DROP FUNCTION {table}_append_only()")


_TABLES = (
    "bank_mappings",
    "statement_imports",
    "statement_lines",
    "statement_returns",
    "invoice_layouts",
    "invoice_handovers",
    "invoices",
    "invoice_orders",
    "invoice_reds",
    "invoice_files",
    "money_lines",
    "reconciliation_runs",
    "reconciliation_differences",
)


def _bank_mappings() -> None:
    op.create_table(
        "bank_mappings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("bank", sa.String(length=60), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_bank_mappings_association_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_mappings")),
        sa.UniqueConstraint(
            "association_id",
            "fingerprint",
            name=op.f("uq_bank_mappings_association_id_fingerprint"),
        ),
    )


def _statement_imports() -> None:
    op.create_table(
        "statement_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("bank", sa.String(length=60), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("head", sa.Integer(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("new_lines", sa.Integer(), nullable=False),
        sa.Column("known_lines", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("in_fen", sa.BigInteger(), nullable=False),
        sa.Column("out_fen", sa.BigInteger(), nullable=False),
        sa.Column("gaps", sa.JSON(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_statement_imports_association_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_imports")),
    )
    op.create_index(
        "ix_statement_imports_desk",
        "statement_imports",
        ["association_id", "made_at"],
        unique=False,
    )
    op.create_index(
        "ix_statement_imports_reach",
        "statement_imports",
        ["association_id", "account", "last_on"],
        unique=False,
    )


def _statement_lines() -> None:
    op.create_table(
        "statement_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("bank", sa.String(length=60), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("running_no", sa.String(length=60), nullable=False),
        sa.Column("payer", sa.String(length=200), nullable=False),
        sa.Column("payer_account", sa.LargeBinary(), nullable=True),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=200), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("proposed_fen", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_fen", sa.BigInteger(), nullable=False),
        sa.Column("returning_fen", sa.BigInteger(), nullable=False),
        sa.Column("returned_fen", sa.BigInteger(), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=False),
        sa.Column("guess", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "proposed_fen >= 0 AND confirmed_fen >= 0 AND returning_fen >= 0 AND returned_fen >= 0 AND (amount_fen < 0 OR proposed_fen + confirmed_fen + returning_fen + returned_fen <= amount_fen)",
            name=op.f("ck_statement_lines_spoken_for_within_amount"),
        ),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_statement_lines_association_id"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["statement_imports.id"],
            name=op.f("fk_statement_lines_import_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_lines")),
        sa.UniqueConstraint(
            "association_id",
            "bank",
            "account",
            "ref",
            "booked_on",
            "amount_fen",
            "running_no",
            name="uq_statement_lines_line",
        ),
    )
    op.create_index(
        "ix_statement_lines_day",
        "statement_lines",
        ["association_id", "booked_on", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_statement_lines_import_id"),
        "statement_lines",
        ["import_id"],
        unique=False,
    )
    op.create_index(
        "ix_statement_lines_number",
        "statement_lines",
        ["association_id", "running_no", "booked_on"],
        unique=False,
    )
    op.create_index(
        "ix_statement_lines_queue",
        "statement_lines",
        ["association_id", "state", "booked_on", "id"],
        unique=False,
    )


def _statement_returns() -> None:
    op.create_table(
        "statement_returns",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bank_line", sa.String(length=60), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "amount_fen > 0", name=op.f("ck_statement_returns_amount_positive")
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"],
            ["approvals.id"],
            name=op.f("fk_statement_returns_approval_id"),
        ),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_statement_returns_association_id"),
        ),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["statement_lines.id"],
            name=op.f("fk_statement_returns_line_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_returns")),
        sa.UniqueConstraint(
            "approval_id", name=op.f("uq_statement_returns_approval_id")
        ),
        sa.UniqueConstraint(
            "association_id",
            "bank_line",
            name=op.f("uq_statement_returns_association_id_bank_line"),
        ),
    )
    op.create_index(
        "ix_statement_returns_desk",
        "statement_returns",
        ["association_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_statement_returns_line_id"),
        "statement_returns",
        ["line_id"],
        unique=False,
    )


def _invoice_layouts() -> None:
    op.create_table(
        "invoice_layouts",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_invoice_layouts_association_id"),
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_invoice_layouts")),
    )
    op.create_index(
        "ix_invoice_layouts_since",
        "invoice_layouts",
        ["association_id", "since"],
        unique=False,
    )


def _invoice_handovers() -> None:
    op.create_table(
        "invoice_handovers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_invoice_handovers_association_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_handovers")),
    )
    op.create_index(
        "ix_invoice_handovers_desk",
        "invoice_handovers",
        ["association_id", "made_at"],
        unique=False,
    )


def _invoices() -> None:
    op.create_table(
        "invoices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.String(length=20), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("tax_no", sa.String(length=20), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("red_fen", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handover_id", sa.Uuid(), nullable=True),
        sa.Column("issued_number", sa.String(length=20), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_invoices_amount_positive")),
        sa.CheckConstraint(
            "red_fen >= 0 AND red_fen <= amount_fen",
            name=op.f("ck_invoices_red_within_amount"),
        ),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_invoices_association_id"),
        ),
        sa.ForeignKeyConstraint(
            ["handover_id"],
            ["invoice_handovers.id"],
            name=op.f("fk_invoices_handover_id"),
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["invoices.id"], name=op.f("fk_invoices_replaces_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint(
            "association_id",
            "issued_number",
            name=op.f("uq_invoices_association_id_issued_number"),
        ),
        sa.UniqueConstraint("serial", name=op.f("uq_invoices_serial")),
    )
    op.create_index(
        op.f("ix_invoices_handover_id"), "invoices", ["handover_id"], unique=False
    )
    op.create_index(
        op.f("ix_invoices_person_id"), "invoices", ["person_id"], unique=False
    )
    op.create_index(
        "ix_invoices_queue",
        "invoices",
        ["association_id", "state", "asked_at", "id"],
        unique=False,
    )


def _invoice_orders() -> None:
    op.create_table(
        "invoice_orders",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "amount_fen > 0", name=op.f("ck_invoice_orders_amount_positive")
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoices.id"], name=op.f("fk_invoice_orders_invoice_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_invoice_orders_order_id")
        ),
        sa.PrimaryKeyConstraint(
            "invoice_id", "order_id", name=op.f("pk_invoice_orders")
        ),
    )
    op.create_index(
        "uq_invoice_orders_live",
        "invoice_orders",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("live"),
        postgresql_where=sa.text("live"),
    )


def _invoice_reds() -> None:
    op.create_table(
        "invoice_reds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("wish", sa.LargeBinary(), nullable=True),
        sa.Column("approval_id", sa.Uuid(), nullable=True),
        sa.Column("refund_id", sa.Uuid(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.String(length=20), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("again_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "amount_fen > 0", name=op.f("ck_invoice_reds_amount_positive")
        ),
        sa.ForeignKeyConstraint(
            ["again_id"], ["invoices.id"], name=op.f("fk_invoice_reds_again_id")
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approvals.id"], name=op.f("fk_invoice_reds_approval_id")
        ),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_invoice_reds_association_id"),
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoices.id"], name=op.f("fk_invoice_reds_invoice_id")
        ),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refunds.id"], name=op.f("fk_invoice_reds_refund_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_reds")),
        sa.UniqueConstraint(
            "association_id",
            "number",
            name=op.f("uq_invoice_reds_association_id_number"),
        ),
        sa.UniqueConstraint("refund_id", name=op.f("uq_invoice_reds_refund_id")),
    )
    op.create_index(
        "ix_invoice_reds_desk",
        "invoice_reds",
        ["association_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_invoice_reds_invoice_id"), "invoice_reds", ["invoice_id"], unique=False
    )


def _invoice_files() -> None:
    op.create_table(
        "invoice_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("red_id", sa.Uuid(), nullable=True),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("kept_by", sa.Uuid(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoices.id"], name=op.f("fk_invoice_files_invoice_id")
        ),
        sa.ForeignKeyConstraint(
            ["red_id"], ["invoice_reds.id"], name=op.f("fk_invoice_files_red_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_files")),
        sa.UniqueConstraint(
            "red_id", "form", name=op.f("uq_invoice_files_red_id_form")
        ),
    )
    op.create_index(
        op.f("ix_invoice_files_invoice_id"),
        "invoice_files",
        ["invoice_id"],
        unique=False,
    )
    op.create_index(
        "uq_invoice_files_own",
        "invoice_files",
        ["invoice_id", "form"],
        unique=True,
        sqlite_where=sa.text("red_id IS NULL"),
        postgresql_where=sa.text("red_id IS NULL"),
    )


def _money_lines() -> None:
    op.create_table(
        "money_lines",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("cash_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_money_lines_association_id"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_money_lines_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_money_lines_payment_id")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_money_lines")),
    )
    op.create_index(
        "ix_money_lines_day", "money_lines", ["association_id", "cash_on"], unique=False
    )
    op.create_index(
        op.f("ix_money_lines_order_id"), "money_lines", ["order_id"], unique=False
    )
    op.create_index(
        op.f("ix_money_lines_payment_id"), "money_lines", ["payment_id"], unique=False
    )


def _reconciliation_runs() -> None:
    op.create_table(
        "reconciliation_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked", sa.JSON(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("amounts_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_reconciliation_runs_association_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_runs")),
        sa.UniqueConstraint(
            "association_id",
            "day",
            name=op.f("uq_reconciliation_runs_association_id_day"),
        ),
    )


def _reconciliation_differences() -> None:
    op.create_table(
        "reconciliation_differences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("ours_fen", sa.BigInteger(), nullable=False),
        sa.Column("theirs_fen", sa.BigInteger(), nullable=False),
        sa.Column("ref", sa.String(length=160), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_reconciliation_differences_association_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_differences")),
        sa.UniqueConstraint(
            "association_id",
            "kind",
            "key",
            name=op.f("uq_reconciliation_differences_association_id_kind_key"),
        ),
    )
    op.create_index(
        "ix_reconciliation_differences_desk",
        "reconciliation_differences",
        ["association_id", "state"],
        unique=False,
    )


def _transfers() -> None:
    """Let a line that was imported go to several orders."""
    if op.get_bind().dialect.name == "sqlite":
        # In place: a table made anew would lose its checks.
        op.execute(
            "ALTER TABLE transfers ADD COLUMN line_id CHAR(32) "
            "CONSTRAINT fk_transfers_line_id REFERENCES statement_lines (id)"
        )
        op.execute(
            "ALTER TABLE transfers ADD COLUMN note VARCHAR(200) DEFAULT '' NOT NULL"
        )
    else:
        op.add_column("transfers", sa.Column("line_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(
            op.f("fk_transfers_line_id"),
            "transfers",
            "statement_lines",
            ["line_id"],
            ["id"],
        )
        op.add_column(
            "transfers",
            sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        )
    op.create_index(op.f("ix_transfers_line_id"), "transfers", ["line_id"])
    op.drop_index("uq_transfers_bank_line", table_name="transfers")
    _index("uq_transfers_bank_line", _LINE, _TYPED)
    _index("uq_transfers_line_order", ["line_id", "order_id"], _OF_LINE)


def _index(name, columns, where) -> None:
    op.create_index(
        name,
        "transfers",
        columns,
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def _shut(table: str) -> None:
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


def _write_up() -> None:
    """Write the money that moved before these books were kept, payment by payment.

    When a part went back is known by the refund; of what the provider sent back by
    itself, only that it did: it is booked on the day of the order's last step.
    """
    bind = op.get_bind()
    meta = sa.MetaData()
    book, payments, orders, refunds, transfers, attempts, steps = (
        sa.Table(name, meta, autoload_with=bind)
        for name in (
            "money_lines",
            "payments",
            "orders",
            "refunds",
            "transfers",
            "payment_attempts",
            "order_states",
        )
    )
    booked = {
        str(_id(row.id)): row.value_on
        for row in bind.execute(sa.select(transfers.c.id, transfers.c.value_on))
    }
    methods = {
        row.session_id: row.method
        for row in bind.execute(sa.select(attempts.c.session_id, attempts.c.method))
    }
    back = {}
    for row in bind.execute(
        sa.select(refunds).where(refunds.c.state == "done").order_by(refunds.c.done_at)
    ):
        back.setdefault(row.payment_id, []).append(row)
    last = dict(
        bind.execute(
            sa.select(steps.c.order_id, sa.func.max(steps.c.at)).group_by(
                steps.c.order_id
            )
        ).all()
    )
    found = bind.execute(
        sa.select(payments, orders.c.association_id)
        .join(orders, orders.c.id == payments.c.order_id)
        .order_by(payments.c.received_at)
    ).all()
    for one in found:
        came = booked.get(one.provider_ref) or _day(one.received_at)
        moves = [(one.amount_fen, came, one.received_at)]
        known = 0
        for refund in back.get(one.id, ()):
            known += refund.amount_fen
            day = refund.returned_on or _day(refund.done_at)
            moves.append((-refund.amount_fen, day, refund.done_at))
        rest = one.refunded_fen - known
        if rest > 0:
            at = last.get(one.order_id, one.received_at)
            moves.append((-rest, _day(at), at))
        channel = methods.get(one.provider_ref) or (
            "transfer" if one.provider == "transfer" else "card"
        )
        for amount, day, at in moves:
            bind.execute(
                book.insert().values(
                    association_id=one.association_id,
                    order_id=one.order_id,
                    payment_id=one.id,
                    channel=channel,
                    applied=one.state == "applied",
                    amount_fen=amount,
                    cash_on=day,
                    at=at,
                )
            )


def _id(value) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))


def _day(at) -> dt.date:
    if isinstance(at, str):
        at = dt.datetime.fromisoformat(at)
    whole = at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at
    return whole.astimezone(_EAST).date()
