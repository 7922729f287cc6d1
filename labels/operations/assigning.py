"""Putting labels on many sources or spaces at once, and taking them off (L3, L6)."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from django.db.models import Count, Q

from labels.models import Label, ResourceLabel
from labels.operations.concerned import Concerned, concerned
from labels.operations.making import label_target
from workspaces.access.changes.labelling import relabelled
from workspaces.access.dialect import among
from workspaces.catalogue import LABELLED
from workspaces.change import Actor, audit, lock_workspace, target, targets
from workspaces.errors import Conflict, Refused
from workspaces.models import Event, Resource, ResourceQuerySet, Workspace
from workspaces.operations.changes.seen import digest_of, require_seen
from workspaces.operations.requests.closing import settle

MOST = 10_000  # resources in one save; its audit event names each of them


@dataclass(frozen=True, slots=True)
class Assignment:
    """Labels to put on and to take off everything among `things`, sources or spaces."""

    type: str
    things: ResourceQuerySet
    put: tuple[Label, ...] = ()
    take: tuple[Label, ...] = ()

    def within(self, workspace: Workspace) -> "Assignment":
        """Return the same, among things of the type and the workspace alone (XA2)."""
        return replace(self, things=self.things.filter(workspace=workspace, type=self.type))


@dataclass(frozen=True, slots=True)
class AssignReview:
    """What an assignment does, in numbers, and to whom.

    `puts` and `takes` count the resources that get a label and that lose one; `replaces`
    those of them that carry another value of a key now, per such label (L3).
    """

    total: int
    puts: tuple[tuple[Label, int], ...]
    takes: tuple[tuple[Label, int], ...]
    replaces: tuple[tuple[Label, int], ...]
    concerned: Concerned
    digest: str

    @property
    def changes(self) -> bool:
        return any(n for _, n in (*self.puts, *self.takes))

    @property
    def replaced(self) -> int:
        return sum(n for _, n in self.replaces)


def preview(workspace: Workspace, assignment: Assignment) -> AssignReview:
    """Return what `assign` would do; nothing is written. Raises Refused like it."""
    assignment = assignment.within(workspace)
    _require_whole(workspace, assignment)
    total = assignment.things.count()
    if total > MOST:
        raise Refused("L6", f"{total} at once are too many; {MOST} is the most. Search first.")
    on = _numbers(assignment)
    gone = _gone(assignment, on)
    puts = frozenset(label.pk for label in assignment.put)
    within = Q(pk__in=assignment.things.values("pk")) | Q(source__in=assignment.things.values("pk"))
    who = concerned(
        workspace,
        puts | {label.pk for label in gone},
        [assignment.type],
        relabelled(puts, frozenset(label.pk for label in gone)),
        within,
    )
    taken = [label for label in gone if label in assignment.take]
    numbers = (
        tuple((label, total - on[label]) for label in assignment.put),
        tuple((label, on[label]) for label in taken),
        tuple((label, on[label]) for label in gone if label not in assignment.take),
    )
    shown = [[(label.pk, n) for label, n in part] for part in numbers]
    return AssignReview(
        total, *numbers, who, digest_of(workspace.pk, (assignment.type, total, shown, who.shown))
    )


def _require_whole(workspace: Workspace, assignment: Assignment) -> None:
    """Raise Refused unless the labels are the workspace's own and of different keys (XA2, L3)."""
    labels = {label.pk for label in (*assignment.put, *assignment.take)}
    if assignment.type not in LABELLED:
        raise Refused("L3", "Labels go on sources and spaces only.")
    if not labels:
        raise Refused("L3", "Name a label to put on or to take off.", field="put")
    if workspace.labels.filter(pk__in=among(labels)).count() != len(labels):
        raise Conflict("R5", "A label was removed meanwhile.")
    if len({label.key.lower() for label in assignment.put}) != len(assignment.put):
        raise Refused("L3", "A key has one value; name one label of each key.", field="put")


def _numbers(assignment: Assignment) -> Counter[Label]:
    """Return on how many of the things each label stands that the assignment bears on."""
    keys = {label.key.lower() for label in assignment.put}
    bearing = Q(folded_key__in=keys) | Q(label__in=assignment.take)
    rows = ResourceLabel.objects.filter(bearing, resource__in=assignment.things.values("pk"))
    counts = dict(rows.order_by().values_list("label").annotate(n=Count("pk")))
    labels = Label.objects.filter(pk__in=among(counts)).by_name()
    return Counter({label: counts[label.pk] for label in labels})


def _gone(assignment: Assignment, on: Counter[Label]) -> list[Label]:
    """Return the labels that things lose: those taken off, and other values of a key put on."""
    return [label for label in on if label not in assignment.put]


def assign(
    workspace: Workspace, assignment: Assignment, *, by: Actor, replacing: bool = False
) -> Event | None:
    """Put labels on and take labels off many things in one step; None when nothing changes.

    One event names every resource that changes, with what it carried of these keys before.
    Raises Refused when some carry another value of a key and `replacing` is not set (L3), and
    Conflict when the review that was looked at no longer fits.
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        # Read once: a search by label would find other rows after the first statement.
        found = assignment.within(locked).things.values_list("pk", flat=True)
        fixed = replace(assignment, things=locked.resources.filter(pk__in=among(found)))
        review = preview(locked, fixed)
        require_seen(by, lambda: review.digest)
        if review.replaced and not replacing:
            raise Refused(
                "L3",
                f"{review.replaced} carry another value of the key. Say whether to replace it.",
                field="replacing",
            )
        changing = _changing(fixed)
        if not changing:
            return None
        before = {thing.ref: carried for thing, carried in changing}
        _write(locked, fixed)
        event = audit.record(
            locked,
            "resources.relabelled",
            by=by,
            target=_target(locked, fixed),
            concerned=targets(
                [
                    *(thing for thing, _carried in changing),
                    *fixed.put,
                    *(label for label, _n in (*review.takes, *review.replaces)),
                    *(one.member for one in review.concerned.people.people),
                    *(token for token, _moves in review.concerned.tokens),
                ]
            ),
            before=before,
            after={
                "put": [str(label) for label in fixed.put],
                "taken": [str(label) for label in fixed.take],
                "access": review.concerned.told,
                "people": review.concerned.people.total,
            },
        )
        settle(locked, by=by)
        return event


def _changing(assignment: Assignment) -> list[tuple[Resource, list[str]]]:
    """Return what changes, each with what it carries of the keys at stake; 2 statements."""
    stake = {label.key.lower() for label in (*assignment.put, *assignment.take)}
    rows = ResourceLabel.objects.filter(
        resource__in=assignment.things.values("pk"), folded_key__in=stake
    ).order_by("resource", "folded_key")
    carried: dict[int, dict[int, str]] = defaultdict(dict)
    for pk, label, key, value in rows.values_list(
        "resource_id", "label_id", "label__key", "label__value"
    ):
        carried[pk][label] = f"{key}:{value}"
    puts = {label.pk for label in assignment.put}
    takes = {label.pk for label in assignment.take} - puts
    return [
        (thing, list(carried[thing.pk].values()))
        for thing in assignment.things.order_by("slug")
        if puts - carried[thing.pk].keys() or takes & carried[thing.pk].keys()
    ]


def _write(workspace: Workspace, assignment: Assignment) -> None:
    """Write the labels: what goes in one statement, what comes in one per few hundred rows."""
    put = {label.key.lower(): label for label in assignment.put}
    ids = {label.pk for label in assignment.put}
    rows = ResourceLabel.objects.filter(resource__in=assignment.things.values("pk"))
    rows.filter(Q(folded_key__in=put) | Q(label__in=assignment.take)).exclude(
        label__in=ids
    ).delete()
    has = set(rows.filter(label__in=ids).values_list("resource_id", "label_id"))
    ResourceLabel.objects.bulk_create(
        ResourceLabel(workspace=workspace, resource_id=pk, label=label, folded_key=key)
        for pk in assignment.things.order_by("pk").values_list("pk", flat=True)
        for key, label in put.items()
        if (pk, label.pk) not in has
    )


def _target(workspace: Workspace, assignment: Assignment) -> audit.Target:
    labels = (*assignment.put, *assignment.take)
    return label_target(labels[0]) if len(labels) == 1 else target(workspace)
