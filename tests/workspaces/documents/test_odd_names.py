"""Odd names and addresses go out and come in again the same, on either database (N1, N2)."""

import json
import os
import subprocess
import sys

import pytest

from accounts.addresses import normalise
from config.web.values.text import same_key
from tests.odd_names import LINES, odd_document, odd_names
from tests.peers.nodes import database_url
from tests.test_architecture import ROOT
from tests.world import SYSTEM, acme, build
from workspaces.models import Workspace
from workspaces.operations.documents import document_text, load_document, load_documents

# Whom the engine says may edit what, of everybody and everything.
DECISIONS = """
from workspaces.access.engine import Access
from workspaces.models.workspace import Workspace
w = Workspace.objects.get(slug="odd")
for m in w.members.select_related("user").order_by("user__email"):
    reach = Access.of(m).reach("edit", "source").values_list("slug", flat=True)
    print(m.user.email, *sorted(reach))
for g in w.groups.by_name():
    print(ascii(g.name), *sorted(g.grants.values_list("listed__resource__slug", flat=True)))
"""


@pytest.mark.django_db
def test_two_hundred_odd_names_survive_the_round_trip_N1():
    load_document(odd_document(), by=SYSTEM)
    text = document_text(Workspace.objects.get(slug="odd"))
    assert not load_documents([("again", text.encode())], by=SYSTEM)[0]
    assert text == document_text(Workspace.objects.get(slug="odd"))
    there = json.loads(text)
    assert {g["name"] for g in there["groups"]} == set(odd_names(100))
    wanted = {normalise(p["email"]) for p in odd_document()["members"]}
    assert {p["email"] for p in there["members"]} == wanted
    assert all(g["description"].startswith(LINES) for g in there["groups"])


@pytest.mark.django_db
def test_twins_within_a_document_are_named_N2():
    groups = [{"name": name} for name in ("Équipe", "équipe", "E\u0301QUIPE", "izmir", "İzmir")]
    with pytest.raises(Exception, match="there twice") as refused:
        load_document(acme(groups=groups), by=SYSTEM)
    assert str(refused.value).count("there twice") == 2


@pytest.mark.django_db
def test_a_document_finds_the_group_by_any_spelling_N2():
    world = build(acme(groups=[{"name": "Équipe", "members": ["bo@example.org"]}]))
    before = world.workspace.groups.get()
    again = acme(groups=[{"name": "E\u0301QUIPE", "members": ["bo@example.org"]}])
    load_document(again, by=SYSTEM)
    after = world.workspace.groups.get()
    assert (after.pk, after.name) == (before.pk, "ÉQUIPE")


@pytest.mark.django_db(transaction=True)
def test_a_workspace_moved_from_sqlite_decides_the_same_here_N2(tmp_path):
    elsewhere = {"DATABASE_URL": f"sqlite:///{tmp_path}/there.sqlite3"}
    here = {"DATABASE_URL": database_url()}
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    first.write_text(json.dumps(odd_document()))
    manage(elsewhere, "migrate", "-v0")
    manage(elsewhere, "workspace_import", first)
    manage(elsewhere, "workspace_export", "odd", "-o", second)
    manage(here, "workspace_import", second)
    decided = manage(elsewhere, "shell", "-v0", "-c", DECISIONS)
    assert decided.count("\n") == 201
    assert manage(here, "shell", "-v0", "-c", DECISIONS) == decided
    assert manage(here, "workspace_export", "odd") == second.read_text()


def manage(environment, *arguments):
    command = [sys.executable, "manage.py", *map(str, arguments)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_odd_names_hold_twins_that_databases_tell_apart_N2():
    names = odd_names(100)
    assert len({same_key(name) for name in names}) == 100
    assert len({name.lower() for name in names}) == 100
