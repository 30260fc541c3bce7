"""Let several do something in the same moment, each in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial

from flask import Flask

from lms.kernel.db import db
from lms.kernel.work import HOUSE, Actor, Work, unit_of_work


def together(app: Flask, deeds: Sequence[Callable[[], object]]) -> list[object]:
    """Let as many threads as deeds begin in the same moment; give what came of each."""
    got: list[object] = []
    ready = threading.Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> None:
        with app.app_context():
            ready.wait(timeout=60)
            try:
                got.append(deed())
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.remove()
    return got


def tried(app: Flask, deeds: Sequence[Callable[[], object]]) -> list[object]:
    """Do the same; what went wrong is what came of it."""

    def or_why_not(deed: Callable[[], object]) -> object:
        try:
            return deed()
        except Exception as error:
            return error

    return together(app, [partial(or_why_not, deed) for deed in deeds])


def race(
    app: Flask, deeds: Sequence[Callable[[Work], object]], actor: Actor = HOUSE
) -> list[object]:
    """Do the same, each in a unit of work of this actor."""

    def in_a_work(deed: Callable[[Work], object]) -> object:
        with unit_of_work(actor, clock=app.extensions["lms.clock"]) as work:
            return deed(work)

    return tried(app, [partial(in_a_work, deed) for deed in deeds])


def waves(app: Flask, deed: Callable[[Work], object], times: int) -> list[object]:
    """Race with one deed so many times, twenty in the same moment, wave after wave.

    More at once would be more threads, and no more that meet in the database.
    """
    whole, rest = divmod(times, 20)
    sizes = [20] * whole + [rest] * bool(rest)
    return [came for size in sizes for came in race(app, [deed] * size)]


def failures(got: Sequence[object]) -> list[Exception]:
    """Give what went wrong of what came."""
    return [one for one in got if isinstance(one, Exception)]
