"""what the night finds."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BOOKS = (
    "certificate_uses",
    "ended_specialties",
    "reminders",
    "revocation_effects",
    "credit_records",
)


def upgrade() -> None:
    _standings()
    _certificate_uses()
    _ended_specialties()
    _reminders()
    _night_runs()
    _revocation_effects()
    _credit_records()
    _study_proofs()
    op.create_index(
        "ix_certificate_standings_revoked",
        "certificate_standings",
        ["person_id"],
        sqlite_where=sa.text("state = 'revoked'"),
        postgresql_where=sa.text("state = 'revoked'"),
    )
    for table in BOOKS:
        _shut(table)


def downgrade() -> None:
    op.drop_index(
        "ix_certificate_standings_revoked", table_name="certificate_standings"
    )
    op.drop_table("study_proofs")
    op.drop_table("credit_records")
    op.drop_table("revocation_effects")
    op.drop_table("night_runs")
    op.drop_table("reminders")
    op.drop_table("ended_specialties")
    op.drop_table("certificate_uses")
    op.drop_table("standings")
    if op.get_bind().dialect.name == "postgresql":
        for table in BOOKS:
            op.execute(f"DROP FUNCTION {table}_append_only()")


def _standings() -> None:
    op.create_table(
        "standings",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(length=40), nullable=False),
        sa.Column("eligible", sa.Boolean(), nullable=False),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.Column("lapsed", sa.Boolean(), nullable=False),
        sa.Column("hours_met", sa.Boolean(), nullable=False),
        sa.Column("per_cent", sa.Integer(), nullable=False),
        sa.Column("specialties", sa.JSON(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("rule_set", sa.String(length=60), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "per_cent >= 0 AND per_cent <= 100", name=op.f("ck_standings_per_cent")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_standings_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_standings")),
    )
    op.create_index(
        op.f("ix_standings_ends_on"), "standings", ["ends_on"], unique=False
    )


def _certificate_uses() -> None:
    op.create_table(
        "certificate_uses",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("specialty", sa.String(length=40), nullable=False),
        sa.Column("used_until", sa.Date(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_certificate_uses_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name=op.f("fk_certificate_uses_certificate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_certificate_uses_person_id")
        ),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_certificate_uses")),
    )
    op.create_index(
        op.f("ix_certificate_uses_person_id"),
        "certificate_uses",
        ["person_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_certificate_uses_application_id"),
        "certificate_uses",
        ["application_id"],
        unique=False,
    )


def _ended_specialties() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "ended_specialties",
        sa.Column("seq", key, autoincrement=True, nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("specialty", sa.String(length=40), nullable=False),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("province", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_ended_specialties_person_id")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ended_specialties")),
        sa.UniqueConstraint(
            "person_id",
            "specialty",
            "valid_from",
            "valid_until",
            name=op.f(
                "uq_ended_specialties_person_id_specialty_valid_from_valid_until"
            ),
        ),
    )


def _reminders() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "reminders",
        sa.Column("seq", key, autoincrement=True, nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("told_with", sa.String(length=40), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employers.id"], name=op.f("fk_reminders_employer_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_reminders_person_id")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_reminders")),
        sa.UniqueConstraint(
            "person_id",
            "ends_on",
            "kind",
            name=op.f("uq_reminders_person_id_ends_on_kind"),
        ),
    )
    op.create_index(
        op.f("ix_reminders_told"), "reminders", ["told_on", "employer_id"], unique=False
    )


def _night_runs() -> None:
    op.create_table(
        "night_runs",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cursor", sa.Uuid(), nullable=True),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kind", "day", name=op.f("pk_night_runs")),
    )


def _revocation_effects() -> None:
    op.create_table(
        "revocation_effects",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name=op.f("fk_revocation_effects_certificate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_revocation_effects_person_id")
        ),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_revocation_effects")),
    )
    op.create_index(
        op.f("ix_revocation_effects_person_id"),
        "revocation_effects",
        ["person_id"],
        unique=False,
    )


def _credit_records() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "credit_records",
        sa.Column("seq", key, autoincrement=True, nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name=op.f("fk_credit_records_certificate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_credit_records_person_id")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_credit_records")),
        sa.UniqueConstraint(
            "certificate_id", name=op.f("uq_credit_records_certificate_id")
        ),
    )
    op.create_index(
        op.f("ix_credit_records_person_id"),
        "credit_records",
        ["person_id"],
        unique=False,
    )


def _study_proofs() -> None:
    op.create_table(
        "study_proofs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("specialty", sa.String(length=40), nullable=False),
        sa.Column("proof", sa.String(length=40), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_study_proofs_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_proofs")),
        sa.UniqueConstraint(
            "person_id",
            "number",
            "specialty",
            name=op.f("uq_study_proofs_person_id_number_specialty"),
        ),
    )
    op.create_index(
        op.f("ix_study_proofs_open"),
        "study_proofs",
        ["person_id", "settled_at"],
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
