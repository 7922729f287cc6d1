"""Groups that are offered: who may ask, who answers, and until when one is in (W4)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models.mail import Mail
from tests.cast.managing import ask_to_join, manage, offer, through
from tests.world import SYSTEM, World, acme, build, everything, give_grants
from workspaces.errors import Conflict, Denied, Refused
from workspaces.models import AccessRequest, Outcome
from workspaces.models.request import JOIN
from workspaces.operations.directory import groups as directory
from workspaces.operations.groups import groups, offers
from workspaces.operations.members import members
from workspaces.operations.requests import requests
from workspaces.operations.requests.offered import may_answer, waiting_for_approver
from workspaces.operations.requests.remedies import remedies
from workspaces.operations.trail import undo
from workspaces.spans import Span
from workspaces.terms import Eligible, Offered, Terms

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def approve(request: AccessRequest, by, *, minutes: int = 30) -> None:
    request.refresh_from_db()
    requests.approve(request, JOIN, by=by, ends=timezone.now() + minutes * MINUTE)


def told() -> set[str]:
    return set(
        Mail.objects.filter(subject__contains="asks for access").values_list("to", flat=True)
    )


def outcome(request: AccessRequest) -> str:
    return AccessRequest.objects.get(pk=request.pk).outcome


def open_names(world: World, name: str) -> list[str]:
    return [found.group.name for found in offers.open_to(world.member(name))]


def test_what_is_offered_to_everybody_is_open_to_whoever_is_not_in_it_W4(world):
    offer(world)
    assert open_names(world, "dee") == ["growth"]
    assert open_names(world, "bo") == []


def test_what_is_offered_to_groups_is_open_to_whoever_is_in_one_now_W4(world):
    groups.create(world.workspace, "leads", members=[world.member("cy")], by=SYSTEM)
    offer(world, to=["Leads"])
    assert (open_names(world, "cy"), open_names(world, "dee")) == (["growth"], [])
    with pytest.raises(Conflict):
        ask_to_join(world, "dee")
    groups.remove_members(world.group("leads"), [world.member("cy")], by=SYSTEM)
    assert open_names(world, "cy") == []


def test_once_those_groups_have_gone_it_is_offered_to_nobody_W4(world):
    groups.create(world.workspace, "leads", members=[world.member("cy")], by=SYSTEM)
    offer(world, to=["leads"])
    groups.delete(world.group("leads"), by=SYSTEM)
    assert (open_names(world, "cy"), open_names(world, "dee")) == ([], [])


def test_who_could_take_it_up_need_not_ask_W2(world):
    offer(world)
    span = Span(eligible=Eligible(proof=False))
    groups.add_members(world.group("growth"), [world.member("dee")], span=span, by=SYSTEM)
    assert open_names(world, "dee") == []


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Offered(None, 14), "longest_minutes"),
        (Offered(None, 365 * 24 * 60 + 1), "longest_minutes"),
        (Offered(frozenset({"nil"})), "to"),
        (Offered(frozenset({"Growth"})), "to"),
        (Offered(None, approvers=frozenset({"zz@example.org"})), "approvers"),
        (Offered(None, approvers=frozenset({"group:nil"})), "approvers"),
    ],
)
def test_what_cannot_be_offered_so_is_refused_by_its_field_W4(world, said, field):
    before = everything()
    with pytest.raises(Refused) as refused:
        offers.set_offer(world.group("growth"), said, by=SYSTEM)
    assert refused.value.field == field
    assert everything() == before


def test_asking_tells_approvers_and_managers_W4(world):
    offer(world, "cy")
    manage(world, "bo")
    request = ask_to_join(world, "dee")
    assert told() == {"cy@example.org", "bo@example.org"}
    assert (request.group.name, request.asked_for) == ("growth", "growth")
    assert f"/asked/{request.public_id}" in Mail.objects.first().text


def test_where_nobody_is_named_owners_are_asked_W3(world):
    offer(world)
    ask_to_join(world, "dee")
    assert told() == {"ada@example.org"}


def test_asking_again_is_the_same_request_XI7(world):
    offer(world)
    assert ask_to_join(world, "dee") == ask_to_join(world, "dee", minutes=50)
    assert AccessRequest.objects.count() == 1


def test_one_asks_within_the_longest_while_W4(world):
    offer(world, minutes=60)
    for minutes in (61, 0):
        with pytest.raises(Refused) as refused:
            ask_to_join(world, "dee", minutes=minutes)
        assert refused.value.field == "ends"
    assert not AccessRequest.objects.exists()


@pytest.mark.parametrize("name", ["cy", "bo", "ada"])
def test_approver_manager_and_owner_answer_W4_W6(world, name):
    offer(world, "cy")
    manage(world, "bo")
    request = ask_to_join(world, "dee")
    approve(request, through(world, name), minutes=20)
    place = world.group("growth").memberships.get(member=world.member("dee"))
    assert place.expires_at is not None
    assert place.expires_at < timezone.now() + 21 * MINUTE
    assert outcome(request) == Outcome.APPROVED


def test_who_is_none_of_them_neither_agrees_nor_declines_W4(world):
    offer(world, "ada")
    request, before = ask_to_join(world, "dee"), everything()
    for change in (
        lambda: approve(request, through(world, "cy")),
        lambda: requests.decline(request, by=through(world, "cy")),
    ):
        with pytest.raises(Denied):
            change()
    assert everything() == before


def test_the_asker_agrees_by_no_way_XO3_XE13(world):
    leads = groups.create(world.workspace, "leads", members=[world.member("cy")], by=SYSTEM)
    offer(world, "dee", "group:leads")
    manage(world, "dee")
    groups.add_members(leads, [world.member("dee")], by=SYSTEM)
    members.set_owner(world.member("dee"), owner=True, by=SYSTEM)
    request = ask_to_join(world, "dee")
    for right in ("read", "administer"):
        with pytest.raises(Denied):
            approve(request, through(world, "dee", right))
    assert not may_answer(world.member("dee"), request)
    assert not world.group("growth").memberships.filter(member=world.member("dee")).exists()


def test_an_approver_who_lost_the_group_cannot_and_an_owner_can_XO4(world):
    groups.create(world.workspace, "leads", members=[world.member("cy")], by=SYSTEM)
    offer(world, "group:leads")
    request = ask_to_join(world, "dee")
    assert may_answer(world.member("cy"), request)
    groups.remove_members(world.group("leads"), [world.member("cy")], by=SYSTEM)
    with pytest.raises(Denied):
        approve(request, through(world, "cy"))
    approve(request, through(world, "ada"))


def test_what_waits_for_an_approver_is_what_they_may_answer_W3(world):
    groups.create(world.workspace, "leads", members=[world.member("cy")], by=SYSTEM)
    offer(world, "group:leads", "bo")
    request = ask_to_join(world, "dee")
    for name in ("cy", "bo"):
        assert list(waiting_for_approver(world.member(name))) == [request]
        assert may_answer(world.member(name), request)
    for name in ("ada", "dee"):
        assert list(waiting_for_approver(world.member(name))) == []


def test_where_the_only_owner_asks_nobody_could_agree_W3(world):
    offer(world)
    with pytest.raises(Conflict, match="nobody who could agree"):
        ask_to_join(world, "ada")
    assert not AccessRequest.objects.exists()


def test_whoever_answers_keeps_to_the_longest_while_W4(world):
    offer(world, "cy", minutes=60)
    request = ask_to_join(world, "dee")
    for minutes in (61, 0):
        with pytest.raises(Refused):
            approve(request, through(world, "cy"), minutes=minutes)
    with pytest.raises(Refused, match="has an end"):
        requests.approve(request, JOIN, by=through(world, "cy"))
    assert outcome(request) == ""


def test_an_answer_to_what_has_changed_is_a_clash_W3(world):
    offer(world, "cy")
    request = ask_to_join(world, "dee")
    [remedy] = remedies(request)
    give_grants(world.group("growth"), [Terms("space-admin", "all")])
    with pytest.raises(Conflict):
        approve(request, through(world, "cy").having_seen(remedy.digest))
    [remedy] = remedies(request)
    offer(world, "cy", minutes=45)
    with pytest.raises(Conflict):
        approve(request, through(world, "cy").having_seen(remedy.digest))


def test_who_may_not_ask_any_more_is_not_put_in_W4(world):
    groups.create(world.workspace, "leads", members=[world.member("dee")], by=SYSTEM)
    offer(world, to=["leads"])
    request = ask_to_join(world, "dee")
    groups.remove_members(world.group("leads"), [world.member("dee")], by=SYSTEM)
    with pytest.raises(Conflict):
        approve(request, through(world, "ada"))


@pytest.mark.parametrize(
    "withdraw",
    [
        lambda world: offers.set_offer(world.group("growth"), None, by=SYSTEM),
        lambda world: groups.delete(world.group("growth"), by=SYSTEM),
        lambda world: directory.change(world.group("growth"), external_id="x", by=SYSTEM),
        lambda _world: build(acme()),
    ],
    ids=["withdrawn", "deleted", "pushed", "imported"],
)
def test_what_is_offered_no_longer_closes_what_asked_for_it_W4(world, withdraw):
    offer(world)
    request = ask_to_join(world, "dee")
    withdraw(world)
    assert outcome(request) == Outcome.GONE
    assert "It is not offered any more" in Mail.objects.get(subject__contains="is closed").text


def test_a_pushed_group_is_not_offered_W4(world):
    directory.change(world.group("growth"), external_id="x", by=SYSTEM)
    with pytest.raises(Conflict):
        offer(world)


def test_who_is_put_in_otherwise_has_what_they_asked_for_Q1(world):
    offer(world)
    request = ask_to_join(world, "dee")
    groups.add_members(world.group("growth"), [world.member("dee")], by=SYSTEM)
    assert outcome(request) == Outcome.SATISFIED


def test_an_undo_takes_whoever_asked_out_again_U6(world):
    offer(world, "cy")
    approve(ask_to_join(world, "dee"), through(world, "cy"))
    number = world.workspace.events.newest_first().first().number
    undo.undo(world.workspace, number, by=SYSTEM)
    assert open_names(world, "dee") == ["growth"]


def test_the_trail_names_group_asker_and_end_and_no_words_A1_XK4(world):
    offer(world)
    ends = timezone.now() + 30 * MINUTE
    growth, dee = world.group("growth"), world.member("dee")
    request = requests.ask_to_join(dee, growth, ends, by=through(world, "dee"), message="Psst")
    event = world.workspace.events.newest_first().first()
    assert event.after == {
        "request": request.public_id,
        "asked_for": "growth",
        "action": "join",
        "until": ends.isoformat(),
    }
    mentioned = world.workspace.events.about(world.workspace.pk, "group", growth.public_id)
    assert mentioned.filter(number=event.number).exists()


def test_an_undo_offers_it_as_before_U6(world):
    offer(world, "cy", minutes=60)
    offer(world, minutes=90)
    number = world.workspace.events.newest_first().first().number
    undo.undo(world.workspace, number, by=SYSTEM)
    assert offers.offers_of(world.workspace).get().said == Offered(
        None, 60, frozenset({"cy@example.org"})
    )


def test_an_undo_of_what_is_offered_otherwise_by_now_is_refused_U6(world):
    offer(world, minutes=60)
    number = world.workspace.events.newest_first().first().number
    offer(world, minutes=90)
    with pytest.raises(Conflict, match="changed again"):
        undo.undo(world.workspace, number, by=SYSTEM)
