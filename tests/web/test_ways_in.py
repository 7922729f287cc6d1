"""What is promised of every answer holds on each way in: people's, programs', and the straight one.

`config.web.doors` says which middlewares a way takes; here each promise is held to all of them.
"""

import json
import logging

import psycopg
import pytest
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, connection

from config.web.straight import Straight
from tests.api.conftest import secret_for
from tests.peers.called import asked
from tests.web.test_answers import POLICY
from tests.world import SYSTEM
from workspaces.catalogue import DECISION_READER
from workspaces.models import Token, TokenKind
from workspaces.operations.tokens import tokens

QUESTION = json.dumps({
    "subject": {"type": "user", "id": "bo@example.org"},
    "action": {"name": "read"},
    "resource": {"type": "source", "id": "a"},
}).encode()  # fmt: skip
WAYS = {
    "people": "/accounts/login/",
    "programs": "/scim/v2/Users",
    "published": "/api/",
    "straight": "/access/v1/evaluation",
}
OF_PROGRAMS = ("programs", "published", "straight")
every_way = pytest.mark.parametrize("way", WAYS)
every_way_of_programs = pytest.mark.parametrize("way", OF_PROGRAMS)


@pytest.fixture
def site(monkeypatch):
    """The site as it starts up with the settings of the test."""
    application = Straight(get_wsgi_application())
    monkeypatch.setattr("config.wsgi.application", application)
    return application


@pytest.fixture
def ask(site, world):
    """Ask by a way, with whatever headers; return the status and the headers of the answer."""

    def ask(way, *, path="", bearer="", **more):
        if way != "people":
            more.setdefault("CONTENT_TYPE", "application/json")
        if bearer:
            more["HTTP_AUTHORIZATION"] = f"Bearer {bearer}"
        method = more.pop("method", "GET" if way == "published" else "POST")
        return asked(path or WAYS[way], method=method, body=QUESTION, **more)

    return ask


@pytest.fixture
def lines(caplog):
    """The lines of a log by its name."""
    caplog.set_level(logging.INFO)

    def lines(logger):
        return [one.msg for one in caplog.records if one.name == f"gatehouse.{logger}"]

    return lines


@every_way
def test_every_answer_is_armoured_XI5_XI6(ask, way):
    answer = ask(way)
    sent = {part.strip() for part in answer["content-security-policy"].split(";")}
    assert sent == {part.strip() for part in POLICY.split(";")}
    assert answer["x-content-type-options"] == "nosniff"
    assert answer["x-frame-options"] == "DENY"
    assert answer["referrer-policy"] == "same-origin"
    assert answer["cross-origin-opener-policy"] == "same-origin"
    assert {"no-store", "private"} <= set(answer["cache-control"].split(", "))
    assert {"Cookie", "HX-Request", "HX-Target"} <= set(answer["vary"].split(", "))
    assert int(answer["content-length"]) > 0
    assert "set-cookie" not in answer or way == "people"


@every_way
def test_a_request_has_an_id_and_a_line_XH10(ask, lines, way):
    kept = ask(way, HTTP_X_REQUEST_ID="trace-1.2_3")
    assert kept["x-request-id"] == "trace-1.2_3"
    dropped = ask(way, HTTP_X_REQUEST_ID="<script>")["x-request-id"]
    assert len(dropped) == 32
    written = [(line["request_id"], line["path"], line["status"]) for line in lines("request")]
    assert written == [
        ("trace-1.2_3", WAYS[way], kept["status"]), (dropped, WAYS[way], kept["status"]),
    ]  # fmt: skip


@pytest.fixture
def secrets(world):
    """For each way of programs a token that may ask there, and one that may not do much."""
    of_directory = tokens.create(world.workspace, "Okta", by=SYSTEM, kind=TokenKind.SCIM)[1]
    asks = secret_for(world.workspace, DECISION_READER)
    weak = secret_for(world.workspace, "source-admin", name="weak")
    return {
        "programs": (of_directory, of_directory), "published": (asks, asks),
        "straight": (asks, weak),
    }  # fmt: skip


REFUSED = {
    "programs": {"path": "/scim/v2/Users/none", "method": "GET"},
    "published": {"path": "/api/users"},
    "straight": {},
}


@every_way_of_programs
def test_a_refusal_stands_in_the_security_log_A1(ask, lines, settings, secrets, way):
    settings.TRUSTED_PROXIES = 1
    answer = ask(
        way,
        bearer=secrets[way][1],
        HTTP_X_FORWARDED_FOR="10.1.1.1, 203.0.113.7",
        **REFUSED[way],
    )
    assert answer["status"] in {403, 404}
    assert [(line["address"], line["status"], line["user"]) for line in lines("security")] == [
        ("203.0.113.7", answer["status"], None)
    ]


@every_way
def test_only_our_own_names_are_answered(ask, way):
    assert ask(way, HTTP_HOST="evil.example")["status"] == 400


@every_way
def test_what_came_in_the_clear_is_sent_to_https(settings, monkeypatch, world, way):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    monkeypatch.setattr("config.wsgi.application", Straight(get_wsgi_application()))
    sent = asked(WAYS[way], method="GET")
    assert (sent["status"], sent["location"]) == (301, f"https://localhost{WAYS[way]}")
    secure = asked(WAYS[way], method="GET", **{"wsgi.url_scheme": "https"})
    assert secure["strict-transport-security"].startswith("max-age=31536000")
    assert "strict-transport-security" not in sent


@every_way
@pytest.mark.parametrize(
    ("odd", "status"),
    [
        ({"CONTENT_TYPE": "application/json; charset=hex"}, 400),
        ({"HTTP_HX_CURRENT_URL": "http://["}, 400),
        ({"CONTENT_LENGTH": "many"}, 400),
        ({"QUERY_STRING": "x=%00"}, 400),
    ],
    ids=["charset", "current page", "length", "nul"],
)
def test_what_cannot_be_read_is_refused_XJ1(ask, way, odd, status):
    assert ask(way, **odd)["status"] == status


@every_way_of_programs
def test_errors_have_the_shape_of_the_interface(ask, way):
    for answer in (ask(way), ask(way, HTTP_HOST="["), ask(way, method="PATCH")):
        assert answer["status"] >= 400
        assert "json" in answer["content-type"]


@every_way_of_programs
def test_a_cookie_counts_for_nothing_XH6(ask, as_user, way):
    session = as_user("ada").cookies["gatehouse"].value
    assert ask(way, cookie=f"gatehouse={session}")["status"] == 401


@pytest.mark.parametrize("way", ["published", "straight"])
def test_a_token_is_good_where_it_may_be_used_from_and_its_use_is_noted_T1(ask, world, way):
    ranges = {"address_ranges": ["203.0.113.0/24"]}
    bearer = secret_for(world.workspace, DECISION_READER, **ranges)
    assert ask(way, bearer=bearer)["status"] == 401
    assert Token.objects.get(name="gateway").last_used_at is None
    assert ask(way, bearer=bearer, REMOTE_ADDR="203.0.113.7")["status"] == 200
    token = Token.objects.get(name="gateway")
    assert (token.last_used_at is not None, token.last_used_from) == (True, "203.0.113.7")


@every_way
def test_without_a_database_it_is_503_and_says_when_to_come_back_XJ3(ask, secrets, way):
    def away(*_):
        raise OperationalError("the database is away")

    bearer = secrets[way][0] if way in secrets else ""
    with connection.execute_wrapper(away):
        answer = ask(way, cookie=f"gatehouse={'x' * 32}", bearer=bearer)
    assert (answer["status"], answer["retry-after"]) == (503, "5")


def test_the_straight_way_says_what_the_other_says(ask, world, site):
    """The view is one: what is asked by either way gets the same answer, headers and all."""
    bearer = secret_for(world.workspace, DECISION_READER)
    straight = ask("straight", bearer=bearer, HTTP_X_REQUEST_ID="same")
    by_django = ask(
        "straight", bearer=bearer, HTTP_X_REQUEST_ID="same", application=site.application
    )
    assert straight == by_django
    assert json.loads(straight["body"]) == {"decision": True}


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_had_gone_is_made_anew(ask, world):
    """A server that was started anew has ended all connections; SQLite's end by our own hand."""
    bearer = secret_for(world.workspace, DECISION_READER)
    assert ask("straight", bearer=bearer, alone=True)["status"] == 200
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        pid = connection.connection.info.backend_pid
        with psycopg.connect(**connection.get_connection_params()) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [pid])
    else:
        connection.close()
    assert ask("straight", bearer=bearer, alone=True)["status"] == 200
