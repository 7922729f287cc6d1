"""The decision API as AuthZEN 1.0 and `workspaces/api/README.md` have it."""

import json

import pytest

from tests.api.conftest import secret_for
from tests.world import OTHER, SYSTEM, build
from workspaces.models import Token
from workspaces.operations.members import members
from workspaces.operations.tokens import tokens
from workspaces.operations.workspace import workspaces

USER = {"type": "user", "id": "bo@example.org"}
SOURCE = {"type": "source", "id": "a"}
MAY_EDIT = {"subject": USER, "action": {"name": "edit"}, "resource": SOURCE}
ENDPOINTS = (
    "evaluation", "evaluations", "search/subject", "search/resource", "search/action",
)  # fmt: skip


def test_a_yes_and_a_no(ask):
    assert ask("evaluation", MAY_EDIT) == (200, {"decision": True})
    assert ask("evaluation", MAY_EDIT | {"resource": {"type": "source", "id": "c"}}) == (
        200,
        {"decision": False},
    )


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ({"type": "user", "id": "BO@example.org"}, True),
        ({"type": "group", "id": "growth"}, True),
        ({"type": "group", "id": "nobody"}, False),
        ({"type": "user", "id": "nobody@example.org"}, False),
        ({"type": "robot", "id": "bo@example.org"}, False),
        ({"type": "user", "id": ""}, False),
    ],
)
def test_subjects_by_their_names_and_unknown_ones_are_a_no_R5(ask, subject, expected):
    assert ask("evaluation", MAY_EDIT | {"subject": subject}) == (200, {"decision": expected})


@pytest.mark.parametrize(
    "changed",
    [
        {"resource": {"type": "source", "id": "no-such"}},
        {"resource": {"type": "planet", "id": "a"}},
        {"action": {"name": "fly"}},
    ],
)
def test_what_is_unknown_is_a_no_R5(ask, changed):
    assert ask("evaluation", MAY_EDIT | changed) == (200, {"decision": False})


def test_a_token_is_a_subject_too(ask, world):
    reader = secret_for(world.workspace, "warehouse-read-only", name="sync")
    ident = Token.objects.get(name="sync").public_id
    question = {
        "subject": {"type": "token", "id": ident},
        "action": {"name": "read"},
        "resource": {"type": "warehouse", "id": "bq"},
    }
    assert reader
    assert ask("evaluation", question) == (200, {"decision": True})
    tokens.revoke(Token.objects.get(name="sync"), by=SYSTEM)
    assert ask("evaluation", question) == (200, {"decision": False})


def test_the_workspace_is_a_resource(ask):
    acme = {"type": "workspace", "id": "acme"}
    ada = {"type": "user", "id": "ada@example.org"}
    asked = {"subject": ada, "action": {"name": "administer"}, "resource": acme}
    assert ask("evaluation", asked) == (200, {"decision": True})
    assert ask("evaluation", asked | {"subject": USER}) == (200, {"decision": False})
    assert ask("evaluation", asked | {"resource": {"type": "workspace", "id": "other"}}) == (
        200,
        {"decision": False},
    )


def test_reasons_where_they_are_asked_for(ask):
    _, said = ask("evaluation", MAY_EDIT | {"context": {"explain": True}})
    assert said["context"]["reasons"] == [
        "Source Admin through group growth, labels environment:prod"
    ]
    _, said = ask(
        "evaluation",
        MAY_EDIT | {"resource": {"type": "source", "id": "c"}, "context": {"explain": True}},
    )
    assert said["decision"] is False
    assert said["context"]["reasons"][0].startswith("would: ")


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "subject"),
        (MAY_EDIT | {"subject": "bo"}, "subject"),
        (MAY_EDIT | {"subject": {"type": "user"}}, "subject.id"),
        (MAY_EDIT | {"subject": {"type": 1, "id": "x"}}, "subject.type"),
        (MAY_EDIT | {"action": {}}, "action.name"),
        (MAY_EDIT | {"action": None}, "action"),
        (MAY_EDIT | {"resource": {"id": "a"}}, "resource.type"),
        (MAY_EDIT | {"context": []}, "context"),
    ],
)
def test_a_missing_or_mistyped_key_is_named(ask, body, named):
    status, said = ask("evaluation", body)
    assert status == 400
    assert said["error"]["message"].startswith(f"{named}:")


def test_unknown_keys_and_properties_are_ignored(ask):
    more = MAY_EDIT | {"subject": USER | {"properties": {"role": "owner"}}, "extra": [1]}
    assert ask("evaluation", more) == (200, {"decision": True})


@pytest.mark.parametrize(
    "text",
    [
        "[]", "null", "{", '{"a": NaN}', '{"a": 1, "a": 2}', '{"a": "\\u0000"}',
        '{"a": "\\ud800"}', b'{"a": "\xff"}', '{"a":' * 5000 + "1" + "}" * 5000,
    ],
    ids=range(9),
)  # fmt: skip
def test_what_is_no_json_object_is_refused_XH8(ask, text):
    status, said = ask("evaluation", text)
    assert status == 400
    assert said["error"]["status"] == 400


def test_another_media_type_and_too_many_bytes_XH8(client, secret):
    headers = {"Authorization": f"Bearer {secret}"}
    for kind in ("multipart/form-data; boundary=x", "text/plain", "application/json; charset=hex"):
        form = client.generic(
            "POST", "/access/v1/evaluation", "{}", content_type=kind, headers=headers
        )
        assert (form.status_code, form.json()["error"]["status"]) == (400, 400)
    huge = json.dumps({"a": "x" * 3_000_000})
    large = client.post(
        "/access/v1/evaluation", huge, content_type="application/json", headers=headers
    )
    assert large.status_code == 413
    assert large.json()["error"]["status"] == 413


# --- Who may ask ----------------------------------------------------------------------


@pytest.mark.parametrize("path", ENDPOINTS)
def test_without_a_good_token_401(ask, path, world, client):
    revoked = secret_for(world.workspace, "decision-reader", name="old")
    tokens.revoke(Token.objects.get(name="old"), by=SYSTEM)
    for bearer in ("", "junk", revoked, revoked[:-1], revoked.upper()):
        status, said = ask(path, MAY_EDIT, bearer=bearer)
        assert (status, said["error"]["status"]) == (401, 401)


def test_a_cookie_never_counts_XH6(ask, as_user):
    as_user("ada")
    assert ask("evaluation", MAY_EDIT, bearer="")[0] == 401
    assert ask("evaluation", MAY_EDIT, bearer="junk")[0] == 401


def test_a_token_in_the_address_does_not_count_XH5(client, secret):
    answer = client.post(
        f"/access/v1/evaluation?access_token={secret}",
        json.dumps(MAY_EDIT),
        content_type="application/json",
    )
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize(
    ("role", "expected"),
    [("workspace-owner", {200, 400}), ("source-admin", {403}), ("source-read-only", {403})],
)
def test_only_owners_and_decision_readers_may_ask(ask, world, path, role, expected):
    assert ask(path, MAY_EDIT, bearer=secret_for(world.workspace, role))[0] in expected


def test_the_token_of_a_closed_workspace_is_dead_XH2(ask, world):
    workspaces.close(world.workspace, by=SYSTEM)
    assert ask("evaluation", MAY_EDIT)[0] == 401


def test_only_from_the_addresses_the_token_is_for_T1(ask, world):
    away = secret_for(world.workspace, "decision-reader", address_ranges=["203.0.113.0/24"])
    assert ask("evaluation", MAY_EDIT, bearer=away)[0] == 401


def test_last_use_is_noted_without_a_write_for_each_request(ask, world, django_assert_num_queries):
    ask("evaluation", MAY_EDIT)
    token = Token.objects.get(name="gateway")
    assert token.last_used_at is not None
    assert token.last_used_from == "127.0.0.1"
    with django_assert_num_queries(2):  # the token; bo and the source; each with all about them
        ask("evaluation", MAY_EDIT)


def test_only_post_and_only_known_addresses(client, secret):
    headers = {"Authorization": f"Bearer {secret}"}
    read = client.get("/access/v1/evaluation", headers=headers)
    assert (read.status_code, read.headers["Allow"]) == (405, "POST")
    nowhere = client.post("/access/v1/nowhere", headers=headers)
    assert (nowhere.status_code, nowhere.json()["error"]["status"]) == (404, 404)


def test_the_request_id_is_echoed(client, secret):
    answer = client.post(
        "/access/v1/evaluation",
        json.dumps(MAY_EDIT),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}", "X-Request-ID": "abc-123"},
    )
    assert answer.headers["X-Request-ID"] == "abc-123"


def test_another_workspace_is_out_of_reach_XA4(ask):
    build(OTHER)
    olga = {"type": "user", "id": "olga@example.net"}
    quixotic = {"type": "group", "id": "quixotic"}
    for subject in (olga, quixotic):
        asked = {"subject": subject, "action": {"name": "read"}, "resource": SOURCE}
        assert ask("evaluation", asked) == (200, {"decision": False})
        status, said = ask("search/resource", asked | {"resource": {"type": "source"}})
        assert (status, said["results"]) == (200, [])


def test_a_revoke_holds_for_the_next_question_R4(ask, world):
    assert ask("evaluation", MAY_EDIT)[1]["decision"] is True
    members.remove(world.member("bo"), by=SYSTEM)
    assert ask("evaluation", MAY_EDIT)[1]["decision"] is False


# --- Batches --------------------------------------------------------------------------


def batch(*slugs, **more):
    entries = [{"resource": {"type": "source", "id": slug}} for slug in slugs]
    return {"subject": USER, "action": {"name": "edit"}, "evaluations": entries, **more}


def decisions(said):
    return [entry["decision"] for entry in said["evaluations"]]


def test_a_batch_answers_in_order_with_the_defaults_overridden(ask):
    asked = batch("a", "c", "b")
    asked["evaluations"].append(MAY_EDIT | {"subject": {"type": "user", "id": "dee@example.org"}})
    status, said = ask("evaluations", asked)
    assert (status, decisions(said)) == (200, [True, False, True, False])


@pytest.mark.parametrize(
    ("semantic", "expected"),
    [
        ("execute_all", [True, False, True]),
        ("deny_on_first_deny", [True, False]),
        ("permit_on_first_permit", [True]),
    ],
)
def test_where_a_batch_stops(ask, semantic, expected):
    asked = batch("a", "c", "b", options={"evaluations_semantic": semantic})
    assert decisions(ask("evaluations", asked)[1]) == expected


def test_a_faulty_entry_does_not_fail_the_batch(ask):
    asked = batch("a", "b")
    asked["evaluations"][1:1] = ["nonsense", {"resource": {"type": "source"}}]
    status, said = ask("evaluations", asked)
    assert (status, decisions(said)) == (200, [True, False, False, True])
    assert said["evaluations"][2]["context"]["error"] == {
        "status": 400,
        "message": "resource.id: a string is required.",
    }


@pytest.mark.parametrize("more", [{}, {"evaluations": []}])
def test_no_entries_are_a_single_question(ask, more):
    assert ask("evaluations", MAY_EDIT | more) == (200, {"decision": True})


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"evaluations": {}}, 400),
        ({"evaluations": None}, 400),
        ({"options": {"evaluations_semantic": "guess"}}, 400),
        ({"options": []}, 400),
        ({"evaluations": [{}] * 1001}, 413),
    ],
)
def test_a_batch_that_cannot_be_taken_XH11(ask, changed, status):
    assert ask("evaluations", batch("a") | changed)[0] == status


def test_statements_of_a_batch_do_not_grow(ask, django_assert_num_queries):
    ask("evaluations", batch("a"))
    for size, statements in ((1, 2), (100, 4)):  # several things are found, then their facts
        with django_assert_num_queries(statements):
            ask("evaluations", batch(*["a", "b", "c", "no-such"][:size] * size))


# --- Searches -------------------------------------------------------------------------


def test_who_may(ask):
    asked = {"subject": {"type": "user"}, "action": {"name": "edit"}, "resource": SOURCE}
    status, said = ask("search/subject", asked)
    assert (status, [found["id"] for found in said["results"]]) == (
        200,
        ["ada@example.org", "bo@example.org"],
    )
    assert said["page"] == {"next_token": "", "count": 2, "total": 2}
    groups = ask("search/subject", asked | {"subject": {"type": "group", "id": "ignored"}})[1]
    assert groups["results"] == [{"type": "group", "id": "growth"}]
    assert ask("search/subject", asked | {"subject": {"type": "robot"}})[1]["results"] == []


def test_on_what(ask):
    asked = {"subject": USER, "action": {"name": "read"}, "resource": {"type": "source"}}
    assert ask("search/resource", asked)[1]["results"] == [
        {"type": "source", "id": "a"},
        {"type": "source", "id": "b"},
    ]
    on_workspace = asked | {"resource": {"type": "workspace"}}
    assert ask("search/resource", on_workspace)[1]["results"] == [
        {"type": "workspace", "id": "acme"}
    ]
    assert ask("search/resource", asked | {"resource": {"type": "planet"}})[1]["results"] == []


def test_what_may_be_done(ask):
    asked = {"subject": USER, "resource": SOURCE}
    assert ask("search/action", asked) == (
        200,
        {"results": [{"name": n} for n in ("read", "edit", "delete", "label")]},
    )
    on_workspace = asked | {"resource": {"type": "workspace", "id": "acme"}}
    assert ask("search/action", on_workspace)[1] == {"results": [{"name": "read"}]}
    unknown = asked | {"resource": {"type": "source", "id": "no-such"}}
    assert ask("search/action", unknown) == (200, {"results": []})


def test_pages_follow_one_another_and_hold_everything_once(ask):
    asked = {"subject": {"type": "user"}, "action": {"name": "read"}}
    asked["resource"] = {"type": "workspace", "id": "acme"}
    seen, token = [], ""
    while True:
        page = {"limit": 1, "token": token} if token else {"limit": 1}
        said = ask("search/subject", asked | {"page": page})[1]
        seen += [found["id"] for found in said["results"]]
        assert said["page"]["total"] == 4
        token = said["page"]["next_token"]
        if not token:
            break
    assert seen == sorted(seen)
    assert len(seen) == len(set(seen)) == 4


def test_a_page_token_is_worth_nothing_elsewhere_XA5(ask):
    asked = {"subject": USER, "action": {"name": "read"}, "resource": {"type": "source"}}
    token = ask("search/resource", asked | {"page": {"limit": 1}})[1]["page"]["next_token"]
    assert token
    edits = asked | {"action": {"name": "edit"}, "page": {"token": token}}
    assert ask("search/resource", edits)[0] == 400
    assert ask("search/resource", asked | {"page": {"token": token, "limit": 2}})[0] == 400
    assert ask("search/resource", asked | {"page": {"token": token}})[0] == 200
    assert ask("search/resource", asked | {"page": {"token": token + "x"}})[0] == 400


@pytest.mark.parametrize(
    "page", [[], "x", {"limit": 0}, {"limit": "2"}, {"limit": True}, {"token": 1}]
)
def test_a_malformed_page(ask, page):
    asked = {"subject": USER, "action": {"name": "read"}, "resource": {"type": "source"}}
    status, said = ask("search/resource", asked | {"page": page})
    assert status == 400
    assert said["error"]["message"].startswith("page")


def test_discovery_names_absolute_addresses(client, settings):
    settings.SITE_URL = "https://gatehouse.example"
    found = client.get("/.well-known/authzen-configuration").json()
    assert found["policy_decision_point"] == "https://gatehouse.example"
    assert found["access_evaluation_endpoint"] == ("https://gatehouse.example/access/v1/evaluation")
    assert set(found) == {
        "policy_decision_point", "access_evaluation_endpoint", "access_evaluations_endpoint",
        "search_subject_endpoint", "search_resource_endpoint", "search_action_endpoint",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["growth", "GROWTH", "\uff47rowth", "gr\u034fowth"])
def test_a_group_is_found_by_the_key_of_its_name_N2(ask, name):
    body = {
        "subject": {"type": "group", "id": name},
        "action": {"name": "read"},
        "resource": {"type": "workspace", "id": "acme"},
    }
    assert ask("evaluation", body) == ask(
        "evaluation", body | {"subject": {"type": "group", "id": "growth"}}
    )
    reasons = body | {"context": {"explain": True}}
    assert ask("evaluation", reasons)[1]["context"]["reasons"]
