"""The labels of one source or space, changed by whoever may (L3, L6)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from labels.models import Label, ResourceLabel
from workspaces.access.changes import labelling
from workspaces.access.decide import Facts, allows
from workspaces.access.engine import Access
from workspaces.access.facts import Subject
from workspaces.catalogue import LABEL, LABELLED
from workspaces.change import Actor, Target, audit, lock_workspace, reread, target, targets
from workspaces.errors import Conflict, Denied, Refused
from workspaces.models import ActorKind, Event, Member, Resource, Token, Workspace
from workspaces.operations.changes.seen import digest_of, require_seen
from workspaces.operations.requests.closing import settle

# What one resource carries: by key in small letters.
Carried = Mapping[str, Label]


@dataclass(frozen=True, slots=True)
class RelabelReview:
    """What other labels on one resource do: the labels before and after, and to whom."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    people: tuple[labelling.RightsChange[Member], ...]
    tokens: tuple[labelling.RightsChange[Token], ...]
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
) -> Event | None:
    """Change the labels one source or space carries; None when it carries just these.

    A second value of a key is refused unless `replace` is set (L3). Raises Conflict for
    whoever could no longer label the resource without the keys that change, for a change that
    widens access where that is reserved to owners (both L6), and when the review that was
    looked at no longer fits. All of it is asked here, under the lock.
    """
    with lock_workspace(resource.workspace_id, by=by) as workspace:
        resource = reread(workspace.resources.filter(type__in=LABELLED), resource)
        plan = _plan(workspace, resource, put, take, by=by, replace=replace)
        if not plan.keys:
            return None
        require_seen(by, lambda: plan.review.digest)
        ResourceLabel.objects.filter(resource=resource, folded_key__in=plan.keys).delete()
        ResourceLabel.objects.bulk_create(
            ResourceLabel(workspace=workspace, resource=resource, label=label, folded_key=key)
            for key, label in plan.wanted.items()
            if key in plan.keys
        )
        event = audit.record(
            workspace,
            "resource.relabelled",
            by=by,
            target=target(resource),
            concerned=[*_labels_moved(plan), *targets(_moved(plan.review))],
            before={"labels": list(plan.review.before)},
            after={
                "labels": list(plan.review.after),
                "gained": _told(plan.review, "gained"),
                "lost": _told(plan.review, "lost"),
            },
        )
        settle(workspace, by=by)
        return event


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
    """Read labels again. Raises Conflict for one that has gone or was never here (XA2)."""
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
    concerned = labelling.asking(resource.workspace_id, had ^ has, [resource.type])
    people: tuple[labelling.RightsChange[Member], ...] = ()
    tokens: tuple[labelling.RightsChange[Token], ...] = ()
    if had != has:
        members = labelling.people_holding(concerned).select_related("user").by_name()
        people = tuple(labelling.label_diff(resource, has, list(members)))
        tokens = tuple(
            labelling.label_diff(resource, has, list(labelling.tokens_holding(concerned).by_name()))
        )
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
    """Raise Conflict when only an owner may do this (L6, XD2, XD3).

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
        raise Denied("XC4", "You may no longer do this.")
    return member


def _labels_moved(plan: _Plan) -> list[Target]:
    """Return the labels that come and that go."""
    both = ((plan.carried.get(key), plan.wanted.get(key)) for key in sorted(plan.keys))
    return targets(label for pair in both for label in pair if label is not None)


def _moved(review: RelabelReview) -> Iterator[Member | Token]:
    """Yield whoever gains or loses by it."""
    yield from (c.subject for c in review.people if c.gained or c.lost)
    yield from (c.subject for c in review.tokens if c.gained or c.lost)


def _told(review: RelabelReview, what: str) -> dict[str, list[str]]:
    """Return who gained or lost which rights, by address or token, for the trail (XD3)."""
    told = {c.subject.user.email: sorted(getattr(c, what)) for c in review.people}
    told |= {f"token {c.subject.name}": sorted(getattr(c, what)) for c in review.tokens}
    return {name: actions for name, actions in told.items() if actions}
