"""The labels of one source or space in the browser, for whoever may change them (L6)."""

import pytest

from labels import operations as labels
from labels.models import ResourceLabel
from labels.syntax import parse_label
from tests.world import OTHER, SYSTEM, build, give_grants
from workspaces.operations.workspace import workspaces
from workspaces.terms import Terms
from workspaces.views.resources import labels as pages

PAGE = "sources/a/labels"


def carried(world, ref="source/a"):
    rows = ResourceLabel.objects.filter(resource=world.resource(ref)).order_by("folded_key")
    return [str(row.label) for row in rows]


def give(world, name, *texts, role="source-admin"):
    chosen = tuple(world.label(text) for text in texts)
    give_grants(world.member(name), [Terms(role, "labels", labels=chosen)], by=SYSTEM)


def test_there_is_a_menu_per_key_with_what_it_carries(look):
    page = look("bo", PAGE)
    assert '<option value="environment:prod" selected>' in page.raw
    assert '<option value="product:truck">' in page.raw


def test_the_way_there_is_shown_to_whom_may(look):
    assert "Change labels" in look("bo", "sources/a")
    assert "Change labels" not in look("cy", "sources/a")


def test_choosing_shows_who_gains_and_who_loses_XD3(world, look):
    give(world, "dee", "product:truck")
    page = look("bo", f"{PAGE}?key-product=product:truck")
    assert "Dee Dee Bridgewater gains edit" in page
    assert "Its destinations follow." in page
    assert f"/members/{world.member('dee').public_id}" not in page.raw  # bo may not open it


def test_saving_writes_and_the_trail_names_them_XD3(world, look, send):
    give(world, "dee", "product:truck")
    seen = look("bo", f"{PAGE}?key-product=product:truck").value("seen")
    answer = send("bo", PAGE, **{"key-product": "product:truck", "seen": seen, "reason": "new"})
    assert (answer.status, answer.location) == (302, "/w/acme/sources/a")
    assert carried(world) == ["environment:prod", "product:truck"]
    event = world.workspace.events.newest_first().first()
    assert (event.actor_name, event.reason) == ("bo@example.org", "new")
    assert event.after["gained"].keys() == {"dee@example.org"}


def test_a_key_that_is_not_sent_stays(world, send):
    assert send("ada", PAGE, **{"key-environment": ""}).status == 302
    assert carried(world) == ["product:car"]


def test_a_second_send_is_no_second_event_XI7(world, send):
    for _ in range(2):
        assert send("ada", PAGE, **{"key-product": ""}).status == 302
    assert world.workspace.events.filter(action="resource.relabelled").count() == 1


def test_a_label_through_which_one_may_it_at_all_is_refused_L6_XD2(look, send):
    assert "Your own right" in look("bo", f"{PAGE}?key-environment=environment:dev")
    answer = send("bo", PAGE, **{"key-environment": "environment:dev"})
    assert answer.status == 409
    assert "Your own right" in answer


def test_who_may_not_label_it_meets_the_door_L6_XD1(send):
    assert send("cy", PAGE, **{"key-product": ""}).status == 403
    assert send("bo", "sources/c/labels", **{"key-product": ""}).status == 403


def test_widening_where_it_is_reserved_is_refused_L6(world, send):
    workspaces.set_plan_and_flag(world.workspace, plan="business", hipaa_eligible=True, by=SYSTEM)
    give(world, "dee", "product:truck")
    assert send("bo", PAGE, **{"key-product": "product:truck"}).status == 409
    assert send("ada", PAGE, **{"key-product": "product:truck"}).status == 302


def test_a_stale_look_is_shown_anew_XD4(world, look, send):
    seen = look("bo", f"{PAGE}?key-product=product:truck").value("seen")
    give(world, "dee", "product:truck")
    answer = send("bo", PAGE, **{"key-product": "product:truck", "seen": seen})
    assert answer.status == 409
    assert "Dee Dee Bridgewater gains edit" in answer
    assert answer.value("seen") not in {None, seen}


@pytest.mark.parametrize("value", ["product:none", "environment:prod", "x", "product:truck\u200b"])
def test_what_is_no_choice_is_422(send, value):
    assert send("ada", PAGE, **{"key-product": value}).status == 422


def test_a_label_of_another_workspace_is_no_choice_XA2(send):
    other = build(OTHER)
    labels.create(other.workspace, parse_label("product:far"), by=SYSTEM)
    assert send("ada", PAGE, **{"key-product": "product:far"}).status == 422


def test_names_are_for_whom_may_edit_and_counts_for_others(world, look, monkeypatch):
    """With today's roles whoever may label may edit too; the page does not count on it."""
    give(world, "dee", "product:truck")
    monkeypatch.setattr(pages, "EDIT", "engage")  # which no source has
    page = look("bo", f"{PAGE}?key-product=product:truck")
    assert "1 gain access, 0 lose some." in page
    assert "Bridgewater" not in page


def test_many_labels_are_searched_instead_of_listed(world, look, send, monkeypatch):
    monkeypatch.setattr("labels.forms.OFFERED", 1)
    page = look("ada", PAGE)
    assert 'data-picker="/w/acme/pick/labels"' in page.raw
    assert send("ada", PAGE, put="product:truck").status == 302
    assert carried(world) == ["environment:prod", "product:truck"]


def test_whoever_may_label_something_sees_the_labels_to_choose_from(look):
    assert "product:truck" in look("bo", "pick/labels?q=truck")
    assert look("cy", "pick/labels?q=truck").status == 403
