"""What an undo would do, in a sentence; whose access moves stands in the review."""

from functools import singledispatch

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workspaces.operations.inverses import (
    ConnectionBack,
    GroupWordsBack,
    Inverse,
    LabelBack,
    LabelsBack,
    MoveBack,
    NameBack,
    PeopleBack,
    PolicyBack,
    ReplaceBack,
    SignInRulesBack,
)
from workspaces.views.sign_in_words import rules_words


@singledispatch
def undo_words(inverse: Inverse) -> str:
    """Say what becomes of the thing itself. Raises TypeError for a kind without words."""
    raise TypeError(inverse)


@undo_words.register
def policy_back(inverse: PolicyBack) -> str:
    return _("The access of {name} becomes what it was before.").format(name=inverse.name)


@undo_words.register
def people_back(inverse: PeopleBack) -> str:
    n = len(inverse.people)
    if inverse.join:
        text = ngettext("{n} person joins {group}.", "{n} people join {group}.", n)
    else:
        text = ngettext("{n} person leaves {group}.", "{n} people leave {group}.", n)
    return text.format(n=n, group=inverse.group)


@undo_words.register
def move_back(inverse: MoveBack) -> str:
    n = len(inverse.people)
    text = ngettext("{n} person goes from {old} to {new}.", "{n} people go from {old} to {new}.", n)
    return text.format(n=n, old=inverse.group, new=inverse.to)


@undo_words.register
def group_words_back(inverse: GroupWordsBack) -> str:
    if inverse.group.name == inverse.name:
        return _("{group} gets its old description.").format(group=inverse.group)
    return _("{group} is called {name} again.").format(group=inverse.group, name=inverse.name)


@undo_words.register
def name_back(inverse: NameBack) -> str:
    text = _("{resource} is called {name} again.")
    return text.format(resource=inverse.resource, name=inverse.name)


@undo_words.register
def labels_back(inverse: LabelsBack) -> str:
    put, take = (", ".join(map(str, labels)) for labels in (inverse.put, inverse.take))
    if put and take:
        text = _("{resource} carries {put} again, and {take} no more.")
    elif put:
        text = _("{resource} carries {put} again.")
    else:
        text = _("{resource} carries {take} no more.")
    return text.format(resource=inverse.resource, put=put, take=take)


@undo_words.register
def connection_back(inverse: ConnectionBack) -> str:
    text = (
        _("{resource} is connected with {others} again.")
        if inverse.connect
        else _("{resource} is no longer connected with {others}.")
    )
    return text.format(resource=inverse.resource, others=", ".join(map(str, inverse.others)))


@undo_words.register
def label_back(inverse: LabelBack) -> str:
    return _("The label {label} is deleted; nothing uses it.").format(label=inverse.label)


@undo_words.register
def replace_back(inverse: ReplaceBack) -> str:
    text = _("{label} becomes {name} again, on everything and in every grant.")
    return text.format(label=inverse.label, name=inverse.name)


@undo_words.register
def sign_in_rules_back(inverse: SignInRulesBack) -> str:
    said = rules_words(inverse.workspace, inverse.rules)
    return _("The rules of signing in become what they were: {rules}").format(rules=said)
