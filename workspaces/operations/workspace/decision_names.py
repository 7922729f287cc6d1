"""Which words gateways use for what is here, in the decision API.

A word that is mapped means just what the map says, also where something here has that name;
any other word is looked up plainly. So the map never widens what a name says.
"""

from dataclasses import dataclass
from typing import Any

from accounts.addresses import normalise
from accounts.models.user import User
from config.web.values.text import clean_line, same_key
from workspaces.catalogue import ACTIONS, WORKSPACE
from workspaces.change import Actor, Target, audit, lock_workspace, reread, target
from workspaces.errors import Conflict, Refused
from workspaces.models import DecisionName, Event, NameKind, Resource, Workspace
from workspaces.models.decision_name import WORD_LENGTH
from workspaces.operations.trail.inverse import Inverse

MOST = 1000  # names of one workspace
SUBJECT_TYPES = ("user", "token", "group")
TYPES = (*ACTIONS, *SUBJECT_TYPES)
ALL_ACTIONS = tuple(dict.fromkeys(action for actions in ACTIONS.values() for action in actions))


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word stands for, as columns of its row."""

    text: str = ""
    user: User | None = None
    resource: Resource | None = None


def add(workspace: Workspace, kind: str, word: str, means: str, *, by: Actor) -> DecisionName:
    """Let a word stand for something here; one event.

    Raises Refused for a word that is none (N1) or is mapped already (N2), and for a meaning
    that is nothing here; `field` is `word` or `means`.
    """
    word = clean_word(word)
    with lock_workspace(workspace.pk, by=by) as locked:
        names = locked.decision_names.filter(kind=kind)
        if names.filter(word_key=same_key(word)).exists():
            raise Refused("N2", f"{word} is mapped already. Remove it first.", field="word")
        if locked.decision_names.count() >= MOST:
            raise Refused("XH11", f"A workspace maps at most {MOST} names.", field="word")
        name = write(locked, kind, word, meaning_of(locked, kind, means))
        found = names.with_meanings().get(pk=name.pk)
        audit.record(
            locked,
            "workspace.name_mapped",
            by=by,
            target=target(locked),
            concerned=_concerned(locked, found),
            after=_words(found),
        )
        return found


def remove(name: DecisionName, *, by: Actor) -> DecisionName:
    """Let a word stand for nothing of its own any more; one event."""
    with lock_workspace(name.workspace_id, by=by) as workspace:
        found = reread(workspace.decision_names.with_meanings(), name)
        DecisionName.objects.filter(pk=found.pk).delete()
        audit.record(
            workspace,
            "workspace.name_unmapped",
            by=by,
            target=target(workspace),
            concerned=_concerned(workspace, found),
            before=_words(found),
        )
        return found


def write(workspace: Workspace, kind: str, word: str, meaning: Meaning) -> DecisionName:
    """Write a row without an event; under the lock."""
    return DecisionName.objects.create(
        workspace=workspace,
        kind=kind,
        word=word,
        word_key=same_key(word),
        meaning=meaning.text,
        user=meaning.user,
        resource=meaning.resource,
    )


def clean_word(text: str) -> str:
    """Return a word of a gateway's (N1). Raises Refused."""
    try:
        return clean_line(text, most=WORD_LENGTH)
    except ValueError as error:
        raise Refused("N1", str(error), field="word") from error


def meaning_of(workspace: Workspace, kind: str, means: str) -> Meaning:
    """Return what is meant by a type, an action, an address or `type/slug`.

    Raises Refused for what is nothing in the workspace.
    """
    match kind:
        case NameKind.TYPE:
            return Meaning(_one_of(TYPES, means, "type"))
        case NameKind.ACTION:
            return Meaning(_one_of(ALL_ACTIONS, means, "action"))
        case NameKind.SUBJECT:
            return Meaning(user=_member(workspace, means))
        case NameKind.RESOURCE:
            return _resource(workspace, means.strip())
    raise Refused("N4", f"There is no kind of names {kind}.", field="kind")


def _one_of(known: tuple[str, ...], text: str, noun: str) -> str:
    found = text.strip()
    if found not in known:
        raise Refused("N4", f"The {noun} is one of {', '.join(known)}.", field="means")
    return str(found)


def _member(workspace: Workspace, text: str) -> User:
    try:
        email = normalise(text)
    except ValueError as error:
        raise Refused("XE4", str(error), field="means") from error
    member = workspace.members.select_related("user").filter(user__email=email).first()
    if member is None:
        raise Refused("R5", f"{email} is no member here.", field="means")
    return member.user


def _resource(workspace: Workspace, ref: str) -> Meaning:
    if ref.lower() == f"{WORKSPACE}/{workspace.slug}":
        return Meaning(WORKSPACE)
    type_, _, slug = ref.partition("/")
    found = workspace.resources.slugged(type_, slug).first()
    if found is None:
        raise Refused("R5", "This names nothing here. Write it as source/web.", field="means")
    return Meaning(resource=found)


def _concerned(workspace: Workspace, name: DecisionName) -> list[Target]:
    """Return whom or what a name stands for, if that is here."""
    if name.resource is not None:
        return [target(name.resource)]
    return [target(row) for row in workspace.members.filter(user=name.user).select_related("user")]


def _words(name: DecisionName) -> dict[str, Any]:
    """Return a name as the trail keeps it."""
    return {"kind": name.kind, "word": name.word, "means": name.means}


@dataclass(frozen=True, slots=True)
class WordBack(Inverse):
    """A word of the decision API means nothing of its own again (`name`), or what it meant."""

    workspace: Workspace
    words: dict[str, str]
    name: DecisionName | None

    def apply(self, *, by: Actor) -> None:
        if self.name is not None:
            remove(self.name, by=by)
        else:
            words = (self.words["kind"], self.words["word"], self.words["means"])
            add(self.workspace, *words, by=by)


def mapped_back(workspace: Workspace, event: Event) -> Inverse:
    """Take a word out of the map again. Raises Conflict where it means something else by now."""
    rows = workspace.decision_names.with_meanings().filter(
        kind=event.after["kind"], word_key=same_key(event.after["word"])
    )
    name = rows.first()
    if name is None or _words(name) != event.after:
        raise Conflict("undo", f"{event.after['word']} means something else by now.")
    return WordBack(workspace, event.after, name)


def unmapped_back(workspace: Workspace, event: Event) -> Inverse:
    """Put a word into the map again. Raises Conflict where it stood for nothing any more."""
    if not event.before["means"]:
        raise Conflict("undo", f"{event.before['word']} stood for nothing any more.")
    return WordBack(workspace, event.before, None)
