"""What an undo would do, in a sentence; whose access moves stands in the review."""

from collections.abc import Iterator
from functools import singledispatch

from django.utils.translation import gettext as _, ngettext

from labels.operations import relabelling
from labels.operations.undo import LabelBack, LabelsBack, ReplaceBack
from workspaces.change import Actor
from workspaces.models import Workspace
from workspaces.operations.changes.affected import PeopleReview
from workspaces.operations.grants.looking import Review
from workspaces.operations.grants.undo import PolicyBack
from workspaces.operations.groups.reviews import AccessReview
from workspaces.operations.groups.undo import (
    GroupWordsBack,
    ManagersBack,
    MoveBack,
    OfferBack,
    PeopleBack,
    PlacesBack,
)
from workspaces.operations.resources.undo import ConnectionBack, NameBack
from workspaces.operations.reviews.undo import ReviewBack
from workspaces.operations.sign_in.rules import SignInRulesBack
from workspaces.operations.trail.inverse import Inverse
from workspaces.operations.workspace.decision_names import WordBack
from workspaces.views.console import concerned_words, review_words
from workspaces.views.sign_in.words import rules_words

NAMED = 5


@singledispatch
def undo_words(inverse: Inverse) -> str:
    """Say what becomes of the thing itself. Raises TypeError for a kind without words."""
    raise TypeError(inverse)


@undo_words.register
def policy_back(inverse: PolicyBack) -> str:
    return _("The access of {name} becomes what it was before.").format(name=inverse.name)


@undo_words.register
def people_back(inverse: PeopleBack) -> str:
    n, invites = len(inverse.people.members), inverse.people.invites
    if inverse.join:
        text = ngettext("{n} person joins {group}.", "{n} people join {group}.", n)
        invited = _("The invite of {names} offers {group} again.")
    else:
        text = ngettext("{n} person leaves {group}.", "{n} people leave {group}.", n)
        invited = _("The invite of {names} no longer offers {group}.")
    said = [text.format(n=n, group=inverse.group)] if n else []
    if invites:
        names = ", ".join(invite.email for invite in invites[:NAMED])
        more = _("{names} and {n} more").format(names=names, n=len(invites) - NAMED)
        names = more if len(invites) > NAMED else names
        said.append(invited.format(names=names, group=inverse.group))
    return " ".join(said)


@undo_words.register
def review_back(inverse: ReviewBack) -> str:
    n_owners, n_given = len(inverse.owners), sum(len(terms) for _holder, terms in inverse.given)
    n_places = sum(len(spans) for _group, spans in inverse.places)
    n_ends = len(inverse.grant_ends) + len(inverse.place_ends)
    said = (
        (
            n_owners,
            ngettext("{n} person is an owner again.", "{n} people are owners again.", n_owners),
        ),
        (n_given, ngettext("{n} grant comes back.", "{n} grants come back.", n_given)),
        (
            n_places,
            ngettext(
                "{n} place in a group comes back.", "{n} places in groups come back.", n_places
            ),
        ),
        (n_ends, ngettext("{n} end is as it was.", "{n} ends are as they were.", n_ends)),
    )
    return " ".join(text.format(n=n) for n, text in said if n) or _("Nobody's access changes.")


def undo_effects(workspace: Workspace, inverse: Inverse, *, by: Actor) -> list[str]:
    """Say whose access moves by an undo, and how; nobody's where it is not about access."""
    return list(_effects(workspace, inverse, by))


def _effects(workspace: Workspace, inverse: Inverse, by: Actor) -> Iterator[str]:
    review = inverse.review()
    if isinstance(review, Review):
        yield from _own(review)
    elif isinstance(review, AccessReview):
        yield from _own(review.own)
        yield from _people(workspace, review.people)
    elif isinstance(review, PeopleReview):
        yield from _people(workspace, review)
    elif isinstance(inverse, LabelsBack):
        found = relabelling.preview(
            inverse.resource, put=inverse.put, take=inverse.take, replace=True, by=by
        )
        for line in concerned_words.words_of_relabel(workspace, found).lines:
            yield f"{line.name} {line.text}"


def _own(review: Review) -> Iterator[str]:
    for line in review_words.words_of(review).lines:
        where = _("all current and future") if line.everything else ", ".join(line.labels)
        yield " · ".join(part for part in (line.text, line.names, where) if part)


def _people(workspace: Workspace, review: PeopleReview) -> Iterator[str]:
    for line in review_words.people_words(workspace, review).lines:
        yield f"{line.member.user.get_full_name()} {line.text}"
    if review.more:
        yield _("and {n} more").format(n=review.more)


@undo_words.register
def places_back(inverse: PlacesBack) -> str:
    n = len(inverse.spans)
    text = ngettext(
        "The place of {n} person in {group} starts and ends as it did.",
        "The places of {n} people in {group} start and end as they did.",
        n,
    )
    return text.format(n=n, group=inverse.group)


@undo_words.register
def move_back(inverse: MoveBack) -> str:
    n = len(inverse.people)
    text = ngettext("{n} person goes from {old} to {new}.", "{n} people go from {old} to {new}.", n)
    return text.format(n=n, old=inverse.group, new=inverse.to)


@undo_words.register
def managers_back(inverse: ManagersBack) -> str:
    if not inverse.people:
        return _("Nobody manages {group}.").format(group=inverse.group)
    names = ", ".join(person.user.email for person in inverse.people)
    return _("{group} is managed by {names}.").format(group=inverse.group, names=names)


@undo_words.register
def offer_back(inverse: OfferBack) -> str:
    if inverse.said is None:
        return _("{group} is offered to nobody.").format(group=inverse.group)
    if inverse.said.to is None:
        return _("{group} is offered to everybody again.").format(group=inverse.group)
    groups = ", ".join(sorted(inverse.said.to))
    text = _("{group} is offered to whoever is in these groups again: {groups}.")
    return text.format(group=inverse.group, groups=groups)


@undo_words.register
def group_words_back(inverse: GroupWordsBack) -> str:
    if inverse.group.name == inverse.name:
        return _("{group} gets its old description.").format(group=inverse.group)
    return _("{group} is called {name} again.").format(group=inverse.group, name=inverse.name)


@undo_words.register
def name_back(inverse: NameBack) -> str:
    text = _("{resource} is called {name} again.")
    if inverse.slug != inverse.resource.slug:
        text = _("{resource} is called {name} again, and its slug is {slug}.")
    return text.format(resource=inverse.resource, name=inverse.name, slug=inverse.slug)


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


@undo_words.register
def word_back(inverse: WordBack) -> str:
    if inverse.name is not None:
        text = _("To the decision API {word} stands for nothing of its own any more.")
        return text.format(word=inverse.words["word"])
    text = _("To the decision API {word} stands for {means} again.")
    return text.format(**inverse.words)
