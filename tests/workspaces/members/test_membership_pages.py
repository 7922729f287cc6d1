"""Making owners, taking people out, leaving: through the pages, as people do it."""

import re
from functools import partial

import pytest
from django.db import connection
from django.test import Client

from tests.peers.race import together
from tests.world import OTHER, SYSTEM, build, give_grants
from workspaces.access.engine import Access
from workspaces.change import audit
from workspaces.models import Event, Token
from workspaces.operations.members import members
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms


@pytest.fixture
def send(as_user):
    """Post to a page of acme as somebody."""

    def post(name, path, data=None):
        return as_user(name).post(f"/w/acme/{path}", data or {"csrf": "x"})

    return post


def about(world, name, verb):
    return f"members/{world.member(name).public_id}/{verb}"


def newest(world):
    return world.workspace.events.newest_first().first()


def test_making_an_owner_asks_first_and_is_one_event_R7(see, send, world):
    assert "Make Bo Diddley an owner?" in see("ada", about(world, "bo", "owner"))
    before = Event.objects.count()
    answer = send("ada", about(world, "bo", "owner"), {"owner": "yes"})
    assert answer.status_code == 302
    assert world.member("bo").owner
    assert Event.objects.count() == before + 1
    assert newest(world).action == "member.owner_changed"


def test_sent_twice_it_is_one_change_XI7(send, world):
    for _ in range(2):
        assert send("ada", about(world, "bo", "owner"), {"owner": "yes"}).status_code == 302
    assert world.member("bo").owner
    assert world.workspace.events.filter(action="member.owner_changed").count() == 1


def test_nobody_elses_access_is_touched_by_it_R7(send, world):
    before = {m.pk: Access.of(m).policy for m in world.workspace.members.all()}
    send("ada", about(world, "bo", "owner"), {"owner": "yes"})
    after = {m.pk: Access.of(m).policy for m in world.workspace.members.all()}
    bo = world.member("bo").pk
    assert {pk for pk in before if before[pk] != after[pk]} == {bo}


def test_the_last_owner_cannot_step_back_and_is_told_why_R7_XC1(see, send, world):
    path = about(world, "ada", "owner")
    assert "last owner of Acme" in see("ada", path)
    answer = send("ada", path, {"owner": "no"})
    assert answer.status_code == 409
    assert "last owner of Acme" in answer.content.decode()
    assert world.member("ada").owner


def test_an_owner_who_steps_back_lands_on_their_own_page(send, world):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    answer = send("ada", about(world, "ada", "owner"), {"owner": "no"})
    assert answer["Location"] == "/w/acme/my-access"


@pytest.mark.parametrize("said", [["maybe"], ["yes", "no"], []])
def test_what_the_member_shall_be_is_said_once_XB4(send, world, said):
    answer = send("ada", about(world, "bo", "owner"), {"owner": said, "x": "x"})
    assert answer.status_code == 422
    assert not world.member("bo").owner


def test_the_removal_names_its_effects_in_numbers_R8(see, world):
    give_grants(world.member("bo"), [Terms("function-admin", "all")], by=SYSTEM)
    tokens.create(world.workspace, "ci", by=world.actor("bo"))
    page = see("ada", about(world, "bo", "remove"))
    assert "Removes 1 grant and 1 group membership." in page
    assert "Revokes 1 token they made." in page
    assert "ci · gth_" in page
    assert "never used" in page
    assert re.search(r'name="revoke"[^>]*checked', page.raw)


def test_the_removal_names_what_they_lose_and_what_owners_alone_could_edit_then_R14(see, world):
    page = see("ada", about(world, "bo", "remove"))
    assert "2 sources can no longer be edited or seen: Source A and Source B." in page
    assert "1 warehouse can no longer be seen: BigQuery." in page
    assert "Nobody but owners could edit then: Ads, Source A and Source B." in page or (
        "Nobody but owners could edit then: Source A, Source B and Ads." in page
    )
    give_grants(world.member("dee"), [Terms("source-admin", "all")], by=SYSTEM)
    assert "Nobody but owners" not in see("ada", about(world, "bo", "remove"))


def test_stepping_back_from_owning_names_what_goes_and_what_stays_R14(see, world):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    page = see("ada", about(world, "bo", "owner"))
    assert "1 source can no longer be edited or seen: Source C." in page
    assert "1 warehouse drops from edit to view: BigQuery." in page or (
        "1 warehouse drops from edit to view: BigQuery." in page
    )
    assert "Keeps what comes by growth." in page


def test_removing_takes_out_and_the_next_click_is_nowhere_R8_XG9(send, see, world):
    assert see("bo", "my-access").status == 200
    answer = send("ada", about(world, "bo", "remove"), {"reason": "left the company"})
    assert answer["Location"] == "/w/acme/members"
    assert newest(world).action == "member.removed"
    assert newest(world).reason == "left the company"
    assert see("bo", "my-access").status == 404


def test_a_ticked_token_is_revoked_an_unticked_one_goes_on_XH7(send, world):
    ci, _ = tokens.create(world.workspace, "ci", by=world.actor("bo"))
    cron, _ = tokens.create(world.workspace, "cron", by=world.actor("bo"))
    listed = [ci.public_id, cron.public_id]
    send("ada", about(world, "bo", "remove"), {"listed": listed, "revoke": [ci.public_id]})
    assert Token.objects.get(pk=ci.pk).revoked_at
    assert Token.objects.get(pk=cron.pk).revoked_at is None


def test_a_token_made_since_the_page_was_opened_is_revoked_XH7(send, world):
    seen, _ = tokens.create(world.workspace, "ci", by=world.actor("bo"))
    late, _ = tokens.create(world.workspace, "late", by=world.actor("bo"))
    send("ada", about(world, "bo", "remove"), {"listed": [seen.public_id], "reason": ""})
    assert Token.objects.get(pk=seen.pk).revoked_at is None
    assert Token.objects.get(pk=late.pk).revoked_at


def test_only_their_own_tokens_can_be_named_XA2(send, world):
    other, _ = tokens.create(world.workspace, "ci", by=world.actor("ada"))
    data = {"listed": [other.public_id], "revoke": [other.public_id]}
    send("ada", about(world, "bo", "remove"), data)
    assert Token.objects.get(pk=other.pk).revoked_at is None


def test_oneself_one_does_not_remove_but_leaves(send, see, world):
    assert see("ada", about(world, "ada", "remove")).answer["Location"] == "/w/acme/leave"


def test_leaving_ends_at_the_start_page_R7(send, see, world):
    assert "Leave Acme?" in see("cy", "leave")
    answer = send("cy", "leave")
    assert answer["Location"] == "/"
    assert newest(world).action == "member.left"
    assert see("cy", "my-access").status == 404


def test_the_last_owner_cannot_leave_and_is_told_why_R7_XC1(send, see, world):
    assert "Make somebody else an owner first" in see("ada", "leave")
    answer = send("ada", "leave")
    assert answer.status_code == 409
    assert world.member("ada").owner


@pytest.mark.parametrize("verb", ["owner", "remove"])
@pytest.mark.parametrize(("name", "status"), [("bo", 403), ("dee", 403)])
def test_only_owners_may_and_nothing_changes_XB2(send, world, verb, name, status):
    before = Event.objects.count()
    answer = send(name, about(world, "cy", verb), {"owner": "yes"})
    assert answer.status_code == status
    assert Event.objects.count() == before
    assert not world.member("cy").owner


@pytest.mark.parametrize("verb", ["owner", "remove"])
def test_an_id_of_another_workspace_is_nowhere_XA1(send, verb, world):
    other = build(OTHER)
    olga = other.workspace.members.get(user__email="olga@example.net")
    answer = send("ada", f"members/{olga.public_id}/{verb}", {"owner": "no"})
    assert answer.status_code == 404
    assert other.workspace.members.filter(pk=olga.pk).exists()


@pytest.mark.parametrize(
    ("path", "data"), [("owner", {"owner": "yes"}), ("remove", {"reason": "r"})]
)
def test_no_event_no_change_A1(as_user, world, monkeypatch, path, data):
    def broken(*args, **options):
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr(audit, "record", broken)
    client = as_user("ada")
    with pytest.raises(RuntimeError):
        client.post(f"/w/acme/{about(world, 'bo', path)}", data)
    assert not world.member("bo").owner


def test_an_owner_demoted_meanwhile_meets_the_locked_door_XC4(as_user, world, monkeypatch):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    real = members.set_owner

    def demoted_first(member, **options):
        real(world.member("bo"), owner=False, by=SYSTEM)
        return real(member, **options)

    monkeypatch.setattr(members, "set_owner", demoted_first)
    answer = as_user("bo").post(f"/w/acme/{about(world, 'cy', 'owner')}", {"owner": "yes"})
    assert answer.status_code == 403
    assert not world.member("cy").owner


ROUNDS = 20


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_remove_each_other_leave_one_R7_XC2():
    """Through the pages, in two connections: one gets through, the other learns why not."""
    world = build()
    bo = world.user("bo")
    for _ in range(ROUNDS if connection.vendor == "postgresql" else ROUNDS // 4):
        for user in (world.user("ada"), bo):
            if not world.workspace.members.filter(user=user).exists():
                members.add(world.workspace, user, by=SYSTEM)
            members.set_owner(world.workspace.members.get(user=user), owner=True, by=SYSTEM)
        clients = {name: Client() for name in ("ada", "bo")}
        for name, client in clients.items():
            client.force_login(world.user(name), backend="accounts.backends.SignInBackend")
        answers = together(
            partial(clients["ada"].post, f"/w/acme/{about(world, 'bo', 'remove')}", {"reason": ""}),
            partial(clients["bo"].post, f"/w/acme/{about(world, 'ada', 'remove')}", {"reason": ""}),
        )
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses[0] == 302
        assert statuses[1] in {403, 404, 409}
        assert world.workspace.members.owners().count() == 1
