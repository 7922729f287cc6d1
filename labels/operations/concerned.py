"""Who is concerned by labels that change in many places at once: people, tokens, and how."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from workspaces.access.changes import labelling, levels
from workspaces.access.facts import load_policies
from workspaces.models import Token, Workspace
from workspaces.operations.changes.affected import SHOWN, PeopleReview, affected


@dataclass(frozen=True, slots=True)
class Concerned:
    """People and tokens whose grants ask for the labels; the first 20 of each are worked out."""

    people: PeopleReview
    tokens: tuple[tuple[Token, tuple[levels.Move, ...]], ...]
    tokens_total: int

    @property
    def shown(self) -> tuple[object, ...]:
        """What a review's digest is made of."""
        tokens = [(token.pk, _plain(moves)) for token, moves in self.tokens]
        people = [(one.member.pk, _plain(one.moves)) for one in self.people.people]
        return people, self.people.total, tokens, self.tokens_total

    @property
    def told(self) -> dict[str, list[str]]:
        """What the trail keeps: how access moves, for those who were worked out."""
        told = {one.member.user.email: _words(one.moves) for one in self.people.people}
        told |= {f"token {token.name}": _words(moves) for token, moves in self.tokens}
        return {name: words for name, words in told.items() if words}


def concerned(
    workspace: Workspace,
    labels: Iterable[int],
    types: Iterable[str],
    reading: labelling.Reading,
    within: Q | None = None,
) -> Concerned:
    """Work out what becomes of whoever holds a live grant with one of the labels; 11 statements.

    `reading` is how their policies read afterwards, `within` on which resources.
    """
    grants = labelling.asking(workspace.pk, labels, types)
    people = affected(workspace, labelling.people_holding(grants), reading, within=within)
    tokens = labelling.tokens_holding(grants).filter(workspace=workspace)
    first = list(tokens.by_name()[:SHOWN])
    policies = load_policies(first)
    pairs = [(policies[token.pk], reading(policies[token.pk])) for token in first]
    moves = levels.many_moves(pairs, within)
    moved = tuple((token, tuple(found)) for token, found in zip(first, moves, strict=True))
    return Concerned(people, moved, tokens.count() if len(first) == SHOWN else len(first))


def _plain(moves: Iterable[levels.Move]) -> list[tuple[object, ...]]:
    return [(move.type, move.was, move.becomes, move.count) for move in moves]


def _words(moves: Iterable[levels.Move]) -> list[str]:
    return [f"{move.type}: {move.was} -> {move.becomes}, {move.count}" for move in moves]
