"""Labelling many sources or spaces in the browser (L3, L6)."""

import pytest

from labels import operations as labels
from labels.models import ResourceLabel
from tests.world import OTHER, SYSTEM, build
from workspaces.operations.resources import resources

REVIEW = "labels/assign/review"


def carried(world, ref):
    rows = ResourceLabel.objects.filter(resource=world.resource(ref)).order_by("folded_key")
    return [str(row.label) for row in rows]


def test_the_grid_has_a_column_per_key(look):
    grid = look("ada", "labels/assign")
    assert "Name environment product" in grid
    assert "Source A a environment:prod product:car prod car" in grid
    assert "Europe" not in grid
    assert "Europe" in look("ada", "labels/assign?type=space")


def test_it_is_searched_and_filtered(look):
    grid = look("ada", "labels/assign?q=source&label=product:car")
    assert "Source A" in grid
    assert "Source B" not in grid
    assert "Nothing matches." in look("ada", "labels/assign?q=zzz")


def test_the_review_shows_each_row_and_who_loses_L3(look):
    page = look("ada", f"{REVIEW}?type=source&on=a&on=c&put=environment:dev")
    assert "Label 2 sources" in page
    assert "environment:dev goes on 1 of 2" in page
    assert "environment:prod is replaced on 1" in page
    assert "environment:prod → environment:dev" in page
    assert "Bo Diddley loses edit on 1 source" in page
    assert 'name="replacing"' in page.raw


def test_replacing_has_to_be_said_L3(world, look, send):
    fields = {"type": "source", "on": ["a", "c"], "put": "environment:dev"}
    answer = send("ada", REVIEW, **fields)
    assert answer.status == 422
    assert "carry another value" in answer
    seen = look("ada", f"{REVIEW}?type=source&on=a&on=c&put=environment:dev").value("seen")
    answer = send("ada", REVIEW, **fields, replacing="1", seen=seen, reason="launch")
    assert (answer.status, answer.location) == (302, "/w/acme/labels/assign?type=source")
    assert carried(world, "source/a") == ["environment:dev", "product:car"]
    event = world.workspace.events.newest_first().first()
    assert (event.action, event.reason) == ("resources.relabelled", "launch")


def test_labels_are_taken_off_many(world, send):
    assert send("ada", REVIEW, type="source", on=["a", "b"], take="environment:prod").status == 302
    assert carried(world, "source/a") == ["product:car"]
    assert carried(world, "source/b") == ["product:truck"]


def test_all_that_match_are_more_than_one_page(world, look, send):
    for number in range(60):
        resources.create(world.workspace, "space", f"s{number}", f"Room {number}", by=SYSTEM)
    page = look("ada", f"{REVIEW}?type=space&q=room&every=1&put=product:car")
    assert "Label 60 spaces" in page
    assert send("ada", REVIEW, type="space", q="room", every="1", put="product:car").status == 302
    assert ResourceLabel.objects.filter(resource__name__startswith="Room").count() == 60
    assert carried(world, "space/eu") == ["environment:prod"]


def test_a_second_send_changes_nothing_more_XI7(world, send):
    fields = {"type": "source", "on": "b", "put": "environment:dev", "replacing": "1"}
    assert send("ada", REVIEW, **fields).status == 302
    events = world.workspace.events.count()
    assert send("ada", REVIEW, **fields).status == 302
    assert world.workspace.events.count() == events


@pytest.mark.parametrize(
    "fields",
    [
        {}, {"type": "source"}, {"type": "source", "on": "a"},
        {"type": "source", "put": "product:car"}, {"type": "warehouse", "on": "bq",
                                                   "put": "product:car"},
        {"type": "source", "on": "nothing", "put": "product:car"},
        {"type": "source", "on": "A!", "put": "product:car"},
        {"type": "source", "on": "a", "put": "no:such"},
        {"type": "source", "on": "a", "put": "product:car, product:truck"},
        {"type": ["source", "space"], "on": "a", "put": "product:car"},
    ],
)  # fmt: skip
def test_a_faulty_choice_is_422(send, fields):
    assert send("ada", REVIEW, **fields).status == 422


def test_names_of_another_workspace_are_unknown_XA2(send):
    other = build(OTHER)
    resources.create(other.workspace, "source", "far", "Far", by=SYSTEM)
    assert send("ada", REVIEW, type="source", on="far", put="product:car").status == 422


def test_a_stale_look_is_shown_anew_XD4(world, look, send):
    seen = look("ada", f"{REVIEW}?type=source&on=c&put=environment:prod").value("seen")
    labels.relabel(world.resource("source/c"), take=[world.label("environment:dev")], by=SYSTEM)
    answer = send("ada", REVIEW, type="source", on="c", put="environment:prod", seen=seen,
                  replacing="1")  # fmt: skip
    assert answer.status == 409
    assert answer.value("seen") not in {None, seen}


def test_whoever_may_label_one_thing_may_not_label_many_L6_XD1(send):
    answer = send("bo", REVIEW, type="source", on="a", put="product:truck", replacing="1")
    assert answer.status == 403
