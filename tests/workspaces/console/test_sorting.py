"""Lists sort by what stands at the head of their columns, both ways, by their address (U9)."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from tests.cast.connecting import a_connection, bound
from tests.cast.invited import ask
from tests.test_doors import a_review
from tests.world import SYSTEM
from workspaces.change import lock_workspace
from workspaces.models import AccessRequest, Invite, Resource
from workspaces.operations.requests import requests
from workspaces.operations.requests.requests import Asked
from workspaces.operations.tokens import tokens

HEADS = {  # of each list, the sorts it offers, its own first
    "members": ["name", "active"],
    "members/invited": ["address", "ends"],
    "members/{bo}/view-as?type=source": ["name"],
    "groups": ["name", "people"],
    "tokens": ["name", "used", "ends"],
    "requests": ["state", "who", "asked"],
    "reviews": ["due", "name"],
    "labels": ["label"],
    "sources": ["name"],
    "destinations": ["name", "source"],
    "warehouses": ["name"],
    "settings/sign-in/connections/{connection}": ["since", "name", "used"],
    "/accounts/tokens/": ["used", "name", "workspace"],
}
ONE = timedelta(days=1)


@pytest.fixture
def full(world):
    """acme with several rows in each list."""
    workspace = world.workspace
    for i, name in enumerate(("run 10", "Run 9", "run 1")):
        tokens.create(workspace, name, by=world.actor("ada"), expires_at=later(3 + i))
        ask(world, f"new{10 - i}@x.test", ident=name)
    for i, invite in enumerate(Invite.objects.by_address()):
        with lock_workspace(workspace.pk):
            Invite.objects.filter(pk=invite.pk).update(expires_at=later(9 - i))
    for i, (name, thing) in enumerate(
        (("dee", "source/a"), ("bo", "source/c"), ("cy", "source/b"))
    ):
        requests.ask(world.member(name), Asked(thing, "edit"), by=SYSTEM)
        with lock_workspace(workspace.pk):
            mine = AccessRequest.objects.filter(member=world.member(name))
            mine.update(asked_at=later(i - 9))
    with lock_workspace(workspace.pk):
        of = {slug: Resource.objects.get(type="source", slug=slug) for slug in "ab"}
        for slug, source in (("d1", "b"), ("d10", "a"), ("d2", "a")):
            Resource.objects.create(
                workspace=workspace, type="destination", slug=slug, name=slug, source=of[source]
            )
    connection = a_connection(workspace)
    for name in ("cy", "bo"):
        bound(connection, world.user(name), subject=name)
    a_review(world)
    return world


def later(days):
    return timezone.now() + days * ONE


@pytest.fixture
def look(see, full):
    """Open one of the lists, with a sort."""

    def opened(path, sort=""):
        path = path.format(
            bo=full.member("bo").public_id,
            connection=full.workspace.sso_connections.get().public_id,
        )
        return see("ada", f"{path}{'&' if '?' in path else '?'}sort={sort}" if sort else path)

    return opened


def rows_of(page):
    """Return what is sorted: invites stand below members in an order of their own."""
    rows = page.rows()
    below = not all("Invited" in row for row in rows)
    return [row for row in rows if not (below and "Invited" in row)]


def offered(page):
    """Return the sorts that heads of a page lead to, and the one they say it has."""
    heads = re.findall(r"<th([^>]*)>\s*<a href=\"([^\"]*sort=[^\"]*)\"", page.raw)
    keys = [parse_qs(urlsplit(unescape(url)).query)["sort"][0] for _attributes, url in heads]
    now = [
        key.removeprefix("-") for (said, _), key in zip(heads, keys, strict=True) if "aria" in said
    ]
    return {key.removeprefix("-") for key in keys}, now


@pytest.mark.parametrize("path", HEADS)
def test_each_head_sorts_and_turns_round_and_says_so_U9(look, path):
    assert offered(look(path)) == ({*HEADS[path]}, HEADS[path][:1])
    own = rows_of(look(path))
    assert rows_of(look(path, HEADS[path][0])) == own
    for sort in HEADS[path]:
        page = look(path, sort)
        assert offered(page)[1] == [sort]
        assert sorted(rows_of(page)) == sorted(own)
        assert rows_of(look(path, f"-{sort}")) == rows_of(page)[::-1]


@pytest.mark.parametrize("path", HEADS)
def test_a_sort_that_is_none_is_the_lists_own_XH9(look, path):
    for sort in ("bogus", "--name", "pk", "user__password", "-"):
        assert look(path, sort).rows() == look(path).rows()


@pytest.mark.parametrize(
    ("path", "sort", "shown"),
    [
        ("tokens", "name", ["1", "9", "10"]),
        (
            "members/invited",
            "address",
            ["new8@x.test", "new9@x.test", "new10@x.test"],
        ),
        ("members/invited", "ends", ["new10@x.test", "new9@x.test", "new8@x.test"]),
        ("requests", "who", ["Bo", "Cy", "Dee"]),
        ("requests", "asked", ["Cy", "Bo", "Dee"]),
        ("requests", "state", ["Dee", "Bo", "Cy"]),
        ("destinations", "name", ["ads", "d1", "d2", "d10"]),
        ("destinations", "source", ["ads", "d2", "d10", "d1"]),
        ("settings/sign-in/connections/{connection}", "name", ["Bo", "Cy"]),
    ],
)
def test_a_sort_is_by_what_stands_in_its_column_U9(look, path, sort, shown):
    rows = look(path, sort).rows()
    for row, words in zip(rows, shown, strict=True):
        assert words in row.split()


@pytest.mark.parametrize("path", ["members", "tokens", "sources", "requests", "members/invited"])
def test_a_list_that_is_filtered_stays_sorted_U2(look, path):
    page = look(path, "-" + HEADS[path][0])
    form = re.search(r'<form class="filters".*?</form>', page.raw, re.DOTALL)[0]
    assert f'name="sort" value="-{HEADS[path][0]}"' in form
