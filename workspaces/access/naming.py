"""What a name means that somebody typed: one row, several, or none – never a guess (N4).

Every door at which people name somebody or something asks here: the resolver `meaning` says what
bears a name and, where that is not just one, what may have been meant; `search` finds what a
picker offers while one types. Names are compared by the keys of N2, parts of them by those of N3.
A name of another workspace is as unknown as one that nobody has (XA2).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, TypeAlias

from django.db.models import Q
from django.db.models.functions import Lower

from accounts.addresses import sought
from config.web.values.text import same_key, search_words
from labels.models import Label, LabelQuerySet
from labels.syntax import LabelName, parse_label
from workspaces.access.dialect import among_texts
from workspaces.catalogue import WORKSPACE, ResourceType
from workspaces.models import (
    FormerSlug,
    Group,
    GroupQuerySet,
    Invite,
    InviteQuerySet,
    Member,
    MemberQuerySet,
    Resource,
    ResourceQuerySet,
    Token,
    TokenQuerySet,
    Workspace,
)

Named: TypeAlias = Member | Group | Token
Meant: TypeAlias = Named | Invite | Label | Resource | Workspace
Rows: TypeAlias = (
    MemberQuerySet
    | GroupQuerySet
    | TokenQuerySet
    | InviteQuerySet
    | LabelQuerySet
    | ResourceQuerySet
)
Asked: TypeAlias = tuple[str, str]  # type of a resource, and what was typed
OFFERED = 20  # of each kind, where a name is not clear
WORDS = 5  # of a name nobody bears, each looked for by itself


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text names: those who bear it and, where nobody does, those whose name is near it."""

    text: str
    bearers: tuple[Any, ...] = ()
    near: tuple[Any, ...] = ()

    @property
    def one(self) -> Any | None:
        """The one it names, if it is clear which; else nothing may be answered about it."""
        return self.bearers[0] if len(self.bearers) == 1 else None

    @property
    def candidates(self) -> tuple[Any, ...]:
        """Those between whom somebody has to choose."""
        return () if self.one is not None else self.bearers or self.near


def meaning(text: str, *kinds: Rows, beside: Sequence[Meant] = ()) -> Meaning:
    """Return what a text means among rows of some kinds, and what else is said to bear it.

    An address means whoever has it, before all that is called so. At most 1 statement for each
    kind where somebody bears the name, 5 where nobody does.
    """
    bearers, address = [*beside], sought(text)
    for rows in kinds:
        bearing = called(rows, text)
        if bearing and address and isinstance(rows, MemberQuerySet | InviteQuerySet):
            return Meaning(text, (bearing[0],))
        bearers += bearing
    if bearers:
        return Meaning(text, tuple(_working(bearers)))
    return Meaning(text, near=tuple(row for rows in kinds for row in _near(rows, text)))


def called(rows: Rows, text: str) -> list[Any]:
    """Return the rows that a text names as somebody would write it; the first few where many."""
    if not search_words(text):
        return []
    if isinstance(rows, ResourceQuerySet):
        return things_meant(rows, [text])[text][:OFFERED]
    return list(rows.called(text)[:OFFERED])


def search(rows: Rows, text: str, most: int) -> list[Any]:
    """Return at most so many rows that a text finds, the best ones first.

    Those that bear it, then those whose name begins so, then those that hold its words. Rows come
    in the order they are given in: by what an index has, so that each of 3 statements ends as
    soon as it has enough.
    """
    found = {row.pk: row for row in called(rows, text)}
    rows, text = _narrowed(rows, text)
    for further in (_begun(rows, text, most), rows.matching(text)) if text else (rows,):
        if len(found) < most:
            found |= {row.pk: row for row in further[:most] if row.pk not in found}
    return list(found.values())[:most]


def _begun(rows: Rows, text: str, most: int) -> Rows:
    """Return the rows whose name begins so; of things the first of each type alone.

    An index holds the things of a type by name: of very many that begin so it gives the first,
    where all of them would be sorted.
    """
    if not isinstance(rows, ResourceQuerySet):
        return rows.begun(text)
    of_each = (rows.begun(text).of_type(type_) for type_ in ResourceType)
    firsts = (some.order_by("sort_key", "pk").values("pk")[:most] for some in of_each)
    return rows.filter(reduce(or_, (Q(pk__in=some) for some in firsts)))


def number(rows: Rows, text: str, most: int) -> int:
    """Return how many rows hold what was typed, counted up to so many; 1 statement."""
    rows, text = _narrowed(rows, text)
    return rows.matching(text).order_by()[:most].count()


def _narrowed(rows: Rows, text: str) -> tuple[Rows, str]:
    """Read a type that is typed before a thing's name as narrowing to it."""
    if not isinstance(rows, ResourceQuerySet):
        return rows, text
    type_, rest = _typed(text)
    return (rows.of_type(type_) if type_ else rows), rest


def _near(rows: Rows, text: str) -> list[Any]:
    """Return rows that hold the text or, where none does, a word of it; 4 statements at most."""
    rows = rows.live() if isinstance(rows, TokenQuerySet) else rows
    found = search(rows, text, OFFERED)
    words = search_words(text.partition("@")[0].rpartition("/")[2])[:WORDS]
    if found or not words:
        return found
    return list(reduce(or_, (rows.matching(word) for word in words))[:OFFERED])


def _working(bearers: Sequence[Any]) -> list[Any]:
    """Leave out tokens that were revoked, unless nothing else is called so."""
    living = [one for one in bearers if not (isinstance(one, Token) and one.revoked_at)]
    return living or list(bearers)


def subjects_of(workspace: Workspace) -> tuple[MemberQuerySet, GroupQuerySet, TokenQuerySet]:
    """Return all who may hold something in a workspace, for `meaning`."""
    members = workspace.members.select_related("user").by_name()
    return members, workspace.groups.by_name(), workspace.tokens.by_name()


def invited_to(workspace: Workspace) -> InviteQuerySet:
    """Return the open invites: who accepts one will hold what it offers (I1)."""
    return workspace.invites.open().by_address()


def things_of(rows: ResourceQuerySet) -> ResourceQuerySet:
    """Return resources of any type in an order that costs nothing, for `meaning` and `search`."""
    return rows.select_related("source").order_by("pk")


def itself_called(workspace: Workspace, text: str) -> list[Workspace]:
    """Return the workspace where it is meant: as `workspace/slug`, by its slug or its name."""
    type_, slash, slug = text.partition("/")
    if slash:
        return [workspace] if (type_.lower(), slug) == (WORKSPACE, workspace.slug) else []
    names = {same_key(workspace.slug), same_key(workspace.name)}
    return [workspace] if same_key(text) in names else []


def ref_of(thing: Resource | Workspace) -> str:
    """Return the name of a thing that means just this one."""
    return thing.ref if isinstance(thing, Resource) else f"{WORKSPACE}/{thing.slug}"


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


def things_meant(rows: ResourceQuerySet, texts: Collection[str]) -> dict[str, list[Resource]]:
    """Return the resources that each text may mean, as somebody would write it; 1 statement.

    `type/slug` means just that one where it is there; else every resource, of that type
    where one is named, whose slug or name is the same (N2). 2 more where such a slug is none
    of today, but may be one that a thing had (R13).
    """
    if not texts:
        return {}
    wanted = {text: _typed(text) for text in texts}
    keys = {same_key(rest) for _type, rest in wanted.values()}
    by_slug = Q(type__in=list(ResourceType), slug_key__in=among_texts(keys))
    found = list(rows.filter(by_slug | Q(name_key__in=among_texts(keys))))
    meant = {text: _same(found, *named) for text, named in wanted.items()}
    left = {text: named for text, named in wanted.items() if named[0] and not meant[text]}
    return meant | _leading_on(rows, left) if left else meant


def things_named(rows: ResourceQuerySet, asked: Iterable[Asked]) -> dict[Asked, Resource]:
    """Return the resources that each type and name mean, where that is just one; 1 to 3 statements.

    Where nothing is asked, none.
    """
    texts = {(type_, name): f"{type_}/{name.removeprefix(f'{type_}/')}" for type_, name in asked}
    meant = things_meant(rows, set(texts.values()))
    return {one: meant[text][0] for one, text in texts.items() if len(meant[text]) == 1}


def _leading_on(
    rows: ResourceQuerySet, wanted: Mapping[str, tuple[str, str]]
) -> dict[str, list[Resource]]:
    """Return the resources that had these slugs last; 2 statements."""
    keys = {same_key(slug) for _type, slug in wanted.values()}
    had = FormerSlug.objects.filter(slug_key__in=among_texts(keys)).values("resource")
    found = {
        (former.type, former.slug_key): row
        for row in rows.filter(pk__in=had).prefetch_related("former_slugs")
        for former in row.former_slugs.all()
    }
    ways = ((text, found.get((type_, same_key(slug)))) for text, (type_, slug) in wanted.items())
    return {text: [row] for text, row in ways if row is not None}


def _typed(text: str) -> tuple[str, str]:
    """Split off the type, where the text begins with one."""
    type_, _slash, rest = text.partition("/")
    return (type_.lower(), rest.strip()) if type_.lower() in list(ResourceType) else ("", text)


def _same(rows: Iterable[Resource], type_: str, name: str) -> list[Resource]:
    key = same_key(name)
    fitting = [row for row in rows if type_ in {"", row.type}]
    if type_ and (exact := [row for row in fitting if row.slug_key == key]):
        return exact
    return [row for row in fitting if key in {row.slug_key, row.name_key}]


def thing_named(workspace: Workspace, ref: str) -> Resource | Workspace | None:
    """Return the resource written `type/slug`, or the workspace as `workspace/slug`.

    A slug that a resource had leads on to it until another one takes it (R13).
    """
    type_, _, slug = ref.partition("/")
    if type_ == WORKSPACE:
        return workspace if slug == workspace.slug else None
    return workspace.resources.select_related("source").addressed(type_, slug).first()
