"""Grants start and end on the days that the editor names (W1)."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from config.web.values.dates import end_of, start_of, start_words
from tests.filled import filled
from tests.world import SYSTEM, give_grants
from workspaces.access.engine import Access
from workspaces.errors import Refused
from workspaces.operations.grants import policies
from workspaces.operations.grants.policies import Proposal
from workspaces.operations.groups import groups
from workspaces.operations.invites import invites
from workspaces.operations.invites.contents import Offer
from workspaces.operations.members import copying
from workspaces.operations.trail import undo
from workspaces.terms import Terms

FIRST, LAST = date(2198, 1, 1), date(2198, 12, 31)
PLANNED = Terms("space-admin", "all", starts=start_of(FIRST), ends=end_of(LAST))


def days_ago(number):
    return timezone.now() - timedelta(days=number)


def begun():
    return Terms("space-admin", "all", starts=days_ago(3))


def ended():
    return Terms("space-admin", "all", ends=days_ago(1))


@pytest.fixture
def editor(world, as_user):
    """Open dee's editor as ada; return a client, the address, and what the form would send."""

    def open_editor(*grants):
        give_grants(world.member("dee"), grants)
        client, path = as_user("ada"), f"/w/acme/members/{world.member('dee').public_id}/access"
        return client, path, filled(client.get(path), path, blanks="")

    return open_editor


def block(sent, role, **values):
    """Fill in the first block of a role."""
    prefix = next(k for k, v in sent.items() if k.endswith("-role") and v == [role])[:-5]
    for key, value in values.items():
        sent[f"{prefix}-{key}"] = [str(value)]
    return prefix


def save(client, path, sent):
    """Look at the review, then save it."""
    review = client.post(f"{path}/review", sent).content.decode()
    sent["seen"] = [re.search(r'name="seen" value="(\w*)"', review)[1]]
    return client.post(path, sent)


def held(world, name="dee"):
    return world.member(name).grants.terms()


def test_a_grant_gets_its_first_and_last_day_W1(world, editor):
    client, path, sent = editor()
    block(sent, "space-admin", on="on", scope="all", starts=FIRST, ends=LAST)
    assert save(client, path, sent).status_code == 302
    assert held(world) == (PLANNED,)
    assert not Access.of(world.member("dee")).check("read", world.resource("space/eu"))


def test_the_review_says_what_starts_later_W1_U5(editor):
    client, path, sent = editor()
    block(sent, "space-admin", on="on", scope="all", starts=FIRST, ends=LAST)
    text = client.post(f"{path}/review", sent).content.decode()
    assert "What Dee reaches today stays the same." in text
    later = "From 1 Jan 2198 (UTC) on: Unify and Engage Admin on all current &amp; future"
    assert later in text


def test_the_review_says_what_will_not_start_W1_U5(editor):
    client, path, sent = editor(PLANNED)
    prefix = block(sent, "space-admin")
    del sent[f"{prefix}-on"]
    text = client.post(f"{path}/review", sent).content.decode()
    assert "No longer from 1 Jan 2198 (UTC) on: Unify and Engage Admin on all current" in text


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"ends": "2020-01-01"}, "This day has passed. Name a later one."),
        ({"starts": LAST, "ends": FIRST}, "It would end before it starts. Name a later end."),
        ({"starts": "01/02/2198"}, "Write the day as year-month-day"),
    ],
)
def test_days_that_do_not_fit_are_said_beside_them_W1_R15(world, editor, days, words):
    client, path, sent = editor()
    prefix = block(sent, "space-admin", on="on", scope="all", **days)
    answer = client.post(path, sent)
    assert answer.status_code == 422
    text = answer.content.decode()
    for name, day in days.items():
        assert re.search(rf'name="{prefix}-{name}" value="{day}"', text)
    assert words in text[text.index(f'name="{prefix}-starts"') :][:2000]
    assert held(world) == ()


@pytest.mark.parametrize("grant", [PLANNED, begun(), ended()], ids=["planned", "begun", "ended"])
def test_what_is_left_alone_keeps_its_exact_moments_W1_R6(world, editor, grant):
    client, path, sent = editor(grant)
    block(sent, "function-admin", on="on")
    assert save(client, path, sent).status_code == 302
    assert set(held(world)) == {grant, Terms("function-admin", "all")}


def test_a_start_that_has_come_stays_where_the_end_moves_W1(world, editor):
    grant = begun()
    client, path, sent = editor(grant)
    block(sent, "space-admin", ends=LAST)
    assert save(client, path, sent).status_code == 302
    assert held(world) == (replace(grant, ends=end_of(LAST)),)


def test_what_has_ended_is_not_given_on_something_else_R6(world, editor):
    grant = ended()
    client, path, sent = editor(grant)
    block(sent, "space-admin", starts=FIRST)
    answer = client.post(path, sent)
    assert answer.status_code == 422
    assert "This day has passed. Name a later one." in answer.content.decode()
    assert held(world) == (grant,)


@pytest.mark.parametrize(("grant", "word"), [(PLANNED, "Planned"), (ended(), "Ended")])
def test_the_block_says_what_does_not_hold_W1(world, editor, as_user, grant, word):
    _client, path, sent = editor(grant)
    prefix = block(sent, "space-admin")
    text = as_user("ada").get(path).content.decode()
    head = text[text.index(f'id="{prefix}"') :]
    assert word in head[: head.index("role-body")]


def test_ownership_of_a_group_keeps_its_days_W1(world, as_user):
    group = world.group("growth")
    give_grants(group, [Terms("workspace-owner", "all", starts=start_of(FIRST))])
    path = f"/w/acme/groups/{group.public_id}/access"
    client = as_user("ada")
    before = set(group.grants.terms())
    client.post(path, filled(client.get(path), path, blanks=""))
    assert set(group.grants.terms()) == before


def test_a_start_in_the_past_has_come_W1(world, editor):
    client, path, sent = editor()
    block(sent, "space-admin", on="on", scope="all", starts="2020-01-01")
    assert save(client, path, sent).status_code == 302
    assert Access.of(world.member("dee")).check("edit", world.resource("space/eu"))


def test_an_end_in_the_past_is_refused_by_whatever_door_R6_W1(world):
    with pytest.raises(Refused, match="passed"):
        policies.change(world.member("dee"), Proposal((ended(),)), by=SYSTEM)


def test_what_was_taken_comes_back_with_its_days_U6_W1(world):
    dee, grants = world.member("dee"), (begun(), ended())
    give_grants(dee, grants)
    event = policies.change(dee, Proposal(), by=SYSTEM)
    undo.undo(world.workspace, event.number, by=SYSTEM)
    assert set(held(world)) == set(grants)


def test_what_is_copied_is_what_has_not_ended_W1(world):
    grants = (begun(), ended(), PLANNED)
    give_grants(world.member("dee"), grants)
    copy = copying.Copy(world.member("dee"), replacing=True, grouped=False)
    copying.copy_access(world.workspace, copy, [world.member("cy")], by=SYSTEM)
    assert set(held(world, "cy")) == {grants[0], PLANNED}


def test_a_duplicate_of_a_group_has_what_is_planned_W1(world):
    group = world.group("growth")
    give_grants(group, [PLANNED])
    assert PLANNED in groups.duplicate(group, "Twin", by=SYSTEM).grants.terms()


def test_an_invite_keeps_what_began_when_it_is_edited_W1(world):
    offer = Offer(grants=(PLANNED,))
    ada = world.actor("ada")
    [invite] = invites.send(world.workspace, ["new@example.org"], offer, by=ada, ident="x").invites
    assert invite.grants.terms() == (PLANNED,)
    give_grants(invite, [begun()])
    kept = policies.as_proposed(invite)
    invites.edit(invite, Offer(grants=kept, message="hello"), by=ada)
    assert set(invite.grants.terms()) == set(kept)


def test_moments_are_said_to_the_minute_where_no_day_was_chosen():

    assert start_words(datetime(2198, 1, 1, 9, 30, tzinfo=UTC)) == "1 Jan 2198 at 09:30 UTC"
