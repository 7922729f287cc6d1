"""Every answer of every route, as production sends it: what it carries (XG13, XI5, XI6)."""

import json
from http import HTTPStatus

import pytest
from django.db import DatabaseError, OperationalError, connections
from django.test import Client

from tests.test_doors import ALL, address, cast, taken_back
from tests.web.test_answers import POLICY
from tests.web.test_production import start

pytestmark = pytest.mark.any_database

__all__ = ["cast"]

NAMES = (
    "PRODUCTION", "CONTENT_SECURITY_POLICY", "CSRF_COOKIE_HTTPONLY", "CSRF_COOKIE_NAME",
    "CSRF_COOKIE_SAMESITE", "CSRF_COOKIE_SECURE", "SECURE_CONTENT_TYPE_NOSNIFF",
    "SECURE_CROSS_ORIGIN_OPENER_POLICY", "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_PRELOAD", "SECURE_HSTS_SECONDS", "SECURE_REDIRECT_EXEMPT",
    "SECURE_REFERRER_POLICY", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_NAME", "SESSION_COOKIE_SAMESITE", "SESSION_COOKIE_SECURE",
    "X_FRAME_OPTIONS",
)  # fmt: skip
HTMX = {"HX-Request": "true", "HX-Target": "dialog"}
KINDS = ("owner", "foreign_owner", "anonymous")


@pytest.fixture(scope="session")
def of_production():
    """What `config.settings` says where GATEHOUSE_ENV is production."""
    code = "import json; from django.conf import settings as s;"
    code += f"print(json.dumps({{name: getattr(s, name) for name in {NAMES!r}}}))"
    return json.loads(start("shell", "--no-imports", "-c", code).stdout)


@pytest.fixture(autouse=True)
def production(settings, of_production):
    for name, value in of_production.items():
        setattr(settings, name, value)
    settings.SITE_URL = "https://testserver"


def parts(header, by):
    return {part.strip() for part in header.split(by)}


def assert_armoured(answer, *, asset=False):
    """Hold an answer to all that each answer carries."""
    assert parts(answer["Content-Security-Policy"], ";") == parts(POLICY, ";")
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    # Pages behind an invite's link keep their address out of the Referer altogether (XE10).
    assert answer["Referrer-Policy"] in {"same-origin", "strict-origin"}
    assert len(answer["X-Request-ID"]) == 32
    if not asset:
        assert {"no-store", "private"} <= parts(answer["Cache-Control"], ",")
        assert {"Cookie", "HX-Request", "HX-Target"} <= parts(answer["Vary"], ",")
    for name, cookie in answer.cookies.items():
        if cookie.value:  # an emptied one is being taken away
            assert name in {"__Host-gatehouse", "__Host-gatehouse-csrf"}
            assert (cookie["path"], cookie["domain"]) == ("/", "")
            assert cookie["secure"]
            assert cookie["httponly"]
            assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("name", ALL)
def test_every_answer_of_every_route_is_armoured_XI5_XI6_XG13(world, cast, name):
    path = address(world, name)
    for kind in KINDS:
        client = cast(kind, Client())
        with taken_back():
            for answer in (
                client.get(path, secure=True),
                client.get(path, secure=True, headers=HTMX),
                client.delete(path, secure=True),
                client.post(path, secure=True),
            ):
                assert_armoured(answer)


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize(
    "path",
    ["/admin/", "/admin/login/", "/admin/accounts/user/", "/admin/workspaces/workspace/",
     "/admin/workspaces/event/", "/admin/none"],
)  # fmt: skip
def test_the_admin_is_armoured_too_XI5_XI6(cast, path):
    for kind in ("superuser", "owner", "anonymous"):
        assert_armoured(cast(kind, Client()).get(path, secure=True))


@pytest.mark.parametrize(
    ("path", "status"),
    [("/nothing", 404), ("/nul%00", 400), ("/?x=%00", 400), ("/w/acme", 301),
     ("/accounts/login", 301), ("/accounts/", 404), ("/static/none.css", 404)],
)  # fmt: skip
def test_what_is_not_there_is_armoured_XI5_XI6(world, path, status):
    answer = Client().get(path, secure=True)
    assert answer.status_code == status
    assert_armoured(answer)


def test_a_foreign_host_is_armoured_XF5(world):
    answer = Client().get("/", secure=True, headers={"Host": "evil.example"})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert_armoured(answer)


@pytest.mark.parametrize(("error", "status"), [(OperationalError, 503), (DatabaseError, 500)])
def test_faults_of_ours_are_armoured_XJ3(world, monkeypatch, error, status):
    def away(*args, **options):
        raise error("away")

    client = Client(raise_request_exception=False)
    client.cookies["__Host-gatehouse"] = "x" * 32
    with monkeypatch.context() as outage:
        outage.setattr(connections["default"], "cursor", away)
        answer = client.get("/w/acme/members", secure=True)
    assert answer.status_code == status
    assert_armoured(answer)


@pytest.mark.parametrize("path", ["css/gatehouse.css", "js/gatehouse.js", "icons/mark.svg"])
def test_assets_are_armoured_and_may_be_kept_XI5_XI6(world, settings, path):
    settings.WHITENOISE_USE_FINDERS = True
    answer = Client().get(f"/static/{path}", secure=True)
    assert answer.status_code == HTTPStatus.OK
    assert_armoured(answer, asset=True)
    assert "no-store" not in answer.get("Cache-Control", "")
    answer.close()


@pytest.mark.parametrize("path", ["/", "/w/acme/members", "/static/css/gatehouse.css"])
def test_without_tls_nothing_is_answered_but_the_way_to_it_XG13(world, path):
    answer = Client().get(path)
    assert answer.status_code == HTTPStatus.MOVED_PERMANENTLY
    assert answer["Location"] == f"https://testserver{path}"
    assert not answer.cookies
    assert answer["X-Frame-Options"] == "DENY"
    assert parts(answer["Content-Security-Policy"], ";") == parts(POLICY, ";")


def test_a_cookie_of_the_other_name_is_nobodys_XG13(world, as_user):
    """A sub-domain, or a page without TLS, can plant a cookie, but none that begins so."""
    client = as_user("ada")
    kept = client.cookies["__Host-gatehouse"].value
    assert client.get("/w/acme/members", secure=True).status_code == HTTPStatus.OK
    client.cookies.clear()
    client.cookies["gatehouse"] = kept
    assert client.get("/w/acme/members", secure=True).status_code == HTTPStatus.FOUND
