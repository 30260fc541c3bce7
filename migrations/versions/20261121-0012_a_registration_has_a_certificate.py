"""a registration has a certificate."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BOOKS = (
    "registration_certificates",
    "registration_states",
    "registration_files",
    "practice_records",
)
TABLES = (
    "registration_counters",
    "registration_certificates",
    "registration_standings",
    "registration_states",
    "use_copies",
    "registration_files",
    "practice_records",
)
SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _counters()
    _certificates()
    _standings()
    _states()
    _use_copies()
    _files()
    _practice()
    for table in BOOKS:
        _shut(table)


def _counters() -> None:
    op.create_table(
        "registration_counters",
        sa.Column("province", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last >= 0", name=op.f("ck_registration_counters_last")),
        sa.PrimaryKeyConstraint(
            "province", "year", name=op.f("pk_registration_counters")
        ),
    )


def _certificates() -> None:
    table = "registration_certificates"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("registration_no", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("employer", sa.String(length=100), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("token", sa.String(length=26), nullable=False),
        sa.Column("file_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("licence_id", sa.String(length=110), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("supersedes", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "version >= 1", name=op.f("ck_registration_certificates_version")
        ),
        _names(table, "supersedes"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.UniqueConstraint(name, name=op.f(f"uq_{table}_{name}"))
            for name in ("number", "token", "file_sha256", "licence_id", "source")
        ),
        sa.UniqueConstraint(
            "registration_no",
            "version",
            name=op.f("uq_registration_certificates_registration_no_version"),
        ),
    )
    for name in ("person_id", "name", "employer"):
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name])


def _names(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        ["registration_certificates.id"],
        name=op.f(f"fk_{table}_{column}"),
    )


def _standings() -> None:
    table = "registration_standings"
    op.create_table(
        table,
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        _names(table, "certificate_id"),
        _names(table, "superseded_by"),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f(f"pk_{table}")),
    )
    _one(table, "one_valid", ["person_id"], "valid")


def _one(table: str, name: str, columns: list[str], state: str) -> None:
    op.create_index(
        f"uq_{table}_{name}",
        table,
        columns,
        unique=True,
        sqlite_where=sa.text(f"state = '{state}'"),
        postgresql_where=sa.text(f"state = '{state}'"),
    )


def _states() -> None:
    table = "registration_states"
    op.create_table(
        table,
        sa.Column("seq", SEQ, autoincrement=True, nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        _names(table, "certificate_id"),
        sa.PrimaryKeyConstraint("seq", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_certificate_id"), table, ["certificate_id"])


def _use_copies() -> None:
    table = "use_copies"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("employer", sa.String(length=100), nullable=False),
        sa.Column("purpose", sa.String(length=80), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("token", sa.String(length=26), nullable=True),
        _names(table, "certificate_id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("token", name=op.f(f"uq_{table}_token")),
    )
    for name in ("certificate_id", "person_id", "employer_id"):
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name])
    _one(table, "one_confirmed", ["person_id"], "confirmed")
    _one(table, "one_asked", ["person_id", "employer_id"], "asked")


def _files() -> None:
    table = "registration_files"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("use_copy_id", sa.Uuid(), nullable=True),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        _names(table, "certificate_id"),
        sa.ForeignKeyConstraint(
            ["use_copy_id"], ["use_copies.id"], name=op.f(f"fk_{table}_use_copy_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("sha256", name=op.f(f"uq_{table}_sha256")),
        sa.UniqueConstraint("use_copy_id", name=op.f(f"uq_{table}_use_copy_id")),
    )
    op.create_index(op.f(f"ix_{table}_certificate_id"), table, ["certificate_id"])


def _practice() -> None:
    table = "practice_records"
    op.create_table(
        table,
        sa.Column("seq", SEQ, autoincrement=True, nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
        if table in BOOKS and op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION {table}_append_only()")


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
