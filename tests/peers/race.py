"""Runs calls at the same moment, each in a thread and a database connection of its own."""

import threading
from collections.abc import Callable

from django.db import connections

from workspaces.errors import Refused


def together(*calls: Callable[[], object]) -> list[object]:
    """Return what each call returned, or the refusal it met; other errors are raised."""
    start = threading.Barrier(len(calls))
    outcomes: list[object] = [None] * len(calls)

    def run(index: int) -> None:
        try:
            start.wait()
            outcomes[index] = calls[index]()
        except Exception as error:  # noqa: BLE001 handed to the caller's thread below
            outcomes[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for outcome in outcomes:
        if isinstance(outcome, Exception) and not isinstance(outcome, Refused):
            raise outcome
    return outcomes
