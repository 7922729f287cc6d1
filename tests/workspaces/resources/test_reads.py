"""In HIPAA-eligible workspaces reads of resources are audit events, one per page (A3)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.world import SYSTEM
from workspaces.change import audit, chain
from workspaces.operations.resources import resources
from workspaces.operations.workspace import workspaces

PAGES = {
    "sources/a": ("source", "a", {"page": "resource"}),
    "sources/a/people": ("source", "a", {"page": "resource_people"}),
    "sources/a/history": ("source", "a", {"page": "resource_history"}),
    "sources/a/edit": ("source", "a", {"page": "resource_edit"}),
    "sources/a/delete": ("source", "a", {"page": "resource_delete"}),
    "warehouses/bq/connect": ("warehouse", "bq", {"page": "resource_connect"}),
    "sources": ("source", "", {"slugs": ["a", "b", "c"]}),
    "sources?q=b": ("source", "", {"slugs": ["b"]}),
}


@pytest.fixture
def hipaa(world):
    workspaces.set_plan_and_flag(world.workspace, plan="business", hipaa_eligible=True, by=SYSTEM)
    return world


def reads(world):
    return world.workspace.events.filter(action="resource.read")


@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_one_read_with_who_and_what_A3(hipaa, as_user, path):
    assert as_user("ada").get(f"/w/acme/{path}").status_code == 200
    [event] = reads(hipaa)
    assert event.actor_name == "ada@example.org"
    assert event.address == "127.0.0.1"
    kind, slug, after = PAGES[path]
    ident = hipaa.resource(f"{kind}/{slug}").public_id if slug else ""
    assert (event.target_type, event.target_id, event.after) == (kind, ident, after)
    assert chain.verify(hipaa.workspace) is None


@pytest.mark.parametrize("path", PAGES)
def test_elsewhere_reads_are_no_events_A3(world, as_user, path):
    before = world.workspace.events.count()
    as_user("ada").get(f"/w/acme/{path}")
    assert world.workspace.events.count() == before


def test_a_fragment_is_a_read_like_its_page(hipaa, as_user):
    headers = {"HX-Request": "true", "HX-Target": "resources"}
    as_user("cy").get("/w/acme/sources?q=a", headers=headers)
    [event] = reads(hipaa)
    assert event.after == {"slugs": ["a"]}


def test_labels_to_choose_from_show_no_resource(hipaa, as_user):
    as_user("ada").get("/w/acme/pick/sources/labels")
    assert not reads(hipaa).exists()


def test_a_locked_door_shows_nothing_and_is_no_read(hipaa, as_user):
    assert as_user("dee").get("/w/acme/sources/a").status_code == 403
    assert as_user("ada").get("/w/acme/sources/none").status_code == 404
    assert not reads(hipaa).exists()


def test_a_read_that_cannot_be_noted_shows_nothing_A1(hipaa, as_user, monkeypatch):
    def broken(*args, **options):
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr(audit, "record", broken)
    client = as_user("ada")
    client.raise_request_exception = False
    answer = client.get("/w/acme/sources/a")
    assert answer.status_code == 500
    assert "Source A" not in answer.content.decode()


def test_a_change_is_its_own_event_and_no_read(hipaa, as_user):
    as_user("ada").post("/w/acme/sources/a/edit", {"name": "New"})
    assert not reads(hipaa).exists()


def test_the_trail_says_it_in_a_sentence(hipaa, see):
    see("cy", "sources/a")
    see("cy", "sources")
    page = see("ada", "audit")
    assert "Cy Twombly looked at Source A" in page
    assert "Cy Twombly looked at source list" in page


def test_a_read_costs_the_same_for_any_number_of_rows(hipaa, as_user):
    client = as_user("ada")
    few, _ = statements_and_rows(client)
    for i in range(20):
        resources.create(hipaa.workspace, "function", f"f{i}", f"F {i}", by=SYSTEM)
    many, rows = statements_and_rows(client)
    assert (few, rows) == (many, 21)


def statements_and_rows(client):
    client.get("/w/acme/my-access")  # notes the activity once a minute
    with CaptureQueriesContext(connection) as done:
        answer = client.get("/w/acme/functions")
    return len(done), len(answer.context["rows"])
