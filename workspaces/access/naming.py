"""Finds subjects and things by the names people type: address, group, token, `type/slug`."""

from collections.abc import Collection, Iterable

from django.db.models import Q

from accounts.addresses import sought
from config.web.values.text import same_key
from workspaces.catalogue import WORKSPACE, ResourceType
from workspaces.models import Group, Member, Resource, Token, Workspace

Named = Member | Group | Token


def subjects_named(workspace: Workspace, text: str) -> list[Named]:
    """Return whom a text names: the member with this address, else groups and tokens.

    Those go by name or by id; tokens that no longer work only where no other is called so.
    More than one: whoever asks has to say which, for nobody is judged by a guess (N4).
    """
    members = workspace.members.select_related("user")
    found = members.filter(Q(user__email=sought(text)) | Q(public_id=text)).first()
    if found is not None:
        return [found]
    groups = workspace.groups.filter(Q(name_key=same_key(text)) | Q(public_id=text))
    ident = text.removeprefix("gth_")
    tokens = list(
        workspace.tokens.filter(Q(name_key=same_key(text)) | Q(public_id=ident)).by_name()
    )
    living = [token for token in tokens if token.revoked_at is None]
    return [*groups.by_name(), *(living or tokens)]


def is_ref(workspace: Workspace, text: str) -> bool:
    """Whether a text has the form of a reference, be the thing there or not."""
    type_, slash, slug = text.partition("/")
    return bool(slash and slug) and (type_ in list(ResourceType) or slug == workspace.slug)


def things_meant(workspace_id: int, texts: Collection[str]) -> dict[str, list[Resource]]:
    """Return the resources that each text may mean, as somebody would write it; 1 statement.

    `type/slug` means just that one where it is there; else every resource, of that type
    where one is named, whose slug or name is the same (N2).
    """
    wanted = {text: _typed(text) for text in texts}
    either = Q(pk__in=())
    for _type, rest in set(wanted.values()):
        key = same_key(rest)
        either |= Q(type__in=list(ResourceType), slug_key=key) | Q(name_key=key)
    rows = list(Resource.objects.filter(either, workspace=workspace_id).by_name())
    return {text: _same(rows, *named) for text, named in wanted.items()}


def _typed(text: str) -> tuple[str, str]:
    """Split off the type, where the text begins with one."""
    type_, _slash, rest = text.partition("/")
    return (type_.lower(), rest.strip()) if type_.lower() in list(ResourceType) else ("", text)


def _same(rows: Iterable[Resource], type_: str, name: str) -> list[Resource]:
    key = same_key(name)
    fitting = [row for row in rows if type_ in {"", row.type}]
    if type_ and (exact := [row for row in fitting if same_key(row.slug) == key]):
        return exact
    return [row for row in fitting if key in {same_key(row.slug), same_key(row.name)}]


def thing_named(workspace: Workspace, ref: str) -> Resource | Workspace | None:
    """Return the resource written `type/slug`, or the workspace as `workspace/slug`.

    A slug that a resource had leads on to it until another one takes it (R13).
    """
    type_, _, slug = ref.partition("/")
    if type_ == WORKSPACE:
        return workspace if slug == workspace.slug else None
    return workspace.resources.select_related("source").addressed(type_, slug).first()
