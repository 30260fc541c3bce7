"""several associations: what an old platform kept, until its owner is sure."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_TAKING = sa.text("state = 'taking'")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _faces()
    _files()
    _people()
    _hours()
    _certificates()


def _association(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["association_id"], ["associations.id"], name=op.f(f"fk_{table}_association_id")
    )


def _faces() -> None:
    op.create_table(
        "association_faces",
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=30), nullable=False),
        sa.Column("short_name", sa.String(length=20), nullable=False),
        sa.Column("colour", sa.String(length=7), nullable=False),
        sa.Column("welcome", sa.String(length=300), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", _INSTANT, nullable=False),
        _association("association_faces"),
        sa.PrimaryKeyConstraint("association_id", name=op.f("pk_association_faces")),
        sa.UniqueConstraint("slug", name=op.f("uq_association_faces_slug")),
    )


def _files() -> None:
    op.create_table(
        "legacy_mappings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.String(length=60), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("used_at", _INSTANT, nullable=False),
        _association("legacy_mappings"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legacy_mappings")),
        sa.UniqueConstraint(
            "association_id",
            "kind",
            "fingerprint",
            name=op.f("uq_legacy_mappings_association_id_kind_fingerprint"),
        ),
    )
    op.create_table(
        "legacy_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("platform", sa.String(length=60), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("head", sa.Integer(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("approval_id", sa.Uuid(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("taken_rows", sa.Integer(), nullable=False),
        sa.Column("new_rows", sa.Integer(), nullable=False),
        sa.Column("credit", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("done_at", _INSTANT, nullable=True),
        sa.CheckConstraint(
            "taken_rows <= rows AND new_rows <= taken_rows",
            name=op.f("ck_legacy_imports_rows_taken"),
        ),
        _association("legacy_imports"),
        sa.ForeignKeyConstraint(
            ["approval_id"],
            ["approvals.id"],
            name=op.f("fk_legacy_imports_approval_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legacy_imports")),
        sa.UniqueConstraint("approval_id", name=op.f("uq_legacy_imports_approval_id")),
    )
    op.create_index(
        "ix_legacy_imports_desk", "legacy_imports", ["association_id", "made_at"]
    )
    op.create_index(
        "uq_legacy_imports_taking",
        "legacy_imports",
        ["association_id"],
        unique=True,
        sqlite_where=_TAKING,
        postgresql_where=_TAKING,
    )


def _common(table: str) -> list[object]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=60), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.LargeBinary(length=32), nullable=False),
        _association(table),
        sa.ForeignKeyConstraint(
            ["import_id"], ["legacy_imports.id"], name=op.f(f"fk_{table}_import_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "association_id",
            "platform",
            "number",
            name=op.f(f"uq_{table}_association_id_platform_number"),
        ),
    ]


def _people() -> None:
    table = "legacy_people"
    op.create_table(
        table,
        *_common(table),
        sa.Column("id_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("name_mark", sa.LargeBinary(length=32), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("province", sa.String(length=40), nullable=True),
        sa.Column("specialties", sa.JSON(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=True),
        sa.Column("period_until", sa.Date(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("linked_at", _INSTANT, nullable=True),
        sa.Column("proof", sa.String(length=40), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.Column("kept_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f(f"fk_{table}_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["persons.id"], name=op.f(f"fk_{table}_asked_by")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["approvals.id"], name=op.f(f"fk_{table}_question_id")
        ),
        sa.UniqueConstraint(
            "association_id",
            "platform",
            "id_index",
            name=op.f(f"uq_{table}_association_id_platform_id_index"),
        ),
        sa.UniqueConstraint("question_id", name=op.f(f"uq_{table}_question_id")),
    )
    op.create_index(op.f("ix_legacy_people_id_index"), table, ["id_index"])
    op.create_index(op.f("ix_legacy_people_person_id"), table, ["person_id"])
    op.create_index("ix_legacy_people_desk", table, ["association_id", "kept_at", "id"])


def _record(table: str) -> list[object]:
    return [
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("specialty", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["legacy_people.id"], name=op.f(f"fk_{table}_record_id")
        ),
    ]


def _hours() -> None:
    table = "legacy_hours"
    op.create_table(
        table,
        *_common(table),
        *_record(table),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("course", sa.String(length=120), nullable=False),
        sa.Column("credit", sa.Integer(), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("posted_at", _INSTANT, nullable=True),
        sa.CheckConstraint("credit > 0", name=op.f(f"ck_{table}_credit_positive")),
    )
    op.create_index(op.f("ix_legacy_hours_record_id"), table, ["record_id"])


def _certificates() -> None:
    table = "legacy_certificates"
    op.create_table(
        table,
        *_common(table),
        *_record(table),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("credit", sa.Integer(), nullable=True),
    )
    op.create_index(op.f("ix_legacy_certificates_number"), table, ["number"])
    op.create_index(op.f("ix_legacy_certificates_record_id"), table, ["record_id"])


def downgrade() -> None:
    for table in (
        "legacy_certificates",
        "legacy_hours",
        "legacy_people",
        "legacy_imports",
        "legacy_mappings",
        "association_faces",
    ):
        op.drop_table(table)
