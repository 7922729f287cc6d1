"""Pages of places in groups that start and end: shown apart, given, moved, renewed (W1)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from config.web.values.dates import end_of, last_day, start_of
from tests.workspaces.groups.test_places import later, place, stand, until
from workspaces.operations.groups import groups
from workspaces.spans import ALWAYS, Span

BO, DEE = "bo@example.org", "dee@example.org"


def day(number):
    return timezone.now().date() + timedelta(days=number)


@pytest.fixture
def growth(world):
    return world.group("growth")


@pytest.fixture
def send(as_user, growth):
    def post(path, **body):
        return as_user("ada").post(f"/w/acme/groups/{growth.public_id}/{path}", body)

    return post


def save(send, path, **body):
    """Look at the review, and save what was looked at."""
    looked = send(path, **body)
    seen = re.search(r'name="seen" value="([^"]*)"', looked.content.decode())[1]
    return send(path, **body, seen=seen)


def members_tab(see, growth):
    return see("ada", f"groups/{growth.public_id}?tab=members")


def test_the_panel_tells_planned_and_ended_from_those_in_it_W1(world, see, growth):
    stand(world, "cy", until(-1))
    stand(world, "dee", Span(start_of(day(3)), None))
    page = members_tab(see, growth)
    assert "Planned – starts" in page
    assert "Ended on" in page
    assert "Members 1" in page
    assert page.raw.count('class="card who lapsed"') == 2


def test_the_panel_says_when_somebody_in_it_ends_W1(world, see, growth):
    stand(world, "bo", Span(ends=end_of(day(40))))
    page = members_tab(see, growth)
    assert "Bo Diddley bo@example.org Ends after" in page
    assert 'class="card who lapsed"' not in page.raw


def test_a_group_of_nobody_but_planned_people_lists_them_W1(world, see, growth):
    groups.remove_members(growth, [world.member("bo")], by=world.actor("ada"))
    stand(world, "dee", later(3))
    page = members_tab(see, growth)
    assert "Members 0" in page
    assert "Dee Dee Bridgewater" in page


def test_people_are_added_from_a_day_until_another_W1(world, send):
    starts, ends = day(2), day(5)
    answer = save(send, "members", people=[DEE], starts=str(starts), ends=str(ends))
    assert answer.status_code == 302
    assert place(world, "dee").span == Span(start_of(starts), end_of(ends))


def test_the_review_says_that_a_place_starts_later_W1(send):
    text = send("members", people=[DEE], starts=str(day(2))).content.decode()
    assert "keeps what they reach" in text
    assert "Planned – starts" in text


def test_a_day_that_has_passed_is_told_beside_it_and_kept_W1(world, send):
    answer = send("members", people=[DEE], ends=str(day(-3)))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "This day has passed." in text
    assert f'value="{day(-3)}"' in text
    assert f'value="{DEE}" checked' in text
    assert place(world, "dee") is None


def test_an_end_before_the_start_is_told_beside_it_W1(send):
    answer = send("members", people=[DEE], starts=str(day(5)), ends=str(day(2)))
    assert answer.status_code == 422
    assert "It would end before it starts." in answer.content.decode()


def test_other_days_than_those_looked_at_are_looked_at_first(world, send):
    looked = send("members", people=[DEE], ends=str(day(3)))
    seen = re.search(r'name="seen" value="([^"]*)"', looked.content.decode())[1]
    assert send("members", people=[DEE], ends=str(day(9)), seen=seen).status_code == 422
    assert place(world, "dee") is None


def test_an_ended_place_leads_to_renewing_it_W1(world, see, growth):
    stand(world, "dee", until(-1))
    [link] = [url for url in members_tab(see, growth).links() if "members/dates" in url]
    page = see("ada", link)
    assert f'value="{DEE}" checked' in page.raw
    assert "Change dates in growth" in page


def test_renewing_puts_somebody_in_again_and_can_be_undone_W1(world, send, as_user):
    stand(world, "dee", until(-1))
    looked = send("members/dates", people=[DEE], ends=str(day(8)))
    assert "gains edit on 2 sources" in looked.content.decode()
    answer = save(send, "members/dates", people=[DEE], ends=str(day(8)))
    page = as_user("ada").get(answer["Location"]).content.decode()
    assert "Changed the dates of 1 person in growth." in page
    assert "/undo" in page
    assert place(world, "dee").span == Span(ends=end_of(day(8)))


def test_dates_of_several_people_are_changed_at_once_W1(world, send):
    stand(world, "dee", until(4))
    answer = save(send, "members/dates", people=[BO, DEE], ends=str(day(8)))
    assert answer.status_code == 302
    assert {place(world, name).expires_at for name in ("bo", "dee")} == {end_of(day(8))}


def test_the_form_begins_with_the_end_they_all_have_W1(world, see, growth):
    ends = end_of(day(12))
    stand(world, "bo", Span(ends=ends))
    stand(world, "dee", Span(ends=ends))
    page = see("ada", f"groups/{growth.public_id}/members/dates?people={BO}&people={DEE}")
    assert f'value="{last_day(ends)}"' in page.raw


def test_an_end_is_taken_away_by_an_empty_day_W1(world, send):
    stand(world, "dee", until(4))
    assert save(send, "members/dates", people=[DEE]).status_code == 302
    assert place(world, "dee").span == ALWAYS


def test_whoever_has_no_place_has_no_dates_to_change(send):
    text = send("members/dates", people=[DEE], ends=str(day(8))).content.decode()
    assert "or they have none" in text
    assert "Change dates</button>" not in text


def test_a_new_group_says_until_when_its_first_people_are_in_it_W1(world, as_user):
    client, body = as_user("ada"), {"name": "crew", "people": DEE, "ends": str(day(6))}
    page = client.get("/w/acme/groups/new").content.decode()
    body["once"] = re.search(r'name="once" value="([^"]*)"', page)[1]
    shown = client.post("/w/acme/groups/new", {**body, "at": "members", "to": "review"})
    text = shown.content.decode()
    assert "Ends after" in text
    assert f'name="ends" value="{day(6)}"' in text
    seen = re.search(r'name="seen" value="([^"]*)"', text)[1]
    made = client.post("/w/acme/groups/new", {**body, "at": "review", "to": "make", "seen": seen})
    assert made.status_code == 302
    assert world.group("crew").memberships.get().expires_at == end_of(day(6))


def test_a_new_group_asks_for_a_day_that_can_be_W1(as_user):
    client = as_user("ada")
    page = client.get("/w/acme/groups/new").content.decode()
    once = re.search(r'name="once" value="([^"]*)"', page)[1]
    body = {"name": "crew", "people": DEE, "ends": str(day(-6)), "once": once}
    answer = client.post("/w/acme/groups/new", {**body, "at": "members", "to": "review"})
    assert answer.status_code == 422
    assert "This day has passed." in answer.content.decode()


def test_the_members_panel_lists_places_with_what_they_are_W1(world, see):
    stand(world, "dee", until(-1))
    dee = world.member("dee")
    page = see("ada", f"members/{dee.public_id}?tab=groups")
    assert "Groups 0" in page
    assert "growth Ended on" in page
    assert any("members/dates?people=" in url for url in page.links())
    adding = f"/w/acme/members/bulk/group?who={dee.public_id}"
    assert any(url.startswith(adding) for url in page.links())


def test_many_are_added_to_a_group_until_a_day_W1(world, as_user):
    client, dee = as_user("ada"), world.member("dee")
    body = {"who": [dee.public_id], "group": "growth", "ends": str(day(7))}
    looked = client.post("/w/acme/members/bulk/group", {**body, "look": "1"}).content.decode()
    seen = re.search(r'name="seen" value="([^"]*)"', looked)[1]
    client.post("/w/acme/members/bulk/group", {**body, "seen": seen})
    assert place(world, "dee").expires_at == end_of(day(7))


def test_many_are_not_added_until_a_day_that_has_passed_W1(world, as_user):
    body = {"who": [world.member("dee").public_id], "group": "growth", "ends": str(day(-7))}
    answer = as_user("ada").post("/w/acme/members/bulk/group", {**body, "seen": "x"})
    assert answer.status_code == 422
    assert "This day has passed." in answer.content.decode()
    assert place(world, "dee") is None


def test_my_access_keeps_what_gives_nothing_now_apart_W1(world, see):
    crew = groups.create(
        world.workspace, "crew", members=[world.member("dee")], by=world.actor("ada")
    )
    stand(world, "dee", later(3))
    page = see("dee", "my-access")
    assert crew.name in page
    assert "Groups that give nothing now growth Planned – starts" in page


def test_the_members_list_names_groups_somebody_is_in_now_W1(world, see):
    stand(world, "dee", until(-1))
    assert not any("growth" in row for row in see("ada", "members?q=dee").rows())


def test_ends_soon_finds_whose_place_in_a_group_ends_soon_W1(world, see):
    stand(world, "bo", until(5))
    stand(world, "dee", until(40))
    rows = see("ada", "members?ends=on").rows()
    assert len(rows) == 1
    assert "Bo Diddley" in rows[0]
    assert "1 person has access that ends within 14 days" in see("ada", "overview")
