"""Reading back what the trail keeps as text: grants, people, resources, labels.

The trail names things as a workspace document does, so that it outlives them. What it names
may have gone, or something new may have taken the name: then these raise Conflict, because
an undo that meets a stranger is none.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Value
from django.db.models.functions import Concat, Lower

from labels.models import Label
from workspaces import models
from workspaces.access.dialect import among_texts
from workspaces.catalogue import ROLES
from workspaces.errors import Conflict
from workspaces.models.event import BARE
from workspaces.operations.grants.grants import Holder
from workspaces.operations.groups.people import People
from workspaces.slugs import same_ref
from workspaces.terms import Terms, WrittenTerms

CHUNK = 1000  # names to a statement; SQLite takes 32,766 variables


def holder_of(workspace: models.Workspace, event: models.Event) -> Holder:
    """Return whose policy an event is about. Raises Conflict when they have gone."""
    found: models.Member | models.Group | models.Token | None = None
    match event.target_type:
        case "member":
            members = workspace.members.select_related("user")
            found = members.filter(public_id=event.target_id).first()
        case "group":
            found = workspace.groups.filter(public_id=event.target_id).first()
        case "token":
            tokens = workspace.tokens.filter(revoked_at__isnull=True)
            found = tokens.filter(public_id=event.target_id).first()
    if found is None:
        raise Conflict("R5", f"{event.target_name} is no longer here.")
    return found


def group_of(workspace: models.Workspace, ident: str, name: str) -> models.Group:
    """Return the group an event names. Raises Conflict when it has gone."""
    group = workspace.groups.filter(public_id=ident).first()
    if group is None:
        raise Conflict("R5", f"The group {name} is no longer here.")
    return group


def people_named(
    workspace: models.Workspace, addresses: Sequence[str], since: datetime
) -> list[models.Member]:
    """Return the members of these addresses, all of them.

    Raises Conflict when one has left, or left and came back: adding somebody again starts
    from minimal access (R8).
    """
    found = _members_of(workspace, addresses)
    missing = set(addresses) - {member.user.email for member in found}
    if missing:
        raise Conflict("R5", f"{min(missing)} is no longer here.")
    for member in found:
        if member.joined_at > since:
            raise Conflict("R8", f"{member.user.email} left and was added again since.")
    return found


def crowd_named(
    workspace: models.Workspace, addresses: Sequence[str], event: models.Event
) -> People:
    """Return who an event about a group's people names: members, and who was only invited.

    Whoever accepted that invite since is the same person. Raises Conflict for one who left,
    came back, or whose invite is over.
    """
    mentioned = workspace.mentions.filter(number=event.number, kind="invite").values("ident")
    named = list(workspace.invites.filter(public_id__in=mentioned))
    came = {invite.email: invite.accepted_at for invite in named if invite.accepted_at}
    members = _members_of(workspace, addresses)
    for member in members:
        if member.joined_at != came.get(member.user.email) and member.joined_at > event.at:
            raise Conflict("R8", f"{member.user.email} left and was added again since.")
    missing = set(addresses) - {member.user.email for member in members}
    invites = _still_invited(workspace, missing, named, event)
    gone = sorted(missing - {invite.email for invite in invites})
    if gone:
        over = gone[0] in {invite.email for invite in named}
        what = "The invite of {} is over." if over else "{} is no longer here."
        raise Conflict("R5", what.format(gone[0]))
    return People(tuple(members), tuple(invites))


def _members_of(workspace: models.Workspace, addresses: Sequence[str]) -> list[models.Member]:
    rows = workspace.members.select_related("user").order_by("pk")
    return list(rows.filter(user__email__in=among_texts(addresses)))


def _still_invited(
    workspace: models.Workspace,
    addresses: set[str],
    named: Sequence[models.Invite],
    event: models.Event,
) -> list[models.Invite]:
    """Return the open invites an event names; old events say so by the address alone."""
    if event.form != BARE:
        return [invite for invite in named if invite.email in addresses and _pending(invite)]
    older = workspace.invites.pending().filter(email__in=addresses, sent_at__lte=event.at)
    return list(older.by_address())


def _pending(invite: models.Invite) -> bool:
    return invite.accepted_at is None and invite.voided_at is None


def resource_of(workspace: models.Workspace, event: models.Event) -> models.Resource:
    """Return the resource an event is about. Raises Conflict when it has gone."""
    if event.form == BARE:
        ref = f"{event.target_type}/{event.target_id}"
        return resources_named(workspace, [ref], event)[ref]
    found = workspace.resources.filter(public_id=event.target_id).first()
    if found is None:
        raise Conflict("R5", f"{event.target_name} was deleted since.")
    return found


def others_of(
    workspace: models.Workspace, event: models.Event, refs: Sequence[str]
) -> tuple[models.Resource, ...]:
    """Return what the target of an event was joined with, as many as were named in it.

    Raises Conflict when one has gone.
    """
    if event.form == BARE:
        return tuple(resources_named(workspace, refs, event)[ref] for ref in refs)
    rows = workspace.resources.exclude(public_id=event.target_id)
    found = tuple(rows.filter(public_id__in=among_texts(event.mentions())).order_by("pk"))
    if len(found) < len(refs):
        raise Conflict("R5", "What it was connected with was deleted since.")
    return found


def label_of(workspace: models.Workspace, event: models.Event) -> Label:
    """Return the label an event is about. Raises Conflict when it has gone."""
    if event.form == BARE:
        return labels_named(workspace, [event.target_id])[event.target_id.lower()]
    label = workspace.labels.filter(public_id=event.target_id).first()
    if label is None:
        raise Conflict("R5", f"The label {event.target_name} was deleted since.")
    return label


def resources_named(
    workspace: models.Workspace, refs: Sequence[str], since: models.Event
) -> dict[str, models.Resource]:
    """Return resources by `type/slug`, as an event wrote it; a slug changed since leads on (R16).

    Raises Conflict when one has gone, or another one bears its name since the event.
    """
    found: dict[str, models.Resource] = {}
    for names in _chunks(refs):
        keys = {same_ref(ref).partition("/")[2] for ref in names}
        former = models.FormerSlug.objects.filter(workspace=workspace, slug_key__in=keys)
        for one in former.select_related("resource"):
            found[f"{one.type}/{one.slug_key}"] = one.resource
        for present in workspace.resources.filter(slug_key__in=keys):
            found[f"{present.type}/{present.slug_key}"] = present
    taken = _taken_since(workspace, since)
    known: dict[str, models.Resource] = {}
    for ref in refs:
        row = found.get(same_ref(ref))
        if row is None or row.created_at > since.at or same_ref(ref) in taken:
            raise Conflict("R5", f"{ref} was deleted since, or another one is called so.")
        known[ref] = row
    return known


def require_names_kept(
    workspace: models.Workspace, written: Iterable[dict[str, Any]], since: models.Event
) -> None:
    """Raise Conflict where another resource is called by now as grants of an event name one."""
    refs = _refs(map(WrittenTerms.from_json, written))
    if refs and not _taken_since(workspace, since).isdisjoint(map(same_ref, refs)):
        raise Conflict("R5", "Another resource is called so since.")


def _taken_since(workspace: models.Workspace, since: models.Event) -> frozenset[str]:
    """Return what resources are called by a change of slug after an event."""
    renamed = workspace.events.filter(action="resource.renamed", number__gt=since.number)
    rows = renamed.values_list("target_type", "after")
    slugs = ((type_, (after or {}).get("slug")) for type_, after in rows)
    return frozenset(same_ref(f"{type_}/{slug}") for type_, slug in slugs if slug)


def labels_named(workspace: models.Workspace, names: Sequence[str]) -> dict[str, Label]:
    """Return labels by `key:value` in small letters. Raises Conflict when one has gone."""
    found: dict[str, Label] = {}
    spelled = workspace.labels.annotate(folded=Lower(Concat("key", Value(":"), "value")))
    for some in _chunks([name.lower() for name in names]):
        for label in spelled.filter(folded__in=some):
            found[str(label).lower()] = label
    for name in names:
        if name.lower() not in found:
            raise Conflict("R5", f"The label {name} was deleted since.")
    return found


def grants_written(
    workspace: models.Workspace, written: Iterable[dict[str, Any]], since: models.Event
) -> tuple[models.GrantTerms, ...]:
    """Return grants as `trail.described` wrote them, as grants to be given.

    Raises Conflict when a role, label or resource of them has gone. 3 statements for
    policies of any usual size.
    """
    rows = [WrittenTerms.from_json(row) for row in written]
    labels = labels_named(workspace, list(dict.fromkeys(n for row in rows for n in row.labels)))
    refs = _refs(rows)
    resources = resources_named(workspace, refs, since) if refs else {}
    return tuple(_found(row, labels, resources) for row in rows)


def _found(
    written: WrittenTerms, labels: dict[str, Label], resources: dict[str, models.Resource]
) -> models.GrantTerms:
    if written.role not in ROLES:
        raise Conflict("XB4", f"There is no role {written.role} any more.")
    if not written.understood:
        raise Conflict("N4", f"How far {written.role} went is not known to this version.")
    return Terms(
        written.role,
        written.scope,
        tuple(labels[name.lower()] for name in written.labels),
        tuple(resources[ref] for ref in written.resources),
        written.ends,
        written.starts,
        written.eligible,
    )


def _refs(rows: Iterable[WrittenTerms]) -> list[str]:
    return list(dict.fromkeys(ref for row in rows for ref in row.resources))


def _chunks(names: Sequence[str]) -> Iterable[Sequence[str]]:
    return (names[start : start + CHUNK] for start in range(0, len(names), CHUNK))
