"""What somebody gains, as short lines: "edit 2 sources: Web, App"."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workspaces.access.levels import Move
from workspaces.views.words import action_words, noun


@dataclass(frozen=True, slots=True)
class Gain:
    """A level or right, on how many of what, named by the first few; 0 is the workspace."""

    level: str
    verb: str
    count: int = 0
    noun: str = ""
    names: str = ""
    more: int = 0


def gains_of(moves: Sequence[Move], on_workspace: Iterable[str]) -> list[Gain]:
    """Put the rises among moves, and new rights on the workspace, into lines."""
    verbs = {"view": action_words("read")}
    risen = [
        Gain(
            "edit" if move.becomes in {"edit", "engage"} else "view",
            verbs.get(move.becomes, action_words(move.becomes)),
            move.count,
            noun(move.type, move.count),
            ", ".join(move.names),
            move.count - len(move.names),
        )
        for move in moves
        if move.rises
    ]
    return [*risen, *(Gain("edit", action_words(action)) for action in on_workspace)]
