"""Access is given from the thing's own page: whom, how far, until when; then the review."""

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from config.web.tags import on_day
from tests.filled import filled
from tests.world import give_grants
from workspaces.access.engine import Access
from workspaces.models import Event
from workspaces.terms import Terms

PAGE = "/w/acme/sources/b/give"


def ask(client, **said):
    return client.get(PAGE, {"go": "1", "role": "source-read-only", "ends": "", **said})


@pytest.fixture
def given(world, as_user):
    """Answer the page as ada; return the client, and the editor it leads to."""

    def answered(**said):
        client = as_user("ada")
        return client, ask(client, **said)["Location"]

    return answered


def save(client, address):
    """Look at the review of the editor at an address as it opens, and save it."""
    page = client.get(address)
    text = page.content.decode()
    action = re.search(r'id="policy-form"[^>]*action="([^"]+)"', text)[1]
    sent = filled(page, urlsplit(action).path, blanks="")
    sent["seen"] = [re.search(r'name="seen" value="(\w*)"', text)[1]]
    return client.post(action, sent), text


def test_a_person_is_led_to_their_editor_with_the_grant_and_its_review(world, given):
    client, address = given(people="dee@example.org")
    text = client.get(address).content.decode()
    assert f"/members/{world.member('dee').public_id}/access?" in address
    assert "gains view of 1 source" in text
    assert 'data-changes="1"' in text


def test_nothing_is_written_before_the_save(world, given):
    before = Event.objects.count()
    client, address = given(people="dee@example.org")
    client.get(address)
    assert Event.objects.count() == before
    assert not Access.of(world.member("dee")).check("read", world.resource("source/b"))


def test_a_save_gives_it_until_that_day_and_leads_back_to_the_people(world, given):
    client, address = given(people="dee@example.org", ends="2198-01-31")
    answer, _text = save(client, address)
    assert answer["Location"] == "/w/acme/sources/b/people"
    [grant] = world.member("dee").grants.all()
    assert grant.expires_at == datetime(2198, 2, 1, tzinfo=UTC)
    assert Access.of(world.member("dee")).check("read", world.resource("source/b"))


def test_what_somebody_had_stays(world, given):
    client, address = given(people="cy@example.org")
    save(client, address)
    access = Access.of(world.member("cy"))
    assert access.check("read", world.resource("source/a"))
    assert access.check("read", world.resource("source/b"))


def test_a_group_gets_it_for_all_who_are_in_it(world, given):
    client, address = given(groups="growth", role="source-admin")
    assert "/groups/" in address
    answer, text = save(client, address)
    assert answer["Location"] == "/w/acme/sources/b/people"
    assert "Source B" in text or "1 person in it" in text
    assert Access.of(world.member("bo")).check("edit", world.resource("source/b"))


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({}, "Name one person or one group."),
        ({"people": "dee@example.org", "groups": "growth"}, "Name one person or one group."),
        ({"people": "dee@example.org, cy@example.org"}, "Name one person or one group."),
        ({"people": "nobody@example.org"}, "There is no “nobody@example.org” here."),
        ({"groups": "no such group"}, "There is no “no such group” here."),
        ({"people": "dee@example.org", "role": "warehouse-admin"}, "warehouse-admin"),
        ({"people": "dee@example.org", "role": "workspace-owner"}, "workspace-owner"),
        ({"people": "dee@example.org", "role": ""}, "required"),
        ({"people": "dee@example.org", "ends": "31/01/2198"}, "Write the day as year-month-day"),
    ],
)
def test_what_is_not_understood_is_said_beside_its_field_422_N4(as_user, said, says):
    answer = ask(as_user("ada"), **said)
    assert answer.status_code == 422
    assert says in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "give=source/nothing&role=source-admin",
        "give=source/b&role=warehouse-admin",
        "give=source/b&role=root",
        "give=source/b",
        "give=source/b&role=source-admin&ends=soon",
        "give=&role=source-admin",
    ],
)
def test_an_editor_s_address_that_is_not_understood_leads_nowhere_404_N4(world, as_user, query):
    path = f"/w/acme/members/{world.member('dee').public_id}/access"
    assert as_user("ada").get(f"{path}?{query}").status_code == 404


def test_a_thing_of_another_workspace_is_none_of_this_one_XA2(world, as_user):
    path = f"/w/acme/members/{world.member('dee').public_id}/access"
    other = "give=source/secret&role=source-admin"
    assert as_user("ada").get(f"{path}?{other}").status_code == 404


def test_the_roles_say_how_far_they_reach(as_user):
    text = as_user("ada").get(PAGE).content.decode()
    assert "Edit – Source Admin" in text
    assert "View – Source Read-only" in text


def test_people_say_since_when_each_way_holds_and_who_gave_it(see, world):
    give_grants(world.member("dee"), [Terms("source-admin", "all")], by=world.actor("ada"))
    page = see("ada", "sources/a/people")
    assert str(on_day(world.member("dee").grants.get().granted_at)) in page.raw
    assert "granted by Ada Lovelace" in page


def test_owners_meet_the_people_of_a_thing_first(see):
    assert 'href="/w/acme/sources/b/people"' in see("ada", "sources").answer.content.decode()


def test_others_meet_its_settings_first(see):
    text = see("bo", "sources").answer.content.decode()
    assert 'href="/w/acme/sources/b"' in text
    assert "/people" not in text


def test_a_link_to_give_is_for_owners_alone(see):
    owner, other = see("ada", "sources/b/people"), see("bo", "sources/b/people")
    assert "Give somebody access" in owner.answer.content.decode()
    assert "Give somebody access" not in other.answer.content.decode()


def test_the_end_goes_along(given):
    _client, address = given(people="dee@example.org", ends="2198-01-31")
    assert parse_qs(urlsplit(address).query)["ends"] == ["2198-01-31"]
