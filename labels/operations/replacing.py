"""Replacing a label by another everywhere: the safe way to rename one (L5)."""

from dataclasses import dataclass

from django.db.models import Count, F, QuerySet

from labels.models import Label, ResourceLabel
from labels.operations.concerned import Concerned, concerned
from labels.operations.making import label_target
from labels.syntax import LabelName
from workspaces.access.changes.labelling import merged
from workspaces.catalogue import LABELLED
from workspaces.change import Actor, audit, described, lock_workspace, naming, reread, targets
from workspaces.errors import Conflict, Refused
from workspaces.models import Grant, GrantLabel, GrantQuerySet, Resource, Workspace
from workspaces.models.grant import SUBJECTS
from workspaces.operations.changes.seen import digest_of, require_seen
from workspaces.operations.requests.closing import settle
from workspaces.operations.resources.deletion import with_holders
from workspaces.operations.workspace.plans import require_label_in_plan


@dataclass(frozen=True, slots=True)
class ReplaceReview:
    """What replacing a label does, in numbers.

    `there` is the label that takes over, or None when it is made by the step; then nobody's
    access changes and `concerned` is None.
    """

    there: Label | None
    resources: tuple[tuple[str, int], ...]
    holders: tuple[tuple[str, int], ...]
    concerned: Concerned | None
    digest: str

    @property
    def grants(self) -> int:
        return sum(n for _, n in self.holders)


def preview(label: Label, name: LabelName) -> ReplaceReview:
    """Return what `replace` would do; nothing is written. Raises Refused like it."""
    workspace = label.workspace
    there = _successor(workspace, label, name)
    uses = ResourceLabel.objects.filter(label=label).order_by()
    resources = uses.values_list("resource__type").annotate(n=Count("pk"))
    numbers = tuple(sorted(resources))
    grants = Grant.objects.filter(label_set__label=label)
    counted = grants.aggregate(**{name: Count(name) for name in SUBJECTS})
    holders = tuple((kind, counted[kind]) for kind in SUBJECTS if counted[kind])
    who = None
    if there is not None:
        who = concerned(workspace, (label.pk, there.pk), LABELLED, merged(label.pk, there.pk))
    shown = (label.pk, str(name), numbers, holders, who.shown if who else None)
    return ReplaceReview(there, numbers, holders, who, digest_of(workspace.pk, shown))


def _successor(workspace: Workspace, label: Label, name: LabelName) -> Label | None:
    """Return the label that takes over, None when it has to be made.

    Raises Refused when it is the same one (L1) or the plan takes no other (L7), and
    Conflict when a resource or a grant would end with two values of one key (L3, XD8).
    """
    there = workspace.labels.named(name).first()
    if there == label:
        raise Refused("L1", f"{name} is the label itself; labels are never renamed.", field="new")
    if there is None:
        require_label_in_plan(workspace, name, besides=label)
    if name.folded.key != label.key.lower():
        _require_free_key(workspace, label, name, there)
    return there


def _require_free_key(
    workspace: Workspace, label: Label, name: LabelName, there: Label | None
) -> None:
    """Raise Conflict when the new key stands with another value where the label is."""
    others = workspace.labels.filter(key__iexact=name.key)
    if there is not None:
        others = others.exclude(pk=there.pk)
    carrying = ResourceLabel.objects.filter(label=label).values("resource")
    doubled = ResourceLabel.objects.filter(resource__in=carrying, label__in=others).count()
    if doubled:
        raise Conflict(
            "L3",
            f"{doubled} resources with {label} carry another value of {name.key}.",
            field="new",
        )
    asking = GrantLabel.objects.filter(label=label).values("grant")
    doubled = GrantLabel.objects.filter(grant__in=asking, label__in=others).count()
    if doubled:
        raise Conflict(
            "XD8", f"{doubled} grants of {label} ask for another value of {name.key}.", field="new"
        )


def replace(label: Label, name: LabelName, *, by: Actor) -> Label:
    """Make or take the label of this name, put it wherever the old one is, delete the old one.

    Resources and grants follow in a few statements, however many there are; one event.
    Raises Refused and Conflict as `_successor` does, and when the review that was looked at
    no longer fits.
    """
    with lock_workspace(label.workspace_id, by=by) as workspace:
        label = reread(workspace.labels.all(), label)
        review = preview(label, name)
        require_seen(by, lambda: review.digest)
        new = review.there or Label.objects.create(
            workspace=workspace, key=name.key, value=name.value, description=label.description
        )
        things = list(_carrying(label))
        grants = list(_asking(label))
        old, written = label_target(label), [_written(grant) for grant in grants]
        _move_resources(label, new)
        _move_grants(label, new)
        label.delete()
        audit.record(
            workspace,
            "label.replaced",
            by=by,
            target=old,
            concerned=[label_target(new), *targets(things), *naming.holders(grants)],
            before={
                "label": old.name,
                "on": [thing.ref for thing in things],
                "grants": written,
            },
            after={
                "label": str(new),
                "made": review.there is None,
                "access": review.concerned.told if review.concerned else {},
            },
        )
        settle(workspace, by=by)
        return new


def _carrying(label: Label) -> QuerySet[Resource]:
    return Resource.objects.filter(labelled__label=label).order_by("type", "slug")


def _asking(label: Label) -> GrantQuerySet:
    """Return the grants that ask for a label, with their terms and holders; 3 statements."""
    rows: GrantQuerySet = Grant.objects.filter(label_set__label=label)
    return with_holders(rows).order_by("pk").with_terms()


def _written(grant: Grant) -> dict[str, object]:
    """Return a grant as the trail keeps it, with who holds it."""
    return {"holder": _holder(grant), **described(grant.terms)}


def _holder(grant: Grant) -> str:
    if grant.member:
        return f"member {grant.member.user.email}"
    if grant.group:
        return f"group {grant.group.name}"
    if grant.token:
        return f"token {grant.token.name}"
    return f"invite {grant.invite.email}" if grant.invite else ""


def _move_resources(old: Label, new: Label) -> None:
    """Put the new label where the old one is; 2 statements."""
    uses = ResourceLabel.objects.filter(label=old)
    both = ResourceLabel.objects.filter(label=new).values("resource")
    uses.filter(resource__in=both).delete()
    uses.update(label=new, folded_key=new.key.lower())


def _move_grants(old: Label, new: Label) -> None:
    """Ask for the new label where the old one was asked for; 3 statements.

    A grant that asks for both asks for one label less.
    """
    uses = GrantLabel.objects.filter(label=old)
    both = GrantLabel.objects.filter(label=new).values("grant")
    Grant.objects.filter(pk__in=uses.filter(grant__in=both).values("grant")).update(
        n_labels=F("n_labels") - 1
    )
    uses.filter(grant__in=both).delete()
    uses.update(label=new)
