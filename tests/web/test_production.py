"""Production refuses to start half set up, and is strict when it does (XJ11, XG13)."""

import os
import subprocess
import sys

import pytest

from tests.test_architecture import ROOT

pytestmark = pytest.mark.any_database

GOOD = {
    "GATEHOUSE_ENV": "production",
    "SECRET_KEY": "secret-0123456789" * 4,
    "AUDIT_KEY": "a" * 50,
    "ALLOWED_HOSTS": "gatehouse.example",
    "DATABASE_URL": "sqlite://:memory:",
}


def start(*arguments, **changes):
    environment = {"PATH": os.environ["PATH"], **GOOD, **changes}
    environment = {key: value for key, value in environment.items() if value is not None}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "django-insecure-" + "x" * 50}, "SECRET_KEY"),
        ({"AUDIT_KEY": None}, "AUDIT_KEY"),
        ({"AUDIT_KEY": GOOD["SECRET_KEY"]}, "differ"),
        ({"DEBUG": "true"}, "DEBUG"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "wildcards"),
        ({"ALLOWED_HOSTS": "a.example,*.example"}, "wildcards"),
        ({"GATEHOUSE_ENV": "staging"}, "development or production"),
    ],
)
def test_it_does_not_start_half_set_up_XJ11(changes, word):
    ended = start("check", **changes)
    assert ended.returncode != 0
    assert word in ended.stderr


def test_it_starts_when_all_is_set_and_the_deployment_check_is_clean():
    ended = start("check", "--deploy", "--fail-level", "WARNING")
    assert ended.returncode == 0, ended.stderr


def test_cookies_bear_host_names_and_transport_is_strict_XG13():
    ended = start(
        "shell", "--no-imports", "-c",
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE,"
        " s.SECURE_HSTS_SECONDS, s.SECURE_SSL_REDIRECT)",
    )  # fmt: skip
    assert ended.stdout.split() == [
        "__Host-gatehouse", "__Host-gatehouse-csrf", "True", "31536000", "True"
    ]  # fmt: skip
