"""Every route, every kind of user (R5, §10). A route without an expectation fails."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models.user import User
from accounts.sign_in_links import sign_in_path
from tests.world import OTHER, SYSTEM, build
from workspaces.operations import grants, groups, members
from workspaces.operations.grants import NewGrant

KINDS = (
    "owner", "owner_by_group", "editor", "reader", "minimal", "deactivated",
    "foreign_owner", "superuser", "anonymous",
)  # fmt: skip
SIGN_IN = 302


def statuses(*, owner, editor=None, reader=None, minimal=None, foreign=404):
    """Return what each kind gets; who is not named gets what the one before gets."""
    editor = owner if editor is None else editor
    reader = editor if reader is None else reader
    minimal = reader if minimal is None else minimal
    return {
        "owner": owner, "owner_by_group": owner, "editor": editor, "reader": reader,
        "minimal": minimal, "deactivated": SIGN_IN, "foreign_owner": foreign,
        "superuser": foreign, "anonymous": SIGN_IN,
    }  # fmt: skip


OWNERS = statuses(owner=200, editor=403)
MEMBERS = statuses(owner=200)
EVERYBODY = dict.fromkeys(KINDS, 200)
# route: (arguments, status per kind)
EXPECTED = {
    "workspaces:start": ({}, statuses(owner=302)),
    "workspaces:overview": ({}, OWNERS),
    "workspaces:members": ({}, OWNERS),
    "workspaces:member": ({"member_id": "{bo}"}, OWNERS),
    "workspaces:groups": ({}, OWNERS),
    "workspaces:group": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:tokens": ({}, OWNERS),
    "workspaces:labels": ({}, OWNERS),
    "workspaces:check": ({}, MEMBERS),
    "workspaces:my_access": ({}, MEMBERS),
    "workspaces:audit": ({}, OWNERS),
    "workspaces:settings_general": ({}, OWNERS),
    "workspaces:pick_members": ({}, OWNERS),
    "workspaces:pick_groups": ({}, OWNERS),
    "workspaces:pick_labels": ({}, OWNERS),
    "workspaces:pick_resources": ({"type_": "source"}, MEMBERS),
    "workspaces:resources": ({"type_": "source"}, MEMBERS),
    "workspaces:resource": (
        {"type_": "source", "resource_slug": "a"}, statuses(owner=200, minimal=403)
    ),
    "workspaces:resource_people": (
        {"type_": "source", "resource_slug": "a"}, statuses(owner=200, minimal=403)
    ),
    "home": ({}, statuses(owner=302, foreign=302) | {"editor": 200, "superuser": 200}),
    "livez": ({}, EVERYBODY),
    "readyz": ({}, EVERYBODY),
    "sign_in_link": ({"token": "{link}"}, EVERYBODY),
}  # fmt: skip
# allauth's own pages show a form to whoever may use it; what they do is tested in accounts/.
SIGNED_OUT = dict.fromkeys(KINDS, 302) | {"deactivated": 200, "anonymous": 200}
SIGNED_IN = dict.fromkeys(KINDS, 200) | {"deactivated": SIGN_IN, "anonymous": SIGN_IN}


def with_password(status, *, without):
    """Only the superuser of the cast has a password."""
    return dict.fromkeys(SIGNED_IN, without) | {
        "superuser": status, "deactivated": SIGN_IN, "anonymous": SIGN_IN
    }  # fmt: skip


EXPECTED_OF_ALLAUTH = {
    "account_login": ({}, SIGNED_OUT),
    "account_logout": ({}, SIGNED_IN),
    "account_inactive": ({}, EVERYBODY),
    "account_signup": ({}, SIGNED_OUT),
    "account_reauthenticate": ({}, with_password(200, without=403)),
    "account_change_password": ({}, with_password(200, without=302)),
    "account_set_password": ({}, with_password(302, without=200)),
    "account_reset_password": ({}, EVERYBODY),
    "account_reset_password_done": ({}, EVERYBODY),
    "account_reset_password_from_key": ({"uidb36": "1", "key": "x-y"}, EVERYBODY),
    "account_reset_password_from_key_done": ({}, EVERYBODY),
}
ALL = EXPECTED | EXPECTED_OF_ALLAUTH


def routes(resolver=None, prefix=""):
    """Yield (name, view) of every route but the admin's."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                space = f"{entry.namespace}:" if entry.namespace else ""
                yield from routes(entry, prefix + space)
        elif isinstance(entry, URLPattern):
            yield prefix + (entry.name or str(entry.pattern)), entry.callback


def test_every_route_has_an_expectation():
    assert {name for name, _ in routes()} == ALL.keys()


def test_every_view_of_ours_carries_the_mark_of_its_guard():
    unmarked = {name for name, view in routes() if not hasattr(view, "needs")}
    assert unmarked == EXPECTED_OF_ALLAUTH.keys()


@pytest.fixture
def cast(world, client):
    """Sign a kind of user in; return the client."""
    build(OTHER)
    insiders = groups.create(world.workspace, "insiders", by=SYSTEM)
    grants.give(insiders, [NewGrant("workspace-owner", "all")], by=SYSTEM)
    gus = members.add(world.workspace, User.objects.create_user("gus@example.org"), by=SYSTEM)
    groups.add_members(insiders, [gus], by=SYSTEM)
    members.add(world.workspace, User.objects.create_user("off@example.org"), by=SYSTEM)
    User.objects.create_superuser("root@example.org", "x")
    who = {
        "owner": "ada@example.org", "owner_by_group": "gus@example.org",
        "editor": "bo@example.org", "reader": "cy@example.org", "minimal": "dee@example.org",
        "deactivated": "off@example.org", "foreign_owner": "olga@example.net",
        "superuser": "root@example.org",
    }  # fmt: skip

    def sign_in(kind):
        if kind in who:
            client.force_login(
                User.objects.get(email=who[kind]), backend="accounts.backends.SignInBackend"
            )
        if kind == "deactivated":
            members.set_user_active(
                User.objects.get(email=who[kind]), active=False, by=SYSTEM, reason="left"
            )
        return client

    return sign_in


def address(world, name):
    words = {
        "{bo}": world.member("bo").public_id,
        "{growth}": world.group("growth").public_id,
        "{link}": sign_in_path(world.user("dee")).rpartition("/")[2],
    }
    arguments = {key: words.get(value, value) for key, value in ALL[name][0].items()}
    if name.startswith("workspaces:"):
        arguments["slug"] = "acme"
    return reverse(name, kwargs=arguments)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ALL)
def test_each_door_opens_for_whom_it_should(world, cast, name, kind):
    client = cast(kind)
    answer = client.get(address(world, name))
    assert answer.status_code == ALL[name][1][kind]
    if answer.status_code == SIGN_IN and kind == "anonymous" and name in EXPECTED:
        assert answer["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [name for name in EXPECTED if name.startswith("workspaces:")])
def test_htmx_gets_the_same_status_and_never_a_200_that_hides_a_refusal(world, cast, name, kind):
    client = cast(kind)
    answer = client.get(address(world, name), headers={"HX-Request": "true", "HX-Target": "panel"})
    expected = EXPECTED[name][1][kind]
    if kind in {"anonymous", "deactivated"}:
        assert answer.status_code == 401
        assert answer["HX-Redirect"].startswith("/accounts/login/?next=")
    else:
        assert answer.status_code == expected


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
@pytest.mark.parametrize("name", [name for name in EXPECTED if name.startswith("workspaces:")])
def test_no_other_method_does_what_get_may_not_B12(world, cast, name, method):
    client, path = cast("owner"), address(world, name)
    answer = getattr(client, method)(path, headers={"X-HTTP-Method-Override": "GET"})
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
    client.logout()
    cast("minimal")
    refused = getattr(client, method)(path)
    expected = EXPECTED[name][1]["minimal"]
    assert refused.status_code == (405 if expected in {200, 302} else expected)


@pytest.mark.parametrize("name", [name for name in EXPECTED if name.startswith("workspaces:")])
def test_head_answers_like_get_without_a_body_B12(world, cast, name):
    client = cast("owner")
    answer = client.head(address(world, name))
    assert answer.status_code == EXPECTED[name][1]["owner"]
    assert not answer.content


@pytest.mark.parametrize("name", [name for name in EXPECTED if name.startswith("workspaces:")])
def test_elsewhere_and_nowhere_look_the_same_R5_A1(world, cast, name):
    client = cast("foreign_owner")
    elsewhere = client.get(address(world, name))
    nowhere = client.get(address(world, name).replace("/acme/", "/nowhere/"))
    assert elsewhere.status_code == nowhere.status_code == 404
    assert without_ids(elsewhere) == without_ids(nowhere)


def without_ids(answer):
    """Return headers and body, less what differs with every request."""
    ident = answer["X-Request-ID"]
    headers = {k: v for k, v in answer.headers.items() if k != "X-Request-ID"}
    return headers, answer.content.decode().replace(ident, "")


def test_the_admin_opens_for_staff_only(cast):
    client = cast("owner")
    for path in ("/admin/", "/admin/workspaces/workspace/", "/admin/accounts/user/"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert "/admin/login/" in answer["Location"]
