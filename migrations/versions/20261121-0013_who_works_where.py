"""who works where."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BOOK = "employer_proofs"
_ACTIVE = sa.text(
    "person_agreed_at IS NOT NULL AND employer_agreed_at IS NOT NULL "
    "AND ended_at IS NULL"
)
_OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.add_column("employers", sa.Column("kind", sa.String(length=40)))
    op.add_column("employers", sa.Column("opened_at", sa.DateTime(timezone=True)))
    _agents()
    _proofs()
    _links()
    _archive()
    _shut(BOOK)


def _instant(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name)


def _agents() -> None:
    table = "employer_agents"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        _instant("asked_at", nullable=False),
        _instant("confirmed_at"),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        _instant("ended_at"),
        _points(table, "employer_id", "employers"),
        _points(table, "account_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_agents")),
    )
    op.create_index(op.f("ix_employer_agents_employer_id"), table, ["employer_id"])
    op.create_index(
        "uq_employer_agents_account_id",
        table,
        ["account_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def _proofs() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        BOOK,
        sa.Column("seq", key, autoincrement=True, nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("fault", sa.String(length=40), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("by_account", sa.Uuid(), nullable=True),
        _instant("at", nullable=False),
        _points(BOOK, "employer_id", "employers"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_employer_proofs")),
    )
    op.create_index(op.f("ix_employer_proofs_employer_id"), BOOK, ["employer_id"])


def _links() -> None:
    table = "employer_links"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_account", sa.Uuid(), nullable=False),
        _instant("asked_at", nullable=False),
        sa.Column("contact_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("shown", sa.String(length=60), nullable=False),
        sa.Column("called", sa.String(length=60), nullable=False),
        _instant("sent_at"),
        _instant("person_agreed_at"),
        _instant("employer_agreed_at"),
        _instant("ended_at"),
        sa.Column("ended_as", sa.String(length=40), nullable=True),
        sa.Column("ended_by", sa.String(length=40), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        _points(table, "employer_id", "employers"),
        _points(table, "person_id", "persons"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_links")),
    )
    for column in ("employer_id", "person_id", "contact_index"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(
        "uq_employer_links_active",
        table,
        ["person_id"],
        unique=True,
        sqlite_where=_ACTIVE,
        postgresql_where=_ACTIVE,
    )


def _archive() -> None:
    table = "archive_files"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("keeper", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=True),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_until", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("media", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sent_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kept_by", sa.Uuid(), nullable=False),
        _instant("kept_at", nullable=False),
        _instant("dropped_at"),
        _points(table, "person_id", "persons"),
        _points(table, "employer_id", "employers"),
        _points(table, "link_id", "employer_links"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_files")),
    )
    op.create_index(
        "ix_archive_files_shelf", table, ["person_id", "keeper", "period_from"]
    )
    op.create_index("ix_archive_files_link", table, ["link_id"])
    op.create_table(
        "archive_bodies",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        _points("archive_bodies", "file_id", "archive_files"),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_archive_bodies")),
    )


def downgrade() -> None:
    for table in ("archive_bodies", "archive_files", "employer_links", BOOK):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {BOOK}_append_only()")
    op.drop_table("employer_agents")
    with op.batch_alter_table("employers") as batch:
        batch.drop_column("opened_at")
        batch.drop_column("kind")


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
