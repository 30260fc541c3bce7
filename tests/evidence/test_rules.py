"""Canonical text and the chain, without a database."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.evidence.rules import START, Line, canonical, digest, instant_text, judge_chain

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def chain(length: int) -> list[Line]:
    lines: list[Line] = []
    prev = START
    for n in range(1, length + 1):
        bare = Line(
            "person:1", n, AT, "hours.posted", UUID(int=n), None, "{}", prev, b""
        )
        prev = digest(bare)
        lines.append(changed(bare, hash=prev))
    return lines


def head(lines: list[Line]) -> tuple[int, bytes]:
    return lines[-1].n, lines[-1].hash


def changed(line: Line, **fields: object) -> Line:
    kept = {name: getattr(line, name) for name in Line.__slots__}
    return Line(**{**kept, **fields})


def test_a_whole_chain_is_intact() -> None:
    lines = chain(5)

    assert judge_chain("person:1", lines, head(lines)).intact
    assert judge_chain("person:2", [], None).intact


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        pytest.param({"facts": '{"credit":9}'}, "content", id="facts"),
        pytest.param({"kind": "hours.removed"}, "content", id="kind"),
        pytest.param({"at": AT + timedelta(microseconds=1)}, "content", id="instant"),
        pytest.param({"account_id": None}, "content", id="actor"),
        pytest.param({"prev": bytes(32)}, "link", id="link"),
        pytest.param({"n": 9}, "gap", id="number"),
    ],
)
def test_a_changed_line_is_named(fields: dict[str, object], fault: str) -> None:
    lines = chain(5)
    lines[2] = changed(lines[2], **fields)

    verdict = judge_chain("person:1", lines, head(lines))

    assert (verdict.bad_n, verdict.fault) == (3, fault)


@given(st.integers(0, 5), st.data())
def test_any_line_taken_out_is_missed(at: int, data: st.DataObject) -> None:
    lines = chain(6)
    end = head(lines)
    del lines[at : data.draw(st.integers(at + 1, 6))]

    verdict = judge_chain("person:1", lines, end)

    assert verdict.bad_n == at + 1


def test_a_line_rewritten_with_its_hash_breaks_the_next_link() -> None:
    lines = chain(5)
    forged = changed(lines[2], facts='{"credit":9}')
    lines[2] = changed(forged, hash=digest(forged))

    assert judge_chain("person:1", lines, head(chain(5))).bad_n == 4


def test_canonical_text_does_not_depend_on_order() -> None:
    assert canonical({"b": AT, "a": UUID(int=1)}) == canonical(
        {"a": UUID(int=1), "b": AT}
    )


def test_an_instant_has_one_text() -> None:
    assert instant_text(AT) == "2026-11-21T02:00:00.000000Z"
