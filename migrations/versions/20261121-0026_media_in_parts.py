"""media in parts."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("associations") as table:
        table.add_column(
            sa.Column(
                "film_bytes",
                sa.BigInteger(),
                server_default="214748364800",
                nullable=False,
            )
        )
    with op.batch_alter_table("media_files") as table:
        table.alter_column(
            "size",
            existing_type=sa.Integer(),
            type_=sa.BigInteger(),
            existing_nullable=False,
        )
    _uploads()
    _parts()
    _renditions()
    with op.batch_alter_table("lessons") as table:
        table.add_column(sa.Column("film_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_lessons_film_id"), "film_uploads", ["film_id"], ["id"]
        )
        table.create_index(op.f("ix_lessons_film_id"), ["film_id"])


def downgrade() -> None:
    with op.batch_alter_table("lessons") as table:
        table.drop_index(op.f("ix_lessons_film_id"))
        table.drop_constraint(op.f("fk_lessons_film_id"), type_="foreignkey")
        table.drop_column("film_id")
    op.drop_table("film_renditions")
    op.drop_table("film_parts")
    op.drop_table("film_uploads")
    with op.batch_alter_table("media_files") as table:
        table.alter_column(
            "size",
            existing_type=sa.BigInteger(),
            type_=sa.Integer(),
            existing_nullable=False,
        )
    with op.batch_alter_table("associations") as table:
        table.drop_column("film_bytes")


def _uploads() -> None:
    op.create_table(
        "film_uploads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("part_size", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("format", sa.String(length=20), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("reason_facts", sa.JSON(), nullable=False),
        sa.Column("media_key", sa.String(length=64), nullable=True),
        sa.Column("poster_key", sa.String(length=64), nullable=True),
        sa.Column("sprite_key", sa.String(length=64), nullable=True),
        sa.Column("sprite", sa.JSON(), nullable=False),
        sa.Column("kept_bytes", sa.BigInteger(), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "size > 0 AND part_size > 0", name=op.f("ck_film_uploads_size")
        ),
        sa.CheckConstraint(
            "done BETWEEN 0 AND 1000", name=op.f("ck_film_uploads_done")
        ),
        sa.CheckConstraint(
            "state != 'ready' OR (media_key IS NOT NULL AND ready_at IS NOT NULL)",
            name=op.f("ck_film_uploads_ready"),
        ),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_film_uploads_association_id"),
        ),
        sa.ForeignKeyConstraint(
            ["media_key"], ["media_files.key"], name=op.f("fk_film_uploads_media_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_film_uploads")),
    )
    op.create_index("ix_film_uploads_state", "film_uploads", ["state", "made_at"])
    op.create_index(
        "ix_film_uploads_association_id", "film_uploads", ["association_id", "state"]
    )


def _parts() -> None:
    op.create_table(
        "film_parts",
        sa.Column("film_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["film_id"], ["film_uploads.id"], name=op.f("fk_film_parts_film_id")
        ),
        sa.PrimaryKeyConstraint("film_id", "n", name=op.f("pk_film_parts")),
    )


def _renditions() -> None:
    op.create_table(
        "film_renditions",
        sa.Column("film_id", sa.Uuid(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("bandwidth", sa.Integer(), nullable=False),
        sa.Column("codecs", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("head_bytes", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["film_id"], ["film_uploads.id"], name=op.f("fk_film_renditions_film_id")
        ),
        sa.PrimaryKeyConstraint("film_id", "height", name=op.f("pk_film_renditions")),
    )
