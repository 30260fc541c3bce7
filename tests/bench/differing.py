"""How a crowd's people differ: companies, courses, specialties, days and states.

All of it is drawn from a person's number, the same for the same number. A copy of a
graduate says little about what a list is narrowed by: nobody would fit, or everybody.
"""

from __future__ import annotations

import psycopg

from lms.policy.model import Specialty

FIRMS = 8_000
YEARS = (2024, 2025, 2026)
_SPECIALTIES = f"ARRAY[{', '.join(repr(one.value) for one in Specialty)}]"


def _drawn(salt: str, of: int) -> str:
    """Draw a number below `of` for the person `k`; doubled, for it has parameters."""
    sign = f"substr(md5('{salt}' || k), 1, 7)"
    return f"(CAST(CAST('x' || {sign} AS bit(28)) AS int) %% {of})"


def _turned(name: str, all_: str, by: str, salt: str) -> str:
    """Take another of all, so that who has several has them all unlike."""
    place = f"(array_position({all_}, {name}) - 1 + {_drawn(salt, 1000)} {by})"
    return f"COALESCE(({all_})[1 + {place} %% array_length({all_}, 1)], {name})"


_FIRM = _drawn("firm", FIRMS)


def _firm_name(n: str) -> str:
    return (
        f"(ARRAY['内蒙古', '包头市', '鄂尔多斯', '呼和浩特'])[1 + {n} %% 4] || "
        f"(ARRAY['宏远', '鑫达', '中天', '华建', '盛世'])[1 + {n} %% 5] || {n} || "
        f"(ARRAY['建筑有限公司', '市政工程公司', '建设集团'])[1 + {n} %% 3]"
    )


# Of one association and asked for once, not for each of two million rows.
_VERSIONS = (
    "ARRAY(SELECT DISTINCT e.version_id FROM enrolments e WHERE e.association_id = "
    "(SELECT s.association_id FROM enrolments s JOIN accounts a "
    "ON a.person_id = s.person_id WHERE a.name = '李秀英' LIMIT 1) ORDER BY 1)"
)
_STEP = _drawn("step", 10)
"""Six of ten have studied all of a course; one has not begun."""

DIFFERS = {
    ("learners", "certified"): "0",
    ("learners", "since"): "now() - make_interval(secs => k * 60)",
    ("learners", "stage"): (
        f"(ARRAY['none', 'open', 'done', 'done', 'done'])[1 + {_drawn('stage', 5)}]"
    ),
    ("accounts", "state"): (
        f"CASE WHEN {_drawn('state', 5000)} = 0 THEN 'suspended' "
        f"WHEN {_drawn('state', 5000)} < 20 THEN 'closed' ELSE 'active' END"
    ),
    ("persons", "id_index"): (
        f"CASE WHEN {_drawn('bare', 1000)} > 0 THEN "
        "sha256(t.id_index || CAST(CAST(k AS text) AS bytea)) END"
    ),
    ("employments", "employer_id"): f"CAST(md5('firm' || {_FIRM}) AS uuid)",
    ("employments", "name"): _firm_name(_FIRM),
    ("registered_specialties", "specialty"): _turned(
        "CAST(t.specialty AS text)", _SPECIALTIES, "", "specialty"
    ),
    ("registered_specialties", "valid_until"): (
        f"current_date + {_drawn('until', 1095)}"
    ),
    ("enrolments", "version_id"): _turned(
        # A third of all have the first course; the rest is even.
        "t.version_id",
        _VERSIONS,
        f"* CASE WHEN {_drawn('first', 3)} = 0 THEN 0 ELSE 1 END",
        "course",
    ),
    ("enrolments", "completed_at"): f"CASE WHEN {_STEP} < 6 THEN now() END",
    ("enrolments", "last_at"): f"CASE WHEN {_STEP} < 9 THEN now() END",
    ("enrolments", "closed_at"): (
        f"CASE WHEN {_STEP} > 5 AND {_drawn('closed', 3000)} = 0 THEN now() END"
    ),
    ("certificates", "year"): f"{YEARS[0]} + {_drawn('year', len(YEARS))}",
    ("certificate_standings", "state"): (
        f"CASE WHEN {_drawn('revoked', 7)} = 0 THEN 'revoked' ELSE 'valid' END"
    ),
}
"""What a column holds for the person `k`, where the graduate `t` has something else."""


def found_firms(raw: psycopg.Connection) -> None:
    """Found the companies that people work for, and number certificates by years."""
    raw.execute(
        "INSERT INTO employers (id, uscc, name, created_at) SELECT "
        "CAST(md5('firm' || n) AS uuid), left(md5('u' || n), 18), "
        f"{_firm_name('n')}, now() FROM generate_series(0, %s) n".encode(),
        (FIRMS - 1,),
    )
    for year in YEARS:
        raw.execute(
            "INSERT INTO certificate_counters (association_id, year, last) "
            "SELECT DISTINCT association_id, CAST(%s AS int), 0 FROM learners "
            "ON CONFLICT DO NOTHING",
            (year,),
        )


def count_certified(raw: psycopg.Connection) -> None:
    """Write down of which years each one's certificates stand."""
    raw.execute(
        "UPDATE learners l SET certified = held.years FROM (SELECT s.person_id, "
        "c.association_id, bit_or(CAST(1 AS bigint) << (c.year - 2000)) AS years "
        "FROM certificate_standings s JOIN certificates c ON c.id = s.certificate_id "
        "WHERE s.state = 'valid' GROUP BY 1, 2) held "
        "WHERE l.person_id = held.person_id AND l.association_id = held.association_id"
    )
