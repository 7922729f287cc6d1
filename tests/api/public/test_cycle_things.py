"""Terraform's cycle for things: what is read after it was put is what was put, secrets aside."""

import pytest

from tests.world import everything
from workspaces.operations.resources import resources

PLAIN = {
    "apiHost": "api.example/v1",
    "list": [1, 2.5, {"deep": [True, "x"]}],
    "nested": {"b": 1, "a": {"z": []}},
    "empty": {},
    "emoji": "👩‍💻 ü",
}
SCHEMA = {"type": "object", "properties": {"password": {"type": "string"}}, "required": ["a"]}
RULES = [
    {"type": "TRACK", "key": "Order Done", "version": 1, "jsonSchema": SCHEMA},
    {"type": "TRACK", "key": "Order Done", "version": 2, "jsonSchema": {"x": [1.5, None]}},
    {"type": "IDENTIFY", "version": 1, "jsonSchema": {}},
    {"type": "COMMON", "key": "", "version": 0, "jsonSchema": None},
]


def cycle(world):
    """Yield noun, what is posted, what of it comes back, and what is changed afterwards."""
    source = world.resource("source/a").public_id
    yield (
        "source",
        {"slug": "Web_Prod", "enabled": False, "metadataId": "IqDTy1TpoU", "settings": PLAIN},
        {
            "name": "Ünï 1",
            "slug": "WEB-2_",
            "enabled": True,
            "settings": {"list": [], "nested": None},
        },
    )
    yield (
        "destination",
        {"sourceId": source, "metadataId": "54521fdc25e721e32a72ef04", "enabled": False}
        | {"settings": PLAIN, "name": "Hook"},
        {"enabled": True, "settings": {"apiHost": "b"}},
    )
    yield (
        "warehouse",
        {"metadataId": "postgres", "settings": PLAIN | {"name": "DWH"}, "enabled": False},
        {"settings": {"name": "DWH 2", "empty": {"a": 1}}, "enabled": True},
    )
    yield (
        "function",
        {"code": "a\n\tb", "displayName": "Fn", "resourceType": "SOURCE", "settings": []},
        {"code": "", "description": "said now"},
    )
    yield "trackingPlan", {"name": "Plan", "type": "LIVE"}, {"description": "said\nnow"}


def seen(found, sent):
    """Return what an answer says of what was sent."""
    said = dict(found, metadataId=found.get("metadata", {}).get("id"))
    return {key: said[key] for key in sent if key in said}


@pytest.mark.parametrize("index", range(5))
def test_what_is_read_is_what_was_put(call, world, index):
    noun, body, change = list(cycle(world))[index]
    path = "/tracking-plans" if noun == "trackingPlan" else f"/{noun}s"
    made = call("POST", path, body).json()["data"][noun]
    assert seen(made, body) == body
    one = f"{path}/{made['id']}"
    assert call.data("GET", one)[noun] == made
    call.data("PATCH", one, change)
    after = call.data("GET", one)[noun]
    settings = {**body["settings"], **change["settings"]} if "settings" in change else None
    wanted = {**body, **change, **({"settings": settings} if settings else {})}
    if settings:
        wanted["settings"] = {k: v for k, v in settings.items() if v is not None}
    assert seen(after, wanted) == wanted
    assert seen(after, {"id": 1}) == {"id": made["id"]}
    before = world.workspace.events.count()
    call.data("PATCH", one, change)
    assert world.workspace.events.count() == before
    for _ in range(2):  # the second time it has gone
        assert call.data("DELETE", one) == {"status": "SUCCESS"}
    call.error("GET", one, status=404)
    call.error("PATCH", one, change, status=404)
    assert world.workspace.events.count() == before + 1


def test_what_was_never_said_is_left_out(call, world):
    body = {"code": "", "displayName": "F", "resourceType": "SOURCE"}
    made = call.data("POST", "/functions", body)["function"]
    assert not {"description", "logoUrl"} & made.keys()
    plan = call.data("POST", "/tracking-plans", {"name": "P", "type": "LIVE"})["trackingPlan"]
    assert "description" not in plan


def test_ids_of_the_catalogue_are_the_published_ones_and_ours_from_before(call):
    found = call.data("GET", "/catalog/sources")["sourcesCatalog"]
    assert found[0] | {"logos": {}} == {
        "id": "IqDTy1TpoU", "slug": "javascript", "name": "Javascript", "description": "",
        "logos": {}, "options": [], "categories": ["Website"], "isCloudEventSource": False,
    }  # fmt: skip
    wanted = {"status", "previousNames", "website", "components", "supportedFeatures",
              "supportedMethods", "supportedPlatforms", "actions", "presets"}  # fmt: skip
    assert wanted <= call.data("GET", "/catalog/destinations")["destinationsCatalog"][0].keys()
    body = {"slug": "old", "enabled": True, "metadataId": "javascript"}
    made = call.data("POST", "/sources", body, status=201)["source"]
    assert (made["metadata"]["id"], made["metadata"]["name"]) == ("javascript", "Javascript")
    for kind in ("sources", "destinations", "warehouses"):
        listed = call.data("GET", f"/catalog/{kind}")[f"{kind}Catalog"]
        assert len({entry["id"] for entry in listed}) == len(listed)
        for entry in listed:
            one = call.data("GET", f"/catalog/{kind}/{entry['id']}")
            assert list(one.values()) == [entry]


def rules_of(call, path):
    found = call.data("GET", path)["rules"]
    return [{k: v for k, v in r.items() if k not in {"createdAt", "updatedAt"}} for r in found]


def test_rules_of_a_plan_come_back_as_they_were_put(call, world):
    path = f"/tracking-plans/{world.resource('tracking_plan/web').public_id}/rules"
    assert rules_of(call, path) == []
    assert call.data("PUT", path, {"rules": RULES}) == {"status": "SUCCESS"}
    assert rules_of(call, path) == RULES
    first = call.data("GET", path)["rules"][0]
    events = world.workspace.events.count()
    call.data("PUT", path, {"rules": RULES})
    assert world.workspace.events.count() == events
    changed = [RULES[2], RULES[0] | {"jsonSchema": {"new": 1}}]
    call.data("PUT", path, {"rules": changed})
    assert rules_of(call, path) == changed
    again = call.data("GET", path)["rules"][1]
    assert again["createdAt"] == first["createdAt"]
    assert world.workspace.events.newest_first().first().after["changed"] == ["rules"]
    call.data("PUT", path, {"rules": []})
    assert rules_of(call, path) == []


def test_rules_come_in_pages(call, world):
    path = f"/tracking-plans/{world.resource('tracking_plan/web').public_id}/rules"
    call.data("PUT", path, {"rules": RULES})
    first = call.data("GET", f"{path}?pagination[count]=3")
    rest = call.data("GET", f"{path}?pagination[count]=3&pagination[cursor]="
                     + first["pagination"]["next"])  # fmt: skip
    keys = [rule.get("key") for rule in first["rules"] + rest["rules"]]
    assert keys == [rule.get("key") for rule in RULES]


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ([RULES[0], RULES[1], RULES[0]], "rules[2]"),
        ([RULES[2], RULES[2] | {"key": ""}], "rules[1]"),
        ([RULES[0] | {"type": "track"}], "rules[0].type"),
        ([RULES[0] | {"version": "1"}], "rules[0].version"),
        ([RULES[0] | {"version": -1}], "rules[0].version"),
        ([RULES[0] | {"version": 2**31}], "rules[0].version"),
        ([RULES[0] | {"key": "x" * 256}], "rules[0].key"),
        ([{"type": "TRACK", "version": 1}], "rules[0].jsonSchema"),
        ([RULES[0] | {"jsonSchema": "{}"}], "rules[0].jsonSchema"),
        ([RULES[2] | {"version": i} for i in range(2001)], "rules"),
        (None, "rules"),
    ],
)  # fmt: skip
def test_rules_that_do_not_fit_are_refused_by_name(call, world, rules, field):
    path = f"/tracking-plans/{world.resource('tracking_plan/web').public_id}/rules"
    before = everything()["workspaces.PlanRule"]
    assert call.error("PUT", path, {"rules": rules}, status=422)["field"].startswith(field)
    assert everything()["workspaces.PlanRule"] == before


def test_rules_are_read_by_readers_and_put_by_editors(call_as, world):
    path = f"/tracking-plans/{world.resource('tracking_plan/web').public_id}/rules"
    reader, stranger = call_as("tracking-plan-read-only"), call_as("source-admin")
    assert reader.data("GET", path)["rules"] == []
    reader.error("PUT", path, {"rules": RULES}, status=403)
    stranger.error("GET", path, status=404)
    stranger.error("PUT", path, {"rules": RULES}, status=404)


def test_schema_settings_of_a_source_are_changed_one_by_one(call, world):
    a, b = (world.resource(f"source/{slug}") for slug in "ab")
    path = f"/sources/{a.public_id}/settings"
    assert call.data("GET", path) == {"sourceId": a.public_id, "settings": {}}
    first = {
        "track": {"allowUnplannedEvents": False, "commonEventOnViolations": "OMIT_PROPERTIES"},
        "group": {"allowTraitsOnViolations": True},
        "forwardingViolationsTo": b.public_id,
    }
    assert call.data("PATCH", path, first)["settings"] == first
    second = {"track": {"allowUnplannedEvents": True}, "group": None}
    changed = call.data("PATCH", path, second)
    wanted = {**first, "track": {**first["track"], "allowUnplannedEvents": True}}
    del wanted["group"]
    assert changed == {"sourceId": a.public_id, "settings": wanted}
    assert call.data("GET", path) == changed
    assert call.data("GET", f"/sources/{a.public_id}")["source"]["settings"] == {}
    resources.delete(b, by=world.actor("ada"))
    assert "forwardingViolationsTo" not in call.data("GET", path)["settings"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"track": {"allowUnplannedEvents": "false"}}, "track.allowUnplannedEvents"),
        ({"track": {"allowUnplannedEvents": 1}}, "track.allowUnplannedEvents"),
        ({"identify": {"commonEventOnViolations": "OMIT_PROPERTIES"}}, "identify"),
        ({"forwardingBlockedEventsTo": "nowhere"}, "forwardingBlockedEventsTo"),
        ({"track": []}, "track"),
    ],
)
def test_schema_settings_that_do_not_fit_are_refused_by_name(call, world, body, field):
    path = f"/sources/{world.resource('source/a').public_id}/settings"
    assert call.error("PATCH", path, body, status=422)["field"].startswith(field)


def test_schema_settings_are_for_who_may_edit(call, call_as, world):
    a, b = (world.resource(f"source/{slug}").public_id for slug in "ab")
    path = f"/sources/{a}/settings"
    call.data("PATCH", path, {"forwardingViolationsTo": b})
    reader, stranger = call_as("source-read-only"), call_as("space-admin")
    assert reader.data("GET", path)["settings"] == {"forwardingViolationsTo": b}
    reader.error("PATCH", path, {}, status=403)
    stranger.error("GET", path, status=404)
