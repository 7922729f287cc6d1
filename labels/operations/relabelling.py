"""The labels of one source or space, changed by whoever may (L3, L6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from labels.models import Label, ResourceLabel
from workspaces import audit
from workspaces.access.decide import Facts, allows
from workspaces.access.diff import RightsChange, label_diff
from workspaces.access.engine import Access
from workspaces.access.facts import Subject
from workspaces.access.labelling import asking, people_holding, tokens_holding
from workspaces.audit import Actor
from workspaces.catalogue import LABEL, LABELLED
from workspaces.errors import Conflict, Denied, Refused
from workspaces.locks import lock_workspace, reread
from workspaces.models.event import ActorKind, Event
from workspaces.models.member import Member
from workspaces.models.resource import Resource
from workspaces.models.token import Token
from workspaces.models.workspace import Workspace
from workspaces.operations.reviews import digest_of, require_seen
from workspaces.operations.trail import target

# What one resource carries: by key in small letters.
Carried = Mapping[str, Label]


@dataclass(frozen=True, slots=True)
class RelabelReview:
    """What other labels on one resource do: the labels before and after, and to whom."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    people: tuple[RightsChange[Member], ...]
    tokens: tuple[RightsChange[Token], ...]
    digest: str

    @property
    def changes(self) -> bool:
        return self.before != self.after

    @property
    def widens(self) -> bool:
        """Whether anyone's access grows, a token's too."""
        return any(c.gained for c in self.people) or any(c.gained for c in self.tokens)


@dataclass(frozen=True, slots=True)
class _Plan:
    carried: Carried
    wanted: Carried
    keys: frozenset[str]
    review: RelabelReview


def preview(
    resource: Resource,
    *,
    by: Actor,
    put: Iterable[Label] = (),
    take: Iterable[Label] = (),
    replace: bool = False,
) -> RelabelReview:
    """Return what `relabel` would do. Raises Refused where that would; nothing is written."""
    return _plan(resource.workspace, resource, put, take, by=by, replace=replace).review


def relabel(
    resource: Resource,
    *,
    by: Actor,
    put: Iterable[Label] = (),
    take: Iterable[Label] = (),
    replace: bool = False,
    seen: str = "",
    reason: str = "",
    undoes: int | None = None,
) -> Event | None:
    """Change the labels one source or space carries; None when it carries just these.

    `seen` is the digest of the review that was looked at. A second value of a key is
    refused unless `replace` is set (L3). Raises Conflict for whoever could no longer label
    the resource without the keys that change, for a change that widens access where that
    is reserved to owners (both L6), and when the review no longer fits. All of it is asked
    here, under the lock.
    """
    with lock_workspace(resource.workspace_id, by=by) as workspace:
        resource = reread(workspace.resources.filter(type__in=LABELLED), resource)
        plan = _plan(workspace, resource, put, take, by=by, replace=replace)
        if not plan.keys:
            return None
        require_seen(seen, plan.review.digest)
        ResourceLabel.objects.filter(resource=resource, folded_key__in=plan.keys).delete()
        ResourceLabel.objects.bulk_create(
            ResourceLabel(workspace=workspace, resource=resource, label=label, folded_key=key)
            for key, label in plan.wanted.items()
            if key in plan.keys
        )
        return audit.record(
            workspace,
            "resource.relabelled",
            by=by,
            target=target(resource),
            before={"labels": list(plan.review.before)},
            after={
                "labels": list(plan.review.after),
                "gained": _told(plan.review, "gained"),
                "lost": _told(plan.review, "lost"),
            },
            reason=reason,
            undoes=undoes,
        )


def _plan(
    workspace: Workspace,
    resource: Resource,
    put: Iterable[Label],
    take: Iterable[Label],
    *,
    by: Actor,
    replace: bool,
) -> _Plan:
    carried = carried_by(resource)
    wanted = _wanted(carried, _known(workspace, put), take, replace=replace)
    keys = frozenset(k for k in {*carried, *wanted} if carried.get(k) != wanted.get(k))
    review = _review(resource, carried, wanted)
    if keys:
        _require_allowed(workspace, resource, carried=carried, keys=keys, review=review, by=by)
    return _Plan(carried, wanted, keys, review)


def carried_by(resource: Resource) -> Carried:
    """Return the labels on a resource; 1 statement."""
    rows = ResourceLabel.objects.filter(resource=resource).select_related("label")
    return {row.folded_key: row.label for row in rows.order_by("folded_key")}


def _known(workspace: Workspace, labels: Iterable[Label]) -> list[Label]:
    """Read labels again. Raises Conflict for one that has gone or was never here (A2)."""
    wanted = list(labels)
    rows = workspace.labels.filter(pk__in=[label.pk for label in wanted])
    there = {row.pk: row for row in rows} if wanted else {}
    for label in wanted:
        if label.pk not in there:
            raise Conflict("R5", f"{label} was removed meanwhile.")
    return [there[label.pk] for label in wanted]


def _wanted(
    carried: Carried, put: Iterable[Label], take: Iterable[Label], *, replace: bool
) -> Carried:
    wanted = dict(carried)
    for label in take:
        if wanted.get(label.key.lower()) == label:
            del wanted[label.key.lower()]
    for label in put:
        there = wanted.get(label.key.lower())
        if there is not None and there != label and not replace:
            raise Refused("L3", f"It already carries {there}; a key has one value.", field="labels")
        wanted[label.key.lower()] = label
    return wanted


def _review(resource: Resource, carried: Carried, wanted: Carried) -> RelabelReview:
    """Work out who gains and who loses, everyone, exactly; 9 statements at most.

    Only those are asked about who hold a grant that asks for a label that comes or goes.
    """
    had, has = (frozenset(label.pk for label in found.values()) for found in (carried, wanted))
    concerned = asking(resource.workspace_id, had ^ has, [resource.type])
    people: tuple[RightsChange[Member], ...] = ()
    tokens: tuple[RightsChange[Token], ...] = ()
    if had != has:
        members = people_holding(concerned).select_related("user").by_name()
        people = tuple(label_diff(resource, has, list(members)))
        tokens = tuple(label_diff(resource, has, list(tokens_holding(concerned).by_name())))
    before, after = (tuple(sorted(str(v) for v in f.values())) for f in (carried, wanted))
    who = [
        [(c.subject.pk, sorted(c.had), sorted(c.has)) for c in people],
        [(c.subject.pk, sorted(c.had), sorted(c.has)) for c in tokens],
    ]
    digest = digest_of(resource.workspace_id, (resource.pk, before, after, who))
    return RelabelReview(before, after, people, tokens, digest)


def _require_allowed(
    workspace: Workspace,
    resource: Resource,
    *,
    carried: Carried,
    keys: frozenset[str],
    review: RelabelReview,
    by: Actor,
) -> None:
    """Raise Conflict when only an owner may do this (L6, D2, D3).

    That is so for keys through which alone somebody may label the resource at all, and,
    where the workspace says so, for whatever widens anyone's access.
    """
    subject = _subject(workspace, by)
    if subject is None:
        return
    access = Access.of(subject)
    if access.is_owner:
        return
    if workspace.relabelling_is_reserved and review.widens:
        raise Conflict("L6", "Somebody would gain access by it; here only owners may do that.")
    facts = access.facts([resource])[resource.pk]
    hanging = {label.pk for key, label in carried.items() if key in keys}
    without = Facts(facts.workspace, facts.type, facts.id, facts.labels - hanging, facts.listed_in)
    if not allows(access.policy, LABEL, without):
        raise Conflict("L6", "Your own right to this resource comes through that label.")


def _subject(workspace: Workspace, by: Actor) -> Subject | None:
    """Return who acts, or None for the system and support. Raises Denied for a stranger."""
    if by.right is not None:
        return by.right.subject
    if by.kind != ActorKind.USER:
        return None
    member = workspace.members.filter(user=by.user).first()
    if member is None:
        raise Denied("C4", "You may no longer do this.")
    return member


def _told(review: RelabelReview, what: str) -> dict[str, list[str]]:
    """Return who gained or lost which rights, by address or token, for the trail (D3)."""
    told = {c.subject.user.email: sorted(getattr(c, what)) for c in review.people}
    told |= {f"token {c.subject.name}": sorted(getattr(c, what)) for c in review.tokens}
    return {name: actions for name, actions in told.items() if actions}
