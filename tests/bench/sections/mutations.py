"""Changes, with their audit event, against the rows that guardian has to write for the same."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from statistics import median

from django.contrib.auth.models import Group as AuthGroup

from accounts.models.user import User
from labels.models import Label
from labels.operations import assigning
from labels.operations.assigning import Assignment
from tests.bench.contestants.guardian_side import ask as guardian
from tests.bench.contestants.guardian_side.fill import GIVING
from tests.bench.contestants.guardian_side.models import ACTIONS, Thing
from tests.bench.context import Bench
from tests.bench.measuring.clock import statements, timed
from tests.bench.report import SECONDS, Figure, counted, faster
from tests.bench.worlds.load import BENCH
from tests.world import give_grants, take_grants
from workspaces.access.who import who
from workspaces.catalogue import READ, ResourceType, Scope
from workspaces.models import Grant, Group, Resource, ResourceQuerySet
from workspaces.terms import Terms

TIMES = 5
MANY = 100
MOST = 40  # statements of a change, whatever it is about

GIVES = {role.slug: [f"{a}_thing" for a in ACTIONS if a in role.gives] for role in GIVING}
# Permissions to be given: to whom, which, on which things.
Rows = list[tuple[User | AuthGroup, list[str], list[int]]]
Change = Callable[[], object]


def figures(bench: Bench) -> Iterator[Figure]:
    label, things = _label_and_things(bench)
    yield from _label(bench, label, things)
    yield from _grant(bench, label)


def _label_and_things(bench: Bench) -> tuple[Label, ResourceQuerySet]:
    """Return the label most grants ask for, and sources without any value of its key."""
    workspace = bench.workspace
    used = {label: label.grant_uses.count() for label in workspace.labels.order_by("pk")}
    label = max(used, key=used.__getitem__)
    sources = workspace.resources.of_type(ResourceType.SOURCE)
    free = sources.exclude(labelled__folded_key=label.key.lower()).order_by("pk")[:MANY]
    return label, sources.filter(pk__in=list(free.values_list("pk", flat=True)))


def _label(bench: Bench, label: Label, things: ResourceQuerySet) -> Iterator[Figure]:
    workspace = bench.workspace
    put = Assignment(ResourceType.SOURCE, things, put=(label,))
    take = Assignment(ResourceType.SOURCE, things, take=(label,))

    def ours() -> None:
        assigning.assign(workspace, put, by=BENCH)

    def back() -> None:
        assigning.assign(workspace, take, by=BENCH)

    rows: Rows = []
    if bench.size.compared:
        rows = _rows_for_label(label, things)
        _compare(things[0], ours, back, rows)
    name = f"label onto {things.count()} sources, audited"
    yield from _against(bench, name, ours, back, rows, target=25)


def _rows_for_label(label: Label, things: ResourceQuerySet) -> Rows:
    """Return what the grants give that take in things once they carry the label."""
    carried = {thing.pk: {row.label_id for row in thing.labelled.all()} for thing in things}
    asking = Grant.objects.filter(label_set__label=label, role__in=GIVES)
    found: dict[tuple[type, int], dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for grant in asking.select_related("member").prefetch_related("label_set"):
        asked = {row.label_id for row in grant.label_set.all()} - {label.pk}
        holder = (User, grant.member.user_id) if grant.member else (AuthGroup, grant.group_id)
        for codename in GIVES[grant.role]:
            found[holder][codename] |= {pk for pk, has in carried.items() if asked <= has}
    return [
        (model.objects.get(pk=pk), [codename], sorted(pks))
        for (model, pk), given in found.items()
        for codename, pks in given.items()
        if pks
    ]


def _compare(thing: Resource, ours: Change, back: Change, rows: Rows) -> None:
    """Raise AssertionError unless the change holds at the very next question, for both alike."""
    newest = guardian.newest()
    before = set(who(READ, thing).values_list("user_id", flat=True))
    ours()
    _give(rows)
    after = set(who(READ, thing).values_list("user_id", flat=True))
    there = guardian.who(READ, Thing.objects.get(pk=thing.pk)) | guardian.everywhere(READ)
    assert after == there, f"who reads {thing} once it is labelled"
    back()
    guardian.forget_since(newest)
    assert set(who(READ, thing).values_list("user_id", flat=True)) == before, "taken back"


def _give(rows: Rows) -> None:
    for holder, codenames, pks in rows:
        guardian.assign(codenames, holder, Thing.objects.filter(pk__in=pks))


def _grant(bench: Bench, label: Label) -> Iterator[Figure]:
    """Give a group a grant by one label: guardian needs a row for each thing it takes in."""
    group = bench.workspace.groups.order_by("pk").first()
    role = GIVING[-1].slug
    new = Terms(role, Scope.LABELS, labels=(label,))

    def ours() -> None:
        give_grants(group, [new], by=BENCH)

    def back() -> None:
        newest = Group.objects.get(pk=group.pk).grants.order_by("-pk")[:1]
        take_grants(group, list(newest), by=BENCH)

    uses = label.uses.filter(resource__type=ResourceType.SOURCE)
    rows: Rows = []
    if bench.size.compared:
        covered = Thing.objects.filter(pk__in=uses.values("resource"))
        rows = [(AuthGroup.objects.get(pk=group.pk), GIVES[role], list(_pks(covered)))]
    name = f"grant by a label on {uses.count()} sources, audited"
    yield from _against(bench, name, ours, back, rows, target=None)


def _pks(things) -> list[int]:
    return things.values_list("pk", flat=True)


def _against(
    bench: Bench,
    name: str,
    ours: Change,
    back: Change,
    rows: Rows,
    *,
    target: int | None,
) -> Iterator[Figure]:
    """Do and undo the change on both sides in turns, where guardian holds this world too."""
    newest = guardian.newest() if bench.size.compared else None
    took: list[float] = []
    theirs: list[float] = []
    for _ in range(TIMES if bench.seconds else 1):
        took.append(timed(ours))
        back()
        if newest:
            theirs.append(timed(_give, rows))
            guardian.forget_since(newest)
    if newest:
        yield faster(name, median(took), median(theirs), "guardian", target)
    else:
        yield Figure(name, median(took), SECONDS, ours=median(took))
    yield counted("… statements", statements(ours, [()]), MOST)
    back()
