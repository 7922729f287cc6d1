"""What every call of a directory has in common: its token, its media type, its errors."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from config.web import errors
from tests.api.conftest import Caller, Directory, secret_for
from tests.test_doors import nothing_changes
from tests.world import OTHER, SYSTEM, build
from workspaces.api.scim import users
from workspaces.api.scim.answers import refused
from workspaces.api.scim.schemas import USER
from workspaces.errors import TooOften
from workspaces.models import Event, Token
from workspaces.operations.tokens import tokens
from workspaces.operations.workspace import workspaces

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
ANN = {"userName": "ann@acme.test"}
ROUTES = [
    ("GET", "/ServiceProviderConfig"), ("GET", "/ResourceTypes"), ("GET", "/ResourceTypes/User"),
    ("GET", "/Schemas"), ("GET", f"/Schemas/{USER}"), ("GET", "/Users"), ("POST", "/Users"),
    ("GET", "/Users/x"), ("PUT", "/Users/x"), ("PATCH", "/Users/x"), ("DELETE", "/Users/x"),
    ("GET", "/Groups"), ("POST", "/Groups"), ("GET", "/Groups/x"), ("PUT", "/Groups/x"),
    ("PATCH", "/Groups/x"), ("DELETE", "/Groups/x"), ("POST", "/.search"),
    ("POST", "/Users/.search"), ("POST", "/Groups/.search"), ("POST", "/Bulk"), ("POST", "/Me"),
    ("GET", "/Me"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_nothing_without_a_directorys_token_XH2_XH5(client, world, method, path):
    ours = secret_for(world.workspace, "workspace-owner", name="owner")
    for secret in ("", "junk", "gth_x_y_z", ours):
        with nothing_changes():
            answer = Directory(client, secret)(method, path, ANN)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_dead_or_mistyped_token_is_none_XH2(client, world, scim):
    secret = scim.secret
    for wrong in (secret[:-1], secret.upper(), secret.lower(), secret + "0"):
        Directory(client, wrong).error("GET", "/Users", status=401)
    ended = secret_for(
        world.workspace, name="old", kind="scim", expires_at=timezone.now() + timedelta(hours=1)
    )
    scim.ok("GET", "/Users")
    with_end = Directory(client, ended)
    with_end.ok("GET", "/Users")
    tokens.revoke(Token.objects.get(name="old"), by=SYSTEM)
    with_end.error("GET", "/Users", status=401)
    workspaces.close(world.workspace, by=SYSTEM)
    scim.error("GET", "/Users", status=401)


def test_a_token_of_the_command_line_is_good_here_and_nowhere_else(client, world):
    said = StringIO()
    call_command(
        "token_create", "--workspace", "acme", "--name", "okta", "--kind", "scim", stdout=said
    )
    secret = said.getvalue().strip()
    Directory(client, secret).ok("GET", "/Users")
    Caller(client, secret).error("GET", "/", status=401)


def test_a_token_in_the_address_or_the_body_is_none_XH5(client, scim):
    for path in (f"/Users?access_token={scim.secret}", f"/Users?token={scim.secret}"):
        Directory(client, "").error("GET", path, status=401)
    Directory(client, "").error("POST", "/Users", {"access_token": scim.secret}, status=401)


def test_a_cookie_never_counts_and_none_is_set_XH6(as_user, scim):
    client = as_user("ada")
    for headers in ({}, {"Authorization": "Bearer junk"}, {"Authorization": "Basic YTpi"}):
        answer = Directory(client, "")("GET", "/Users", **headers)
        assert answer.status_code == 401
    sessions = Session.objects.count()
    answer = Directory(Client(enforce_csrf_checks=True), scim.secret)("POST", "/Users", ANN)
    assert (answer.status_code, answer.cookies) == (201, {})
    assert "no-store" in answer.headers["Cache-Control"]
    assert Session.objects.count() == sessions


def test_a_directorys_token_is_no_good_elsewhere(client, scim, ask):
    Caller(client, scim.secret).error("GET", "/users", status=401)
    status, _ = ask("evaluation", {}, bearer=scim.secret)
    assert status == 401
    assert client.get("/w/acme/members", headers={
        "Authorization": f"Bearer {scim.secret}"
    }).status_code == 302  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/Users", "GET, HEAD, POST"), ("DELETE", "/Groups", "GET, HEAD, POST"),
        ("POST", "/Users/x", "DELETE, GET, HEAD, PATCH, PUT"), ("OPTIONS", "/Users", None),
        ("POST", "/Schemas", "GET, HEAD"), ("PATCH", "/ResourceTypes", "GET, HEAD"),
        ("DELETE", "/ServiceProviderConfig", "GET, HEAD"), ("GET", "/Bulk", "POST"),
        ("GET", "/Users/.search", "POST"), ("TRACE", "/Groups/x", None),
    ],
)  # fmt: skip
def test_other_methods_are_refused_XB12(scim, method, path, allowed):
    answer = scim(method, path, {})
    assert (answer.status_code, answer.json()["status"]) == (405, "405")
    assert allowed in {None, answer.headers["Allow"]}


@pytest.mark.parametrize("path", [
    "/.search", "/Users/.search", "/Groups/.search", "/Bulk", "/Me",
])  # fmt: skip
def test_what_is_not_served_is_said_so(scim, path):
    scim.error("POST", path, {"schemas": []}, status=501)


@pytest.mark.parametrize("path", [
    "", "/", "/users", "/Users/", "/Users/x/y", "/Groups/", "/nothing", "/Schemas/", "/Schemas/x",
    "/ResourceTypes/x", "/ResourceTypes/user", "/Users/%00",
])  # fmt: skip
def test_unknown_addresses_are_errors_of_the_interface(scim, path):
    answer = scim("GET", path)
    assert answer.status_code == (400 if "%00" in path else 404)
    assert answer.json()["schemas"] == [ERROR]


def test_head_is_get_without_a_body_XB12(scim):
    answer = scim("HEAD", "/Users")
    assert (answer.status_code, answer.content) == (200, b"")


def test_json_is_taken_with_or_without_a_charset(scim):
    for i, media_type in enumerate((
        "application/scim+json", "application/json", "application/scim+json; charset=utf-8",
        "application/json;charset=UTF-8", "Application/SCIM+JSON",
    )):  # fmt: skip
        body = {"userName": f"a{i}@acme.test"}
        assert scim("POST", "/Users", body, content_type=media_type).status_code == 201


@pytest.mark.parametrize(
    "text",
    [
        "[]", "null", " ", "{", '{"a": NaN}', '{"a": 1, "a": 2}', '{"userName": "\\u0000"}',
        '{"a": "\\ud800"}', b'{"a": "\xff"}', '{"a":' * 5000 + "1" + "}" * 5000,
        '{"userName": "a@x.io", "USERNAME": "b@x.io"}',
    ],
    ids=range(11),
)  # fmt: skip
@pytest.mark.parametrize(("method", "path"), [
    ("POST", "/Users"), ("PUT", "/Users/{bo}"), ("PATCH", "/Groups/{growth}"),
])  # fmt: skip
def test_what_is_no_json_object_is_refused_XH8(scim, world, method, path, text):
    path = path.replace("{bo}", world.member("bo").public_id)
    path = path.replace("{growth}", world.group("growth").public_id)
    scim.error(method, path, text, status=400, scim_type="invalidSyntax")


def test_another_media_type_and_too_many_bytes_XH8(scim):
    form = "application/x-www-form-urlencoded"
    scim.error("POST", "/Users", "userName=a", status=415, content_type=form)
    scim.error("POST", "/Groups", {"displayName": "x" * 3_000_000}, status=413)


def test_a_fault_of_ours_is_an_error_of_the_interface(client, scim, monkeypatch):
    def broken(*arguments):
        raise RuntimeError("no")

    monkeypatch.setattr(users, "person_of", broken)
    client.raise_request_exception = False
    said = scim.error("GET", "/Users/x", status=500)
    assert "no" not in said["detail"].split()


def test_waiting_is_told():
    answer = refused(TooOften("XE12", "Later.", wait=30))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert json.loads(answer.content)["status"] == "429"


def test_pages_of_errors_become_errors_of_the_interface_429(rf):
    request = rf.get("/scim/v2/Users")
    shaped = errors.shape_of(request, 429)
    assert (shaped.status_code, shaped.headers["Content-Type"]) == (429, "application/scim+json")


@pytest.mark.parametrize("offered", ["a\nb", "x" * 65_000, "<script>"])
def test_a_harmful_request_id_is_dropped_XH10(scim, offered):
    answer = scim("GET", "/Users", **{"X-Request-ID": offered})
    assert answer.headers["X-Request-ID"] != offered
    assert len(answer.headers["X-Request-ID"]) == 32


def test_addresses_are_the_configured_hosts_whatever_was_asked(scim, settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://gate.example", ["evil.example"]
    for path in ("/Users", "/Groups", "/Schemas", "/ResourceTypes", "/ServiceProviderConfig"):
        answer = scim("GET", path, HOST="evil.example")
        assert answer.status_code == 200
        assert b"evil" not in answer.content
        assert b"https://gate.example/scim/v2/" in answer.content


def test_changes_are_in_the_trail_with_the_directory_as_actor(scim, world):
    ident = scim.ok("POST", "/Users", ANN, status=201)["id"]
    scim.patch(f"/Users/{ident}", {"op": "replace", "value": {"active": False}})
    scim.ok("POST", "/Groups", {"displayName": "G"}, status=201)
    token = Token.objects.get(name="directory")
    newest = Event.objects.filter(workspace=world.workspace).newest_first()[:3]
    assert [event.action for event in newest] == [
        "group.created", "member.removed", "member.added"
    ]  # fmt: skip
    for event in newest:
        assert (event.actor_kind, event.address) == ("scim", "127.0.0.1")
        assert event.actor_name == f"directory ({token.public_id})"


def test_use_of_the_token_is_kept(scim):
    scim.ok("GET", "/Users")
    used = Token.objects.get(name="directory")
    assert (used.last_used_from, used.last_used_at is not None) == ("127.0.0.1", True)


def test_the_last_calls_are_kept_for_owners_without_bodies_or_secrets(scim, world):
    scim.error("POST", "/Users", {"userName": "hunter2"}, status=400, scim_type="invalidValue")
    scim.ok("GET", "/Users?count=1")
    newest, before = world.workspace.directory_calls.newest_first()
    assert (newest.method, newest.path, newest.status) == ("GET", "/scim/v2/Users?count=1", 200)
    assert (before.method, before.status, before.detail != "") == ("POST", 400, True)
    scim.ok("GET", f"/Users?access_token={scim.secret}")
    kept = str(list(world.workspace.directory_calls.values()))
    assert "hunter2" not in kept
    assert scim.secret not in kept


def test_two_workspaces_never_meet_XA1(client, scim, world):
    other = build(OTHER)
    there = Directory(client, secret_for(other.workspace, name="directory", kind="scim"))
    ann = scim.ok("POST", "/Users", ANN | {"externalId": "7"}, status=201)
    there.error("GET", f"/Users/{ann['id']}", status=404)
    assert there.found("/Users", 'externalId eq "7"') == []
    bo = {w: w.member("bo@example.org").public_id for w in (world, other)}
    there.patch(f"/Users/{bo[other]}", {"op": "replace", "value": {"active": False}})
    assert world.workspace.members.filter(user__email="bo@example.org").exists()
    assert scim.ok("GET", f"/Users/{bo[world]}")["active"] is True
