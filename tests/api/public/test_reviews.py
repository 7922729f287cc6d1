"""Offers, and access reviews, as programs read them (W4, V1, V2, V5)."""

import pytest

from tests.api.conftest import Caller, secret_for
from tests.workspaces.reviews.conftest import Reviewing
from tests.world import OTHER, SYSTEM, build
from workspaces.models import Answer, Event, Unanswered
from workspaces.operations.groups import groups, offers
from workspaces.operations.members import members
from workspaces.operations.reviews import report
from workspaces.terms import Offered


@pytest.fixture
def reviewing(world) -> Reviewing:
    members.set_owner(world.member("dee"), owner=True, by=SYSTEM)
    return Reviewing(world)


def test_offers_say_to_whom_for_how_long_and_who_agrees_W4(call, world):
    pager = groups.create(world.workspace, "pager", by=SYSTEM)
    growth = world.group("growth")
    offers.set_offer(growth, Offered(None, 60), by=SYSTEM)
    to_growth = Offered(frozenset({"growth"}), 90, frozenset({"cy@example.org", "group:growth"}))
    offers.set_offer(pager, to_growth, by=SYSTEM)
    everybody, some = call.data("GET", "/x/offers")["offers"]
    named = {"id": growth.public_id, "name": "growth"}
    assert everybody == {"group": named, "longestMinutes": 60, "approvers": []}
    assert (some["group"]["name"], some["to"], some["longestMinutes"]) == ("pager", [named], 90)
    assert sorted(one["name"] for one in some["approvers"]) == ["Cy Twombly", "growth"]


def test_a_review_tells_how_far_it_is_V4(call, reviewing):
    review = reviewing.open(unanswered=Unanswered.REMOVE)
    reviewing.say(review, [reviewing.item(review, "bo")])
    [row] = call.data("GET", "/x/reviews")["reviews"]
    assert row == call.data("GET", f"/x/reviews/{review.public_id}")["review"]
    assert (row["name"], row["covers"], row["state"]) == ("Autumn", "PEOPLE", "OPEN")
    assert (row["unanswered"], row["again"]) == ("REMOVE", "NEVER")
    assert row["answers"] == {"NONE": row["items"] - 1, "KEEP": 0, "END": 0, "REMOVE": 1}
    assert "closedAt" not in row


def test_its_items_say_who_holds_what_and_what_was_answered_V2_V4(call, reviewing):
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, "cy")], Answer.KEEP, note="Still needed")
    path = f"/x/reviews/{review.public_id}/items"
    items = call.data("GET", path)["items"]
    assert [item["number"] for item in items] == sorted(item["number"] for item in items)
    [kept] = call.data("GET", f"{path}?answer=KEEP")["items"]
    assert (kept["holder"], kept["way"], kept["note"]) == (
        "cy@example.org",
        "GRANT",
        "Still needed",
    )
    assert kept["answeredBy"] == "ada@example.org"
    assert len(call.data("GET", f"{path}?answer=NONE")["items"]) == len(items) - 1
    assert call.error("GET", f"{path}?answer=keep", status=422)["field"] == "answer"


def test_its_report_is_there_once_it_is_closed_and_taking_it_out_is_an_event_V5_A1(call, reviewing):
    review = reviewing.open()
    path = f"/x/reviews/{review.public_id}/report"
    call.error("POST", path, status=409)
    closed = reviewing.close(review)
    found = call.data("POST", path)["report"]
    assert found["columns"] == list(report.HEADING)
    assert report.first_fault(found["lines"], closed.digest, len(found["lines"])) == ""
    assert found["digest"] == closed.digest
    event = Event.objects.latest("number")
    assert (event.action, event.actor_kind) == ("review.exported", "token")
    state = call.data("GET", f"/x/reviews/{review.public_id}")["review"]
    assert (state["state"], state["digest"]) == ("CLOSED", closed.digest)


def test_what_is_elsewhere_is_not_there_R5(client, reviewing):
    review, other = reviewing.open(), build(OTHER)
    stranger = Caller(client, secret_for(other.workspace, "workspace-owner"))
    for method, path in (("GET", ""), ("GET", "/items"), ("POST", "/report")):
        stranger.error(method, f"/x/reviews/{review.public_id}{path}", status=404)
    assert stranger.data("GET", "/x/reviews")["reviews"] == []
    assert stranger.data("GET", "/x/offers")["offers"] == []
