"""What commands say to whoever called them: never while a lock is held, never with a traceback.

A pager that waits, a terminal that was stopped or a reader that had enough must hold up
nothing: all of it is written between transactions, or by a thread of its own.
"""

import os
import sys
import threading
from collections.abc import Iterable
from typing import Any

from tqdm import tqdm

EVERY = 0.2  # seconds


def say(out: Any, texts: Iterable[str]) -> None:
    """Write texts as they are; when the reader has gone (`| head`), be quiet from then on."""
    try:
        for text in texts:
            out.write(text, ending="")
        out.flush()
    except BrokenPipeError:
        # What is flushed at the end of the process must find somebody, too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class ProgressBar:
    """A bar on a terminal, drawn by a thread: whoever counts is never kept waiting by it."""

    def __init__(self, unit: str) -> None:
        self.unit = unit
        self.done = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._draw, daemon=True)

    def add(self, number: int) -> None:
        """Count so many more."""
        self.done += number

    def __enter__(self) -> "ProgressBar":
        if sys.stderr.isatty():
            self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(EVERY * 10)

    def _draw(self) -> None:
        with tqdm(unit=f" {self.unit}", leave=False) as bar:
            while not self._ended.wait(EVERY):
                bar.update(self.done - bar.n)
