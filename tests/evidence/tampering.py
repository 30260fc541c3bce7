"""What a clerk with the whole machine could do to the book: the acts, by chance.

Each act changes the book through a connection whose guards rest. `covered` is how
many lines the checkpoint outside fixes; `seal` is the house's own key, stolen.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import Connection, text

from lms.evidence.ports import Sealer
from lms.evidence.rules import START
from lms.evidence.rules.lines import quick_digest
from lms.evidence.rules.merkle import Growing
from lms.evidence.rules.notes import Note, body, notes_in

BOOKS = (
    "evidence_lines",
    "evidence_leaves",
    "evidence_nodes",
    "evidence_checkpoints",
    "evidence_keys",
    "evidence_bodies",
)


@dataclass(slots=True)
class Clerk:
    """A hostile clerk with the machine in hand."""

    connection: Connection
    chance: random.Random
    covered: int
    seal: Sealer

    def run(self, words: str, **bound: Any) -> Any:
        return self.connection.execute(text(words), bound)

    def line(self, *, covered: bool = False) -> Any:
        """Choose a line; only among those that the outside checkpoint fixes, if so."""
        most = (
            self.covered
            if covered
            else self.run("SELECT count(*) FROM evidence_leaves").scalar()
        )
        return self.run(
            "SELECT l.* FROM evidence_lines l JOIN evidence_leaves f "
            "ON f.line_seq = l.seq WHERE f.place = :place",
            place=self.chance.randrange(most),
        ).one()

    def bytes(self) -> bytes:
        return self.chance.randbytes(32)


def disarm(connection: Connection) -> None:
    """Let the guards rest, as only the machine's owner can."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    for book in BOOKS:
        for verb in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {book}_no_{verb}"))


def edit_a_column(clerk: Clerk) -> None:
    line = clerk.line()
    column, value = clerk.chance.choice(
        [
            ("facts", line.facts.replace("{", '{"x":1,', 1)),
            ("kind", line.kind + "."),
            ("stream", line.stream + "-0"),
            ("n", line.n + clerk.chance.choice([-1, 1, 1000])),
            ("prev", clerk.bytes()),
            ("hash", clerk.bytes()),
            ("account_id", clerk.bytes()[:16].hex()),
        ]
    )
    if column == "n":
        # Its number may be taken: an owner would drop the rule, here it moves away.
        value = 100_000 + line.n
    if column == "account_id" and clerk.connection.dialect.name == "postgresql":
        clerk.run(
            "UPDATE evidence_lines SET account_id = gen_random_uuid() WHERE seq = :seq",
            seq=line.seq,
        )
        return
    clerk.run(
        f"UPDATE evidence_lines SET {column} = :value WHERE seq = :seq",
        value=value,
        seq=line.seq,
    )


def edit_an_instant(clerk: Clerk) -> None:
    line = clerk.line()
    other = clerk.line()
    at = other.at if other.at != line.at else "2020-01-01 00:00:00.000000"
    clerk.run(
        "UPDATE evidence_lines SET at = :at WHERE seq = :seq", at=at, seq=line.seq
    )


def edit_and_hash_again(clerk: Clerk) -> None:
    line = clerk.line()
    clerk.run(
        "UPDATE evidence_lines SET facts = :facts WHERE seq = :seq",
        facts='{"credit":6000}',
        seq=line.seq,
    )
    chain(clerk, only=line.seq)


def delete_a_line(clerk: Clerk) -> None:
    drop_lines(clerk, f"seq = {clerk.line().seq}")


def delete_and_mend(clerk: Clerk) -> None:
    """Take a line out and renumber and rechain its stream, so that it looks whole."""
    line = clerk.line()
    drop_lines(clerk, f"seq = {line.seq}")
    for row in clerk.run(
        "SELECT seq FROM evidence_lines WHERE stream = :stream AND n > :n ORDER BY n",
        stream=line.stream,
        n=line.n,
    ).all():
        clerk.run("UPDATE evidence_lines SET n = n - 1 WHERE seq = :seq", seq=row.seq)
    chain(clerk)


def swap_facts(clerk: Clerk) -> None:
    one, other = clerk.line(), clerk.line()
    while other.facts == one.facts:
        other = clerk.line()
    for seq, facts in ((one.seq, other.facts), (other.seq, one.facts)):
        clerk.run(
            "UPDATE evidence_lines SET facts = :facts WHERE seq = :seq",
            facts=facts,
            seq=seq,
        )


def swap_leaves(clerk: Clerk) -> None:
    one, other = clerk.line(), clerk.line()
    while other.seq == one.seq:
        other = clerk.line()
    for seq, hashed in ((one.seq, other.hash), (other.seq, one.hash)):
        clerk.run(
            "UPDATE evidence_leaves SET hash = :hashed WHERE line_seq = :seq",
            hashed=hashed,
            seq=seq,
        )


def cut_the_tail(clerk: Clerk) -> None:
    """Cut the newest lines, and set the heads back; sometimes the tree as well."""
    last = clerk.line(covered=True).seq
    drop_lines(clerk, f"seq >= {last}")
    heads(clerk)
    if clerk.chance.random() < 0.5:
        clerk.run("DELETE FROM evidence_leaves WHERE line_seq >= :seq", seq=last)
        plant(clerk)


def insert_a_line(clerk: Clerk) -> None:
    """Put a line where none was, rechain its stream; mostly leave the tree alone."""
    line = clerk.line(covered=True)
    for row in clerk.run(
        "SELECT seq FROM evidence_lines WHERE stream = :stream AND n > :n "
        "ORDER BY n DESC",
        stream=line.stream,
        n=line.n,
    ).all():
        clerk.run("UPDATE evidence_lines SET n = n + 1 WHERE seq = :seq", seq=row.seq)
    free = clerk.run("SELECT min(seq) - 1 FROM evidence_lines").scalar()
    # At its stream's very end, with the newest number, it would be no forgery of the
    # past: a new line like any other.
    newest = (
        line.n
        == clerk.run(
            "SELECT max(n) FROM evidence_lines WHERE stream = :stream",
            stream=line.stream,
        ).scalar()
    )
    if newest or clerk.chance.random() < 0.5:
        seq = free
    else:
        seq = clerk.run("SELECT max(seq) + 1 FROM evidence_lines").scalar()
    clerk.run(
        "INSERT INTO evidence_lines (seq, stream, n, at, kind, facts, prev, hash) "
        "VALUES (:seq, :stream, :n, :at, 'hours.posted', '{}', :prev, :prev)",
        seq=seq,
        stream=line.stream,
        n=line.n + 1,
        at=line.at,
        prev=START,
    )
    chain(clerk)


def rewrite_a_stream(clerk: Clerk) -> None:
    """Change a line and rechain its stream, hashes, head and all; the tree stays."""
    change(clerk)
    chain(clerk)


def rewrite_the_tree(clerk: Clerk) -> None:
    """The same, with leaves and nodes; the checkpoints stay."""
    change(clerk)
    chain(clerk)
    plant(clerk, sign=False)


def rewrite_everything(clerk: Clerk) -> None:
    """The same, and sign every checkpoint again with the house's own key."""
    change(clerk)
    chain(clerk)
    plant(clerk)


def break_the_tree(clerk: Clerk) -> None:
    row, hashed = clerk.chance.randrange(clerk.covered), clerk.bytes()
    acts: list[Callable[[], Any]] = [
        lambda: clerk.run(
            "UPDATE evidence_leaves SET hash = :hashed WHERE place = :row",
            row=row,
            hashed=hashed,
        ),
        lambda: clerk.run("DELETE FROM evidence_leaves WHERE place = :row", row=row),
        lambda: clerk.run("UPDATE evidence_nodes SET hash = :hashed", hashed=hashed),
        lambda: clerk.run("DELETE FROM evidence_nodes"),
        lambda: clerk.run("UPDATE evidence_checkpoints SET root = :h", h=hashed),
        lambda: clerk.run("UPDATE evidence_checkpoints SET size = size + 1"),
        lambda: clerk.run(
            "UPDATE evidence_checkpoints SET note = replace(note, 'time 2', 'time 1')"
        ),
        lambda: clerk.run("DELETE FROM evidence_checkpoints"),
        lambda: clerk.run("DELETE FROM evidence_keys"),
        lambda: clerk.run("DELETE FROM evidence_heads"),
        lambda: clerk.run("UPDATE evidence_bodies SET body = :h", h=hashed),
        lambda: clerk.run("UPDATE evidence_bodies SET salt = :h", h=hashed[:16]),
    ]
    clerk.chance.choice(acts)()


ACTS: tuple[Callable[[Clerk], None], ...] = (
    edit_a_column,
    edit_an_instant,
    edit_and_hash_again,
    delete_a_line,
    delete_and_mend,
    swap_facts,
    swap_leaves,
    cut_the_tail,
    insert_a_line,
    rewrite_a_stream,
    rewrite_the_tree,
    rewrite_everything,
    break_the_tree,
)


def change(clerk: Clerk) -> None:
    line = clerk.line(covered=True)
    clerk.run(
        "UPDATE evidence_lines SET facts = :facts WHERE seq = :seq",
        facts=f'{{"credit":{clerk.chance.randrange(10**6, 10**9)}}}',
        seq=line.seq,
    )
    clerk.run("DELETE FROM evidence_bodies WHERE line_seq = :seq", seq=line.seq)


def drop_lines(clerk: Clerk, which: str) -> None:
    clerk.run(
        "DELETE FROM evidence_bodies WHERE line_seq IN "
        f"(SELECT seq FROM evidence_lines WHERE {which})"
    )
    clerk.run(f"DELETE FROM evidence_lines WHERE {which}")


def chain(clerk: Clerk, only: int | None = None) -> None:
    """Hash lines again, each after the one before it; then set the heads."""
    last: dict[str, bytes] = {}
    for line in clerk.run("SELECT * FROM evidence_lines ORDER BY stream, n").all():
        prev = last.get(line.stream, START) if only is None else bytes(line.prev)
        hashed = bytes(line.hash)
        if only is None or only == line.seq:
            hashed = quick_digest(
                (line.stream, line.n, _instant(line.at), line.kind,
                 _uuid(line.account_id), _uuid(line.association_id), line.facts, prev)
            )  # fmt: skip
        last[line.stream] = hashed
        if (hashed, prev) != (bytes(line.hash), bytes(line.prev)):
            clerk.run(
                "UPDATE evidence_lines SET prev = :prev, hash = :hash WHERE seq = :seq",
                prev=prev,
                hash=hashed,
                seq=line.seq,
            )
    if only is None:
        heads(clerk)


def heads(clerk: Clerk) -> None:
    clerk.run("DELETE FROM evidence_heads")
    clerk.run(
        "INSERT INTO evidence_heads (stream, n, hash) SELECT stream, n, hash "
        "FROM evidence_lines l WHERE n = "
        "(SELECT max(n) FROM evidence_lines m WHERE m.stream = l.stream)"
    )


def plant(clerk: Clerk, *, sign: bool = True) -> None:
    """Grow leaves, nodes and checkpoints again from the lines as they are now."""
    leaves = clerk.run(
        "SELECT f.place, f.hash AS old, l.hash AS new FROM evidence_leaves f "
        "JOIN evidence_lines l ON l.seq = f.line_seq ORDER BY f.place"
    ).all()
    cards = clerk.run("SELECT * FROM evidence_checkpoints ORDER BY size").all()
    clerk.run("DELETE FROM evidence_nodes")
    growing, signed = Growing(), {card.size: card for card in cards}
    for leaf in leaves:
        if bytes(leaf.old) != bytes(leaf.new):
            clerk.run(
                "UPDATE evidence_leaves SET hash = :hash WHERE place = :place",
                hash=leaf.new,
                place=leaf.place,
            )
        for node in growing.push(bytes(leaf.new)):
            clerk.run(
                "INSERT INTO evidence_nodes (level, number, hash) "
                "VALUES (:level, :number, :hash)",
                level=node.level,
                number=node.number,
                hash=node.hash,
            )
        if sign and growing.size in signed:
            _sign(clerk, signed.pop(growing.size), growing.root())
    if sign and signed:
        # What is left was cut: the newest of them is said to end here.
        last = min(signed)
        clerk.run("DELETE FROM evidence_checkpoints WHERE size > :last", last=last)
        card = signed[last]
        _sign(clerk, card, growing.root(), size=growing.size)


def _sign(clerk: Clerk, card: Any, root: bytes, size: int | None = None) -> None:
    told = notes_in(card.note)[0].checkpoint
    size = card.size if size is None else size
    key = clerk.seal.key
    forged = type(told)(told.origin, size, root, told.at)
    words = body(forged)
    note = Note(forged, words, key.name, key.id, clerk.seal.sign(words.encode()))
    clerk.run("DELETE FROM evidence_checkpoints WHERE size = :size", size=card.size)
    clerk.run("DELETE FROM evidence_checkpoints WHERE size = :size", size=size)
    clerk.run(
        "INSERT INTO evidence_checkpoints "
        "(size, root, at, note, seen_seq, horizon, settled_seq) "
        "VALUES (:size, :root, :at, :note, :seen, :horizon, :settled)",
        size=size,
        root=root,
        at=card.at,
        note=note.text,
        seen=card.seen_seq,
        horizon=card.horizon,
        settled=card.settled_seq,
    )


def _instant(at: Any) -> str:
    if isinstance(at, str):
        return f"{at[:10]}T{at[11:]}Z"
    return str(at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"))


def _uuid(value: Any) -> str | None:
    if value is None:
        return None
    bare = str(value).replace("-", "")
    return f"{bare[:8]}-{bare[8:12]}-{bare[12:16]}-{bare[16:20]}-{bare[20:]}"
