"""import(export(w)) changes nothing, and export(import(d)) says what d said."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings

from tests.workspaces.access.worlds import documents
from tests.world import SYSTEM, acme, build, give_grants
from workspaces.demo import demo_documents
from workspaces.models import Workspace
from workspaces.operations.documents import document_text, load_documents
from workspaces.terms import Terms

DATA = Path(__file__).parents[2] / "data"
REAL = sorted(DATA.glob("*.json"))


def exported(slug):
    return document_text(Workspace.objects.get(slug=slug))


def reimported(slug):
    """Export, import again; return the text and the difference that was found."""
    text = exported(slug)
    return text, load_documents([("again", text.encode())], by=SYSTEM)[0]


@pytest.mark.django_db
@pytest.mark.parametrize("file", REAL, ids=lambda file: file.stem)
def test_a_real_organisation_survives_the_round_trip(file):
    load_documents([(file.name, file.read_bytes())], by=SYSTEM)
    text, difference = reimported(file.stem)
    assert not difference
    original = json.loads(file.read_text())
    again = json.loads(text)
    assert counts(again) == counts(original)
    assert text == exported(file.stem)


def counts(document):
    return {
        "members": len(document["members"]),
        "owners": sum(bool(member.get("owner")) for member in document["members"]),
        "groups": {g["name"]: len(g["members"]) for g in document["groups"]},
        "grants": sum(len(g.get("grants", [])) for g in document["groups"]),
        "labels": sorted(
            (label if isinstance(label, str) else label["label"]) for label in document["labels"]
        ),
        "resources": {
            f"{r['type']}/{r['slug']}": sorted(r.get("labels", [])) for r in document["resources"]
        },
    }


@pytest.mark.django_db
def test_the_demo_survives_the_round_trip():
    texts = list(demo_documents().items())
    load_documents(texts, by=SYSTEM)
    for slug in Workspace.objects.values_list("slug", flat=True):
        assert not reimported(slug)[1]


@pytest.mark.django_db
def test_nothing_of_the_small_document_is_lost():
    build()
    again = json.loads(exported("acme"))
    assert counts(again) == counts(acme())
    cy = next(m for m in again["members"] if m["email"] == "cy@example.org")
    assert cy["grants"] == [{"role": "source-read-only", "scope": {"resources": ["source/a"]}}]
    bq = next(r for r in again["resources"] if r["slug"] == "bq")
    assert bq["connected"] == ["source/a"]


@pytest.mark.django_db(transaction=True)
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(documents())
def test_random_worlds_survive_the_round_trip(document):
    load_documents([("random", json.dumps(document).encode())], by=SYSTEM)
    text, difference = reimported("ws")
    assert not difference
    assert text == exported("ws")


@pytest.mark.parametrize("many", [1, 30])
def test_an_export_takes_the_same_number_of_statements_for_many_grants(world, many):
    give_grants(world.member("dee"), [Terms("source-read-only", "all")] * many)
    with CaptureQueriesContext(connection) as captured:
        document_text(world.workspace)
    assert len(captured) == 18
