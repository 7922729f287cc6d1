"""Many small workspaces beside the one that is asked: nothing may grow with their number."""

import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import Model

from accounts.models.user import User
from labels.models import Label, ResourceLabel
from tests.bench.worlds.load import BENCH
from tests.bench.worlds.rows import newest, reset_ids, write
from tests.bench.worlds.world import OWNER, SLUG, address
from workspaces.catalogue import Scope
from workspaces.change import audit, lock_workspace, target
from workspaces.models import (
    Grant,
    GrantLabel,
    Group,
    GroupMember,
    Member,
    Resource,
    Workspace,
)

AT_ONCE = 500  # workspaces
PEOPLE, THINGS = 5, 8  # of each
IN_ALL = 200  # so many of them an owner of the bench belongs to
WRITTEN: tuple[type[Model], ...] = (
    Workspace,
    User,
    Member,
    Group,
    GroupMember,
    Label,
    Resource,
    ResourceLabel,
    Grant,
    GrantLabel,
)
Rows = dict[type[Model], list[Any]]


def pour_others(number: int) -> None:
    """Write so many workspaces with people, a group, things and grants, and an event each."""
    start = time.perf_counter()
    numbers = {model: count(newest(model) + 1) for model in WRITTEN}
    everywhere = User.objects.get(email=address(OWNER, 0))
    for first in range(0, number, AT_ONCE):
        rows: Rows = defaultdict(list)
        for n in range(first, min(first + AT_ONCE, number)):
            for row in _workspace(n, numbers, everywhere if n < IN_ALL else None):
                rows[type(row)].append(row)
        with transaction.atomic():
            for model in WRITTEN:
                write(model, rows[model])
    reset_ids(WRITTEN)
    for workspace in Workspace.objects.exclude(slug=SLUG).order_by("pk").iterator():
        with lock_workspace(workspace.pk) as locked:
            audit.record(locked, "workspace.created", by=BENCH, target=target(locked))
    seconds = time.perf_counter() - start
    print(f"{number:,} other workspaces, {seconds:.0f} s", file=sys.stderr, flush=True)


def _workspace(n: int, numbers: dict[type[Model], Any], everywhere: User | None) -> Iterator[Any]:
    """Yield the rows of one workspace, those first that others refer to."""

    def new(model: Any, **columns: Any) -> Any:
        return model(pk=next(numbers[model]), **columns)

    workspace = new(Workspace, slug=f"other-{n:05}", name=f"Other {n}")
    label = new(Label, workspace=workspace, key="environment", value="prod")
    group = new(Group, workspace=workspace, name="Team")
    yield from (workspace, label, group)
    users = [
        User.objects.without_password(f"p{n:05}-{k}@other.test", f"P {k}") for k in range(PEOPLE)
    ]
    for user in users:
        user.pk = next(numbers[User])
    yield from users
    people = [*users, everywhere] if everywhere else users
    members = [new(Member, workspace=workspace, user=u, owner=u is people[0]) for u in people]
    yield from members
    yield from (new(GroupMember, workspace=workspace, group=group, member=m) for m in members[2:])
    for k in range(THINGS):
        type_ = "source" if k < THINGS // 2 else "warehouse"
        thing = new(Resource, workspace=workspace, type=type_, slug=f"thing-{k}", name=f"Thing {k}")
        yield thing
        if type_ == "source":
            on = {"resource": thing, "label": label, "folded_key": "environment"}
            yield new(ResourceLabel, workspace=workspace, **on)
    by_label = {"role": "source-admin", "scope": Scope.LABELS, "n_labels": 1}
    grant = new(Grant, workspace=workspace, group=group, **by_label)
    yield grant
    yield new(GrantLabel, workspace=workspace, grant=grant, label=label)
    of_all = {"role": "warehouse-read-only", "scope": Scope.ALL}
    yield from (new(Grant, workspace=workspace, member=m, **of_all) for m in members)
