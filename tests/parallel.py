"""Running the same act at the same moment, each in a thread, a transaction and a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask

from lms.core import db as database


def at_once(app: Flask, acts: list[Callable[[Any], Any]]) -> list[Any]:
    """What each act gave, or the exception that ended it; each was committed before it counts."""
    # What the test itself wrote is there for all, and its open transaction keeps nobody waiting for ever.
    database.commit()
    barrier = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[Any], Any]) -> None:
        with app.app_context():
            database.use_mode(database.WRITE)
            barrier.wait()
            try:
                results[place] = act(database.session())
                database.commit()
            except Exception as error:
                database.rollback()
                results[place] = error
            finally:
                database.db.session.remove()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
