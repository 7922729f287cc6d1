"""Every route, every kind of user, to read and to write (R5, §10).

A route without an expectation fails. What each kind of user gets for a GET is written
down; what they get for a POST follows from it and from the methods on the guard's mark.
"""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models.user import User
from accounts.sign_in_links import sign_in_path
from tests.filled import filled
from tests.invited import ask, link_to, sent_to
from tests.world import OTHER, SYSTEM, build, everything
from workspaces.operations import grants, groups, members, requests, tokens
from workspaces.operations.grants import NewGrant
from workspaces.operations.requests import Asked

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
SIGNED_IN = dict.fromkeys(KINDS, 200) | {"deactivated": SIGN_IN, "anonymous": SIGN_IN}
NO_TOKEN = dict.fromkeys(KINDS, 401)  # for programs: signing in by cookie counts for nothing
# route: (arguments, status per kind of a GET[, status of a POST where that differs])
# One line is enough, also for what takes POST: whoever GET turns away, POST does too, and
# whom it lets in (or answers with 405, for what only takes POST) may post. A third part
# names the kinds who may look and not send, such as {"reader": 403}.
EXPECTED = {
    **{
        f"authzen:{name}": ({}, NO_TOKEN)
        for name in (
            "evaluation", "evaluations", "search_subject", "search_resource", "search_action",
        )
    },
    "authzen_configuration": ({}, EVERYBODY),
    "openapi": ({}, EVERYBODY),
    "api_reference": ({}, EVERYBODY),
    "workspaces:start": ({}, statuses(owner=302)),
    "workspaces:overview": ({}, OWNERS),
    "workspaces:members": ({}, OWNERS),
    "workspaces:member": ({"member_id": "{bo}"}, OWNERS),
    "workspaces:invite_people": ({}, OWNERS),
    "workspaces:invite_people_review": ({}, statuses(owner=405, editor=403)),
    "workspaces:invite_people_result": ({}, statuses(owner=302, editor=403)),
    "workspaces:invitations": ({}, OWNERS),
    "workspaces:invitation": ({"invite_id": "{invited}"}, OWNERS),
    "workspaces:invitation_access": ({"invite_id": "{invited}"}, OWNERS),
    "workspaces:invitation_access_review": (
        {"invite_id": "{invited}"}, statuses(owner=405, editor=403)
    ),
    "workspaces:invitation_resend": (
        {"invite_id": "{invited}"}, OWNERS, {"owner": 429, "owner_by_group": 429}
    ),
    "workspaces:invitation_revoke": ({"invite_id": "{invited}"}, OWNERS),
    "workspaces:member_access": ({"member_id": "{bo}"}, OWNERS),
    "workspaces:member_access_review": (
        {"member_id": "{bo}"}, statuses(owner=405, editor=403)
    ),
    "workspaces:member_owner": ({"member_id": "{bo}"}, OWNERS),
    "workspaces:member_remove": ({"member_id": "{bo}"}, OWNERS),
    "workspaces:member_view_as": ({"member_id": "{bo}"}, OWNERS),
    "workspaces:member_compare": ({"member_id": "{bo}"}, OWNERS),
    "workspaces:member_copy": ({"member_id": "{bo}"}, OWNERS),
    "workspaces:grant_end": ({"member_id": "{cy}", "grant_id": "{grant}"}, OWNERS),
    "workspaces:members_csv": ({}, statuses(owner=405, editor=403)),
    "workspaces:matrix_csv": ({}, statuses(owner=405, editor=403)),
    "workspaces:members_export": ({}, OWNERS),
    "workspaces:members_group": ({}, OWNERS),
    "workspaces:members_role": ({}, OWNERS),
    "workspaces:members_ends": ({}, OWNERS),
    "workspaces:members_remove": ({}, OWNERS),
    "workspaces:leave": ({}, MEMBERS),
    "workspaces:groups": ({}, OWNERS),
    "workspaces:group_new": ({}, OWNERS),
    "workspaces:group": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:group_access": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:group_access_review": (
        {"group_id": "{growth}"}, statuses(owner=405, editor=403)
    ),
    "workspaces:group_describe": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:group_duplicate": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:group_delete": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:group_members": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:group_members_move": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:group_members_remove": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:tokens": ({}, OWNERS),
    "workspaces:token_new": ({}, OWNERS),
    "workspaces:token_new_review": ({}, statuses(owner=405, editor=403)),
    "workspaces:token": ({"token_id": "{token}"}, OWNERS),
    "workspaces:token_access": ({"token_id": "{token}"}, OWNERS),
    "workspaces:token_access_review": (
        {"token_id": "{token}"}, statuses(owner=405, editor=403)
    ),
    "workspaces:token_rotate": ({"token_id": "{token}"}, OWNERS),
    "workspaces:token_revoke": ({"token_id": "{token}"}, OWNERS),
    "workspaces:labels": ({}, OWNERS),
    "workspaces:label": ({"name": "environment:prod"}, OWNERS),
    "workspaces:label_create": ({}, OWNERS),
    "workspaces:label_delete": ({"name": "product:truck"}, OWNERS),
    "workspaces:label_replace": ({"name": "product:truck"}, OWNERS),
    "workspaces:labels_assign": ({}, OWNERS),
    "workspaces:labels_assign_review": ({}, OWNERS),
    "workspaces:resource_labels": (
        {"type_": "source", "resource_slug": "a"}, statuses(owner=200, reader=403)
    ),
    "workspaces:check": ({}, MEMBERS),
    "workspaces:jump": ({}, MEMBERS),
    "workspaces:my_access": ({}, MEMBERS),
    "workspaces:access_ask": ({}, MEMBERS),
    "workspaces:access_extend": ({}, statuses(owner=302)),
    "workspaces:request_withdraw": (
        {"request_id": "{request}"}, statuses(owner=405),
        dict.fromkeys(("owner", "owner_by_group", "editor", "reader"), 404),
    ),
    "workspaces:requests": ({}, OWNERS),
    "workspaces:request": ({"request_id": "{request}"}, OWNERS),
    "workspaces:request_approve": ({"request_id": "{request}"}, OWNERS),
    "workspaces:request_decline": ({"request_id": "{request}"}, OWNERS),
    "workspaces:audit": ({}, OWNERS),
    "workspaces:audit_event": ({"number": "1"}, OWNERS),
    "workspaces:audit_export": ({}, statuses(owner=405, editor=403)),
    "workspaces:audit_undo": ({"number": "1"}, OWNERS),
    "workspaces:settings_general": ({}, OWNERS),
    "workspaces:settings_danger": ({}, OWNERS),
    "workspaces:pick_members": ({}, OWNERS),
    "workspaces:pick_groups": ({}, OWNERS),
    "workspaces:pick_labels": ({}, statuses(owner=200, reader=403)),
    "workspaces:pick_resources": ({"type_": "source"}, MEMBERS),
    "workspaces:resources": ({"type_": "source"}, MEMBERS),
    "workspaces:resource": (
        {"type_": "source", "resource_slug": "a"}, statuses(owner=200, minimal=403)
    ),
    "workspaces:resource_people": (
        {"type_": "source", "resource_slug": "a"}, statuses(owner=200, minimal=403)
    ),
    "workspaces:resource_history": ({"type_": "source", "resource_slug": "a"}, OWNERS),
    "workspaces:resource_new": ({"type_": "source"}, OWNERS),
    "workspaces:resource_edit": (
        {"type_": "source", "resource_slug": "a"}, statuses(owner=200, reader=403)
    ),
    "workspaces:resource_delete": (
        {"type_": "source", "resource_slug": "a"}, statuses(owner=200, reader=403)
    ),
    "workspaces:resource_connect": (
        {"type_": "source", "resource_slug": "a"}, statuses(owner=200, reader=403)
    ),
    "workspaces:resource_disconnect": (
        {"type_": "source", "resource_slug": "a", "other_type": "warehouse", "other_slug": "bq"},
        OWNERS,
    ),
    "home": ({}, statuses(owner=302, foreign=302) | {"editor": 200, "superuser": 200}),
    "new_workspace": ({}, SIGNED_IN),
    "preferences": ({}, SIGNED_IN),
    "livez": ({}, EVERYBODY),
    "readyz": ({}, EVERYBODY),
    "sign_in_link": ({"token": "{link}"}, EVERYBODY),
    "invite": (
        {"token": "{invite}"},
        dict.fromkeys(KINDS, 403) | {"deactivated": 200, "anonymous": 200},
    ),
    "invite_sign_in": ({"token": "{invite}"}, dict.fromkeys(KINDS, 405)),
    "invite_sign_up": (
        {"token": "{invite}"},
        dict.fromkeys(KINDS, 302) | {"deactivated": 200, "anonymous": 200},
    ),
    "mails": ({}, EVERYBODY),
    "mail": ({"mail_id": "{mail}"}, EVERYBODY),
    "mail_html": ({"mail_id": "{mail}"}, EVERYBODY),
}  # fmt: skip
# allauth's own pages show a form to whoever may use it; what they do is tested in accounts/.
SIGNED_OUT = dict.fromkeys(KINDS, 302) | {"deactivated": 200, "anonymous": 200}


def with_password(status, *, without):
    """Only the superuser of the cast has a password."""
    return dict.fromkeys(SIGNED_IN, without) | {
        "superuser": status, "deactivated": SIGN_IN, "anonymous": SIGN_IN
    }  # fmt: skip


EXPECTED_OF_ALLAUTH = {
    "account_login": ({}, SIGNED_OUT),
    "account_logout": ({}, SIGNED_IN),
    "account_inactive": ({}, EVERYBODY),
    "account_email_verification_sent": ({}, dict.fromkeys(KINDS, 302)),
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


OURS = [name for name in EXPECTED if name.startswith("workspaces:")]


def routes(resolver=None, prefix=""):
    """Yield (name, view) of every route but the admin's and the Public API's.

    The latter has a sweep of its own in `tests/api/test_public_doors.py`.
    """
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace not in {"admin", "public_api"}:
                space = f"{entry.namespace}:" if entry.namespace else ""
                yield from routes(entry, prefix + space)
        elif isinstance(entry, URLPattern):
            yield prefix + (entry.name or str(entry.pattern)), entry.callback


VIEWS = dict(routes())
OPEN = {200, 302, 405}  # 405: the door is open, and what is behind it only takes POST


def methods_of(name):
    return VIEWS[name].methods if name in EXPECTED else ("GET", "HEAD", "POST")


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
POSTING = [name for name in EXPECTED if "POST" in methods_of(name)]


def test_every_route_has_an_expectation():
    assert {name for name, _ in routes()} == ALL.keys()


def test_every_view_of_ours_carries_the_mark_of_its_guard():
    unmarked = {name for name, view in routes() if not hasattr(view, "needs")}
    assert unmarked == EXPECTED_OF_ALLAUTH.keys() - {"account_email_verification_sent"}
    assert all(VIEWS[name].methods for name in EXPECTED)


@pytest.fixture
def cast(world, client):
    """Sign a kind of user in, with a client that asks for the CSRF token where wanted."""
    build(OTHER)
    tokens.create(world.workspace, "ci", by=SYSTEM, policy=[NewGrant("source-admin", "all")])
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

    def sign_in(kind, client=client):
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


def ending_grant(world):
    """Return the id of a grant of cy's that ends, made when it is first asked for."""
    cy = world.member("cy")
    if not cy.grants.filter(expires_at__isnull=False).exists():
        ends = timezone.now() + timedelta(days=9)
        grants.give(cy, [NewGrant("space-read-only", "all", expires_at=ends)], by=SYSTEM)
    return cy.grants.get(expires_at__isnull=False).pk


def address(world, name):
    words = {
        "{bo}": world.member("bo").public_id,
        "{token}": getattr(world.workspace.tokens.first(), "public_id", "none"),
        "{growth}": world.group("growth").public_id,
        "{cy}": world.member("cy").public_id,
        "{grant}": ending_grant(world),
    }
    if name == "sign_in_link":  # of somebody none of the cast is: signing in uses it up
        somebody = User.objects.get_or_create(email="link@example.org")[0]
        words["{link}"] = sign_in_path(somebody).rpartition("/")[2]
    if "invit" in name or name in {"mail", "mail_html"}:
        words["{invited}"] = ask(world, "new@example.org").public_id
        words["{invite}"] = link_to("new@example.org").rpartition("/")[2]
        words["{mail}"] = str(sent_to("new@example.org").pk)
    if "{request}" in ALL[name][0].values():
        asked = Asked("source/a", "read")
        words["{request}"] = requests.ask(world.member("dee"), asked, by=SYSTEM).public_id
    arguments = {key: words.get(value, value) for key, value in ALL[name][0].items()}
    if name.startswith("workspaces:"):
        arguments["slug"] = "acme"
    return reverse(name, kwargs=arguments)


# Each of these walks all kinds of user: one world a route is enough, and quicker.


@pytest.mark.parametrize("name", ALL)
def test_each_door_opens_for_whom_it_should(world, cast, name):
    path = address(world, name)
    for kind in KINDS:
        answer = cast(kind, Client()).get(path)
        assert answer.status_code == ALL[name][1][kind], kind
        if answer.status_code == SIGN_IN and kind == "anonymous" and name in EXPECTED:
            assert answer["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("name", OURS)
def test_htmx_gets_the_same_status_and_never_a_200_that_hides_a_refusal(world, cast, name):
    path = address(world, name)
    for kind in KINDS:
        headers = {"HX-Request": "true", "HX-Target": "panel"}
        answer = cast(kind, Client()).get(path, headers=headers)
        if kind in {"anonymous", "deactivated"}:
            assert answer.status_code == 401, kind
            assert answer["HX-Redirect"].startswith("/accounts/login/?next=")
        else:
            assert answer.status_code == EXPECTED[name][1][kind], kind


@pytest.mark.parametrize("name", OURS)
def test_no_other_method_does_what_its_own_may_not_B12(world, cast, name):
    path, allowed = address(world, name), methods_of(name)
    owner, minimal = cast("owner", Client()), cast("minimal", Client())
    expected = EXPECTED[name][1]["minimal"]
    for method in set(METHODS) - set(allowed):
        answer = getattr(owner, method.lower())(path, headers={"X-HTTP-Method-Override": "GET"})
        assert answer.status_code == 405, method
        assert answer["Allow"] == ", ".join(allowed)
        refused = getattr(minimal, method.lower())(path)
        assert refused.status_code == (405 if expected in OPEN else expected), method


@pytest.mark.parametrize("name", [name for name in OURS if "HEAD" in methods_of(name)])
def test_head_answers_like_get_without_a_body_B12(world, cast, name):
    client = cast("owner")
    answer = client.head(address(world, name))
    assert answer.status_code == EXPECTED[name][1]["owner"]
    assert not answer.content


@pytest.mark.parametrize("name", OURS)
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


# --- Writing ---------------------------------------------------------------------------


def posted(name, kind):
    """Return what a kind gets for a POST; None where the door opens and the form decides."""
    by_kind = EXPECTED[name][1]
    differing = EXPECTED[name][2] if len(EXPECTED[name]) > 2 else {}
    if kind in differing:
        return differing[kind]
    if kind in {"anonymous", "deactivated"} and by_kind[kind] != 401:
        return SIGN_IN if by_kind[kind] == SIGN_IN else None
    return None if by_kind[kind] in OPEN else by_kind[kind]


@contextmanager
def nothing_changes():
    """Fail when a row of ours is another one afterwards, or a mail has left (NC)."""
    before, sent = everything(), len(mail.outbox)
    yield
    assert everything() == before
    assert len(mail.outbox) == sent


@contextmanager
def taken_back():
    """Undo what happens inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def owners_form(world, cast, name):
    """Return what an owner would send, filled in: with it nobody fails for a missing field."""
    path, owner = address(world, name), cast("owner", Client())
    return path, filled(owner.get(path), path)


@pytest.mark.parametrize("name", POSTING)
def test_a_write_is_refused_like_a_look_and_changes_nothing_R5_A1_B11(world, cast, name):
    path, body = owners_form(world, cast, name)
    for kind in KINDS:
        expected = posted(name, kind)
        if expected is None:
            continue
        client = cast(kind, Client())
        with nothing_changes():
            assert client.post(path, body).status_code == expected, kind
            part = client.post(path, body, headers={"HX-Request": "true", "HX-Target": "dialog"})
            empty = client.post(path)
        assert part.status_code == (401 if expected == SIGN_IN else expected), kind
        assert empty.status_code == expected, kind


@pytest.mark.parametrize("name", POSTING)
def test_a_write_opens_for_whom_it_should_and_a_faulty_one_changes_nothing(world, cast, name):
    path = address(world, name)
    clients = {kind: cast(kind, Client()) for kind in KINDS if posted(name, kind) is None}
    for kind, client in clients.items():
        with taken_back():
            before = everything()
            answer = client.post(path)
            assert answer.status_code in {200, 302, 303, 409, 410, 422}, kind
            if answer.status_code in {409, 410, 422}:
                assert everything() == before, kind


@pytest.mark.parametrize("name", ALL)
def test_no_write_without_the_token_of_its_own_session_I2(world, cast, name):
    path = address(world, name)
    refused = 401 if ALL[name][1] is NO_TOKEN else 403
    for kind in ("owner", "minimal", "foreign_owner", "anonymous"):
        client = cast(kind, Client(enforce_csrf_checks=True))
        with nothing_changes():
            forged = client.post(path, {"csrfmiddlewaretoken": "x" * 64})
            assert client.post(path).status_code == forged.status_code == refused, kind


def test_the_admin_opens_for_staff_only(cast):
    client = cast("owner")
    for path in ("/admin/", "/admin/workspaces/workspace/", "/admin/accounts/user/"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert "/admin/login/" in answer["Location"]
