"""What a worker that was asked for pages alone carries, and the addresses that come later."""

import subprocess
import sys

import pytest
from django.urls import resolve, reverse

from tests.test_architecture import ROOT
from tests.web.test_production import GOOD

pytestmark = pytest.mark.any_database

# Each of them takes megabytes, and is there for programs, for providers, or for other databases.
HEAVY = (
    "dns",
    "joserfc",
    "lxml",
    "ninja",
    "psycopg",
    "pydantic",
    "redis",
    "scim2_models",
    "xmlsec",
)
ASKED = f"""
import sys
import config.wsgi
from django.urls import reverse
reverse("workspaces:members", args=["acme"])
reverse("authzen:evaluation")
reverse("sso_acs", args=["a"])
print(sorted({HEAVY} & sys.modules.keys()))
print(reverse("scim:users"), "scim2_models" in sys.modules)
"""


@pytest.fixture(scope="module")
def told():
    """What a process says that starts as a worker does, with pages alone to answer."""
    command = [sys.executable, "-W", "ignore", "-c", ASKED]
    ended = subprocess.run(command, cwd=ROOT, env=GOOD, capture_output=True, text=True, check=True)
    return ended.stdout.splitlines()


def test_a_worker_that_answers_pages_carries_nothing_that_only_others_need(told):
    assert told[0] == "[]"


def test_an_interface_is_imported_when_it_is_named(told):
    assert told[1] == "/scim/v2/Users True"


@pytest.mark.parametrize("path", ["/scim/v2/Users", "/api/"])
def test_what_comes_later_is_reversed_to_where_it_was_resolved(path):
    found = resolve(path)
    assert found.namespaces == found.app_names != []
    assert reverse(found.view_name) == path
