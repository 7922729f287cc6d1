"""Whom and what an import concerned, by lasting id, for its one event (A1)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from django.db.models import QuerySet

from labels.models import Label
from workspaces.access.dialect import among
from workspaces.change import Target, target
from workspaces.models import Group, Member, Resource
from workspaces.operations.documents.content import Content, GroupContent, ResourceContent
from workspaces.terms import GROUP as PREFIX, WrittenTerms

LABEL, RESOURCE, MEMBER, GROUP = "label", "resource", "member", "group"
CHUNK = 2000
Key = tuple[str, str]  # kind, and what a document calls it
ROWS: dict[str, QuerySet[Label] | QuerySet[Resource] | QuerySet[Member] | QuerySet[Group]] = {
    LABEL: Label.objects.all(),
    RESOURCE: Resource.objects.all(),
    MEMBER: Member.objects.select_related("user"),
    GROUP: Group.objects.all(),
}


def concerned(old: Content, new: Content) -> dict[str, list[str]]:
    """Return the keys of all that differs, and of all that a difference names, by kind."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for part in (_labels, _resources, _members, _groups):
        for kind, key in part(old, new):
            found[kind][key] = None
    return {kind: list(keys) for kind, keys in found.items()}


def targets_of(
    keys: Mapping[str, Iterable[str]], ids: Mapping[str, Mapping[str, int]]
) -> dict[Key, Target]:
    """Return those that are there now as the trail mentions them; 4 statements at most.

    `ids` are primary keys by kind and key.
    """
    found: dict[Key, Target] = {}
    for kind, wanted in keys.items():
        by_pk = {ids[kind][key]: key for key in wanted if key in ids[kind]}
        if by_pk:
            for row in ROWS[kind].filter(pk__in=among(by_pk)).order_by("pk").iterator(CHUNK):
                found[kind, by_pk[row.pk]] = target(row)
    return found


def _labels(old: Content, new: Content) -> Iterator[Key]:
    for key in {**old.labels, **new.labels}:
        if old.labels.get(key) != new.labels.get(key):
            yield LABEL, key


def _resources(old: Content, new: Content) -> Iterator[Key]:
    nothing = ResourceContent("", "", "")
    for ref in {**old.resources, **new.resources}:
        before, after = old.resources.get(ref), new.resources.get(ref)
        if before != after:
            yield RESOURCE, ref
            was, becomes = before or nothing, after or nothing
            for label in set(was.labels.values()) ^ set(becomes.labels.values()):
                yield LABEL, label
            for other in {*was.connected, was.source} ^ {*becomes.connected, becomes.source}:
                yield RESOURCE, other


def _members(old: Content, new: Content) -> Iterator[Key]:
    for email in {**old.members, **new.members}:
        before, after = old.members.get(email), new.members.get(email)
        moved = _moved(before.grants if before else [], after.grants if after else [])
        ownership = (before.owner if before else None) != (after.owner if after else None)
        if moved or ownership:
            yield MEMBER, email
            yield from _named(moved)


def _groups(old: Content, new: Content) -> Iterator[Key]:
    for key in {**old.groups, **new.groups}:
        before, after = old.groups.get(key), new.groups.get(key)
        moved = _moved(before.grants if before else [], after.grants if after else [])
        was = before.members if before else {}
        becomes = after.members if after else {}
        said = (before.said if before else None), (after.said if after else None)
        if moved or was != becomes or said[0] != said[1]:
            yield GROUP, key
            yield from _charged(before, after)
            yield from _named(moved)
            for email in {**was, **becomes}:
                if moved or was.get(email) != becomes.get(email):
                    yield MEMBER, email


def _charged(before: GroupContent | None, after: GroupContent | None) -> Iterator[Key]:
    """Yield who manages a group now and did not, or did, and whom a changed offer names."""
    was, becomes = (group.managers if group else frozenset() for group in (before, after))
    yield from ((MEMBER, email) for email in was ^ becomes)
    offers = [group.offer if group else None for group in (before, after)]
    for offer in offers if offers[0] != offers[1] else ():
        for name in offer.approvers if offer else ():
            group = name.removeprefix(PREFIX)
            yield (MEMBER, name) if group == name else (GROUP, group)
        yield from ((GROUP, name) for name in (offer.to or () if offer else ()))


def _moved(before: Iterable[WrittenTerms], after: Iterable[WrittenTerms]) -> list[WrittenTerms]:
    """Return the grants that go or come."""
    was, becomes = Counter(before), Counter(after)
    return [*(was - becomes), *(becomes - was)]


def _named(grants: Iterable[WrittenTerms]) -> Iterator[Key]:
    for grant in grants:
        yield from ((LABEL, name) for name in grant.labels)
        yield from ((RESOURCE, ref) for ref in grant.resources)
