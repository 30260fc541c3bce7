"""The book is sealed: places, nodes, checkpoints, proofs on a real database."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lms.evidence import queries, services
from lms.evidence.rules import merkle
from lms.evidence.rules.notes import Key, notes_in, read_key
from lms.gateways.seal import Ed25519Sealer
from lms.kernel.errors import NotFound
from lms.kernel.work import Work
from tests.conftest import HandClock, work_at

SEALER = Ed25519Sealer(bytes(range(32)), "lms.example.cn/transparency")


def write(work: Work, count: int, stream: str = "person:1") -> None:
    for i in range(count):
        services.note(work, stream, "hours.posted", credit=i)


def test_what_is_new_is_sealed_and_nothing_twice(work: Work, clock: HandClock) -> None:
    write(work, 5)
    first = services.seal(work, SEALER)
    again = services.seal(work, SEALER)

    assert first
    # The key that seals for the first time is itself a line of the book.
    assert first.lines == first.note.checkpoint.size == 6
    assert again is None
    assert services.seal(work_at(work, clock), SEALER) is None


def test_a_sealing_in_portions_ends_at_the_same_root(work: Work) -> None:
    write(work, 700)
    portions = []
    while (sealed := services.seal(work, SEALER, at_most=300)) is not None:
        portions.append(sealed.lines)
    read = queries.tree.reader(work.session)
    leaves = [
        bytes(row.hash)
        for row in work.session.execute(
            text("SELECT hash FROM evidence_lines ORDER BY seq")
        )
    ]

    assert portions == [300, 300, 101]
    assert merkle.root(read, 701) == merkle.fold(leaves)
    assert [merkle.root(read, n) for n in (1, 256, 300, 513)] == [
        merkle.fold(leaves[:n]) for n in (1, 256, 300, 513)
    ]


def test_a_checkpoint_is_signed_by_a_key_that_is_listed(work: Work) -> None:
    write(work, 3)
    services.seal(work, SEALER)

    card = queries.checkpoint(work.session)
    assert card
    (note,) = notes_in(card.note)
    (key,) = queries.keys(work.session)
    known = read_key(key.text)
    assert known == SEALER.key
    assert note.text == card.note
    assert note.checkpoint.root == card.root
    assert note.signed_by([SEALER.key])
    stranger = Ed25519Sealer(bytes(32), SEALER.key.name).key
    assert not note.signed_by([stranger])
    assert not note.signed_by([Key(SEALER.key.name, stranger.public)])


def test_a_new_key_leaves_the_old_one_listed(work: Work, clock: HandClock) -> None:
    write(work, 3)
    services.seal(work, SEALER)
    clock.pass_days(1)
    later = work_at(work, clock)
    write(later, 1)
    services.seal(later, Ed25519Sealer(bytes(32), SEALER.key.name))

    newest, oldest = queries.keys(work.session)
    assert oldest.text == SEALER.key.text
    assert newest.text != oldest.text


def test_a_line_is_proved_to_stand_in_the_tree(work: Work) -> None:
    write(work, 300)
    services.seal(work, SEALER)
    write(work, 5)
    place = queries.place_of(work.session, "person:1", 290)
    waiting = queries.place_of(work.session, "person:1", 303)

    assert waiting is None
    assert place
    proved = queries.inclusion(work.session, place.place)
    assert proved.leaf == place.hash
    assert proved.root == place.checkpoint.root
    assert merkle.included(
        proved.leaf, proved.place, proved.size, proved.proof, proved.root
    )


def test_the_tree_is_proved_to_have_only_grown(work: Work) -> None:
    write(work, 300)
    services.seal(work, SEALER)
    write(work, 400)
    services.seal(work, SEALER)
    new, old = queries.checkpoints(work.session)

    proof = queries.consistency(work.session, old.size, new.size)

    assert merkle.consistent((old.size, old.root), (new.size, new.root), proof)
    assert not merkle.consistent((old.size, bytes(32)), (new.size, new.root), proof)


def test_a_tile_holds_hashes_as_far_as_the_tree_has_grown(work: Work) -> None:
    write(work, 300)
    services.seal(work, SEALER)

    whole = queries.tile(work.session, 0, 0, 256)
    above = queries.tile(work.session, 1, 0, 1)

    assert len(whole) == 256 * 32
    assert above == merkle.fold([whole[i : i + 32] for i in range(0, 8192, 32)])
    assert len(queries.tile(work.session, 0, 1, 45)) == 45 * 32
    for level, number, width in ((0, 1, 46), (1, 0, 2), (0, 0, 0), (9, 0, 1)):
        with pytest.raises(NotFound):
            queries.tile(work.session, level, number, width)


@pytest.mark.parametrize(
    "table",
    [
        "evidence_lines",
        "evidence_leaves",
        "evidence_nodes",
        "evidence_checkpoints",
        "evidence_keys",
    ],
)
@pytest.mark.parametrize("act", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_what_is_sealed_refuses_change(work: Work, table: str, act: str) -> None:
    write(work, 300)
    services.seal(work, SEALER)
    column = "text" if table == "evidence_keys" else "hash"
    column = "root" if table == "evidence_checkpoints" else column

    with (
        pytest.raises(DBAPIError, match="append-only"),
        work.session.begin_nested(),
    ):
        work.session.execute(text(act.format(table, column)))
