"""coupons, tiers, members, and refunds by line."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _coupons()
    _codes()
    _deals()
    _refund_lines()
    op.add_column(
        "carts",
        sa.Column("coupon", sa.String(length=24), server_default="", nullable=False),
    )
    op.add_column(
        "enrolments", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("order_lines", sa.Column("list_fen", sa.Integer(), nullable=True))
    op.add_column("order_lines", sa.Column("cuts", sa.JSON(), nullable=True))
    op.add_column("quote_lines", sa.Column("cuts", sa.JSON(), nullable=True))
    op.add_column(
        "quotes",
        sa.Column("coupon", sa.String(length=24), server_default="", nullable=False),
    )


def _coupons() -> None:
    op.create_table(
        "coupons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("amount_fen", sa.Integer(), nullable=True),
        sa.Column("minimum_fen", sa.Integer(), nullable=False),
        sa.Column("offers", sa.JSON(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("each_person", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(percent IS NULL) <> (amount_fen IS NULL)",
            name=op.f("ck_coupons_one_of_both"),
        ),
        sa.CheckConstraint(
            "amount_fen IS NULL OR amount_fen > 0", name=op.f("ck_coupons_amount")
        ),
        sa.CheckConstraint(
            "percent IS NULL OR percent BETWEEN 1 AND 100",
            name=op.f("ck_coupons_percent"),
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_coupons_days")),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approvals.id"], name=op.f("fk_coupons_approval_id")
        ),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_coupons_association_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons")),
        sa.UniqueConstraint("approval_id", name=op.f("uq_coupons_approval_id")),
    )
    op.create_index(
        "ix_coupons_desk", "coupons", ["association_id", "made_at"], unique=False
    )


def _deals() -> None:
    op.create_table(
        "deals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "until_on IS NULL OR until_on >= from_on", name=op.f("ck_deals_days")
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approvals.id"], name=op.f("fk_deals_approval_id")
        ),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_deals_association_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deals")),
        sa.UniqueConstraint("approval_id", name=op.f("uq_deals_approval_id")),
    )
    op.create_index(
        "ix_deals_desk", "deals", ["association_id", "kind", "state"], unique=False
    )
    op.create_table(
        "members",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(uscc IS NULL) <> (person_id IS NULL)", name=op.f("ck_members_one_of_both")
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_members_days")),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_members_association_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint(
            "association_id",
            "person_id",
            "from_on",
            name=op.f("uq_members_association_id_person_id_from_on"),
        ),
        sa.UniqueConstraint(
            "association_id",
            "uscc",
            "from_on",
            name=op.f("uq_members_association_id_uscc_from_on"),
        ),
    )
    op.create_index(
        op.f("ix_members_person_id"), "members", ["person_id"], unique=False
    )


def _codes() -> None:
    op.create_table(
        "coupon_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("coupon_id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "used >= 0 AND used <= total", name=op.f("ck_coupon_codes_uses")
        ),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_coupon_codes_association_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coupon_id"], ["coupons.id"], name=op.f("fk_coupon_codes_coupon_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_codes")),
        sa.UniqueConstraint(
            "association_id", "code", name=op.f("uq_coupon_codes_association_id_code")
        ),
    )
    op.create_index(
        op.f("ix_coupon_codes_coupon_id"), "coupon_codes", ["coupon_id"], unique=False
    )
    op.create_table(
        "coupon_uses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code_id", sa.Uuid(), nullable=False),
        sa.Column("coupon_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("freed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "amount_fen >= 0", name=op.f("ck_coupon_uses_amount_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["code_id"], ["coupon_codes.id"], name=op.f("fk_coupon_uses_code_id")
        ),
        sa.ForeignKeyConstraint(
            ["coupon_id"], ["coupons.id"], name=op.f("fk_coupon_uses_coupon_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_coupon_uses_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_uses")),
        sa.UniqueConstraint("order_id", name=op.f("uq_coupon_uses_order_id")),
    )
    op.create_index("ix_coupon_uses_code", "coupon_uses", ["code_id"], unique=False)
    op.create_index(
        "ix_coupon_uses_person",
        "coupon_uses",
        ["person_id", "coupon_id"],
        unique=False,
        sqlite_where=sa.text("freed_at IS NULL"),
        postgresql_where=sa.text("freed_at IS NULL"),
    )


def _refund_lines() -> None:
    op.create_table(
        "refund_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("refund_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("most_fen", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "amount_fen > 0", name=op.f("ck_refund_lines_amount_positive")
        ),
        sa.CheckConstraint(
            "seats >= 0", name=op.f("ck_refund_lines_seats_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["order_lines.id"], name=op.f("fk_refund_lines_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refunds.id"], name=op.f("fk_refund_lines_refund_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_lines")),
        sa.UniqueConstraint(
            "refund_id", "line_id", name=op.f("uq_refund_lines_refund_id_line_id")
        ),
    )
    op.create_index(
        op.f("ix_refund_lines_line_id"), "refund_lines", ["line_id"], unique=False
    )


_NEW = ("refund_lines", "coupon_uses", "coupon_codes", "coupons", "members", "deals")
_ADDED = (
    ("quotes", "coupon"),
    ("quote_lines", "cuts"),
    ("order_lines", "cuts"),
    ("order_lines", "list_fen"),
    ("enrolments", "closed_at"),
    ("carts", "coupon"),
)


def downgrade() -> None:
    for table in _NEW:
        op.drop_table(table)
    for table, column in _ADDED:
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)
