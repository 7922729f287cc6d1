"""The lines of the file of people and their rights: who reads or could read what, how far (W8).

What a line says of a thing is written once; a line is whose it is, that, and how far it goes.
"""

import os
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress, product
from typing import Any

from django.utils.translation import gettext as _

from config.web.lists.csv_export import END, Written, quoted
from workspaces.access.facts import load_policies, load_policies_at_most
from workspaces.access.sets import Sets, Things, written
from workspaces.models import Member, Workspace
from workspaces.operations.changes.seen import newest_event
from workspaces.views.console import wording

AT_ONCE = 4096  # things of which lines are written together
FEW = AT_ONCE // 32  # things of these that are read one by one
BETWEEN = "\0"  # in no cell: `neutral` lets none through
TAKEN = bytes.maketrans(b"01", b"\0\1")
BITS = 64 * 2**20  # of the sets of all people in hand


def lines(
    workspace: Workspace, batches: Callable[[int], Iterable[Sequence[Member]]]
) -> Iterator[Written]:
    """Yield the lines of each person, in the order in which they come.

    `batches` returns people, so many at most at a time. For each batch 3 statements; things are
    read once more where an event tells that something changed meanwhile.
    """
    newest, drawn = newest_event(workspace.pk), Drawn(workspace)
    try:
        most = max(1, min(200, BITS // (drawn.things.number + 1)))
        for people in batches(most):
            if (now := newest_event(workspace.pk)) != newest:
                drawn.close()
                newest, drawn = now, Drawn(workspace)
            policies, at_most = load_policies(people), load_policies_at_most(people)
            drawn.things.learn([*policies.values(), *at_most.values()])
            for member in people:
                has = drawn.things.given_to(policies[member.pk])
                yield from drawn.lines_of(member, has, drawn.things.given_to(at_most[member.pk]))
    finally:
        drawn.close()


class Drawn:
    """What lines say of each thing, in a file of its own, so that memory does not hold it."""

    def __init__(self, workspace: Workspace) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._ends = array("q", [0])
        self._pending: list[bytes] = []
        self._words: dict[str, str] = {}
        self.things = Things(workspace.pk, self._note)
        self._flush()
        self._block: tuple[int, list[str]] = (-1, [])
        self._said = {marks: quoted(_said(*marks)) + END for marks in product("01", repeat=4)}

    def close(self) -> None:
        self._file.close()

    def _note(self, type_: str, slug: str, name: str) -> None:
        if type_ not in self._words:
            self._words[type_] = wording.singular(type_)
        text = quoted((self._words[type_], slug, name)) + BETWEEN
        self._pending.append(text.encode(errors="replace"))
        self._ends.append(self._ends[-1] + len(self._pending[-1]))
        if len(self._pending) >= AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        self._file.write(b"".join(self._pending))
        self._file.flush()
        self._pending.clear()

    def _texts(self, start: int, end: int) -> list[str]:
        first, last = self._ends[start], self._ends[end]
        text = os.pread(self._file.fileno(), last - first, first)
        return text.decode().split(BETWEEN)[:-1]

    def _texts_of_block(self, start: int, end: int) -> list[str]:
        if self._block[0] != start:
            self._block = start, self._texts(start, end)
        return self._block[1]

    def lines_of(self, member: Member, has: Sets, could: Sets) -> Iterator[Written]:
        """Yield the lines of one person, a block of things at a time."""
        whose = quoted((member.user.get_full_name(), member.user.email)) + ","
        number = self.things.number
        nothing = "0" * number
        sets = (has.edit, has.read, has.pii, could.edit)
        said = [written(some, number) if some else nothing for some in sets]
        listed = written(could.read, number)
        for start in range(0, number, AT_ONCE):
            end = min(start + AT_ONCE, number)
            count = listed.count("1", start, end)
            if not count:
                continue
            if count <= FEW:
                places = [at for at in range(start, end) if listed[at] == "1"]
                texts = [self._texts(place, place + 1)[0] for place in places]
                marks: Iterable[Any] = zip(
                    *([row[place] for place in places] for row in said), strict=True
                )
            else:
                taken = listed[start:end].encode().translate(TAKEN)
                texts = list(compress(self._texts_of_block(start, end), taken))
                marks = compress(zip(*(row[start:end] for row in said), strict=True), taken)
            ends = map(self._said.__getitem__, marks)
            yield Written("".join([f"{whose}{t},{e}" for t, e in zip(texts, ends, strict=True)]))


def _said(edits: str, reads: str, sees: str, could_edit: str) -> tuple[str, str, str]:
    """Return level, personal data and what could be taken up, of "1" and "0" for each right."""
    level = could = ""
    if edits == "1":
        level = _("edit")
    elif reads == "1":
        level, could = _("view"), _("edit") if could_edit == "1" else ""
    else:
        could = _("edit") if could_edit == "1" else _("view")
    return level, _("shown") if sees == "1" else "", could
