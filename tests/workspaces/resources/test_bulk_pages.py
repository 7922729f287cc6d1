"""Choosing many on a list of resources: labels by their review, and a file (L3, L6, A1)."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.filled import filled
from tests.world import OTHER, build, everything
from workspaces.change import lock_workspace
from workspaces.models import Resource

EXPORT, LABEL = "/w/acme/export/sources", "/w/acme/labels/assign/sources"


@pytest.fixture
def ids(world):
    return dict(world.workspace.resources.values_list("slug", "public_id"))


@pytest.fixture
def ada(as_user):
    client = as_user("ada")
    client.get("/w/acme/my-access")  # notes the activity once a minute
    return client


def rows_of(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_owners_tick_rows_and_nobody_else_does_L6(see, ids):
    page = see("ada", "sources?q=source")
    assert f'name="who" value="{ids["a"]}" form="chosen"' in page.raw
    assert 'formaction="/w/acme/labels/assign/sources"' in page.raw
    assert "data-tick" not in see("bo", "sources").raw


def test_what_takes_no_labels_is_offered_none(see):
    page = see("ada", "warehouses")
    assert 'action="/w/acme/export/warehouses"' in page.raw
    assert "Assign labels" not in page
    assert see("ada", "labels/assign/warehouses?matching=on").status == 404


def test_ticked_rows_go_to_the_review_of_labelling(see, ids):
    page = see("ada", f"labels/assign/sources?who={ids['a']}&who={ids['b']}")
    assert "2 sources" in page
    assert 'name="on" value="a"' in page.raw
    assert 'name="on" value="b"' in page.raw
    assert 'method="get" action="/w/acme/labels/assign/review"' in page.raw
    review = see("ada", "labels/assign/review?type=source&on=a&on=b&put=environment:dev")
    assert review.status == 200


def test_all_that_match_go_there_by_their_filters(see):
    query = "matching=on&filters=q%3Dsource%26label%3Dproduct%253Acar%26page%3D2"
    page = see("ada", f"labels/assign/sources?{query}")
    for name, value in (("every", "1"), ("q", "source"), ("label", "product:car")):
        assert f'name="{name}" value="{value}"' in page.raw
    query = "type=source&every=1&q=source&label=product:car&put=environment:dev"
    review = see("ada", f"labels/assign/review?{query}")
    assert "Label 2 sources" in review


def test_the_file_holds_what_is_chosen_as_one_event_A1(ada, world):
    answer = ada.post(EXPORT, {"matching": "on", "filters": "label=product:car"})
    heading, *rows = rows_of(answer)
    assert heading[:4] == ["Name", "Slug", "Type", "Labels"]
    assert [row[1:4] for row in rows] == [
        ["a", "source", "environment:prod; product:car"],
        ["c", "source", "environment:dev; product:car"],
    ]
    assert answer["Content-Disposition"] == 'attachment; filename="sources.csv"'
    event = world.workspace.events.newest_first().first()
    assert (event.action, event.after) == (
        "resources.exported", {"rows": 2, "filters": {"type": "source", "label": "product:car"}}
    )  # fmt: skip


def test_the_file_of_those_ticked_says_their_source_and_connections(ada, ids):
    rows = rows_of(ada.post("/w/acme/export/destinations", {"who": [ids["ads"]]}))
    assert rows[1][:5] == ["Ads", "ads", "destination", "", "a"]
    rows = rows_of(ada.post("/w/acme/export/warehouses", {"who": [ids["bq"]]}))
    assert rows[1][5] == "source/a"


def test_a_name_that_looks_like_a_formula_is_none_XI9(ada, world):
    with lock_workspace(world.workspace.pk):
        Resource.objects.create(workspace=world.workspace, type="source", slug="odd", name="=1+1")
    rows = rows_of(ada.post(EXPORT, {"matching": "on", "filters": "q=1"}))
    assert [row[0] for row in rows[1:]] == ["'=1+1"]


@pytest.mark.parametrize("path", [EXPORT, LABEL])
def test_only_owners_may_XB2(as_user, ids, path):
    client = as_user("bo")
    before = everything()
    assert client.get(f"{path}?who={ids['a']}").status_code == 403
    assert client.post(path, {"who": [ids["a"]]}).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("path", [EXPORT, LABEL])
def test_things_of_another_workspace_or_type_cannot_be_named_XA2(ada, ids, path):
    foreign = build(OTHER).workspace.resources.get().public_id
    for other in (foreign, ids["bq"]):
        answer = ada.get(f"{path}?who={ids['a']}&who={other}")
        assert answer.status_code == 422
        assert "1 of those you chose are not here" in answer.content.decode()
    assert ada.post(EXPORT, {"who": [foreign]}).status_code == 422


@pytest.mark.parametrize("path", [EXPORT, LABEL])
@pytest.mark.parametrize(
    "query",
    ["", "matching=on&filters=label%3Dnosuch", "matching=on&filters=labl%3Dx", "label=product:car",
     "matching=yes", "who=nosuch", "matching=on&filters=q%3Dnosuch"],
)  # fmt: skip
def test_a_choice_that_is_not_understood_chooses_nothing_N4(ada, path, query):
    before = everything()
    answer = ada.get(f"{path}?{query}")
    assert answer.status_code == 422
    assert 'name="every"' not in answer.content.decode()
    assert ada.post(f"{EXPORT}?{query}").status_code == 422
    assert everything() == before


def test_without_script_the_pages_are_plain_forms(ada, ids):
    answer = ada.get(f"{EXPORT}?who={ids['a']}")
    assert len(rows_of(ada.post(EXPORT, filled(answer, EXPORT)))) == 2


def test_statements_do_not_grow_with_resources(ada, world):
    found = []
    for number in (1, 10_000):
        with lock_workspace(world.workspace.pk):
            Resource.objects.bulk_create(
                Resource(workspace=world.workspace, type="source", slug=f"s{number}-{i}", name="S")
                for i in range(number)
            )
        with CaptureQueriesContext(connection) as captured:
            assert ada.get(f"{LABEL}?matching=on&filters=").status_code == 200
        looking = len(captured)
        with CaptureQueriesContext(connection) as captured:
            answer = ada.post(EXPORT, {"matching": "on", "filters": ""})
            asked = len(captured)
            n_rows = len(rows_of(answer)) - 1
        batches = -(-n_rows // 1000)
        found.append((looking, asked, (len(captured) - asked) / batches))
    assert found[0] == found[1]
    assert found[0][2] == 3
