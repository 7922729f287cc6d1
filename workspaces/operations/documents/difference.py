"""The difference between what a workspace holds and what a document says."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from workspaces.operations.documents.content import Content, grant_order, in_words
from workspaces.operations.documents.names import names_difference
from workspaces.spans import Span
from workspaces.terms import EVERYBODY, Offered, WrittenTerms

Places = Mapping[str, Span]  # who is in a group, and when


@dataclass(frozen=True, slots=True)
class Difference:
    """What importing a document changes; `lines` read like a patch: +, -, ~."""

    slug: str
    created: bool
    lines: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return self.created or bool(self.lines)

    @property
    def digest(self) -> str:
        """Tells one difference from another, as hex: what was shown is what may be written."""
        text = "\n".join((self.slug, str(self.created), *self.lines))
        return hashlib.sha256(text.encode()).hexdigest()


def difference(old: Content | None, new: Content) -> Difference:
    """Compare a workspace (None: there is none yet) with a document."""
    before = old or Content(new.slug, new.name, new.plan, new.hipaa_eligible)
    lines = [
        *_workspace(before, new),
        *_labels(before, new),
        *_resources(before, new),
        *_members(before, new),
        *_groups(before, new),
        *names_difference(before.names, new.names),
    ]
    return Difference(new.slug, old is None, lines)


def _workspace(old: Content, new: Content) -> Iterator[str]:
    if old.name != new.name:
        yield f"~ workspace name: {old.name} -> {new.name}"
    if new.plan is not None and old.plan != new.plan:
        yield f"~ workspace plan: {old.plan} -> {new.plan}"
    if new.hipaa_eligible is not None and old.hipaa_eligible != new.hipaa_eligible:
        yield f"~ workspace HIPAA-eligible: {old.hipaa_eligible} -> {new.hipaa_eligible}"


def _labels(old: Content, new: Content) -> Iterator[str]:
    yield from _came_and_went("label", old.labels, new.labels)
    for key in new.labels:
        if key in old.labels and old.labels[key].description != new.labels[key].description:
            yield f"~ description of label {key}"


def _resources(old: Content, new: Content) -> Iterator[str]:
    yield from _came_and_went("resource", old.resources, new.resources)
    for ref, resource in new.resources.items():
        before = old.resources.get(ref)
        if before is None:
            continue
        for what in ("name", "slug", "source"):
            was, becomes = getattr(before, what), getattr(resource, what)
            if was != becomes:
                yield f"~ {what} of {ref}: {was} -> {becomes}"
        for sign, names in _sets(before.labels.values(), resource.labels.values()):
            yield from (f"{sign} label {name} on {ref}" for name in names)
        for sign, names in _sets(before.connected, resource.connected):
            yield from (f"{sign} connection of {ref} with {name}" for name in names)


def _members(old: Content, new: Content) -> Iterator[str]:
    yield from _came_and_went("member", old.members, new.members)
    for email, member in new.members.items():
        before = old.members.get(email)
        if (before is not None and before.owner) != member.owner:
            yield f"{'+' if member.owner else '-'} owner {email}"
        yield from _grants(email, before.grants if before else [], member.grants)


def _groups(old: Content, new: Content) -> Iterator[str]:
    for sign, keys in _sets(old.groups, new.groups):
        names = sorted((new.groups if sign == "+" else old.groups)[key].name for key in keys)
        yield from (f"{sign} group {name}" for name in names)
    for key, group in new.groups.items():
        before = old.groups.get(key)
        called = before.name if before else group.name
        for what in ("name", "description") if before else ():
            was, becomes = getattr(before, what), getattr(group, what)
            if was != becomes:
                yield f"~ {what} of group {called}: {was} -> {becomes}"
        yield from _charge(called, before.managers if before else (), group.managers)
        was_offered = before.offer if before else None
        if was_offered != group.offer:
            words = (_offered(offer) for offer in (was_offered, group.offer))
            yield f"~ offer of group {called}: {' -> '.join(words)}"
        yield from _places(f"group {called}", before.members if before else {}, group.members)
        yield from _grants(f"group {called}", before.grants if before else [], group.grants)


def _charge(group: str, old: Iterable[str], new: Iterable[str]) -> Iterator[str]:
    for sign, emails in _sets(old, new):
        yield from (f"{sign} manager of group {group}: {email}" for email in emails)


def _offered(offer: Offered | None) -> str:
    if offer is None:
        return "none"
    to = EVERYBODY if offer.to is None else ", ".join(sorted(offer.to)) or "nobody"
    asking = ", ".join(sorted(offer.approvers)) or "an owner"
    return f"to {to}, {offer.longest_minutes} minutes, asking {asking}"


def _places(group: str, old: Places, new: Places) -> Iterator[str]:
    for sign, emails in _sets(old, new):
        for email in emails:
            span = (new if sign == "+" else old)[email]
            yield f"{sign} {email} in {group} {in_words(span)}".rstrip()
    for email in sorted(old.keys() & new.keys()):
        was, becomes = old[email], new[email]
        if was != becomes:
            words = (in_words(span) or "always" for span in (was, becomes))
            yield f"~ {email} in {group}: {' -> '.join(words)}"


def _came_and_went(noun: str, old: Iterable[str], new: Iterable[str]) -> Iterator[str]:
    for sign, names in _sets(old, new):
        yield from (f"{sign} {noun} {name}" for name in names)


def _sets(old: Iterable[str], new: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    was, becomes = set(old), set(new)
    yield "-", sorted(was - becomes)
    yield "+", sorted(becomes - was)


def _grants(whom: str, old: list[WrittenTerms], new: list[WrittenTerms]) -> Iterator[str]:
    was, becomes = Counter(old), Counter(new)
    for grant in sorted((was - becomes).elements(), key=grant_order):
        yield f"- grant of {whom}: {_said(grant)}"
    for grant in sorted((becomes - was).elements(), key=grant_order):
        yield f"+ grant of {whom}: {_said(grant)}"


def _said(grant: WrittenTerms) -> str:
    what = " + ".join(sorted((*grant.labels, *grant.resources))) or "all"
    return f"{grant.role} on {what} {in_words(grant)}".rstrip()
