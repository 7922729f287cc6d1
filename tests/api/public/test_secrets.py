"""Secrets in the settings of things: sealed, never given out, kept until replaced (XK4)."""

import importlib
import json
import re

import pytest
from django.apps import apps

from accounts.sign_in.sealing import unseal
from tests.world import everything
from workspaces.change import lock_workspace
from workspaces.operations.documents import dump_document

STAND_IN = re.compile(r"<secret set: [0-9a-f]{10}>")
HIDDEN = "hunter2-hidden"
SETTINGS = {
    "host": "db.example",
    "port": 5432,
    "password": HIDDEN,
    "apiKey": HIDDEN,
    "pin": 4711,
    "options": {"ssl": True, "privateKey": HIDDEN, "depth": {"token": HIDDEN}},
    "uri": f"postgres://app:{HIDDEN}@db/x",
    "hooks": [{"url": "https://a.example", "headers": {"X-Key": HIDDEN, "Accept": "text/plain"}}],
    "extra": [{"name": "client_secret", "value": HIDDEN}, {"name": "region", "value": "eu"}],
    "credentials": {"client_email": "a@b.example", "private_key": HIDDEN},
    "empty_password": "",
    "no_token": None,
    "requirePassword": True,
}
READABLE = {
    "host": "db.example",
    "port": 5432,
    "options": {"ssl": True, "depth": {}},
    "hooks": [{"url": "https://a.example", "headers": {"Accept": "text/plain"}}],
    "extra": [{"name": "client_secret"}, {"name": "region", "value": "eu"}],
    "empty_password": "",
    "requirePassword": True,
}


def bodies(world):
    source = world.resource("source/a").public_id
    yield "source", 201, {"slug": "shop", "enabled": True, "metadataId": "ios", "name": "Shop"}
    yield "destination", 200, {"sourceId": source, "metadataId": "crm", "name": "CRM"}
    yield "warehouse", 201, {"metadataId": "postgres", "name": "DWH"}


@pytest.fixture(params=["source", "destination", "warehouse"])
def thing(request, call, world):
    """A thing made with secrets: its kind, address and what the answer said of its settings."""
    kind, status, body = next(b for b in bodies(world) if b[0] == request.param)
    answer = call("POST", f"/{kind}s", body | {"settings": SETTINGS})
    assert (answer.status_code, HIDDEN in answer.content.decode()) == (status, False)
    made = answer.json()["data"][kind]
    return kind, f"/{kind}s/{made['id']}", made["settings"]


def kept(world, path):
    return world.workspace.resources.get(public_id=path.rsplit("/", 1)[1]).details["settings"]


def settings_at(call, thing, **body):
    kind, path, _ = thing
    method = "PATCH" if body else "GET"
    answer = call(method, path, body or None)
    assert answer.status_code == 200, answer.content
    assert HIDDEN not in answer.content.decode()
    found = answer.json()["data"][kind]["settings"]
    found.pop("name", None)
    return found


def test_whoever_edits_sees_that_a_secret_is_set_and_no_more_XK4(call, thing):
    found = settings_at(call, thing)
    for place in ("password", "apiKey", "pin", "uri", "credentials"):
        assert STAND_IN.fullmatch(found[place]), place
    assert STAND_IN.fullmatch(found["options"]["privateKey"])
    assert STAND_IN.fullmatch(found["options"]["depth"]["token"])
    assert STAND_IN.fullmatch(found["hooks"][0]["headers"]["X-Key"])
    assert STAND_IN.fullmatch(found["extra"][0]["value"])
    assert found["empty_password"] == ""
    assert "no_token" not in found
    assert (found["host"], found["requirePassword"]) == ("db.example", True)


def test_readers_see_nothing_of_secrets_XK4(call_as, thing):
    reader = call_as(f"{thing[0]}-read-only")
    assert settings_at(reader, thing) == READABLE
    listed = reader("GET", f"/{thing[0]}s").content.decode()
    assert HIDDEN not in listed
    assert "secret set" not in listed


def test_secrets_lie_sealed_in_the_database_XK4(thing, world):
    assert HIDDEN not in json.dumps(everything(), default=str)
    assert json.loads(unseal(kept(world, thing[1])["password"]["$sealed"])) == HIDDEN


def test_what_is_not_sent_stays_and_what_is_sent_back_changes_nothing_XK4(call, thing, world):
    before, events = kept(world, thing[1]), world.workspace.events.count()
    assert settings_at(call, thing, settings=settings_at(call, thing)) == settings_at(call, thing)
    settings_at(call, thing, settings=SETTINGS)  # the very same in clear
    assert kept(world, thing[1]) == before
    assert world.workspace.events.count() == events
    settings_at(call, thing, settings={"host": "other", "options": {"ssl": False}})
    after = kept(world, thing[1])
    assert after["password"] == before["password"]
    assert after["options"] == before["options"] | {"ssl": False}


def test_a_new_secret_replaces_the_old_one_and_the_trail_names_its_key_XK4(call, thing, world):
    before = settings_at(call, thing)["password"]
    found = settings_at(call, thing, settings={"password": "hunter3-hidden"})["password"]
    assert found != before
    assert STAND_IN.fullmatch(found)
    assert json.loads(unseal(kept(world, thing[1])["password"]["$sealed"])) == "hunter3-hidden"
    event = world.workspace.events.newest_first().first()
    assert event.after["changed"] == ["settings.password"]
    assert "hidden" not in json.dumps([event.before, event.after])


def test_null_takes_a_setting_away_XK4(call, thing, world):
    found = settings_at(call, thing, settings={"password": None, "host": None})
    assert not {"password", "host"} & found.keys()
    assert not {"password", "host"} & kept(world, thing[1]).keys()


def test_a_secret_keeps_its_place_in_lists_by_its_stand_in_alone_XK4(call, thing, world):
    shown = settings_at(call, thing)["hooks"][0]["headers"]["X-Key"]
    old = kept(world, thing[1])["hooks"][0]["headers"]["X-Key"]
    first = {"url": "https://b.example", "headers": {"X-Key": "other-hidden"}}
    second = {"url": "https://a.example", "headers": {"X-Key": shown}}
    settings_at(call, thing, settings={"hooks": [first, second]})
    assert kept(world, thing[1])["hooks"][1]["headers"]["X-Key"] == old
    settings_at(call, thing, settings={"hooks": [{"url": "https://b.example", "headers": {}}]})
    assert kept(world, thing[1])["hooks"] == [{"url": "https://b.example", "headers": {}}]


def test_a_stand_in_is_shown_wherever_it_is_put_XK4(call, thing):
    shown = settings_at(call, thing)["password"]
    assert settings_at(call, thing, settings={"host": shown})["host"] == shown


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"password": "<secret set: 0123456789>"}, "settings.password"),
        ({"host": "<secret set: 0123456789>"}, "settings.host"),
        ({"credentials": {"a": "<secret set: 0123456789>"}}, "settings.credentials"),
        ({"$sealed": "x"}, "settings"),
        ({"a": [{"$sealed": "x"}]}, "settings.a[0]"),
        ({"password": {"$sealed": "x"}, "x": {"$sealed": "y", "z": 1}}, "settings.x"),
        ({"blob": "x" * 65_536}, "settings"),
    ],
)
def test_what_stands_for_no_secret_here_is_refused_by_name_XK4(call, thing, settings, field):
    before = everything()
    assert call.error("PATCH", thing[1], {"settings": settings}, status=422)["field"] == field
    left = everything()
    assert left["workspaces.Resource"] == before["workspaces.Resource"]
    assert left["workspaces.Event"] == before["workspaces.Event"]


def test_nothing_of_settings_travels_in_documents_XK4(thing, world):
    text = json.dumps(dump_document(world.workspace))
    assert not [word for word in (HIDDEN, "sealed", "secret set") if word in text]


def test_defaults_of_sensitive_settings_of_functions_are_secrets_XK4(call, call_as, world):
    declared = {
        "name": "apiKey", "label": "API key", "description": "", "type": "STRING",
        "required": True, "sensitive": True,
    }  # fmt: skip
    body = {"code": "x", "displayName": "F", "resourceType": "SOURCE"}
    body["settings"] = [declared, declared | {"name": "k", "default": HIDDEN}]
    made = call.data("POST", "/functions", body)["function"]
    assert made["settings"][0] == declared
    assert STAND_IN.fullmatch(made["settings"][1]["default"])
    path = f"/functions/{made['id']}"
    read = call_as("function-read-only").data("GET", path)["function"]["settings"]
    assert read == [declared, declared | {"name": "k"}]
    assert call.data("PATCH", path, {"settings": made["settings"]})["function"] == made


def test_what_lay_in_clear_is_sealed_and_opened_again_on_the_way_back_XJ9(world):
    migration = importlib.import_module("workspaces.migrations.0014_seal_settings")
    source = world.resource("source/a")
    clear = {"metadataId": "ios", "settings": SETTINGS | {"odd": {"$sealed": "x"}}}
    with lock_workspace(world.workspace.pk):
        source.details = clear
        source.save()
        migration.seal(apps, None)
        source.refresh_from_db()
        assert HIDDEN not in json.dumps(source.details)
        assert source.details["settings"]["host"] == "db.example"
        migration.open_again(apps, None)
        source.refresh_from_db()
    assert source.details == clear
