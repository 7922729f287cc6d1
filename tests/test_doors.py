"""Every route, every kind of user, to read and to write (R5, R15, U3).

A route without an expectation fails. What each kind of user gets for a GET is written
down in `tests/doors.py`; what they get for a POST follows from it and from the methods on
the guard's mark.
"""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models.user import User
from accounts.sign_in import links
from accounts.sign_in.links import sign_in_path
from tests.cast import connecting
from tests.cast.invited import ask, link_to, sent_to
from tests.cast.visiting import visiting
from tests.doors import ALL, EXPECTED, EXPECTED_OF_ALLAUTH, KINDS, NO_TOKEN, OURS, SIGN_IN
from tests.filled import filled
from tests.loaded import once
from tests.world import OTHER, SYSTEM, build, everything, give_grants
from workspaces.models import AliasRequest
from workspaces.operations.groups import groups, managers, offers
from workspaces.operations.invites.links import link_hash
from workspaces.operations.members import members
from workspaces.operations.requests import requests
from workspaces.operations.requests.requests import Asked
from workspaces.operations.reviews import opening
from workspaces.operations.sso.proving import domains
from workspaces.operations.taking_up import take_ups
from workspaces.operations.taking_up.held import takable
from workspaces.operations.tokens import tokens
from workspaces.operations.workspace import decision_names, saved_views
from workspaces.terms import Eligible, Offered, Terms


def routes(resolver=None, prefix=""):
    """Yield (name, view) of every route but the admin's and the Public API's.

    The latter has a sweep of its own in `tests/api/public/test_doors.py`.
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
# Providers post here; what they say is signed, and read with the session of the browser.
BY_PROVIDERS = {"sso_acs", "sso_logout"}


def test_every_route_has_an_expectation():
    assert {name for name, _ in routes()} == ALL.keys()


def test_every_view_of_ours_carries_the_mark_of_its_guard():
    unmarked = {name for name, view in routes() if not hasattr(view, "needs")}
    of_ours = {
        "account_email_verification_sent", "account_login",
        "account_reset_password", "account_reset_password_from_key",
    }  # fmt: skip
    assert unmarked == EXPECTED_OF_ALLAUTH.keys() - of_ours
    assert all(VIEWS[name].methods for name in EXPECTED)


def add_to(world):
    """Put the kinds of user in that the small world lacks."""
    build(OTHER)
    tokens.create(world.workspace, "ci", by=SYSTEM, policy=[Terms("source-admin", "all")])
    insiders = groups.create(world.workspace, "insiders", by=SYSTEM)
    give_grants(insiders, [Terms("workspace-owner", "all")], by=SYSTEM)
    gus = members.add(world.workspace, User.objects.create_user("gus@example.org"), by=SYSTEM)
    groups.add_members(insiders, [gus], by=SYSTEM)
    members.add(world.workspace, User.objects.create_user("off@example.org"), by=SYSTEM)
    User.objects.create_superuser("root@example.org", "x")


@pytest.fixture
def cast(world, client):
    """Sign a kind of user in, with a client that asks for the CSRF token where wanted."""
    once("the cast of the doors", lambda: add_to(world))
    visiting(world)
    who = {
        "owner": "ada@example.org", "owner_by_group": "gus@example.org",
        "editor": "bo@example.org", "reader": "cy@example.org", "minimal": "dee@example.org",
        "deactivated": "off@example.org", "foreign_owner": "olga@example.net",
        "superuser": "root@example.org", "visitor": "sue@example.org",
    }  # fmt: skip

    def sign_in(kind, client=client):
        if kind in who:
            client.force_login(
                User.objects.get(email=who[kind]), backend="accounts.backends.SignInBackend"
            )
        if kind == "deactivated":
            members.set_user_active(
                User.objects.get(email=who[kind]), active=False, by=SYSTEM.because("left")
            )
        return client

    return sign_in


def ending_grant(world):
    """Return the id of a grant of cy's that ends, made when it is first asked for."""
    cy = world.member("cy")
    if not cy.grants.filter(expires_at__isnull=False).exists():
        ends = timezone.now() + timedelta(days=9)
        give_grants(cy, [Terms("space-read-only", "all", ends=ends)], by=SYSTEM)
    return cy.grants.get(expires_at__isnull=False).pk


def an_alias(world):
    """Return the secret of a link by which bo makes an alias account."""
    bo = world.user("bo")
    secret = f"secret{links.state_of(bo)}"
    AliasRequest.objects.get_or_create(
        user=bo, email="bo+acme@example.org",
        defaults={"link_hash": link_hash(secret), "workspaces": ["acme"],
                  "expires_at": timezone.now() + timedelta(hours=1)},
    )  # fmt: skip
    return secret


def a_name(world):
    """Return the id of a word that gateways use, mapped when it is first asked for."""
    found = world.workspace.decision_names.first()
    found = found or decision_names.add(world.workspace, "action", "write", "edit", by=SYSTEM)
    return found.public_id


def a_domain(world):
    """Return the id of a domain that waits for its proof, listed when it is first asked for."""
    found = world.workspace.domains.first()
    found = found or domains.add(world.workspace, "acme.example", by=SYSTEM)
    return found.public_id


def a_connection(world):
    """Return the ids of a connection that waits for its test, and of what binds bo to it."""
    found = world.workspace.sso_connections.first()
    found = found or connecting.a_connection(world.workspace, tested=False)
    binding = found.bindings.first() or connecting.bound(found, world.user("bo"))
    return {"{connection}": found.public_id, "{binding}": binding.public_id}


def a_request(world):
    asked = Asked("source/a", "read")
    return requests.ask(world.member("dee"), asked, by=SYSTEM).public_id


def an_offered_group(world):
    """Return a group that everybody may ask to be in, and nobody is."""
    found = world.workspace.groups.filter(name="offered").first()
    if found is None:
        found = groups.create(world.workspace, "offered", by=SYSTEM)
        offers.set_offer(found, Offered(None), by=SYSTEM)
    return found


def a_managed_group(world):
    """Return the id of a group that the owner and dee manage."""
    found = an_offered_group(world)
    people = [world.member(name) for name in ("ada", "dee")]
    managers.set_managers(found, people, by=SYSTEM)
    return found.public_id


def a_joining(world):
    """Return the id of dee's request to be in it."""
    ends = timezone.now() + timedelta(days=1)
    group = an_offered_group(world)
    return requests.ask_to_join(world.member("dee"), group, ends, by=SYSTEM).public_id


def a_takable(world):
    """Return the name of what dee can take up, given when it is first asked for."""
    dee = world.member("dee")
    if not takable(dee):
        terms = Terms("space-read-only", "all", eligible=Eligible(proof=False, break_glass=True))
        give_grants(dee, [terms], by=SYSTEM)
    return takable(dee)[0].name


def a_take_up(world):
    """Return the id of what dee has taken up, which runs."""
    found = world.workspace.take_ups.first()
    if found is None:
        by = world.actor("dee")
        found = take_ups.take_up(world.member("dee"), a_takable(world), 60, "Pager", by=by)
    return found.public_id


def a_review(world):
    """Return an open review of everybody, opened when it is first asked for."""
    found = world.workspace.reviews.first()
    words = opening.Asked("Autumn", "people", timezone.now().date() + timedelta(days=14))
    return found or opening.open_review(
        world.workspace, words, lambda workspace: workspace.members.all(), by=SYSTEM
    )


def a_kept_view(world):
    """Return the id of a view of the sources that dee keeps."""
    view = saved_views.save(world.workspace, world.user("dee"), "source", "Cars", "q=car")
    return view.public_id


def an_invite(world):
    """Return the words of an invite: its id, the secret of its link, the id of its mail."""
    invited = ask(world, "new@example.org").public_id
    link = link_to("new@example.org").rpartition("/")[2]
    return {"{invited}": invited, "{invite}": link, "{mail}": str(sent_to("new@example.org").pk)}


def a_sign_in_link(_world):
    """Return a link of somebody none of the cast is: signing in uses it up."""
    somebody = User.objects.get_or_create(email="link@example.org")[0]
    return sign_in_path(somebody).rpartition("/")[2]


# What stands for a word in an address: made when the address has it, and not before.
WORDS = {
    "{bo}": lambda world: world.member("bo").public_id,
    "{cy}": lambda world: world.member("cy").public_id,
    "{growth}": lambda world: world.group("growth").public_id,
    "{token}": lambda world: getattr(world.workspace.tokens.first(), "public_id", "none"),
    "{grant}": ending_grant,
    "{name}": a_name,
    "{domain}": a_domain,
    "{connection}": lambda world: a_connection(world)["{connection}"],
    "{binding}": lambda world: a_connection(world)["{binding}"],
    "{visit}": lambda world: world.workspace.support_visits.get().public_id,
    "{link}": a_sign_in_link,
    "{alias}": an_alias,
    "{request}": a_request,
    "{kept}": a_kept_view,
    "{offered}": lambda world: an_offered_group(world).public_id,
    "{joining}": a_joining,
    "{managed}": a_managed_group,
    "{takable}": a_takable,
    "{take_up}": a_take_up,
    "{review}": lambda world: a_review(world).public_id,
    "{item}": lambda world: a_review(world).items.get(holder__startswith="bo@").number,
}


def address(world, name):
    """Return the address of a route, with what it names made where it is not there yet."""
    asked = ALL[name][0]
    found = an_invite(world) if {"{invited}", "{invite}", "{mail}"} & set(asked.values()) else {}
    arguments = {
        key: WORDS[value](world) if value in WORDS else found.get(value, value)
        for key, value in asked.items()
    }
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


@pytest.mark.any_database
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


@pytest.mark.any_database
@pytest.mark.parametrize("name", OURS)
def test_no_other_method_does_what_its_own_may_not_XB12(world, cast, name):
    path, allowed = address(world, name), methods_of(name)
    owner, minimal = cast("owner", Client()), cast("minimal", Client())
    expected = EXPECTED[name][1]["minimal"]
    for method in set(METHODS) - set(allowed):
        answer = getattr(owner, method.lower())(path, headers={"X-HTTP-Method-Override": "GET"})
        assert answer.status_code == 405, method
        assert answer["Allow"] == ", ".join(allowed)
        refused = getattr(minimal, method.lower())(path)
        assert refused.status_code == (405 if expected in OPEN else expected), method


@pytest.mark.any_database
@pytest.mark.parametrize("name", [name for name in OURS if "HEAD" in methods_of(name)])
def test_head_answers_like_get_without_a_body_XB12(world, cast, name):
    client = cast("owner")
    answer = client.head(address(world, name))
    assert answer.status_code == EXPECTED[name][1]["owner"]
    assert not answer.content


@pytest.mark.any_database
@pytest.mark.parametrize("name", OURS)
def test_elsewhere_and_nowhere_look_the_same_R5_XA1(world, cast, name):
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
    if kind == "visitor" and name in OURS:
        return 403
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


@pytest.mark.any_database
@pytest.mark.parametrize("name", POSTING)
def test_a_write_is_refused_like_a_look_and_changes_nothing_R5_A1_XB11(world, cast, name):
    path, body = owners_form(world, cast, name)
    refused = {kind: posted(name, kind) for kind in KINDS if posted(name, kind) is not None}
    clients = {kind: cast(kind, Client()) for kind in refused}
    with nothing_changes():
        for kind, expected in refused.items():
            client = clients[kind]
            assert client.post(path, body).status_code == expected, kind
            part = client.post(path, body, headers={"HX-Request": "true", "HX-Target": "dialog"})
            assert part.status_code == (401 if expected == SIGN_IN else expected), kind
            assert client.post(path).status_code == expected, kind


@pytest.mark.parametrize("name", [name for name in POSTING if name not in BY_PROVIDERS])
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


@pytest.mark.any_database
@pytest.mark.parametrize("name", [name for name in ALL if name not in BY_PROVIDERS])
def test_no_write_without_the_token_of_its_own_session_XI2(world, cast, name):
    """At the addresses of programs no cookie counts, so none is abused: what takes no writes says
    so to everybody."""
    path = address(world, name)
    refused = 401 if ALL[name][1] is NO_TOKEN else 403
    if path.startswith(tuple(settings.ERROR_SHAPES)) and refused == 403:
        refused = 405
    kinds = ("owner", "minimal", "foreign_owner", "anonymous")
    clients = {kind: cast(kind, Client(enforce_csrf_checks=True)) for kind in kinds}
    with nothing_changes():
        for kind, client in clients.items():
            forged = client.post(path, {"csrfmiddlewaretoken": "x" * 64})
            assert client.post(path).status_code == forged.status_code == refused, kind


def test_the_admin_opens_for_staff_only(cast):
    client = cast("owner")
    for path in ("/admin/", "/admin/workspaces/workspace/", "/admin/accounts/user/"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert "/admin/login/" in answer["Location"]
