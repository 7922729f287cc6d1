"""Views that people keep of a list: its filters and sort under a name, for themselves (U9)."""

from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError

from tests.cast.visiting import visiting
from tests.world import OTHER, SYSTEM, build
from workspaces.forms.console.saved_views import FILTERS
from workspaces.models import Event, SavedView
from workspaces.operations.members import account_deletion
from workspaces.operations.workspace import retention, saved_views, workspaces
from workspaces.views.console.saved_views import list_url

pytestmark = pytest.mark.any_database

LISTS = {
    "members": "members", "members/invited": "invites", "groups": "groups", "tokens": "tokens",
    "requests": "requests", "reviews": "reviews", "audit": "audit", "labels": "labels",
    "sources": "sources", "destinations": "destinations", "warehouses": "warehouses",
    "spaces": "spaces", "tracking-plans": "tracking-plans", "functions": "functions",
}  # fmt: skip
MEMBERS = "/w/acme/views/members"
AWAY = "idle=on&sort=-name"


@pytest.fixture
def keep(as_user, world):
    """Save a view of the members as an owner, and return the answer."""
    return lambda name, query=AWAY: as_user("ada").post(MEMBERS, {"name": name, "query": query})


def kept(which="members"):
    rows = SavedView.objects.of_list(which).by_name()
    return [(row.name, row.query) for row in rows]


def test_every_list_that_can_be_kept_is_tried_here(world):
    urls = {list_url(world.workspace, which) for which in FILTERS}
    assert urls == {f"/w/acme/{path}" for path in LISTS}


@pytest.mark.parametrize(("path", "name"), LISTS.items())
def test_a_list_leads_to_its_own_views_with_what_it_is_narrowed_by(see, path, name):
    query = "sort=-name" if path == "audit" else "q=e&sort=-name"
    page = see("ada", f"{path}?page=1&back=q%3Dx&{query}")
    assert f"/w/acme/views/{name}?{query}" in page.links()
    form = see("ada", f"views/{name}?{query}").answer.context["form"]
    assert form.initial["query"] == query


def test_a_saved_view_leads_back_to_just_that_list(keep, see):
    answer = keep("Away")
    assert (answer.status_code, answer["Location"]) == (302, f"/w/acme/members?{AWAY}")
    assert f"/w/acme/members?{AWAY}" in see("ada", "views/members").links()


def test_the_menu_says_what_the_page_shows_on_which_it_opens(see):
    shown = "http://testserver/w/acme/members?q=bo&page=2&tab=groups"
    headers = {"HX-Request": "true", "HX-Target": "views", "HX-Current-URL": shown}
    menu = see("ada", "views/members?q=old", **headers)
    assert menu.answer.context["form"].initial["query"] == "q=bo"
    assert "<html" not in menu.raw


def test_neither_the_page_nor_the_way_back_is_kept(keep):
    query = "page=3&back=q%3Dx&tab=groups&sort=-name&role=&idle=on"
    assert keep("Away", query).status_code == 302
    assert kept() == [("Away", AWAY)]


def test_columns_are_kept_and_what_only_counts_people_is_not(as_user):
    query = "people=counted&columns=&columns=environment"
    as_user("bo").post("/w/acme/views/sources", {"name": "By place", "query": query})
    assert kept("source") == [("By place", "columns=&columns=environment")]


def test_a_view_of_the_same_name_is_replaced_N2(keep):
    keep("Away")
    keep("AWAY", "q=bo")
    assert kept() == [("AWAY", "q=bo")]


def test_a_key_that_no_filter_has_is_refused_by_name_and_nothing_kept_N4(keep):
    answer = keep("Away", "idle=on&bogus=1")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "There is no filter of the name “bogus”." in page
    assert 'value="Away"' in page
    assert kept() == []


@pytest.mark.parametrize(
    ("name", "query", "words"),
    [
        ("", AWAY, "This field is required."),
        ("a" * 61, AWAY, "longer than 60 characters"),
        ("a\tb", AWAY, "no line breaks or tabs"),
        ("Away", "", "Filter or sort the list first."),
        ("Away", "page=2", "Filter or sort the list first."),
        ("Away", f"q={'e' * 2000}", "too long to be kept"),
    ],
)
def test_what_is_no_view_is_refused_in_words(keep, name, query, words):
    answer = keep(name, query)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert kept() == []


def test_what_is_understood_no_more_is_refused_by_the_list_itself_N4(keep, see):
    keep("Old", "group=nosuch")
    page = see("ada", "members?group=nosuch")
    assert page.rows() == []
    assert "There is nothing of that name." in page


def test_twenty_views_of_a_list_are_enough_XH11(keep, world):
    for number in range(saved_views.MOST):
        saved_views.save(world.workspace, world.user("ada"), "members", f"view {number}", "q=a")
    answer = keep("One more")
    assert answer.status_code == 422
    assert "You keep 20 views of this list" in answer.content.decode()
    assert len(kept()) == saved_views.MOST
    assert keep("View 7").status_code == 302  # takes the place of one
    other = saved_views.save(world.workspace, world.user("ada"), "groups", "One more", "q=a")
    assert other.name == "One more"


def test_a_name_that_is_none_is_refused_whoever_writes_it_N1(world):
    with pytest.raises(ValidationError):
        saved_views.save(world.workspace, world.user("ada"), "members", "\u200b", "q=a")


def test_nobody_sees_or_removes_what_somebody_else_keeps_R5(see, as_user, world):
    view = saved_views.save(world.workspace, world.user("ada"), "source", "Cars", "q=car")
    assert "Cars" not in see("bo", "views/sources")
    assert as_user("bo").post(f"/w/acme/views/kept/{view.public_id}/remove").status_code == 404
    assert kept("source") == [("Cars", "q=car")]


def test_views_of_one_workspace_are_not_those_of_another_R5(see, world):
    other = build(OTHER).workspace
    view = saved_views.save(other, world.user("ada"), "source", "Cars", "q=car")
    assert "Cars" not in see("ada", "views/sources")
    assert see("ada", f"views/kept/{view.public_id}/remove").status == 404


def test_a_view_is_asked_about_and_removed_and_leads_back_to_the_list(as_user, see, world):
    view = saved_views.save(world.workspace, world.user("ada"), "members", "Away", AWAY)
    url = f"/w/acme/views/kept/{view.public_id}/remove?{urlencode({'back': 'q=bo'})}"
    assert "Remove the view “Away”?" in see("ada", url)
    assert kept() == [("Away", AWAY)]
    answer = as_user("ada").post(url)
    assert (answer.status_code, answer["Location"]) == (302, "/w/acme/members?q=bo")
    assert kept() == []


def test_a_support_visit_keeps_nothing_and_is_offered_nothing_XK7(client, world):
    visiting(world)
    client.force_login(world.user("sue"), backend="accounts.backends.SignInBackend")
    assert b"/views/members" not in client.get("/w/acme/members").content
    assert client.get(MEMBERS).status_code == 403
    assert client.post(MEMBERS, {"name": "Away", "query": AWAY}).status_code == 403
    assert kept() == []


def test_a_view_is_no_event_of_the_trail(keep, world):
    before = Event.objects.count()
    keep("Away")
    saved_views.remove(SavedView.objects.get())
    assert Event.objects.count() == before


def test_views_go_with_the_account_S11(world):
    saved_views.save(world.workspace, world.user("bo"), "source", "Cars", "q=car")
    account_deletion.delete_account(world.user("bo"), by=world.actor("bo"), request=None)
    assert kept("source") == []


def test_views_go_with_what_is_in_a_workspace_R16(world, settings):
    saved_views.save(world.workspace, world.user("ada"), "members", "Away", AWAY)
    closed = workspaces.close(world.workspace, by=SYSTEM)
    closed.closed_at -= 2 * retention.REOPENABLE_FOR
    closed.save(update_fields=["closed_at"])
    assert retention.erase(closed, by=SYSTEM)
    assert kept() == []
