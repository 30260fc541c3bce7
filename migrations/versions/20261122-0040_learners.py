"""the learners of an association, and the indexes of its long lists."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_KNOWN = """
INSERT INTO learners (association_id, person_id, since, stage)
SELECT association_id, person_id, min(at), CASE
    WHEN sum(begun) = 0 THEN 'none' WHEN sum(begun) = sum(done) THEN 'done'
    ELSE 'open' END
FROM (
    SELECT association_id, person_id, enrolled_at AS at,
        CASE WHEN closed_at IS NULL THEN 1 ELSE 0 END AS begun,
        CASE WHEN closed_at IS NULL AND completed_at IS NOT NULL
            THEN 1 ELSE 0 END AS done
    FROM enrolments
    UNION ALL
    SELECT association_id, person_id, placed_at AS at, 0 AS begun, 0 AS done
    FROM orders WHERE employer_id IS NULL
) AS known GROUP BY association_id, person_id
"""
_INDEXES = {
    "ix_learners_since": ("learners", ["association_id", "since", "person_id"]),
    "ix_learners_stage": (
        "learners",
        ["association_id", "stage", "since", "person_id"],
    ),
    "ix_learners_person": ("learners", ["person_id"]),
    "ix_registered_specialties_until": (
        "registered_specialties",
        ["valid_until", "specialty", "person_id"],
    ),
    "ix_orders_association": ("orders", ["association_id", "placed_at", "id"]),
    "ix_orders_desk": ("orders", ["association_id", "state", "placed_at", "id"]),
    "ix_attempts_failed": ("attempts", ["association_id", "passed", "n"]),
    "ix_payments_state": ("payments", ["state", "order_id"]),
    "ix_transfers_state": ("transfers", ["state", "order_id"]),
    "ix_certificates_issued": (
        "certificates",
        ["association_id", "issued_at", "serial"],
    ),
}
_BEFORE = {
    "ix_orders_association": ("orders", ["association_id", "placed_at"]),
    "ix_certificates_issued": ("certificates", ["association_id", "issued_at"]),
}
_DECLARED = sa.text("transfer_declared_at IS NOT NULL AND state = 'pending'")
_NAMES = {"ix_persons_name": "persons", "ix_accounts_name": "accounts"}


def upgrade() -> None:
    op.create_table(
        "learners",
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("association_id", "person_id", name="pk_learners"),
    )
    op.execute(_KNOWN)
    _exchange(_BEFORE, _INDEXES)
    op.create_index(
        "ix_orders_declared",
        "orders",
        ["association_id", "placed_at", "id"],
        sqlite_where=_DECLARED,
        postgresql_where=_DECLARED,
    )
    for index, table in _NAMES.items():
        op.create_index(
            index, table, ["name"], postgresql_ops={"name": "varchar_pattern_ops"}
        )


def downgrade() -> None:
    for index, table in _NAMES.items():
        op.drop_index(index, table_name=table)
    op.drop_index("ix_orders_declared", table_name="orders")
    _exchange(_INDEXES, _BEFORE)
    op.drop_table("learners")


def _exchange(
    old: dict[str, tuple[str, list[str]]], new: dict[str, tuple[str, list[str]]]
) -> None:
    for index, (table, _columns) in old.items():
        op.drop_index(index, table_name=table)
    for index, (table, columns) in new.items():
        op.create_index(index, table, columns)
