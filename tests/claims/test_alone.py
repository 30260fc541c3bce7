"""No action creates hours, an attempt or a certificate's state but a granted claim."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from flask import Flask

LMS = Path(__file__).parents[2] / "lms"
EFFECTS = "claims/services/effects.py"


Nodes = dict[str, list[ast.AST]]


@pytest.fixture(scope="module")
def written() -> Nodes:
    """Every file of the house, read once."""
    return {
        str(file.relative_to(LMS)): list(ast.walk(ast.parse(file.read_text())))
        for file in LMS.rglob("*.py")
    }


def calls(written: Nodes, room: str, deeds: set[str]) -> set[tuple[str, str]]:
    """Find who calls a deed of a room's services, by whatever name it is imported."""
    found = set()
    for file, nodes in written.items():
        names = {
            alias.asname or alias.name
            for node in nodes
            if isinstance(node, ast.ImportFrom) and node.module == f"lms.{room}"
            for alias in node.names
            if alias.name == "services"
        }
        bare = {
            alias.asname or alias.name
            for node in nodes
            if isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith(f"lms.{room}.services")
            for alias in node.names
            if alias.name in deeds
        }
        for node in nodes:
            if not isinstance(node, ast.Call):
                continue
            match node.func:
                case ast.Attribute(ast.Name(name), deed) if (
                    name in names and deed in deeds
                ):
                    found.add((file, deed))
                case ast.Name(name) if name in bare:
                    found.add((file, name))
    return found


def test_hours_are_posted_by_study_and_by_granted_claims_alone(written: Nodes) -> None:
    who = {file for file, _deed in calls(written, "hours", {"post", "post_all"})}

    assert EFFECTS in who
    assert {file for file in who if not file.startswith("learning/")} == {EFFECTS}


def test_no_room_but_the_claims_posts_another_kind_than_study(written: Nodes) -> None:
    kinds = {"SUBSTITUTION", "TRANSFER", "ADJUSTMENT"}
    naming = {
        file
        for file, nodes in written.items()
        for node in nodes
        if isinstance(node, ast.Attribute)
        and node.attr in kinds
        and isinstance(node.value, ast.Name)
        and node.value.id == "EntryKind"
    }

    # What a merge answers a line with, which two managers agreed to.
    merging = {"hours/services.py"}
    readers = {
        "hours/queries.py",
        "registration/queries/eligibility.py",
    }
    assert naming - readers - merging == {EFFECTS}


def test_credit_changes_hands_by_a_merge_of_two_managers_alone(written: Nodes) -> None:
    assert calls(written, "hours", {"take_over"}) == {
        ("merges/services.py", "take_over")
    }


def test_tests_are_unlocked_and_certificates_moved_by_granted_claims_alone(
    written: Nodes,
) -> None:
    assert calls(written, "exams", {"unlock", "grant_time"}) == {
        (EFFECTS, "unlock"),
        (EFFECTS, "grant_time"),
    }
    assert calls(written, "credentials", {"revoke", "supersede"}) == {
        (EFFECTS, "revoke"),
        (EFFECTS, "supersede"),
    }


def test_only_a_decision_carries_anything_out(written: Nodes) -> None:
    using = {
        file
        for file, nodes in written.items()
        for node in nodes
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


def test_only_the_settling_of_a_class_credits_presence(written: Nodes) -> None:
    assert calls(written, "learning", {"attended"}) == {
        ("classes/services/settling.py", "attended")
    }
