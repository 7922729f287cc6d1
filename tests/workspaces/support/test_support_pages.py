"""The owners' page about support, and the visit of a support person through the pages (XK7)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models.user import User
from tests.cast.visiting import assigned, opened, visiting
from tests.world import OTHER, SYSTEM, build, everything
from workspaces.models import SupportWindow
from workspaces.operations.members import members
from workspaces.operations.support import support
from workspaces.operations.workspace import workspaces

PAGE = "/w/acme/settings/support"


@pytest.fixture
def visit(world):
    return visiting(world)


@pytest.fixture
def sue(visit):
    """A client signed in as the visitor."""
    return signed_in(visit.user)


def signed_in(user):
    client = Client()
    client.force_login(user, backend="accounts.backends.SignInBackend")
    return client


def text_of(client, path):
    return client.get(path).content.decode()


def form_of(client, **changes):
    until = timezone.now() + timedelta(days=2)
    once = client.get(PAGE).context["form"]["once"].value()
    return {"reason": "ticket 7", "until": f"{until:%Y-%m-%dT%H:%M}", "once": once, **changes}


# --- The owners' page ------------------------------------------------------------------


def test_an_owner_opens_a_window(world, as_user):
    client = as_user("ada")
    answer = client.post(PAGE, form_of(client))
    assert answer.status_code == 302
    window = SupportWindow.objects.get()
    assert (window.opened_by, window.reason) == (world.user("ada"), "ticket 7")
    assert "Support may visit now" in text_of(client, PAGE)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reason", ""),
        ("reason", "x" * 501),
        ("until", ""),
        ("until", "tomorrow"),
        ("until", "2001-01-01T00:00"),
        ("until", "9999-12-31T23:59"),
        ("once", "made up"),
    ],
)
def test_a_faulty_form_opens_nothing(as_user, field, value):
    client = as_user("ada")
    answer = client.post(PAGE, form_of(client, **{field: value}))
    assert answer.status_code == 422
    assert not SupportWindow.objects.exists()


def test_the_end_is_read_in_the_zone_of_whoever_opens(world, as_user):
    User.objects.filter(pk=world.user("ada").pk).update(time_zone="Asia/Tokyo")
    client = as_user("ada")
    until = (timezone.now() + timedelta(days=1, hours=9)).replace(second=0, microsecond=0)
    client.post(PAGE, form_of(client, until=f"{until:%Y-%m-%dT%H:%M}"))
    assert SupportWindow.objects.get().ends_at == until - timedelta(hours=9)


def test_one_send_opens_one_window_XI7(as_user):
    client = as_user("ada")
    body = form_of(client)
    assert [client.post(PAGE, body).status_code for _ in range(2)] == [302, 302]
    assert SupportWindow.objects.count() == 1


def test_another_window_beside_an_open_one_is_a_clash(world, as_user):
    client = as_user("ada")
    body = form_of(client)
    opened(world)
    answer = client.post(PAGE, body)
    assert answer.status_code == 409
    assert "A window is open already" in answer.content.decode()
    assert SupportWindow.objects.count() == 1


def test_an_owner_sees_who_visited_why_and_where_the_trail_tells_more(visit, as_user):
    page = text_of(as_user("ada"), PAGE)
    assert "looks at ticket 7" in page
    assert "/w/acme/audit?actor=sue%40example.org" in page
    assert "Visiting" in page
    support.close_window(visit.workspace, by=SYSTEM)
    page = text_of(as_user("ada"), PAGE)
    assert "looks at ticket 7" in page
    assert "Visiting" not in page


def test_the_page_says_when_support_was_never_let_in(as_user):
    assert "Support has never been let in here" in text_of(as_user("ada"), PAGE)


def test_the_overview_shows_an_open_window(world, as_user):
    assert "Support may visit" not in text_of(as_user("ada"), "/w/acme/overview")
    opened(world)
    page = text_of(as_user("ada"), "/w/acme/overview")
    assert "Support may visit" in page
    assert "ticket 7" in page


def test_an_owner_closes_the_window_at_once(visit, as_user):
    client = as_user("ada")
    assert "Ends 1 visit" in text_of(client, f"{PAGE}/close")
    assert client.post(f"{PAGE}/close").status_code == 302
    assert not visit.workspace.support_windows.open().exists()
    assert client.post(f"{PAGE}/close").status_code == 302


def test_windows_of_another_workspace_are_not_shown_XA3(world, as_user):
    other = build(OTHER)
    visiting(other)
    page = text_of(as_user("ada"), PAGE)
    assert "ticket 7" not in page
    assert "sue@example.org" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_statements_do_not_grow(world, as_user, count, django_assert_num_queries):
    for _ in range(count):
        opened(world)
        sue = assigned(world)
        support.begin_visit(world.workspace, sue, by=SYSTEM.because("r"))
        support.close_window(world.workspace, by=world.actor("ada"))
    client = as_user("ada")
    client.get(PAGE)
    with django_assert_num_queries(7):
        client.get(PAGE)


# --- Visiting --------------------------------------------------------------------------


def test_a_visitor_reads_and_each_page_stands_in_the_trail(sue, world):
    n = world.workspace.events.count()
    assert sue.get("/w/acme/members").status_code == 200
    assert sue.get("/w/acme/sources/a").status_code == 200
    events = list(world.workspace.events.order_by("number")[n:])
    assert [(e.action, e.actor_kind, e.actor_name) for e in events] == [
        ("support.page_read", "support", "sue@example.org")
    ] * 2
    assert [e.after["page"] for e in events] == ["/w/acme/members", "/w/acme/sources/a"]
    assert [e.target_type for e in events] == ["workspace", "source"]


def test_a_visitor_is_told_so_on_each_page(sue, visit):
    page = text_of(sue, "/w/acme/members")
    assert "Support visit by sue@example.org" in page
    assert f"/support/visits/{visit.public_id}/end" in page
    assert "My access" not in page
    assert f'data-of="{visit.public_id}"' in page


def test_owners_and_members_see_no_such_banner(visit, as_user):
    assert "Support visit by" not in text_of(as_user("ada"), "/w/acme/members")


def test_owners_read_in_the_trail_what_was_looked_at(sue, as_user):
    sue.get("/w/acme/tokens")
    page = text_of(as_user("ada"), "/w/acme/audit")
    assert "began a support visit to" in page
    assert "looked, on a support visit, at a page about" in page


def test_reads_do_not_push_changes_out_of_the_overview(sue, as_user):
    for _ in range(9):
        sue.get("/w/acme/tokens")
    page = text_of(as_user("ada"), "/w/acme/overview")
    assert "began a support visit to" in page
    assert "looked, on a support visit" not in page


def test_a_visit_is_nobodys_activity(sue, world):
    before = everything()["workspaces.Member"]
    seen = list(world.workspace.members.order_by("pk").values_list("last_active_at", flat=True))
    sue.get("/w/acme/overview")
    assert everything()["workspaces.Member"] == before
    now = list(world.workspace.members.order_by("pk").values_list("last_active_at", flat=True))
    assert now == seen


def test_the_next_click_after_the_window_was_closed_is_404_R4(sue, world):
    assert sue.get("/w/acme/members").status_code == 200
    support.close_window(world.workspace, by=world.actor("ada"))
    before = everything()
    assert sue.get("/w/acme/members").status_code == 404
    assert everything() == before


def test_a_window_that_closes_while_a_page_is_asked_for_shows_nothing_R4(sue, world, monkeypatch):
    """Between guard and trail the owner is quicker: nothing is shown, nothing noted."""
    note = support.note_page

    def closed_meanwhile(*args, **options):
        support.close_window(world.workspace, by=SYSTEM)
        return note(*args, **options)

    monkeypatch.setattr(support, "note_page", closed_meanwhile)
    answer = sue.get("/w/acme/members")
    assert answer.status_code == 404
    assert not world.workspace.events.filter(action="support.page_read").exists()


def test_no_trail_no_page_XJ6(sue, monkeypatch):
    def broken(*args, **options):
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr(support.audit, "record", broken)
    with pytest.raises(RuntimeError, match="cannot be written"):
        sue.get("/w/acme/members")


@pytest.mark.parametrize(
    "path",
    ["members.csv", "members/matrix.csv", "audit/export", "tokens/new", "settings/support/close"],
)
def test_a_visitor_takes_nothing_out_and_sends_nothing_XK7(sue, path):
    before = everything()
    for headers in ({}, {"HX-Request": "true", "HX-Target": "dialog"}):
        answer = sue.post(f"/w/acme/{path}", headers=headers)
        assert answer.status_code == 403
        assert "You are here to look" in answer.content.decode()
    assert everything() == before


def test_a_visit_opens_no_other_workspace_XA1(sue):
    other = build(OTHER)
    opened(other)
    assert sue.get("/w/other/overview").status_code == 404


def test_a_window_alone_opens_nothing_to_assigned_staff(world):
    opened(world)
    assert signed_in(assigned(world)).get("/w/acme/overview").status_code == 404


def test_a_resource_that_is_not_there_is_404_for_a_visitor_R5(sue):
    assert sue.get("/w/acme/sources/none").status_code == 404


def test_a_visitor_ends_the_visit(sue, visit):
    assert sue.post(f"/support/visits/{visit.public_id}/end").status_code == 302
    assert sue.get("/w/acme/overview").status_code == 404
    event = visit.workspace.events.newest_first().first()
    assert (event.action, event.actor_kind) == ("support.visit_ended", "support")


def test_nobody_ends_the_visit_of_another_XA1(world, visit, as_user):
    answer = as_user("ada").post(f"/support/visits/{visit.public_id}/end")
    assert answer.status_code == 404
    visit.refresh_from_db()
    assert visit.ended_at is None


def test_who_becomes_a_member_meanwhile_goes_on_as_one(sue, visit):
    members.add(visit.workspace, visit.user, by=SYSTEM)
    assert sue.get("/w/acme/members").status_code == 403
    assert sue.get("/w/acme/my-access").status_code == 200


def test_reads_of_resources_by_visitors_are_events_where_hipaa_eligible_A3(sue, world):
    workspaces.set_plan_and_flag(world.workspace, plan="business", hipaa_eligible=True, by=SYSTEM)
    assert sue.get("/w/acme/sources").status_code == 200
    read = world.workspace.events.get(action="resource.read")
    assert (read.actor_kind, read.actor_name) == ("support", "sue@example.org")
