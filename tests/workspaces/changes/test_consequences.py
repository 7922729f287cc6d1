"""Whoever's access changes hears of it, and their requests end; whatever operation did it (Q1)."""

import pytest

from accounts.models.mail import Mail
from accounts.models.user import User
from tests.workspaces.changes.test_one_event import CHANGES
from tests.world import SYSTEM, World, acme, build, give_grants
from workspaces.access.facts import load_policies
from workspaces.models import AccessRequest, Outcome
from workspaces.operations.changes import consequences
from workspaces.operations.documents import load_document
from workspaces.operations.groups import groups
from workspaces.operations.invites import invites
from workspaces.operations.invites.contents import Offer
from workspaces.operations.members import members
from workspaces.operations.requests import requests
from workspaces.operations.requests.requests import Asked
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms

# What changes policies, yet is told of in another way, or not at all.
EXCEPT = {
    "labels.replace": "grants follow the label to its new name; like relabelling it changes what "
    "a grant takes in, and the trail says who gained and lost",
    "members.set_user_active": "an account ends everywhere; it cannot sign in to read of it",
    "account_deletion.delete_account": "one does it oneself, and another mail says that it is done",
    "resources.delete": "what they could reach is gone, not a right to what is there",
    "take_ups.end": "what was taken up was for a while; who asks for more goes on waiting",
    "requests.approve": "answers the request; the others of the asker go on waiting",
}

# Events of what follows from a change; why the change was made is no reason of theirs.
FOLLOWING = frozenset({"requests.closed", "invites.voided", "invites.overtaken"})


def held(world: World) -> dict[str, frozenset[object]]:
    """Return what each active member of the workspace holds, by address."""
    rows = list(world.workspace.members.select_related("user"))
    policies = load_policies(rows)
    return {row.user.email: frozenset(policies[row.pk].held) for row in rows}


def everybody_asks(world: World) -> None:
    for member in world.workspace.members.select_related("user"):
        requests.ask(member, Asked("the blue thing", "edit"), by=SYSTEM)


def told(world: World) -> set[str]:
    changed = Mail.objects.filter(subject="Your access to Acme changed")
    return set(changed.values_list("to", flat=True))


# A workspace that closes or opens as a whole is no change of somebody's access in it.
OF_PEOPLE = [name for name in CHANGES if not name.startswith(("workspaces.", "retention."))]


@pytest.mark.parametrize("name", [name for name in OF_PEOPLE if name not in EXCEPT])
def test_whose_access_changes_is_told_and_their_requests_end_Q1(world, name):
    change = CHANGES[name](world)
    everybody_asks(world)
    Mail.objects.all().delete()
    before = held(world)
    change(by=SYSTEM.because("why"))
    after = held(world)
    moved = {email for email, had in before.items() if after.get(email, frozenset()) != had}
    gone = before.keys() - after.keys()
    assert told(world) == moved | gone
    ended = AccessRequest.objects.filter(asked_for="the blue thing", outcome=Outcome.CHANGED)
    assert {
        request.member.user.email for request in ended.select_related("member__user")
    } == moved - gone
    assert Mail.objects.filter(to__in=moved | gone).count() == len(moved | gone)


@pytest.mark.parametrize("name", OF_PEOPLE)
def test_the_change_alone_says_why_and_what_it_undoes_A1_Q1(world, name):
    change = CHANGES[name](world)
    everybody_asks(world)
    number = world.workspace.events.count()
    change(by=SYSTEM.because("why").undoing(1))
    since = world.workspace.events.filter(number__gt=number)
    following = since.filter(action__in=FOLLOWING)
    assert not following.exclude(reason="", undoes=None).exists()
    assert since.exclude(pk__in=following).get().undoes


def test_what_goes_with_a_member_does_not_say_why_they_go_R8(world):
    bo, by = world.member("bo"), world.actor("bo")
    members.set_owner(bo, owner=True, by=SYSTEM)
    invites.send(world.workspace, ["new@example.org"], Offer(), by=by, ident="once")
    tokens.create(world.workspace, "ci", by=by)
    members.remove(bo, by=SYSTEM.because("left").undoing(1))
    assert {
        event.action: (event.reason, event.undoes)
        for event in world.workspace.events.newest_first()[:3]
    } == {
        "token.revoked": ("its maker was removed", None),
        "member.removed": ("left", 1),
        "invites.voided": ("", None),
    }


def test_who_did_it_themself_is_not_told(world):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    Mail.objects.all().delete()
    members.set_owner(world.member("bo"), owner=False, by=world.actor("bo"))
    assert told(world) == set()


def test_who_wants_no_such_mail_gets_none(world):
    User.objects.filter(email="dee@example.org").update(mail_about_access=False)
    give_grants(world.member("dee"), [Terms("space-admin", "all")], by=SYSTEM)
    assert told(world) == set()


def test_the_deactivated_get_none(world):
    members.set_user_active(world.user("dee"), active=False, by=SYSTEM.because("left"))
    give_grants(world.member("dee"), [Terms("space-admin", "all")], by=SYSTEM)
    assert told(world) == set()


@pytest.mark.parametrize(("most", "mails"), [(2, 2), (1, 0)])
def test_a_change_for_very_many_is_not_told_one_by_one(world, monkeypatch, most, mails):
    monkeypatch.setattr(consequences, "MOST_TOLD", most)
    groups.add_members(world.group("growth"), [world.member("cy"), world.member("dee")], by=SYSTEM)
    assert Mail.objects.count() == mails


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("groups.add_members", "put you in the group growth"),
        ("groups.remove_members", "took you out of the group growth"),
        ("groups.delete", "took you out of the group growth"),
        ("members.set_owner", "made you an owner"),
        ("members.remove", "removed you from Acme"),
        ("policies.change", "changed your access to Acme"),
    ],
)
def test_the_mail_says_what_happened_and_where_to_look(world, change, words):
    CHANGES[change](world)(by=SYSTEM.because("why"))
    mail = Mail.objects.first()
    assert words in mail.text
    assert words in mail.html
    assert ("/w/acme/my-access" in mail.text) == (change != "members.remove")


def test_mail_and_change_are_written_together_XJ7(world, monkeypatch):
    monkeypatch.setattr(consequences.outbox, "queue_alike", _broken)
    with pytest.raises(RuntimeError):
        give_grants(world.member("dee"), [Terms("space-admin", "all")], by=SYSTEM)
    assert not world.member("dee").grants.exists()


def _broken(*args, **options):
    raise RuntimeError("no mail can be written")


def test_an_import_ends_the_requests_of_whom_it_moves_and_mails_nobody_Q1(world):
    everybody_asks(world)
    Mail.objects.all().delete()
    document = acme()
    document["groups"][0]["members"].append("dee@example.org")
    load_document(document, by=SYSTEM)
    ended = AccessRequest.objects.filter(outcome=Outcome.CHANGED)
    assert [request.member.user.email for request in ended] == ["dee@example.org"]
    assert not Mail.objects.exists()


def test_an_import_that_changes_nothing_ends_nothing(world):
    everybody_asks(world)
    load_document(acme(), by=SYSTEM)
    assert AccessRequest.objects.open().count() == 4


def test_the_requests_of_others_stay(world):
    everybody_asks(world)
    give_grants(world.member("dee"), [Terms("space-admin", "all")], by=SYSTEM)
    assert AccessRequest.objects.open().count() == 3


def test_nobody_hears_of_another_workspaces_group(db):
    first = build()
    build(acme(workspace={"slug": "twin", "name": "Twin"}))
    groups.add_members(first.group("growth"), [first.member("dee")], by=SYSTEM)
    assert Mail.objects.count() == 1


def test_members_at_hand_are_told_as_those_of_a_query_are(world):
    User.objects.filter(email="cy@example.org").update(mail_about_access=False)
    User.objects.filter(email="bo@example.org").update(is_active=False)
    rows, by = world.workspace.members.select_related("user"), world.actor("ada")
    told = consequences.people_to_tell(rows, by)
    assert told == consequences.people_to_tell(list(rows.by_name()), by) == ["dee@example.org"]
