"""No action creates hours, an attempt or a certificate's state but a granted claim."""

from __future__ import annotations

import ast
from pathlib import Path

from flask import Flask

LMS = Path(__file__).parents[2] / "lms"
EFFECTS = "claims/services/effects.py"


def calls(room: str, deeds: set[str]) -> set[tuple[str, str]]:
    """Find who calls a deed of a room's services, by whatever name it is imported."""
    found = set()
    for file in LMS.rglob("*.py"):
        tree = ast.parse(file.read_text())
        names = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == f"lms.{room}"
            for alias in node.names
            if alias.name == "services"
        }
        bare = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith(f"lms.{room}.services")
            for alias in node.names
            if alias.name in deeds
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            match node.func:
                case ast.Attribute(ast.Name(name), deed) if (
                    name in names and deed in deeds
                ):
                    found.add((str(file.relative_to(LMS)), deed))
                case ast.Name(name) if name in bare:
                    found.add((str(file.relative_to(LMS)), name))
    return found


def test_hours_are_posted_by_study_and_by_granted_claims_alone() -> None:
    who = {file for file, _deed in calls("hours", {"post"})}

    assert EFFECTS in who
    assert {file for file in who if not file.startswith("learning/")} == {EFFECTS}


def test_no_room_but_the_claims_posts_another_kind_than_study() -> None:
    kinds = {"SUBSTITUTION", "TRANSFER", "ADJUSTMENT"}
    naming = {
        str(file.relative_to(LMS))
        for file in LMS.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in kinds
        and isinstance(node.value, ast.Name)
        and node.value.id == "EntryKind"
    }

    # The two others only read.
    assert naming - {"hours/queries.py", "registration/queries/eligibility.py"} == {
        EFFECTS
    }


def test_tests_are_unlocked_and_certificates_moved_by_granted_claims_alone() -> None:
    assert calls("exams", {"unlock"}) == {(EFFECTS, "unlock")}
    assert calls("credentials", {"revoke", "supersede"}) == {
        (EFFECTS, "revoke"),
        (EFFECTS, "supersede"),
    }


def test_only_a_decision_carries_anything_out() -> None:
    using = {
        str(file.relative_to(LMS))
        for file in LMS.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom)
        and node.module in {"lms.claims.services", "lms.claims.services.effects"}
        and (
            node.module.endswith("effects")
            or any(alias.name == "effects" for alias in node.names)
        )
    }

    assert using == {"claims/services/deciding.py"}


def test_no_address_writes_hours_scores_or_states(app: Flask) -> None:
    """Rows 30 and 34: such a route does not exist."""
    unsafe = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if {"POST", "PUT", "PATCH", "DELETE"} & set(rule.methods or ())
    }
    telling = ("score", "unlock", "adjust", "credit", "revoke", "supersede", "post_")

    assert not [name for name in unsafe if any(word in name for word in telling)]
