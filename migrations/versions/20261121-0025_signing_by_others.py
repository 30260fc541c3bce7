"""signing by others."""

import base64
import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _vouched()
    _roots()
    _lists()
    _queue()


def downgrade() -> None:
    op.drop_table("certificate_sealing_queue")
    op.drop_table("signing_lists")
    op.execute("DELETE FROM signing_roots WHERE retired_at IS NOT NULL")
    op.drop_index("uq_signing_roots_one_active", "signing_roots")
    with op.batch_alter_table("signing_roots") as batch_op:
        batch_op.drop_constraint("fk_signing_roots_question_id", type_="foreignkey")
        batch_op.drop_constraint("uq_signing_roots_kid", type_="unique")
        for column in ("question_id", "retired_at", "generation", "kid"):
            batch_op.drop_column(column)
        batch_op.create_unique_constraint(
            "uq_signing_roots_root_demonstration", ["root", "demonstration"]
        )
    for table, columns in _VOUCHED.items():
        for column, _kind in reversed(columns):
            op.drop_column(table, column)


_VOUCHED = {
    "signing_keys": (
        ("other_name", sa.String(length=400)),
        ("vouched", sa.String(length=400)),
        ("vouched_at", sa.DateTime(timezone=True)),
    ),
    "signing_questions": (
        ("other_name", sa.String(length=400)),
        ("foreign_seal", sa.Boolean()),
    ),
}


def _vouched() -> None:
    """A name that is not the owner's, and who answers for it."""
    for table, columns in _VOUCHED.items():
        for column, kind in columns:
            op.add_column(table, sa.Column(column, kind, nullable=True))


def _roots() -> None:
    """More than one pair of roots: the new one certifies, the old one stays known."""
    with op.batch_alter_table("signing_roots") as batch_op:
        batch_op.add_column(sa.Column("kid", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("generation", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("question_id", sa.Uuid(), nullable=True))
        batch_op.drop_constraint("uq_signing_roots_root_demonstration", type_="unique")
    _name_roots()
    with op.batch_alter_table("signing_roots") as batch_op:
        batch_op.alter_column("kid", existing_type=sa.String(40), nullable=False)
        batch_op.alter_column("generation", existing_type=sa.Integer(), nullable=False)
        batch_op.create_unique_constraint("uq_signing_roots_kid", ["kid"])
        batch_op.create_foreign_key(
            "fk_signing_roots_question_id", "approvals", ["question_id"], ["id"]
        )
    op.create_index(
        "uq_signing_roots_one_active",
        "signing_roots",
        ["root", "demonstration"],
        unique=True,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )


def _name_roots() -> None:
    """Name each root by the digest of its certificate, as keys are named."""
    roots = sa.table(
        "signing_roots",
        sa.column("id", sa.Uuid()),
        sa.column("certificate", sa.LargeBinary()),
        sa.column("kid", sa.String()),
        sa.column("generation", sa.Integer()),
    )
    bind = op.get_bind()
    for row in bind.execute(sa.select(roots.c.id, roots.c.certificate)).all():
        digest = hashlib.sha256(bytes(row.certificate)).digest()[:10]
        kid = base64.b32encode(digest).decode().lower()
        named = roots.update().where(roots.c.id == row.id)
        bind.execute(named.values(kid=kid, generation=1))


def _lists() -> None:
    op.create_table(
        "signing_lists",
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("covers", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["root_id"], ["signing_roots.id"], name=op.f("fk_signing_lists_root_id")
        ),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_signing_lists")),
    )


def _queue() -> None:
    op.create_table(
        "certificate_sealing_queue",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("specialty", sa.String(length=40), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "person_id", "specialty", name=op.f("pk_certificate_sealing_queue")
        ),
    )
    op.create_index(
        op.f("ix_certificate_sealing_queue_association_id"),
        "certificate_sealing_queue",
        ["association_id"],
        unique=False,
    )
