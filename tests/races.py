"""Let several do something in the same moment, each in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial

from flask import Flask

from lms.kernel.db import db
from lms.kernel.work import HOUSE, Work, unit_of_work


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


def race(app: Flask, deeds: Sequence[Callable[[Work], object]]) -> list[object]:
    """Do the same, each in a unit of work; what went wrong is what came of it."""

    def in_a_work(deed: Callable[[Work], object]) -> object:
        try:
            with unit_of_work(HOUSE, clock=app.extensions["lms.clock"]) as work:
                return deed(work)
        except Exception as error:
            return error

    return together(app, [partial(in_a_work, deed) for deed in deeds])
