"""Places in groups that are eligible, through every door that gives one (W2)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Mail
from config.web.values.dates import end_of
from workspaces.access.engine import Access
from workspaces.operations.groups import groups, places
from workspaces.operations.members.bulk_changes import Join
from workspaces.operations.taking_up.held import takable
from workspaces.operations.trail import undo
from workspaces.spans import Span
from workspaces.terms import Eligible

HOW = {"eligible": "on", "longest_minutes": "90", "leave": "asked", "approvers": "cy@example.org"}
SAID = Eligible(proof=False, longest_minutes=90, approvers=frozenset({"cy@example.org"}))
PLAIN = Eligible(proof=False)


@pytest.fixture
def world(eligibles):
    return eligibles.world


@pytest.fixture
def ada(world, client):
    client.force_login(world.user("ada"), backend="accounts.backends.SignInBackend")
    return client


@pytest.fixture
def growth(world):
    return world.group("growth")


def place(world, name="dee"):
    return world.group("growth").memberships.get(member=world.member(name))


def save(ada, address, **body):
    """Look at the review, and save what was looked at."""
    looked = ada.post(address, body).content.decode()
    seen = re.search(r'name="seen" value="([^"]*)"', looked)[1]
    return looked, ada.post(address, {**body, "seen": seen})


def group_page(growth, page):
    return f"/w/acme/groups/{growth.public_id}/{page}"


def newest(world):
    return world.workspace.events.newest_first().first()


def test_people_are_added_who_may_take_up_their_place_W2(world, ada, growth):
    looked, answer = save(ada, group_page(growth, "members"), people="dee@example.org", **HOW)
    assert "Eligible – for up to 90 minutes, somebody has to agree" in looked
    assert "keeps what they reach" in looked
    assert answer.status_code == 302
    assert place(world).span == Span(eligible=SAID)
    assert not Access.of(world.member("dee")).policy.held
    assert newest(world).after["spans"]["dee@example.org"]["eligible"] == SAID.as_json()


def test_whoever_is_told_of_an_eligible_place_is_told_how_it_gives_W2(world, growth):
    span = Span(eligible=PLAIN)
    groups.add_members(growth, [world.member("dee")], span=span, by=world.actor("ada"))
    assert "take it up when you need it" in Mail.objects.get(to="dee@example.org").text


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"longest_minutes": "5"}, "greater than or equal to 15"),
        ({"approvers": "eve@example.org"}, "neither a member nor a group"),
    ],
)
def test_how_it_cannot_be_is_said_beside_the_field_W2_U9(world, ada, growth, how, words):
    sent = {"people": "dee@example.org", **HOW, **how}
    answer = ada.post(group_page(growth, "members"), {**sent, "seen": "x"})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not world.member("dee").joined_groups.exists()


def test_other_dates_leave_an_eligible_place_eligible_W2(world, ada, eligibles, growth):
    eligibles.membership(longest_minutes=90)
    address = group_page(growth, "members/dates")
    page = ada.get(f"{address}?people=dee@example.org").content.decode()
    assert re.search(r'name="keeps"\s+checked', page)
    last = timezone.now().date() + timedelta(days=3)
    _, answer = save(ada, address, people="dee@example.org", ends=str(last), keeps="on")
    assert answer.status_code == 302
    assert place(world).span == Span(
        ends=end_of(last), eligible=Eligible(proof=False, longest_minutes=90)
    )


def test_a_standing_place_becomes_eligible_and_back_by_undo_W2(world, ada, growth):
    looked, answer = save(
        ada, group_page(growth, "members/dates"), people="bo@example.org", eligible="on"
    )
    assert answer.status_code == 302, looked
    assert place(world, "bo").span.eligible == PLAIN
    assert not world.workspace.members.in_group(growth).exists()
    undo.undo(world.workspace, newest(world).number, by=world.actor("ada"))
    assert place(world, "bo").span == Span()
    assert world.workspace.members.in_group(growth).count() == 1


def test_an_eligible_place_becomes_standing_W2(world, ada, eligibles, growth):
    eligibles.membership()
    save(ada, group_page(growth, "members/dates"), people="dee@example.org")
    assert place(world).span == Span()
    assert not takable(world.member("dee"))


def test_what_is_taken_up_goes_on_under_other_dates_and_ends_under_other_terms_W2(
    world, eligibles, growth
):
    eligibles.membership()
    eligibles.take()
    dee, ends = world.member("dee"), timezone.now() + timedelta(days=3)
    assert not places.preview(growth, [dee], Span(ends=ends)).people[0].moves
    places.move(growth, [dee], Span(ends=ends), by=world.actor("ada"))
    assert world.workspace.members.in_group(growth).filter(pk=dee.pk).exists()
    other = Span(ends=ends, eligible=SAID)
    assert places.preview(growth, [dee], other, keeps=False).people[0].moves
    places.move(growth, [dee], other, keeps=False, by=world.actor("ada"))
    assert not world.workspace.members.in_group(growth).filter(pk=dee.pk).exists()
    assert not world.workspace.take_ups.running().exists()


def test_many_are_put_into_a_group_to_take_it_up_W2(world, ada, growth):
    who = [world.member(name).public_id for name in ("cy", "dee")]
    sent = {"who": who, "group": "growth", "eligible": "on", "longest_minutes": "30"}
    looked = ada.post("/w/acme/members/bulk/group", {**sent, "look": "1"})
    assert "Eligible – for up to 30 minutes" in looked.content.decode()
    seen = looked.context["review"].digest
    assert ada.post("/w/acme/members/bulk/group", {**sent, "seen": seen}).status_code == 302
    for name in ("cy", "dee"):
        assert place(world, name).span.eligible == Eligible(proof=False, longest_minutes=30)


def test_a_role_is_given_to_many_to_take_it_up_W2(world, ada):
    who = [world.member(name).public_id for name in ("cy", "dee")]
    sent = {"who": who, "role": "space-admin", "grant-role": "space-admin", "grant-on": "on",
            "grant-scope": "all", "grant-eligible": "on", "grant-leave": "glass"}  # fmt: skip
    looked = ada.post("/w/acme/members/bulk/role", {**sent, "look": "1"})
    said = "To be taken up: Unify and Engage Admin on all current &amp; future."
    assert said in looked.content.decode()
    seen = looked.context["review"].digest
    assert ada.post("/w/acme/members/bulk/role", {**sent, "seen": seen}).status_code == 302
    for name in ("cy", "dee"):
        [what] = takable(world.member(name))
        assert what.eligibility.said == Eligible(proof=False, break_glass=True)


def test_a_new_group_begins_with_people_who_may_take_it_up_W2(world, ada):
    sent = {"name": "On call", "people": "dee@example.org", **HOW, "once": ""}
    page = ada.get("/w/acme/groups/new")
    sent |= {"once": page.context["form"]["once"].value()}
    review = ada.post("/w/acme/groups/new", {**sent, "to": "review", "at": "members"})
    text = review.content.decode()
    assert "Eligible – for up to 90 minutes, somebody has to agree" in text
    for key in HOW:
        assert f'name="{key}"' in text, "it goes along to the last step"
    seen = re.search(r'name="seen" value="([^"]*)"', text)[1]
    answer = ada.post("/w/acme/groups/new", {**sent, "to": "make", "at": "review", "seen": seen})
    assert answer.status_code == 302
    [row] = world.member("dee").joined_groups.all()
    assert row.span == Span(eligible=SAID)


def test_reviews_of_how_something_is_taken_up_compare_alike_in_every_process_U5():
    names = frozenset(f"{letter}@example.org" for letter in "dcba")
    assert repr(Eligible(proof=True, approvers=names)) == (
        "Eligible({'longest_minutes': 240, 'proof': True, 'approvers': "
        "['a@example.org', 'b@example.org', 'c@example.org', 'd@example.org']})"
    )


def test_a_bulk_change_is_held_to_what_can_be_taken_up_W2(world, growth):
    people = world.workspace.members.filter(pk=world.member("dee").pk)
    change = Join(growth, Span(eligible=Eligible(proof=False, longest_minutes=5)))
    assert "Between 15 minutes" in str(change.refusal(world.workspace, people).message)
