"""members by their number, probable pairs, and matters of companies."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

# The book of persons holds the same index of the same number, and the name. A person
# who took the number back since cannot be found by it: nothing is left to match.
_BY_NUMBER = """
UPDATE members SET
    id_index = (SELECT id_index FROM persons WHERE persons.id = members.person_id),
    name = COALESCE(
        (SELECT name FROM persons WHERE persons.id = members.person_id), '')
WHERE person_id IS NOT NULL
"""
_BY_PERSON = """
UPDATE members SET name = '',
    person_id = (SELECT id FROM persons WHERE persons.id_index = members.id_index)
WHERE id_index IS NOT NULL
"""


def upgrade() -> None:
    _members()
    _pairs()
    with op.batch_alter_table("threads") as threads:
        threads.add_column(sa.Column("wrapped", sa.LargeBinary()))
        threads.add_column(sa.Column("outside_at", sa.DateTime(timezone=True)))


def _pairs() -> None:
    """Two accounts that may be one person's; what marks them is filled by night."""
    op.add_column("persons", sa.Column("twin_mark", sa.LargeBinary(length=32)))
    op.create_index("ix_persons_twin_mark", "persons", ["twin_mark"])
    op.create_table(
        "account_pairs",
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("sign", sa.String(length=40), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("apart_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("apart_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_account_pairs_association_id"),
        ),
        sa.PrimaryKeyConstraint(
            "association_id", "one_id", "other_id", name=op.f("pk_account_pairs")
        ),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_account_pairs_order")),
    )
    op.create_index(
        "ix_account_pairs_desk", "account_pairs", ["association_id", "apart_at"]
    )
    for column in ("one_id", "other_id"):
        op.create_index(f"ix_account_pairs_{column}", "account_pairs", [column])


def _members() -> None:
    with op.batch_alter_table("members") as members:
        members.add_column(sa.Column("id_index", sa.LargeBinary(length=32)))
        members.add_column(
            sa.Column("shown", sa.String(length=18), nullable=False, server_default="")
        )
        members.drop_constraint(op.f("ck_members_one_of_both"), type_="check")
    op.execute(_BY_NUMBER)
    op.execute("DELETE FROM members WHERE uscc IS NULL AND id_index IS NULL")
    op.drop_index("ix_members_person_id", table_name="members")
    with op.batch_alter_table("members") as members:
        members.drop_constraint(
            op.f("uq_members_association_id_person_id_from_on"), type_="unique"
        )
        members.drop_column("person_id")
        members.alter_column("shown", server_default=None)
        members.create_check_constraint(
            op.f("ck_members_one_of_both"), "(uscc IS NULL) <> (id_index IS NULL)"
        )
        members.create_unique_constraint(
            op.f("uq_members_association_id_id_index_from_on"),
            ["association_id", "id_index", "from_on"],
        )
    op.create_index("ix_members_id_index", "members", ["id_index"])


def downgrade() -> None:
    with op.batch_alter_table("threads") as threads:
        threads.drop_column("outside_at")
        threads.drop_column("wrapped")
    op.drop_table("account_pairs")
    op.drop_index("ix_persons_twin_mark", table_name="persons")
    op.drop_column("persons", "twin_mark")
    with op.batch_alter_table("members") as members:
        members.add_column(sa.Column("person_id", sa.Uuid()))
        members.drop_constraint(op.f("ck_members_one_of_both"), type_="check")
    op.execute(_BY_PERSON)
    op.execute("DELETE FROM members WHERE uscc IS NULL AND person_id IS NULL")
    op.drop_index("ix_members_id_index", table_name="members")
    with op.batch_alter_table("members") as members:
        members.drop_constraint(
            op.f("uq_members_association_id_id_index_from_on"), type_="unique"
        )
        members.drop_column("id_index")
        members.drop_column("shown")
        members.create_check_constraint(
            op.f("ck_members_one_of_both"), "(uscc IS NULL) <> (person_id IS NULL)"
        )
        members.create_unique_constraint(
            op.f("uq_members_association_id_person_id_from_on"),
            ["association_id", "person_id", "from_on"],
        )
    op.create_index("ix_members_person_id", "members", ["person_id"])
