"""The words of a workspace's gateways, and what they stand for (`operations.decision_names`).

A mapped word means what the map says and nothing else; where that has gone it means nothing.
Every other word means itself. Answers are given in the same words: what several stand for is
called by the first in the alphabet, and what has no word left, because its own name was
mapped to something else, is left out, since nothing asks about it.
"""

from collections.abc import Collection, Iterable

from config.web.values.text import same_key
from workspaces.api.authzen.names import USER
from workspaces.api.authzen.questions import Entity, Question
from workspaces.models import DecisionName, NameKind
from workspaces.operations.tokens.secrets import Bearer

NOTHING = Entity("", "")  # of no type of ours, so nobody and nothing


class NameMap:
    """Words of one workspace, read for one request."""

    def __init__(self, rows: Iterable[DecisionName] = ()) -> None:
        self.names: dict[tuple[str, str], DecisionName] = {
            (row.kind, row.word_key): row for row in rows
        }

    def type(self, word: str) -> str:
        name = self._name(NameKind.TYPE, word)
        return name.means if name else word

    def action(self, word: str) -> str:
        name = self._name(NameKind.ACTION, word)
        return name.means if name else word

    def subject(self, said: Entity) -> Entity:
        """Return whom a caller names; only people have words of their own."""
        type_ = self.type(said.type)
        name = self._name(NameKind.SUBJECT, said.id) if type_ == USER else None
        if name is None:
            return Entity(type_, said.id)
        return Entity(USER, name.means) if name.means else NOTHING

    def resource(self, said: Entity) -> Entity:
        """Return what a caller names; a word for a thing of another type is none."""
        type_, name = self.type(said.type), self._name(NameKind.RESOURCE, said.id)
        if name is None:
            return Entity(type_, said.id)
        meant = Entity(*name.means.partition("/")[::2])
        return meant if name.means and meant.type == type_ else NOTHING

    def question(self, asked: Question) -> Question:
        if not self.names:
            return asked
        return Question(
            self.subject(asked.subject),
            self.action(asked.action),
            self.resource(asked.resource),
            asked.explain,
        )

    def words_for(self, kind: NameKind, type_: str = "") -> dict[str, str]:
        """Return the word for each of our names that has one; of resources, for each slug."""
        found: dict[str, str] = {}
        for name in self._of(kind):
            means = name.means
            if kind == NameKind.RESOURCE:
                of_type, _, means = means.partition("/")
                means = means if of_type == type_ else ""
            if means:
                found.setdefault(means, name.word)
        return found

    def taken(self, kind: NameKind) -> set[str]:
        """Return the keys of all words of a kind: no name equal to one means itself."""
        return {name.word_key for name in self._of(kind)}

    def _of(self, kind: NameKind) -> list[DecisionName]:
        rows = (row for row in self.names.values() if row.kind == kind)
        return sorted(rows, key=lambda row: row.word_key)

    def _name(self, kind: NameKind, word: str) -> DecisionName | None:
        return self.names.get((kind, same_key(word))) if self.names else None


def names_for(bearer: Bearer, asked: Collection[Question]) -> NameMap:
    """Return what is mapped of the words of questions; 1 statement, 0 where nothing is."""
    if not bearer.maps_names or not asked:
        return NameMap()
    words = {
        word
        for one in asked
        for word in (
            one.subject.type, one.subject.id, one.action, one.resource.type, one.resource.id,
        )
    }  # fmt: skip
    rows = bearer.workspace.decision_names.with_meanings()
    return NameMap(rows.of_words({same_key(word) for word in words}))


def all_names(bearer: Bearer) -> NameMap:
    """Return everything that is mapped, for a search; 1 statement, 0 where nothing is."""
    if not bearer.maps_names:
        return NameMap()
    return NameMap(bearer.workspace.decision_names.with_meanings())
