"""questions in bulk: versions, cases, twins, imports, plans, more time, answers."""

import hashlib
import unicodedata
import uuid
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_LIVE = sa.text("retired_at IS NULL AND case_id IS NULL")
_STOPS = str.maketrans("", "", "。，、；：？！“”‘’（）()《》〈〉【】[]「」…—_,;:?!'\"·")


def upgrade() -> None:
    _versions()
    _twins()
    _imports()
    _plans()
    _times()
    _answers()


def downgrade() -> None:
    for table in (
        "exam_answers",
        "exam_times",
        "exam_blueprints",
        "question_imports",
        "question_twins",
    ):
        op.drop_table(table)
    with op.batch_alter_table("attempts") as batch:
        batch.drop_column("extra_minutes")
        batch.drop_column("blueprint_id")
    _one_version()


def _versions() -> None:
    for column in (
        sa.Column("difficulty", sa.String(length=40)),
        sa.Column("root_id", sa.Uuid()),
        sa.Column("version", sa.Integer()),
        sa.Column("replaced_by", sa.Uuid()),
        sa.Column("case_id", sa.Uuid()),
        sa.Column("place", sa.Integer()),
        sa.Column("sameness", sa.LargeBinary()),
        sa.Column("words", sa.Text()),
        sa.Column("made_at", sa.DateTime(timezone=True)),
        sa.Column("made_by", sa.Uuid()),
    ):
        op.add_column("questions", column)
    _fill_versions()
    with op.batch_alter_table("questions") as batch:
        for name in ("difficulty", "root_id", "version", "place", "sameness", "words"):
            batch.alter_column(name, nullable=False)
        batch.drop_constraint("uq_questions_digest", type_="unique")
        batch.create_unique_constraint(
            "uq_questions_root_id_version", ["root_id", "version"]
        )
        batch.create_foreign_key(
            "fk_questions_case_id", "questions", ["case_id"], ["id"]
        )
    op.create_index("ix_questions_case", "questions", ["case_id", "place"])
    op.create_index(
        "ux_questions_live",
        "questions",
        ["sameness"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )


def _one_version() -> None:
    op.drop_index("ux_questions_live", "questions")
    op.drop_index("ix_questions_case", "questions")
    connection = op.get_bind()
    table = sa.Table("questions", sa.MetaData(), autoload_with=connection)
    seen = set()
    for row in connection.execute(sa.select(table.c.id, table.c.digest)).all():
        if bytes(row.digest) in seen:
            again = hashlib.sha256(str(row.id).encode()).digest()
            connection.execute(
                table.update().where(table.c.id == row.id).values(digest=again)
            )
        seen.add(bytes(row.digest))
    with op.batch_alter_table("questions") as batch:
        batch.drop_constraint("fk_questions_case_id", type_="foreignkey")
        batch.drop_constraint("uq_questions_root_id_version", type_="unique")
        for name in (
            "difficulty", "root_id", "version", "replaced_by", "case_id", "place",
            "sameness", "words", "made_at", "made_by",
        ):  # fmt: skip
            batch.drop_column(name)
        batch.create_unique_constraint("uq_questions_digest", ["digest"])


def _folded(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).casefold().split())


def _same(row: sa.Row) -> bytes:
    bare = _folded(row.stem).translate(_STOPS)
    owner = uuid.UUID(str(row.association_id)) if row.association_id else "shared"
    said = [str(owner), str(row.specialty), bare, bare]
    said += sorted(_folded(one) for one in row.options)
    return hashlib.sha256("\0".join(said).encode()).digest()


def _fill_versions() -> None:
    connection = op.get_bind()
    table = sa.Table(
        "questions",
        sa.MetaData(),
        sa.Column("options", sa.JSON()),
        autoload_with=connection,
    )
    now = datetime.now(UTC)  # noqa: TID251 - nobody hands a migration the time
    seen, filled = set(), []
    for row in connection.execute(table.select().order_by(table.c.id)):
        same = _same(row)
        if row.retired_at is None and same in seen:
            same = bytes(row.digest)
        seen.add(same)
        filled.append(
            {
                "one": row.id,
                "difficulty": "medium",
                "root_id": row.id,
                "version": 1,
                "place": 0,
                "sameness": same,
                "words": _folded("".join([row.stem, *row.options])).translate(_STOPS),
                "made_at": now,
            }
        )
    if filled:
        names = set(filled[0]) - {"one"}
        connection.execute(
            table.update()
            .where(table.c.id == sa.bindparam("one"))
            .values({name: sa.bindparam(name) for name in names}),
            filled,
        )


def _twins() -> None:
    op.create_table(
        "question_twins",
        sa.Column("left_root", sa.Uuid(), nullable=False),
        sa.Column("right_root", sa.Uuid(), nullable=False),
        sa.Column("left_id", sa.Uuid(), nullable=False),
        sa.Column("right_id", sa.Uuid(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["left_id"], ["questions.id"], name=op.f("fk_question_twins_left_id")
        ),
        sa.ForeignKeyConstraint(
            ["right_id"], ["questions.id"], name=op.f("fk_question_twins_right_id")
        ),
        sa.PrimaryKeyConstraint(
            "left_root", "right_root", name=op.f("pk_question_twins")
        ),
    )
    op.create_index(
        op.f("ix_question_twins_right_root"), "question_twins", ["right_root"]
    )


def _imports() -> None:
    op.create_table(
        "question_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_imports")),
    )
    for column in ("association_id", "made_at"):
        op.create_index(
            op.f(f"ix_question_imports_{column}"), "question_imports", [column]
        )


def _plans() -> None:
    op.create_table(
        "exam_blueprints",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("specialty", sa.String(length=40), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["id"], ["approvals.id"], name=op.f("fk_exam_blueprints_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_blueprints")),
    )
    op.create_index(
        "ix_exam_blueprints_desk",
        "exam_blueprints",
        ["association_id", "effective_from"],
    )
    op.add_column("attempts", sa.Column("blueprint_id", sa.Uuid()))
    op.add_column(
        "attempts",
        sa.Column("extra_minutes", sa.Integer(), nullable=False, server_default="0"),
    )


def _times() -> None:
    op.create_table(
        "exam_times",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_times")),
        sa.UniqueConstraint("approval_id", name=op.f("uq_exam_times_approval_id")),
    )
    op.create_index(op.f("ix_exam_times_person_id"), "exam_times", ["person_id"])


def _answers() -> None:
    op.create_table(
        "exam_answers",
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("good", sa.SmallInteger(), nullable=False),
        sa.Column("worth", sa.SmallInteger(), nullable=False),
        sa.Column("total", sa.SmallInteger(), nullable=False),
        sa.Column("chosen", sa.SmallInteger(), nullable=False),
        sa.Column("graded_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_exam_answers_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_exam_answers_question_id")
        ),
        sa.PrimaryKeyConstraint(
            "association_id",
            "question_id",
            "attempt_id",
            name=op.f("pk_exam_answers"),
        ),
        sqlite_with_rowid=False,
    )
    _mark_again()


def _mark_again() -> None:
    """Write down the answers of the papers that were marked before."""
    connection, tables = op.get_bind(), sa.MetaData()
    json_columns = [sa.Column(name, sa.JSON()) for name in ("paper", "answers")]
    attempts = sa.Table("attempts", tables, *json_columns, autoload_with=connection)
    questions = sa.Table(
        "questions", tables, sa.Column("key", sa.JSON()), autoload_with=connection
    )
    keys = {
        uuid.UUID(str(row.id)): set(row.key)
        for row in connection.execute(sa.select(questions.c.id, questions.c.key))
    }
    graded = connection.execute(
        sa.select(attempts).where(attempts.c.state == "graded")
    ).all()
    answers = sa.Table("exam_answers", tables, autoload_with=connection)
    for first in range(0, len(graded), 200):
        some = graded[first : first + 200]
        rows = [row for one in some for row in _answers_of(one, keys)]
        if rows:
            connection.execute(answers.insert(), rows)


def _answers_of(attempt: sa.Row, keys: dict[uuid.UUID, set[int]]) -> list[dict]:
    at = attempt.submitted_at
    # SQLite forgets the zone, and every stored instant is UTC; the day is Shanghai's.
    day = (at.astimezone(UTC) if at.tzinfo else at) + timedelta(hours=8)
    found = []
    for place, (question, _kind, order, *more) in enumerate(attempt.paper):
        chosen = {order[n] for n in attempt.answers.get(str(place), ())}
        found.append(
            {
                "association_id": attempt.association_id,
                "question_id": _as_kept(attempt.association_id, question),
                "attempt_id": attempt.id,
                "good": int(chosen == keys[uuid.UUID(question)]),
                "chosen": sum(1 << n for n in chosen),
                "graded_on": day.date(),
                "worth": more[0] if more else 1,
            }
        )
    whole = max(1, sum(row["worth"] for row in found))
    good = sum(row["worth"] for row in found if row["good"])
    for row in found:
        row["worth"] = 10_000 * row["worth"] // whole
        row["total"] = 10_000 * good // whole
    return found


def _as_kept(like: object, question: str) -> object:
    """Give an id as this engine hands ids out."""
    return (
        uuid.UUID(question)
        if isinstance(like, uuid.UUID)
        else (uuid.UUID(question).hex)
    )
