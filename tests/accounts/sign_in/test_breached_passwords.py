"""Passwords known from breaches, asked of a small server that answers as the real service does."""

import hashlib
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

KNOWN, UNKNOWN = "lantern-orbit-velvet-nine", "quartz-meadow-signal-forty"
NAME = "accounts.sign_in.passwords.BreachedPasswordValidator"


def digits(password):
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


class Service(BaseHTTPRequestHandler):
    """Knows one password; `behave` says how it answers."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Add-Padding")))
        behave = self.server.behave
        if behave == "silent":
            time.sleep(2)
        self.send_response({"broken": 503, "away": 302}.get(behave, 200))
        if behave == "away":
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/range/other")
        self.end_headers()
        try:
            for part in self.parts(behave):
                self.wfile.write(part)
                self.wfile.flush()
        except OSError:
            pass  # whoever asked has hung up

    def parts(self, behave):
        if behave == "drops":
            for _ in range(40):
                time.sleep(0.1)
                yield b"0\r\n"
        elif behave == "endless":
            yield from (b"0" * 50_000 for _ in range(100))
        elif behave == "nonsense":
            yield b"\xff\xfe<html>"
        else:
            yield f"{'0' * 35}:3\r\n{digits(KNOWN)[5:]}:1,234\r\n{'F' * 35}:0\r\n".encode()

    def log_message(self, *args):
        pass


@contextmanager
def service(behave):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.asked, server.behave = [], behave
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def serve(request, settings):
    """Start the service and name it in the settings."""

    def start(behave="well"):
        running = service(behave)
        server = running.__enter__()
        request.addfinalizer(lambda: running.__exit__(None, None, None))
        name_it(settings, f"http://127.0.0.1:{server.server_port}/range")
        return server

    return start


def name_it(settings, url):
    settings.AUTH_PASSWORD_VALIDATORS = [
        *settings.AUTH_PASSWORD_VALIDATORS,
        {"NAME": NAME, "OPTIONS": {"url": url}},
    ]


def test_a_breached_password_is_refused_and_another_one_taken(serve):
    serve()
    with pytest.raises(ValidationError, match="known from a data breach"):
        validate_password(KNOWN)
    validate_password(UNKNOWN)


def test_the_service_learns_five_digits_and_nothing_else_XK4(serve):
    server = serve()
    validate_password(UNKNOWN)
    assert server.asked == [(f"/range/{digits(UNKNOWN)[:5]}", "true")]


@pytest.mark.parametrize("behave", ["silent", "broken", "away", "drops", "endless", "nonsense"])
def test_a_service_that_fails_holds_nobody_up_XJ3(serve, behave, caplog):
    server = serve(behave)
    began = time.monotonic()
    validate_password(UNKNOWN)
    assert time.monotonic() - began < 3
    assert len(server.asked) == 1
    assert digits(UNKNOWN)[5:] not in caplog.text
    assert UNKNOWN not in caplog.text


def test_a_service_that_is_not_there_holds_nobody_up_XJ3(settings):
    name_it(settings, "http://127.0.0.1:9/range")
    validate_password(UNKNOWN)


def test_nobody_is_asked_where_no_service_is_named():
    assert not settings.BREACHED_PASSWORDS_URL
    assert NAME not in {row["NAME"] for row in settings.AUTH_PASSWORD_VALIDATORS}


def test_a_form_says_so_at_its_field(serve, client, world):
    serve()
    client.force_login(world.user("bo"), backend="accounts.backends.SignInBackend")
    sent = {"password1": KNOWN, "password2": KNOWN}
    answer = client.post("/accounts/password/set/", sent)
    assert "known from a data breach" in answer.content.decode()
    assert not world.user("bo").check_password(KNOWN)
