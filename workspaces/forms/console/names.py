"""Looking up the labels and resources that forms name, however many at once.

A name of another workspace is as unknown as one that does not exist (XA2).
"""

from collections.abc import Iterable

from django.db.models import Count, Min
from django.db.models.functions import Lower

from config.web.values.text import same_key
from labels.models import Label
from labels.syntax import LabelName, parse_label
from workspaces.access.dialect import among, among_texts
from workspaces.models import Resource, ResourceQuerySet, Workspace

Asked = tuple[str, str]  # type of a resource, and what was typed


def labels_named(workspace: Workspace, names: Iterable[str]) -> dict[str, Label]:
    """Return labels by what was typed, without regard to case (L1); 1 statement, none for none."""
    meant = {name: folded for name in names if (folded := _folded(name)) is not None}
    if not meant:
        return {}
    rows = workspace.labels.alias(k=Lower("key"), v=Lower("value")).filter(
        k__in=among_texts({name.key for name in meant.values()}),
        v__in=among_texts({name.value for name in meant.values()}),
    )
    known = {LabelName(label.key, label.value).folded: label for label in rows}
    return {name: known[folded] for name, folded in meant.items() if folded in known}


def _folded(text: str) -> LabelName | None:
    try:
        return parse_label(text).folded
    except ValueError:
        return None


def things_named(rows: ResourceQuerySet, asked: Iterable[Asked]) -> dict[Asked, Resource]:
    """Return resources by slug, `type/slug`, or a name that only one of its type has.

    1 statement where all are slugs, none for none, 2 more for names.
    """
    slugs = {(type_, name): same_key(name.removeprefix(f"{type_}/")) for type_, name in asked}
    if not slugs:
        return {}
    rows = rows.filter(type__in={type_ for type_, _ in slugs}).order_by()
    found = rows.filter(slug_key__in=among_texts(set(slugs.values())))
    known = {(thing.type, thing.slug_key): thing for thing in found}
    left = {one: same_key(one[1]) for one, key in slugs.items() if (one[0], key) not in known}
    named = _alone(rows, set(left.values())) if left else {}
    by_slug = {one: known[one[0], key] for one, key in slugs.items() if one not in left}
    by_name = {one: named[one[0], k] for one, k in left.items() if (one[0], k) in named}
    return by_slug | by_name


def _alone(rows: ResourceQuerySet, keys: set[str]) -> dict[tuple[str, str], Resource]:
    """Return the resources that alone of their type bear a name, by both."""
    counted = rows.filter(name_key__in=among_texts(keys)).values("type", "name_key")
    once = counted.annotate(n=Count("pk"), one=Min("pk")).filter(n=1)
    things = rows.filter(pk__in=among(once.values_list("one", flat=True)))
    return {(thing.type, thing.name_key): thing for thing in things}
