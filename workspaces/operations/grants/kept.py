"""What many holders hold, as an event keeps it."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from workspaces.access.dialect import among
from workspaces.change import described
from workspaces.models import Grant, GrantQuerySet

T = TypeVar("T")
AT_ONCE = 1000


def kept(
    rows: GrantQuerySet, holder: str, name_of: Callable[[Any], str]
) -> dict[str, list[dict[str, object]]]:
    """Return grants by the name of who holds them; some statements a thousand.

    `holder` is the path of the column that they are held by, such as `member__user`.
    """
    found: dict[str, list[dict[str, object]]] = {}
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    for some in in_batches(pks):
        batch = Grant.objects.filter(pk__in=among(some)).select_related(holder)
        for grant in batch.order_by("pk").with_terms():
            found.setdefault(name_of(grant), []).append(described(grant.terms))
    return found


def in_batches(items: Iterable[T]) -> Iterator[list[T]]:
    """Yield items some at a time."""
    items = iter(items)
    while batch := list(islice(items, AT_ONCE)):
        yield batch
