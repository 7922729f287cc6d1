"""Resources, connections and the trail over the Public API."""

import pytest

from tests.world import SYSTEM
from workspaces.operations.workspace import workspaces


def test_a_source_from_making_to_deleting(call, world):
    body = {"slug": "shop", "enabled": True, "metadataId": "javascript", "settings": {"a": 1}}
    made = call.data("POST", "/sources", body, status=201)["source"]
    assert made["writeKeys"][0].startswith("wk_")
    assert made["metadata"]["name"] == "Javascript"
    path = f"/sources/{made['id']}"
    assert call.data("GET", path) == {"source": made, "trackingPlanId": None}
    changed = call.data("PATCH", path, {"name": "Shop", "enabled": False})["source"]
    assert (changed["name"], changed["enabled"], changed["settings"]) == ("Shop", False, {"a": 1})
    call.error("POST", "/sources", body, status=409)
    call.error("POST", "/sources", body | {"metadataId": "gopher", "slug": "x"}, status=422)
    assert call.data("DELETE", path) == {"status": "SUCCESS"}
    call.error("GET", path, status=404)


def test_write_keys_are_for_who_may_edit(call, call_as):
    body = {"slug": "shop", "enabled": True, "metadataId": "ios"}
    ident = call.data("POST", "/sources", body, status=201)["source"]["id"]
    reader = call_as("source-read-only")
    assert reader.data("GET", f"/sources/{ident}")["source"]["writeKeys"] == []
    assert call_as("source-admin").data("GET", f"/sources/{ident}")["source"]["writeKeys"]


def test_labels_of_a_space_are_an_addition_of_ours(call, call_as, world):
    path = f"/spaces/{world.resource('space/eu').public_id}"
    prod = {"key": "environment", "value": "prod", "description": ""}
    assert call.data("GET", path)["space"]["labels"] == [prod]
    dev = {"labels": [{"key": "environment", "value": "dev"}]}
    assert call.error("POST", f"{path}/labels", dev, status=422)["field"] == "labels"  # L3
    put = call_as("space-admin").data("PUT", f"{path}/labels", dev)
    assert [label["value"] for label in put["labels"]] == ["dev"]
    reader = call_as("space-read-only", "source-admin")
    reader.error("PUT", f"{path}/labels", dev, status=403)  # L6
    assert call.data("PUT", f"{path}/labels", {"labels": []}) == {"labels": []}


def test_a_connection_goes_by_a_name_that_clients_know(call, world):
    warehouse, b = world.resource("warehouse/bq"), world.resource("source/b")
    path = f"/warehouses/{warehouse.public_id}/connected-sources/{b.public_id}"
    for method in ("POST", "DELETE"):
        call.data(method, path)
        event = call.data("GET", "/audit-events?pagination.count=1")["events"][0]
        assert event["type"] == "Storage Destination Modified"


def test_connections_and_what_is_connected(call, world):
    source, warehouse = world.resource("source/a"), world.resource("warehouse/bq")
    b, plan = world.resource("source/b"), world.resource("tracking_plan/web")
    sources = f"/sources/{source.public_id}"
    assert len(call.data("GET", f"{sources}/connected-destinations")["destinations"]) == 1
    found = call.data("GET", f"{sources}/connected-warehouses")["warehouses"]
    assert found[0]["settings"] == {"name": "BigQuery"}
    path = f"/warehouses/{warehouse.public_id}/connected-sources/{b.public_id}"
    assert call.data("POST", path) == {"status": "CONNECTED"}
    connected = call.data("GET", path.rsplit("/", 1)[0])["sources"]
    assert {found["slug"] for found in connected} == {"a", "b"}
    assert call.data("DELETE", path) == {"status": "SUCCESS"}
    plans = f"/tracking-plans/{plan.public_id}/sources"
    call.data("POST", plans, {"sourceId": source.public_id})
    assert [s["slug"] for s in call.data("GET", plans)["sources"]] == ["a"]
    assert call.data("GET", sources)["trackingPlanId"] == plan.public_id
    call.data("DELETE", f"{plans}?sourceId={source.public_id}")
    assert call.data("GET", plans)["sources"] == []


def test_destinations_warehouses_plans_and_functions_are_made_and_changed(call, world):
    source = world.resource("source/a").public_id
    made = call.data("POST", "/destinations", {
        "sourceId": source, "metadataId": "crm", "settings": {}, "name": "CRM",
    })["destination"]  # fmt: skip
    assert made["sourceId"] == source
    path = f"/destinations/{made['id']}"
    changed = call.data("PATCH", path, {"enabled": False})["destination"]
    assert not changed["enabled"]
    call.data("DELETE", path)

    body = {"metadataId": "postgres", "settings": {"name": "DWH", "host": "db"}}
    made = call.data("POST", "/warehouses", body, status=201)["warehouse"]
    assert made["settings"] == {"name": "DWH", "host": "db"}
    assert "name" not in made
    path = f"/warehouses/{made['id']}"
    changed = call.data("PATCH", path, {"settings": {"host": "new"}})["warehouse"]
    assert changed["settings"] == {"name": "DWH", "host": "new"}
    call.data("DELETE", path)

    made = call.data("POST", "/tracking-plans", {"name": "App", "type": "ENGAGE"})["trackingPlan"]
    path = f"/tracking-plans/{made['id']}"
    assert call.data("PATCH", path, {"name": "Apps"}) == {"status": "SUCCESS"}
    assert call.data("GET", path)["trackingPlan"]["name"] == "Apps"
    found = call.data("GET", "/tracking-plans?type=LIVE")["trackingPlans"]
    assert [plan["name"] for plan in found] == ["Web plan"]
    call.data("DELETE", path)

    body = {"code": "x = 1", "displayName": "Ingest", "resourceType": "DESTINATION"}
    made = call.data("POST", "/functions", body)["function"]
    path = f"/functions/{made['id']}"
    assert not made["isLatestVersion"]
    call.data("POST", f"{path}/deploy")
    assert call.data("GET", path)["function"]["isLatestVersion"]
    assert not call.data("PATCH", path, {"code": "x = 2"})["function"]["isLatestVersion"]
    listed = call.data("GET", "/functions?resourceType=DESTINATION")["functions"]
    assert [function["displayName"] for function in listed] == ["Ingest"]
    assert "code" not in listed[0]
    call.error("GET", "/functions", status=422)
    call.data("DELETE", path)


def test_spaces_are_read_only(call, world):
    spaces = call.data("GET", "/spaces")["spaces"]
    eu = world.resource("space/eu").public_id
    assert [(space["id"], space["slug"], space["name"]) for space in spaces] == [
        (eu, "eu", "Europe")
    ]
    assert call.data("GET", f"/spaces/{eu}") == {"space": spaces[0]}
    assert call.error("POST", "/spaces", {}, status=405)["type"] == "method-not-allowed"


def test_the_trail_with_the_token_as_actor(call, world):
    call.data("POST", "/labels", {"label": {"key": "team", "value": "blue"}}, status=201)
    event = call.data("GET", "/audit-events")["events"][0]
    token = world.workspace.tokens.get(name="owner")
    assert event["type"] == "Label Created"
    assert (event["actor"], event["resourceId"]) == (token.public_id, "team:blue")
    assert (event["resourceType"], event["resourceName"]) == ("LABEL", "team:blue")
    for query in ("resourceId=team:blue", "resourceId=Team:Blue&resourceType=LABEL"):
        assert call.data("GET", f"/audit-events?{query}")["events"] == [event]
    assert "actorEmail" not in event
    assert call.data("GET", "/audit-events?resourceType=LABEL")["pagination"]["totalEntries"] == 1
    assert not call.data("GET", "/audit-events?endTime=2020-01-01T00:00:00Z")["events"]


@pytest.mark.parametrize("key", ["resourceId", "resourceType", "startTime", "endTime"])
def test_an_empty_filter_of_the_trail_is_refused_N4(call, key):
    assert call.error("GET", f"/audit-events?{key}=", status=422)["field"] == key


def test_reads_of_resources_stand_in_the_trail_where_it_is_eligible_A3(call, world):
    source = world.resource("source/a").public_id
    call.data("GET", "/sources")
    assert not world.workspace.events.filter(action="resource.read").exists()
    workspaces.set_plan_and_flag(
        world.workspace, plan="business", hipaa_eligible=True, by=SYSTEM.because("contract 12")
    )
    call.data("GET", "/sources")
    call.data("GET", f"/sources/{source}")
    call.data("GET", f"/sources/{source}/connected-warehouses")
    found = world.workspace.events.filter(action="resource.read").order_by("number")
    assert [event.target_name for event in found][:2] == ["source list", "Source A"]
    assert all(event.actor_kind == "token" for event in found)
