"""Unlucky input and unlucky days (XJ1, XJ3)."""

import re

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connections
from django.test import Client

from tests.world import everything

NASTY = [
    "%00", "a%00b", "%ff%fe", "%ed%a0%80", "%F0%9F%A6%84", "%E2%80%AE", "%0d%0a", "'", '"', "%25",
    "x" * 5000, "..%2f..%2f", "%5c", "{{7*7}}", "<img onerror>", "9" * 400, "-1", "%7f", "%c3%28",
]  # fmt: skip
PLACES = [
    "/w/acme/members?q={}", "/w/acme/members?page={}", "/w/acme/members?sort={}",
    "/w/acme/members?group={}", "/w/acme/members?label={}", "/w/acme/members?role={}",
    "/w/acme/members/{}", "/w/acme/groups?q={}", "/w/acme/groups/{}", "/w/acme/labels?q={}",
    "/w/acme/tokens?q={}", "/w/acme/audit?actor={}", "/w/acme/audit?target={}",
    "/w/acme/audit?action={}", "/w/acme/audit?since={}", "/w/acme/check?who={}&which={}",
    "/w/acme/check?who=bo@example.org&do={}&which=source/a", "/w/acme/sources?q={}",
    "/w/acme/sources?label=environment:{}", "/w/acme/sources/{}",
    "/w/acme/sources/a/people?page={}",
    "/w/{}/members", "/w/acme/{}", "/{}", "/accounts/sign-in-link/{}",
    "/accounts/password/reset/key/1-{}/", "/w/acme/members?{}=x", "/w/acme/my-access?grants={}",
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_no_text_in_an_address_is_an_error_of_ours_XJ1(as_user, place):
    client = as_user("ada")
    client.raise_request_exception = True
    for text in NASTY:
        answer = client.get(place.replace("{}", text))
        assert answer.status_code in {200, 301, 302, 400, 404, 410, 422}, text


@pytest.mark.parametrize(
    "text", ["a\0b", "\ud800", "\U0001f984", "\u202e", "x" * 1_000_000, "\r\nBcc: eve@x.org"]
)
@pytest.mark.parametrize("field", ["login", "password"])
def test_no_text_in_a_form_is_an_error_of_ours_XJ1(client, db, field, text):
    body = {"login": "a@example.org", "password": "x", field: text}
    data = "&".join(f"{key}={quoted(value)}" for key, value in body.items())
    answer = client.post("/accounts/login/", data, "application/x-www-form-urlencoded")
    assert answer.status_code in {200, 400, 413}
    assert "_auth_user_id" not in client.session


def quoted(text):
    return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))


class Outage:
    """Every statement fails with `error` until `mend` is called."""

    error: Exception = OperationalError("the database is away")

    def __init__(self, monkeypatch):
        self.mend = monkeypatch.undo
        monkeypatch.setattr(connections["default"], "cursor", self.cursor)

    def cursor(self, *args, **options):
        raise self.error


@pytest.fixture
def broken(world, monkeypatch):
    outage = Outage(monkeypatch)
    yield outage
    outage.mend()


@pytest.mark.parametrize("error", [OperationalError("away"), InterfaceError("closed")])
def test_while_the_database_is_away_the_answer_is_503_XJ3(broken, error):
    broken.error = error
    client = Client(raise_request_exception=False)
    client.cookies["gatehouse"] = "x" * 32
    answer = client.get("/w/acme/members")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert "Traceback" not in answer.content.decode()
    assert answer["X-Request-ID"] in answer.content.decode()


def test_health_tells_living_from_ready_XJ3(broken):
    client = Client(raise_request_exception=False)
    assert client.get("/livez").status_code == 200
    assert client.get("/readyz").status_code == 503
    broken.mend()
    assert client.get("/readyz").status_code == 200


def test_an_error_of_ours_is_500_without_a_trace(broken):
    broken.error = DatabaseError("a bug")
    client = Client(raise_request_exception=False)
    client.cookies["gatehouse"] = "x" * 32
    answer = client.get("/w/acme/members")
    assert answer.status_code == 500
    assert "a bug" not in answer.content.decode()


def test_a_deadlock_is_503_and_leaves_nothing_half_XJ8(world, as_user, monkeypatch):
    client = as_user("ada")
    client.raise_request_exception = False
    form = client.get("/w/acme/labels/new").content.decode()
    once, before = re.search(r'name="once" value="([^"]+)"', form)[1], everything()

    def deadlock(*args, **options):
        raise OperationalError("deadlock detected")

    with monkeypatch.context() as patch:
        patch.setattr("workspaces.change.audit.record", deadlock)
        answer = client.post("/w/acme/labels/new", {"once": once, "name": "stage:live"})
    assert answer.status_code == 503
    assert everything() == before
