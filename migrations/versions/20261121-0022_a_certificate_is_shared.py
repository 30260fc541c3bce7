"""a certificate is shared."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_OPEN = sa.text("ended_at IS NULL")
_ONE_OF_TWO = "(certificate_id IS NULL) <> (registration_id IS NULL)"


def upgrade() -> None:
    op.add_column(
        "registration_files",
        sa.Column("kind", sa.String(length=12), server_default="pdf", nullable=False),
    )
    _shares()
    _reads()
    _grants()
    _openings()
    _shut("certificate_openings")


def downgrade() -> None:
    op.drop_table("certificate_openings")
    op.drop_table("certificate_grants")
    op.drop_table("certificate_share_reads")
    op.drop_table("certificate_shares")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION certificate_openings_append_only()")
    op.drop_column("registration_files", "kind")


def _of_what() -> tuple[sa.Column[object], sa.Column[object]]:
    return (
        sa.Column("certificate_id", sa.Uuid(), nullable=True),
        sa.Column("registration_id", sa.Uuid(), nullable=True),
    )


def _keys(table: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return tuple(
        sa.ForeignKeyConstraint(
            [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
        )
        for column, target in (
            ("certificate_id", "certificates"),
            ("registration_id", "registration_certificates"),
        )
    )


def _shares() -> None:
    op.create_table(
        "certificate_shares",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        *_of_what(),
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.String(length=60), nullable=False),
        sa.Column("whole_name", sa.Boolean(), nullable=False),
        sa.Column("with_file", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_ONE_OF_TWO, name=op.f("ck_certificate_shares_one_of_two")),
        *_keys("certificate_shares"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_shares")),
        sa.UniqueConstraint(
            "token_sha256", name=op.f("uq_certificate_shares_token_sha256")
        ),
    )
    op.create_index(
        op.f("ix_certificate_shares_person_id"),
        "certificate_shares",
        ["person_id"],
        unique=False,
    )


def _reads() -> None:
    op.create_table(
        "certificate_share_reads",
        sa.Column("share_id", sa.Uuid(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("count >= 1", name=op.f("ck_certificate_share_reads_count")),
        sa.ForeignKeyConstraint(
            ["share_id"],
            ["certificate_shares.id"],
            name=op.f("fk_certificate_share_reads_share_id_certificate_shares"),
        ),
        sa.PrimaryKeyConstraint(
            "share_id", "on", name=op.f("pk_certificate_share_reads")
        ),
    )


def _grants() -> None:
    op.create_table(
        "certificate_grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("employer", sa.String(length=100), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        *_of_what(),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_ONE_OF_TWO, name=op.f("ck_certificate_grants_one_of_two")),
        *_keys("certificate_grants"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_grants")),
    )
    for column in ("person_id", "employer_id"):
        op.create_index(
            op.f(f"ix_certificate_grants_{column}"),
            "certificate_grants",
            [column],
            unique=False,
        )
    for name, column in (
        ("completion", "certificate_id"),
        ("registration", "registration_id"),
    ):
        op.create_index(
            f"uq_certificate_grants_{name}",
            "certificate_grants",
            ["employer_id", column],
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        )


def _openings() -> None:
    op.create_table(
        "certificate_openings",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["certificate_grants.id"],
            name=op.f("fk_certificate_openings_grant_id_certificate_grants"),
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_certificate_openings")),
    )
    op.create_index(
        op.f("ix_certificate_openings_grant_id"),
        "certificate_openings",
        ["grant_id"],
        unique=False,
    )


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
