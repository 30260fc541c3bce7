"""of which years a learner's certificates stand, and indexes that hold all asked."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

# An association knows whom it has certified, though all the hours came from elsewhere.
_KNOWN = """
INSERT INTO learners (association_id, person_id, since, stage, certified)
SELECT c.association_id, s.person_id, min(c.issued_at), 'none', 0
FROM certificates c JOIN certificate_standings s ON s.certificate_id = c.id
WHERE NOT EXISTS (
    SELECT 1 FROM learners l
    WHERE l.association_id = c.association_id AND l.person_id = s.person_id
)
GROUP BY c.association_id, s.person_id
"""
_CERTIFIED = """
UPDATE learners SET certified = COALESCE((
    SELECT CAST(sum(DISTINCT CAST(1 AS BIGINT) << (c.year - 2000)) AS BIGINT)
    FROM certificate_standings s JOIN certificates c ON c.id = s.certificate_id
    WHERE s.person_id = learners.person_id AND s.state = 'valid'
        AND c.association_id = learners.association_id
), 0)
"""
_LIST = ["association_id", "since", "person_id"]
_OWN = ["association_id", "since", "stage", "certified"]
_COURSE = ["version_id", "completed_at", "closed_at", "last_at"]


def upgrade() -> None:
    with op.batch_alter_table("learners") as learners:
        learners.add_column(
            sa.Column("certified", sa.BigInteger(), nullable=False, server_default="0")
        )
        learners.alter_column("certified", server_default=None)
    op.execute(_KNOWN)
    op.drop_index("ix_learners_since", table_name="learners")
    op.execute(_CERTIFIED)
    op.create_index(
        "ix_learners_since",
        "learners",
        _LIST,
        postgresql_include=["stage", "certified"],
    )
    op.drop_index("ix_learners_person", table_name="learners")
    op.create_index(
        "ix_learners_person", "learners", ["person_id"], postgresql_include=_OWN
    )
    op.drop_index("ix_enrolments_course", table_name="enrolments")
    op.create_index("ix_enrolments_course", "enrolments", [*_COURSE, "person_id"])
    op.create_index(
        "ix_registered_specialties_which",
        "registered_specialties",
        ["specialty", "valid_until", "person_id"],
    )


def downgrade() -> None:
    op.drop_index(
        "ix_registered_specialties_which", table_name="registered_specialties"
    )
    op.drop_index("ix_enrolments_course", table_name="enrolments")
    op.create_index("ix_enrolments_course", "enrolments", _COURSE)
    for index, columns in (
        ("ix_learners_person", ["person_id"]),
        ("ix_learners_since", _LIST),
    ):
        op.drop_index(index, table_name="learners")
        op.create_index(index, "learners", columns)
    with op.batch_alter_table("learners") as learners:
        learners.drop_column("certified")
